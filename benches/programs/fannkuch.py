import sys


def flips(order):
    """How often the first has to turn around as many as it says until it is 0. Destroys the order."""
    count = 0
    while order[0] != 0:
        low, high = 0, order[0]
        while low < high:
            order[low], order[high] = order[high], order[low]
            low += 1
            high -= 1
        count += 1
    return count


def permute(order, rotations):
    """Makes the next permutation; false if there is none."""
    for last in range(1, len(order)):
        first = order[0]
        for i in range(last):
            order[i] = order[i + 1]
        order[last] = first
        rotations[last] += 1
        if rotations[last] <= last:
            return True
        rotations[last] = 0
    return False


def main(n):
    order = list(range(n))
    rotations = [0] * n
    turned = [0] * n
    checksum = most = 0
    sign = 1
    more = True
    while more:
        for i in range(n):
            turned[i] = order[i]
        count = flips(turned)
        most = max(most, count)
        checksum += sign * count
        sign = -sign
        more = permute(order, rotations)
    print(checksum)
    print(most)


main(int(sys.argv[1]))
