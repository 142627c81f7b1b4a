import sys


def grow(depth):
    if depth == 0:
        return (None, None)
    return (grow(depth - 1), grow(depth - 1))


def count(tree):
    if tree is None:
        return 0
    left, right = tree
    return 1 + count(left) + count(right)


def main(depth_max):
    print(count(grow(depth_max + 1)))
    long_lived = grow(depth_max)
    depth = 4
    trees = 2**depth_max
    while depth <= depth_max:
        total = 0
        for _ in range(trees):
            total += count(grow(depth))
        print(trees, depth, total)
        depth += 2
        trees //= 4
    print(count(long_lived))


main(int(sys.argv[1]))
