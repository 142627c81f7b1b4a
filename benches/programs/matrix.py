import sys


def matrix(n, scale):
    return [[scale * (i - j) * (i + j) for j in range(n)] for i in range(n)]


def multiply(a, b):
    n = len(a)
    product = []
    for i in range(n):
        row = []
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += a[i][k] * b[k][j]
            row.append(total)
        product.append(row)
    return product


def main(n):
    scale = 1.0 / (n * n)
    product = multiply(matrix(n, scale), matrix(n, scale))
    print(f"{product[n // 2][n // 2]:.9f}")
    print(f"{product[n - 1][0]:.9f}")


main(int(sys.argv[1]))
