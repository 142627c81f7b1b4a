import sys


def swap(xs, i, j):
    xs[i], xs[j] = xs[j], xs[i]


def quicksort(xs, low, high):
    """Sorts what is from index `low` to index `high`."""
    if low >= high:
        return
    pivot = xs[high]
    next = low
    for i in range(low, high):
        if xs[i] < pivot:
            swap(xs, i, next)
            next += 1
    swap(xs, next, high)
    quicksort(xs, low, next - 1)
    quicksort(xs, next + 1, high)


def main(n):
    seed = 42
    xs = []
    for _ in range(n):
        seed = seed * 16807 % 2147483647
        xs.append(seed)
    quicksort(xs, 0, n - 1)
    for i in range(1, n):
        assert xs[i - 1] <= xs[i]
    print(xs[0])
    print(xs[n // 2])
    print(xs[n - 1])


main(int(sys.argv[1]))
