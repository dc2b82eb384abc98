"""How wide the columns of a table are drawn, and when a table needs a page laid on its side or more than that."""

from math import sqrt

from workflows.workbook import TableBlock

WIDE = 5  # more columns than this, and the page is turned
STACKED = 10  # more than this, and each row is drawn as a small list of its own
_MM_PER_LETTER = 2.1  # of table text at its size, with some air
_LONGEST_WORD = 15  # longer ones are broken


def column_widths(table: TableBlock, room: float) -> list[float]:
    """Return widths in mm that fill `room`: each column holds its longest word, the rest goes where the text is."""
    columns = list(zip(table.header, *table.rows, *([table.totals] if table.totals else []), strict=True))
    least = [_least(cells) for cells in columns]
    if sum(least) >= room:
        return [room * width / sum(least) for width in least]
    wants = [sqrt(sum(len(cell) for cell in cells) / len(cells)) for cells in columns]
    left = room - sum(least)
    return [width + left * want / sum(wants) for width, want in zip(least, wants, strict=True)]


def _least(cells: tuple[str, ...]) -> float:
    longest = max((len(word) for cell in cells for word in cell.split()), default=1)
    return 4 + _MM_PER_LETTER * min(longest, _LONGEST_WORD)
