"""Worksheets fill themselves from answers; here they become tables that an audience may see, and texts to agree on.

A table has passed the gate (`privacy.py`): columns that the audience may not see are left out, rows of unnamed answers
appear only from the minimum upward and in an order that tells nothing, and who wrote a row is never in a table. What
the group agreed on stays as a `Sheet`, text and hash; a table that reads differently by now is "changed".
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Protocol

from workflows.amounts import summed, told
from workflows.programme import Column, Filled, Programme, Worksheet
from workflows.question import Audience, Question
from workflows.schedule import on_the_wall
from workflows.tallies import tally, tally_rows
from workflows.walk import Sheet, Walk
from workflows.worksheet_columns import is_unnamed, visible
from workflows.worksheet_names import cell_of, column_questions, options
from workflows.worksheet_rows import Row, Sight, rows

State = Literal["empty", "draft", "agreed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A worksheet to draw: headers and rows of plain text.

    `row_ids` name the rows; the id of a gap, an option of `by` that nobody filled, is empty. `totals` has a cell for
    each header, or is empty. `withheld`: there may be answers, but they may not be shown now.
    """

    id: str
    title: str
    intro: str = ""
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_ids: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    state: State = "empty"
    version: int = 0
    agreed_on: date | None = None
    withheld: bool = False
    gaps: tuple[str, ...] = ()


