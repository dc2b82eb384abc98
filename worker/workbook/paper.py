"""How a table stands on paper: upright or on its side, as a grid or as cards, and how wide its columns are."""

from collections.abc import Sequence
from math import sqrt

from workflows.workbook import Block, Heading, TableBlock

_MOST_COLUMNS = 12  # more than these no page holds
_MM_PER_LETTER = 1.9  # of table text at its size
_HEAD_SHARE = 0.7  # a name may take up more lines than what stands below it
_LONGEST_WORD = 15  # longer ones are broken


def as_cards(table: TableBlock) -> bool:
    """Whether each row is drawn as a card of its own, every cell under its name."""
    return table.cards or len(table.header) > _MOST_COLUMNS


def parts(blocks: Sequence[Block]) -> list[tuple[bool, list[Block]]]:
    """Return the blocks in runs for pages on their side (True) or upright; headings go with what follows them."""
    runs: list[tuple[bool, list[Block]]] = []
    headings: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            headings.append(block)
            continue
        broad = isinstance(block, TableBlock) and block.broad and not as_cards(block)
        if not runs or runs[-1][0] != broad:
            runs.append((broad, []))
        runs[-1][1].extend((*headings, block))
        headings = []
    if headings:
        runs.append((False, headings))
    return runs


def column_widths(table: TableBlock, room: float) -> list[float]:
    """Return widths in mm that fill `room`: each column holds its longest word, the rest goes where the text is."""
    columns = list(zip(table.header, *table.rows, *([table.totals] if table.totals else []), strict=True))
    least = [_least(cells) for cells in columns]
    if sum(least) >= room:
        return [room * width / sum(least) for width in least]
    wants = [_wanted(cells) for cells in columns]
    left = room - sum(least)
    return [width + left * want / sum(wants) for width, want in zip(least, wants, strict=True)]


def _least(cells: tuple[str, ...]) -> float:
    longest = max((len(word) for cell in cells for word in cell.split()), default=1)
    return 4 + _MM_PER_LETTER * min(longest, _LONGEST_WORD)


def _wanted(cells: tuple[str, ...]) -> float:
    """How much of the room a column asks for; an empty one is to be written in, the more the longer its name is."""
    head, *body = cells
    if not any(body):
        return max(len(head) / 3, 1)
    return sqrt(max(1, sum(len(cell) for cell in body) / len(body), len(head) * _HEAD_SHARE))
