"""A workbook as the data that `templates/workbook/frame.typ` draws: lists of lines, and how wide each table stands.

Promises: nothing but names of ours, numbers and text; every text went through `drawable` and has places where a line
may break.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from worker.workbook import glyphs
from worker.workbook.plain import lines, plain
from worker.workbook.widths import STACKED, WIDE, column_widths
from workflows.workbook import (
    Block,
    Boxes,
    Bullets,
    Chapter,
    FillIn,
    Heading,
    KeyValue,
    Paragraph,
    TableBlock,
    Workbook,
)

_ROOM, _ROOM_WIDE = 170, 257  # mm between the margins of A4, upright and on its side
_BREAK = "\u200b"  # a place where a line may end, without a sign
_LONG_WORD = re.compile(
    r"[!-~\u00a0-\u024f]{13,}"
)  # web addresses and the like; other scripts break by their own rules
_RUN = 10  # letters of it that stay together

Drawable = Callable[[str], str]


class Told:
    """Tells workbooks with one way to make text drawable."""

    def __init__(self, drawable: Drawable) -> None:
        self._drawable = drawable

    def book(self, book: Workbook) -> dict[str, Any]:
        """The whole workbook."""
        return {
            "title": self._line(book.title),
            "language": book.locale.partition("_")[0].partition("-")[0],
            "fonts": glyphs.FAMILIES,
            "running": self._line(book.running),
            "page": self._line(book.page),
            "contents": self._line(book.contents),
            "cover": {
                "title": self._line(book.cover.title),
                "subtitle": self._line(book.cover.subtitle),
                "state": self._lines(book.cover.state),
                "draft": book.cover.draft,
                "facts": self._pairs(book.cover.facts),
                "credit": self._lines(book.cover.credit),
            },
            "chapters": [self._chapter(chapter) for chapter in book.chapters],
        }

    def _chapter(self, chapter: Chapter) -> dict[str, Any]:
        parts = [
            {"wide": wide, "blocks": [self._block(block) for block in blocks]}
            for wide, blocks in groupby(chapter.blocks, key=is_wide)
        ]
        return {"title": self._line(chapter.title), "parts": parts}

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Heading():
                return {"kind": "heading", "text": self._line(block.text), "level": block.level}
            case Paragraph():
                return {"kind": "paragraph", "lines": self._lines(block.text), "strong": block.strong}
            case Bullets():
                return {"kind": "bullets", "items": self._each(block.items)}
            case KeyValue():
                return {"kind": "pairs", "pairs": self._pairs(block.pairs)}
            case FillIn():
                return {"kind": "fill", **self._asked(block), "rules": block.lines}
            case Boxes():
                return {"kind": "boxes", **self._asked(block), "options": self._each(block.options)}
            case TableBlock():
                return self._table(block)

    def _table(self, table: TableBlock) -> dict[str, Any]:
        wide = is_wide(table)
        return {
            "kind": "table",
            "title": self._line(table.title),
            "level": table.level,
            "intro": self._lines(table.intro),
            "state": self._lines(table.state),
            "draft": table.draft,
            "header": self._each(table.header),
            "rows": [self._each(row) for row in table.rows],
            "totals": self._each(table.totals),
            "notes": self._each(table.notes),
            "widths": column_widths(table, _ROOM_WIDE if wide else _ROOM),
            "wide": wide,
            "blank": table.blank,
            "stacked": is_stacked(table),
        }

    def _asked(self, block: FillIn | Boxes) -> dict[str, Any]:
        return {"label": self._lines(block.label), "hint": self._lines(block.hint)}

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
        return [(self._line(name), self._lines(value)) for name, value in pairs]

    def _each(self, texts: Iterable[str]) -> list[list[str]]:
        return [self._lines(text) for text in texts]

    def _lines(self, text: str) -> list[str]:
        return [self._drawn(line) for line in lines(text)] if text else []

    def _line(self, text: str) -> str:
        return self._drawn(" ".join(plain(text).split()))

    def _drawn(self, line: str) -> str:
        return _LONG_WORD.sub(_broken, self._drawable(line))


def is_wide(block: Block) -> bool:
    """Whether a block asks for a page laid on its side."""
    return isinstance(block, TableBlock) and len(block.header) > WIDE and not is_stacked(block)


def is_stacked(table: TableBlock) -> bool:
    """Whether a table has more columns than any page holds."""
    return len(table.header) > STACKED


def _broken(word: re.Match[str]) -> str:
    return _BREAK.join(pieces(word[0]))


def pieces(word: str) -> Iterator[str]:
    """A long word in runs of letters."""
    return (word[start : start + _RUN] for start in range(0, len(word), _RUN))