class Lettered(Protocol):
    """Anything with headers and rows of text."""

    @property
    def headers(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> tuple[tuple[str, ...], ...]: ...


def rows_of(walk: Walk, programme: Programme, sheet: Worksheet) -> tuple[Row, ...]:
    """All rows that stand, ungated: for gates and counting, never for output."""
    sight = Sight(walk=walk, programme=programme)
    if sheet.tally:
        return tally_rows(sight, sheet)
    return tuple(row for row in rows(sight, sheet) if not row.struck)


def unfilled(walk: Walk, programme: Programme, filled: Filled) -> tuple[Row, ...]:
    """The rows that still lack a cell. Where a range only may reach `at_least`, the row is taken to need it."""
    found = rows_of(walk, programme, programme.worksheet(filled.worksheet))
    lacking = (r for r in found if filled.column not in r.cells and not r.amounts.get(filled.column))
    if not filled.where:
        return tuple(lacking)
    return tuple(r for r in lacking if any(a.high >= filled.at_least for a in r.amounts.get(filled.where, ())))


def table(walk: Walk, programme: Programme, sheet: Worksheet, audience: Audience, *, reader: str = "") -> Table:
    """The worksheet as `audience` may see it; `reader` is who looks, where what they answered decides what they see."""
    made = _drawn(Sight(walk=walk, programme=programme, audience=audience, reader=reader), sheet, audience)
    agreed = walk.partnership.agreed(sheet.id)
    if agreed is None:
        return replace(made, state="draft" if any(made.row_ids) and not made.withheld else "empty")
    for_group = made
    if audience != "group" or reader:
        for_group = _drawn(Sight(walk=walk, programme=programme, audience="group"), sheet, "group")
    return replace(
        made,
        state="agreed" if hash_of(text_of(for_group)) == agreed.text_hash else "changed",
        version=agreed.version,
        agreed_on=on_the_wall(agreed.at, walk.group.zone).date(),
    )


def text_of(lettered: Lettered) -> str:
    """The canonical text of a table or an agreed sheet: a line a row, cells between tabs, rows in order of their text.

    Two tables have the same text exactly when they hold the same headers and the same rows, in whatever order.
    """
    lines = [_line(lettered.headers), *sorted(_line(row) for row in lettered.rows)]
    return "\n".join(lines) + "\n"


def hash_of(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def agreed_sheet(walk: Walk, programme: Programme, sheet: Worksheet, *, decision: str, now: datetime) -> Sheet:
    """The next agreed version of a worksheet: what the group may see of it now."""
    made = _drawn(Sight(walk=walk, programme=programme, audience="group"), sheet, "group")
    before = walk.partnership.agreed(sheet.id)
    return Sheet(
        worksheet=sheet.id,
        version=before.version + 1 if before else 1,
        at=now,
        decision=decision,
        headers=made.headers,
        rows=made.rows,
        text_hash=hash_of(text_of(made)),
        columns=() if sheet.tally else tuple(c.id for c in visible(programme, sheet, "group")),
    )


def _drawn(sight: Sight, sheet: Worksheet, audience: Audience) -> Table:
    """The table as it reads now, whatever was agreed."""
    if sheet.tally:
        counts = tally(sight, sheet, audience)
        return Table(
            id=sheet.id,
            title=sheet.title,
            intro=sheet.intro,
            headers=counts.headers,
            rows=() if counts.withheld else counts.rows,
            row_ids=() if counts.withheld else counts.questions,
            withheld=counts.withheld,
        )
    columns = visible(sight.programme, sheet, audience)
    found = rows(sight, sheet) if columns else ()
    unnamed = is_unnamed(sight.programme, sheet)
    if unnamed:
        found = tuple(sorted(found, key=lambda row: (row.by_hand, row.id)))
    answered = any(not row.by_hand for row in found)
    withheld = bool(columns) and not answered and (unnamed or _waiting(sight, sheet))
    return _lettered(sight, sheet, columns, [r for r in found if not r.struck], withheld=withheld)


def _waiting(sight: Sight, sheet: Worksheet) -> bool:
    """Whether there are rows of named answers that this reader may not see yet."""
    return any(not row.by_hand for row in rows(Sight(walk=sight.walk, programme=sight.programme), sheet))


def _lettered(sight: Sight, sheet: Worksheet, columns: Sequence[Column], found: list[Row], *, withheld: bool) -> Table:
    questions = column_questions(sight, sheet, {c.id for c in columns})
    lettered = [(r, tuple(cell_of(r, c.id, questions) for c in columns)) for r in found]
    placed = [(row.id, cells) for row, cells in lettered if any(cells)]
    by = next((n for n, c in enumerate(columns) if c.id == sheet.by), None)
    gaps: tuple[str, ...] = ()
    if by is not None and not withheld:
        labels = {option.value: option.label for option in questions[sheet.by].options}
        groups = {row.id: row.group for row in found}
        gaps = tuple(labels[v] for v in labels if v not in groups.values())
        order = [*labels.values()]
        placed += [("", tuple(label if n == by else "" for n in range(len(columns)))) for label in gaps]
        placed.sort(key=lambda one: order.index(one[1][by]) if one[1][by] in order else len(order))
    return Table(
        id=sheet.id,
        title=sheet.title,
        intro=sheet.intro,
        headers=tuple(c.title for c in columns),
        rows=tuple(cells for _, cells in placed),
        row_ids=tuple(row_id for row_id, _ in placed),
        totals=_totals(columns, questions, found),
        withheld=withheld,
        gaps=gaps,
    )


def _totals(columns: Sequence[Column], questions: Mapping[str, Question], found: Sequence[Row]) -> tuple[str, ...]:
    """What hours and money come to, unit by unit.

    Added up are sums of money, products, and the numbers that a product is made of, such as hours. A price is none of
    these, and people who were helped twice are not twice as many. Where rows lack an amount, it says how many had one:
    a sum over three of eight rows must not stand beside one over all of them as if it were the same.
    """
    factors = {each for column in columns for each in column.times}
    cells = []
    for column in columns:
        question = questions.get(column.id)
        money = question is not None and question.kind == "money" and column.id not in factors
        hours = question is not None and question.kind in ("number", "range") and column.id in factors
        adds = bool(column.times) or money or hours
        held = [each for row in found if adds and (each := [a for a in row.amounts.get(column.id, ()) if a.unit])]
        total = told(summed([a for each in held for a in each]))
        cells.append(f"{total} ({len(held)}/{len(found)})" if total and len(held) < len(found) else total)
    return tuple(cells) if any(cells) else ()


def _line(cells: Sequence[str]) -> str:
    safe = (c.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") for c in cells)
    return "\t".join(safe)


__all__ = [
    "Row",
    "Sight",
    "State",
    "Table",
    "agreed_sheet",
    "hash_of",
    "options",
    "rows_of",
    "table",
    "text_of",
    "unfilled",
]
