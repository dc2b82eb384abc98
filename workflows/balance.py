"""The balance: what the group brings on one side, what can hurt it on the other, and between them the terms that pay
for the one or cover the other. What no term covers is said plainly, and so is a term that covers nothing.

Everything in it has passed the gate for its audience: it is made from tables, not from answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workflows.programme import Programme, Side, Worksheet
from workflows.question import Audience
from workflows.walk import Walk
from workflows.worksheet_columns import visible
from workflows.worksheet_names import cell_of, column_questions, names_of
from workflows.worksheet_rows import Row, Sight, rows

Cover = Literal["uncovered", "partly", "fully"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of the agreement. It counts once it is in place; `state` says in words how far it is."""

    sheet: str
    row: str
    name: str
    state: str = ""
    in_place: bool = False
    whole: bool = False
    covers: tuple[str, ...] = ()  # names of what it pays for or covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An asset or a vulnerability, with every term that names it. Only terms in place cover it."""

    sheet: str
    row: str
    name: str
    terms: tuple[Term, ...] = ()

    @property
    def cover(self) -> Cover:
        """Whether terms in place cover it, and whether one of them does so wholly."""
        held = [term for term in self.terms if term.in_place]
        return "fully" if any(term.whole for term in held) else "partly" if held else "uncovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Assets and vulnerabilities with what covers them, and all terms."""

    assets: tuple[Held, ...] = ()
    vulnerabilities: tuple[Held, ...] = ()
    terms: tuple[Term, ...] = ()

    @property
    def loose(self) -> tuple[Term, ...]:
        """The terms that cover nothing."""
        return tuple(term for term in self.terms if not term.covers)

    @property
    def uncovered(self) -> tuple[Held, ...]:
        """What no term in place covers."""
        return tuple(held for held in (*self.assets, *self.vulnerabilities) if held.cover == "uncovered")

    def __bool__(self) -> bool:
        """Whether there is anything to weigh."""
        return bool(self.assets or self.vulnerabilities or self.terms)


def balance_of(walk: Walk, programme: Programme, audience: Audience, *, reader: str = "") -> Balance:
    """Weigh what the worksheets hold, as `audience` may see it."""
    sight = Sight(walk=walk, programme=programme, audience=audience, reader=reader)
    assets = _held(sight, "asset")
    vulnerabilities = _held(sight, "vulnerability")
    names = {held.row: held.name for held in (*assets, *vulnerabilities)}
    covering: dict[str, list[Term]] = {}
    terms: list[Term] = []
    for term, covers in (pair for sheet in _sheets(programme, "term") for pair in _terms(sight, sheet, audience)):
        terms.append(replace(term, covers=tuple(names[row_id] for row_id in covers if row_id in names)))
        for row_id in covers:
            covering.setdefault(row_id, []).append(terms[-1])
    return Balance(
        assets=_with_terms(assets, covering),
        vulnerabilities=_with_terms(vulnerabilities, covering),
        terms=tuple(terms),
    )


def _sheets(programme: Programme, side: Side) -> list[Worksheet]:
    return [sheet for step in programme.steps for sheet in step.worksheets if sheet.side == side]


def _held(sight: Sight, side: Side) -> list[Held]:
    return [
        Held(sheet=sheet.id, row=row_id, name=name)
        for sheet in _sheets(sight.programme, side)
        for row_id, name in names_of(sight, sheet)
        if name
    ]


def _with_terms(held: Sequence[Held], covering: Mapping[str, Sequence[Term]]) -> tuple[Held, ...]:
    return tuple(replace(one, terms=tuple(covering.get(one.row, ()))) for one in held)


def _terms(sight: Sight, sheet: Worksheet, audience: Audience) -> list[tuple[Term, Sequence[str]]]:
    seen = {column.id for column in visible(sight.programme, sheet, audience)}
    if not {sheet.name, sheet.state, sheet.covers} - {""} <= seen:
        return []  # a term whose state may not be seen must not show by what it covers
    questions = column_questions(sight, sheet, seen)
    names = dict(names_of(sight, sheet))
    return [
        (
            _term(sheet, row, names[row.id], cell_of(row, sheet.state, questions) if sheet.state else ""),
            _covers(sheet, row),
        )
        for row in rows(sight, sheet)
        if row.id in names
    ]


def _term(sheet: Worksheet, row: Row, name: str, state: str) -> Term:
    kept = str(row.cells.get(sheet.state, ""))
    return Term(
        sheet=sheet.id,
        row=row.id,
        name=name,
        state=state,
        in_place=not sheet.state or kept in sheet.in_place,
        whole=not sheet.state or kept in sheet.in_place[-1:],  # `in_place` goes from the least to the most
    )


def _covers(sheet: Worksheet, row: Row) -> Sequence[str]:
    value = row.cells.get(sheet.covers)
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return [value] if isinstance(value, str) else []
