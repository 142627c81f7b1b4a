import sys

ROUNDS = 100


def escape(cx, cy):
    """How many rounds the point stays near the origin."""
    x = y = 0.0
    for round in range(ROUNDS):
        xx = x * x
        yy = y * y
        if xx + yy > 4.0:
            return round
        y = 2.0 * x * y + cy
        x = xx - yy + cx
    return ROUNDS


def main(size):
    total = 0
    for row in range(size):
        cy = 2.0 * row / size - 1.0
        for column in range(size):
            total += escape(3.0 * column / size - 2.0, cy)
    print(total)


main(int(sys.argv[1]))
