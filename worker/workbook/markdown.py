"""The workbook as Markdown that a code host draws: headings, lists, and tables of GitHub's flavour.

Promises: what people wrote stays text. Whatever could begin a heading, a list, code, a link, a table or HTML is escaped
here and nowhere else, so that a reader of the drawn page reads the same letters.
"""

import re
from collections.abc import Iterator

from worker.workbook.plain import lines, plain
from workflows.workbook import Block, Boxes, Bullets, Cover, FillIn, Heading, KeyValue, Paragraph, TableBlock, Workbook

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\u00a0": "&nbsp;"}
_SIGNS = re.compile(r"[\\`*_\[\]~|$#!]|[&<>\u00a0]")
_BEGINS = re.compile(r"^([-+=]|[0-9]{1,9}(?=[.)]))")  # at the start of a line these make lists and headings
_DOTS = "." * 60  # a line to write on
_BLANK = "." * 16


def render(book: Workbook) -> bytes:
    """Return the whole file."""
    parts = [*_cover(book.cover)]
    for chapter in book.chapters:
        parts.append(f"# {_line(chapter.title)}")
        for block in chapter.blocks:
            parts.extend(_block(block))
    parts.append(f"---\n\n{_text(book.running)}")
    return ("\n\n".join(parts) + "\n").encode()


def _cover(cover: Cover) -> Iterator[str]:
    yield f"# {_line(cover.title)}"
    if cover.subtitle:
        yield f"**{_line(cover.subtitle)}**"
    yield f"**{_line(cover.state)}**"
    yield _pairs(cover.facts)
    yield _text(cover.credit)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_line(block.text)}"
        case Paragraph(text=text, strong=strong):
            yield f"**{_line(text)}**" if strong else _text(text)
        case Bullets(items=items):
            yield "\n".join(f"- {_cell(item)}" for item in items)
        case KeyValue(pairs=pairs):
            yield _pairs(pairs)
        case TableBlock():
            yield from _table(block)
        case FillIn():
            yield from _asked(block.label, block.hint)
            yield " ".join(f"{_cell(p)} {_BLANK}" for p in block.parts) or "\\\n".join([_DOTS] * block.lines)
        case Boxes():
            yield from _asked(block.label, block.hint)
            yield "\n".join(f"- [ ] {_cell(option)}" for option in block.options)


def _asked(label: str, hint: str) -> Iterator[str]:
    yield f"**{_line(label)}**"
    if hint:
        yield _text(hint)


def _table(table: TableBlock) -> Iterator[str]:
    if table.title:
        yield f"{'#' * table.level} {_line(table.title)}"
    if table.intro:
        yield _text(table.intro)
    if table.state:
        yield f"**{_line(table.state)}**"
    if table.rows:
        rows = [table.header, *table.rows, *([table.totals] if table.totals else [])]
        drawn = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
        yield "\n".join([drawn[0], f"|{' --- |' * len(table.header)}", *drawn[1:]])
    for note in table.notes:
        yield _text(note)


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"- **{_line(name)}:** {_cell(value)}" for name, value in pairs)


def _text(text: str) -> str:
    """Lines below each other, whatever they hold."""
    return "\\\n".join(_escaped(line) for line in lines(text) if line.strip())


def _cell(text: str) -> str:
    """Lines of one cell or list item, on one line of the file."""
    return "<br>".join(_escaped(line) for line in lines(text))


def _line(text: str) -> str:
    """A heading or strong text: line breaks are spaces there."""
    return _escaped(" ".join(plain(text).split()))


def _escaped(line: str) -> str:
    """One line that means nothing but itself."""
    safe = _SIGNS.sub(lambda sign: _ENTITIES.get(sign[0], f"\\{sign[0]}"), line.strip(" "))
    return _BEGINS.sub(_not_a_list, safe)


def _not_a_list(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"
