"""A workbook as the data that `templates/workbook/frame.typ` draws: lists of lines, and how wide each table stands.

Promises: nothing but names of ours, numbers and text; every text is `drawable` and has places where a line
may break.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from worker.workbook.glyphs import FAMILIES, drawable
from worker.workbook.paper import as_cards, column_widths, parts
from worker.workbook.plain import lines, plain
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
_LONG_WORD = re.compile(r"[!-~\u00a0-\u024f]{13,}")  # web addresses and such; other scripts break by their own rules
_NO_NAME = "–"
_LINE = 80  # letters
_RUN = 10  # letters of it that stay together


def told(book: Workbook) -> dict[str, Any]:
    """The whole workbook."""
    return {
        "title": _named(book.title),
        "language": book.locale.partition("_")[0].partition("-")[0],
        "fonts": FAMILIES,
        "running": _line(book.running),
        "page": _line(book.page),
        "contents": _line(book.contents),
        "cover": {
            "title": _named(book.cover.title),
            "subtitle": _line(book.cover.subtitle),
            "state": _lines(book.cover.state),
            "draft": book.cover.draft,
            "facts": _pairs(book.cover.facts),
            "credit": _lines(book.cover.credit),
        },
        "chapters": [_chapter(chapter) for chapter in book.chapters],
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    made = [{"wide": wide, "blocks": [_block(block) for block in blocks]} for wide, blocks in parts(chapter.blocks)]
    return {"title": _named(chapter.title), "parts": made}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": _named(block.text), "level": block.level, "listed": block.listed}
        case Paragraph():
            return {"kind": "paragraph", "lines": _lines(block.text), "strong": block.strong}
        case Bullets():
            return {"kind": "bullets", "items": _each(block.items)}
        case KeyValue():
            return {"kind": "pairs", "pairs": _pairs(block.pairs)}
        case FillIn():
            return {"kind": "fill", **_asked(block), "rules": block.lines, "parts": _each(block.parts)}
        case Boxes():
            return {
                "kind": "boxes",
                **_asked(block),
                "options": _each(block.options),
                "inline": _are_short(block.options),
            }
        case TableBlock():
            return _table(block)


def _table(table: TableBlock) -> dict[str, Any]:
    wide = table.broad
    return {
        "kind": "table",
        "title": _named(table.title) if table.title else "",
        "level": table.level,
        "intro": _lines(table.intro),
        "state": _lines(table.state),
        "draft": table.draft,
        "header": _each(table.header),
        "rows": [_each(row) for row in table.rows],
        "totals": _each(table.totals),
        "notes": _each(table.notes),
        "widths": column_widths(table, _ROOM_WIDE if wide else _ROOM),
        "wide": wide,
        "blank": table.blank,
        "cards": as_cards(table),
    }


def _asked(block: FillIn | Boxes) -> dict[str, Any]:
    return {"label": _lines(block.label), "hint": _lines(block.hint)}


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    return [(_line(name), _lines(value)) for name, value in pairs]


def _each(texts: Iterable[str]) -> list[list[str]]:
    return [_lines(text) for text in texts]


def _lines(text: str) -> list[str]:
    return [_drawn(line) for line in lines(text)] if text else []


def _line(text: str) -> str:
    return _drawn(" ".join(plain(text).split()))


def _named(text: str) -> str:
    """A line that may not be empty: PDF/UA refuses headings without a word."""
    return _line(text) or _NO_NAME


def _drawn(line: str) -> str:
    return _LONG_WORD.sub(_broken, drawable(line))


def _are_short(options: tuple[str, ...]) -> bool:
    """Whether boxes to tick stand beside each other on one line."""
    return sum(len(option) + 6 for option in options) <= _LINE


def _broken(word: re.Match[str]) -> str:
    return _BREAK.join(pieces(word[0]))


def pieces(word: str) -> Iterator[str]:
    """A long word in runs of letters."""
    return (word[start : start + _RUN] for start in range(0, len(word), _RUN))
