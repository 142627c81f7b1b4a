import sys


class Board:
    __slots__ = ("size", "columns", "rising", "falling")

    def __init__(self, size):
        self.size = size
        self.columns = [False] * size
        self.rising = [False] * (2 * size - 1)
        self.falling = [False] * (2 * size - 1)


def place(board, row):
    """In how many ways queens can stand in this row and all below it."""
    if row == board.size:
        return 1
    ways = 0
    for column in range(board.size):
        up = row + column
        down = row - column + board.size - 1
        if not board.columns[column] and not board.rising[up] and not board.falling[down]:
            board.columns[column] = True
            board.rising[up] = True
            board.falling[down] = True
            ways += place(board, row + 1)
            board.columns[column] = False
            board.rising[up] = False
            board.falling[down] = False
    return ways


print(place(Board(int(sys.argv[1])), 0))
