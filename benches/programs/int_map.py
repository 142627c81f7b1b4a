import sys


def churn(operations):
    """Sums and removes under keys of random order, and adds up what is left.

    Keys are far apart, so that no language has a list for the map.
    """
    sums = {}
    seed = 42
    for i in range(operations):
        seed = seed * 16807 % 2147483647
        key = seed % 100_000 * 10_007
        if key in sums:
            sums[key] += i
        else:
            sums[key] = i
        if i % 8 == 0:
            sums.pop(seed % 99_991 * 10_007, None)
    total = 0
    for key, value in sums.items():
        total += key + value
    return total


def main(n):
    total = 0
    for _ in range(4):
        total += churn(n)
    print(total)


main(int(sys.argv[1]))
