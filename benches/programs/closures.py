import sys
from functools import reduce


def main(rounds):
    numbers = list(range(10_000))
    total = 0
    for n in range(rounds):
        mapped = list(map(lambda x: x * 3 + n, numbers))
        kept = list(filter(lambda x: x % 2 == 0, mapped))
        total += reduce(lambda total, x: total + x, kept, 0)
    print(total)


main(int(sys.argv[1]))
