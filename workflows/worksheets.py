"""Worksheets fill themselves: one row for each answer to the worksheet's prompt, as far as the reader may see it.

A row stands while its answer stands. A column whose question is unnamed is left out of the table: standing beside a
named cell would name it.
"""

from dataclasses import dataclass

from workflows.kinds import kind_of
from workflows.privacy import own, reaches
from workflows.programme import Audience, Programme, Question, Worksheet
from workflows.walk import Answer, Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A worksheet to draw: headers and rows of plain text."""

    id: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def rows_of(walk: Walk, programme: Programme, sheet: Worksheet) -> tuple[Answer, ...]:
    """Return the answers that make the rows of a worksheet, oldest round first; empty rows do not count."""
    columns = {column.question for column in sheet.columns}
    rounds = sorted((r for r in walk.rounds if r.prompt == sheet.prompt), key=lambda r: r.number)
    answers = (a for r in rounds for a in walk.answers_to(r.id))
    return tuple(a for a in answers if any(a.values.get(q) is not None for q in columns))


def table(walk: Walk, programme: Programme, sheet: Worksheet, audience: Audience) -> Table:
    """Return the worksheet as `audience` may see it."""
    questions = {q.id: q for q in programme.prompt(sheet.prompt).questions}
    columns = [
        (column.title, questions[column.question])
        for column in sheet.columns
        if reaches(questions[column.question], audience) and questions[column.question].named
    ]
    rows = [tuple(_cell(q, a) for _, q in columns) for a in rows_of(walk, programme, sheet)]
    return Table(
        id=sheet.id,
        title=sheet.title,
        headers=tuple(title for title, _ in columns),
        rows=tuple(row for row in rows if any(row)),
    )


def _cell(question: Question, answer: Answer) -> str:
    value = own(question, answer)
    return "" if value is None else kind_of(question).show(question, value)
