import sys


def make_dna(length):
    letters = "acgt"
    seed = 42
    pieces = []
    for _ in range(length):
        seed = seed * 16807 % 2147483647
        pieces.append(letters[seed % 13 % 4])
    return "".join(pieces)


def frequencies(dna, size):
    """How often each piece of so many letters occurs."""
    counts = {}
    for i in range(len(dna) - size + 1):
        piece = dna[i : i + size]
        counts[piece] = counts.get(piece, 0) + 1
    return counts


def main(n):
    dna = make_dna(n)
    for size in (1, 2):
        entries = frequencies(dna, size).items()
        for piece, count in sorted(entries, key=lambda entry: (-entry[1], entry[0])):
            print(piece, count)
    for piece in ("gga", "ggta", "ggtatt", "ggtattttaatt"):
        print(piece, frequencies(dna, len(piece)).get(piece, 0))


main(int(sys.argv[1]))
