import sys


def primes_below(limit):
    composite = [False] * limit
    count = 0
    for n in range(2, limit):
        if not composite[n]:
            count += 1
            for multiple in range(n * n, limit, n):
                composite[multiple] = True
    return count


def main(limit):
    total = 0
    for _ in range(10):
        total += primes_below(limit)
    print(total)


main(int(sys.argv[1]))
