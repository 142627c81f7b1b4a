import sys


def text(words):
    """A text of so many words, of which small ones come often."""
    seed = 42
    words_of_text = []
    for _ in range(words):
        seed = seed * 16807 % 2147483647
        words_of_text.append(f"word{seed % 200 * (seed % 97)}")
    return " ".join(words_of_text)


def main(n):
    counts = {}
    for word in text(n).split(" "):
        counts[word] = counts.get(word, 0) + 1
    entries = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    print(len(entries))
    for word, count in entries[:10]:
        print(word, count)


main(int(sys.argv[1]))
