import sys
from math import sqrt


def a(i, j):
    """An element of the infinite matrix."""
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def multiply_by_a(source, to):
    for i in range(len(source)):
        total = 0.0
        for j in range(len(source)):
            total += a(i, j) * source[j]
        to[i] = total


def multiply_by_a_transposed(source, to):
    for i in range(len(source)):
        total = 0.0
        for j in range(len(source)):
            total += a(j, i) * source[j]
        to[i] = total


def main(n):
    u = [1.0] * n
    v = [0.0] * n
    between = [0.0] * n
    for _ in range(10):
        multiply_by_a(u, between)
        multiply_by_a_transposed(between, v)
        multiply_by_a(v, between)
        multiply_by_a_transposed(between, u)
    uv = vv = 0.0
    for i in range(n):
        uv += u[i] * v[i]
        vv += v[i] * v[i]
    print(f"{sqrt(uv / vv):.9f}")


main(int(sys.argv[1]))
