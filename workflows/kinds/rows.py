"""Lines of a table, as many as somebody needs. Kept as [{"work": "welcome", "hours": {"low": "3", "high": "5"}}, …].

Each line is a group of fields `question.N.column`, N from 0. What a person typed decides how many lines there are, not
how many were drawn. A line that was emptied leaves its place empty ({}) while lines stand after it, so that each line
keeps its number, by which a worksheet knows it; whoever shows lines passes it over. A cell that is needed is needed
only in a line that holds something. A cell with nothing in it is absent.
"""

import builtins
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import (
    choice,
    choices,
    clean,
    date,
    long_text,
    money,
    number,
    person,
    range,
    scale,
    short_text,
    yes_no,
)
from workflows.kinds.kind import Cell, Kind, Value
from workflows.question import Question

CELLS: tuple[Kind, ...] = (
    short_text.KIND,
    long_text.KIND,
    number.KIND,
    range.KIND,
    money.KIND,
    date.KIND,
    choice.KIND,
    choices.KIND,
    scale.KIND,
    yes_no.KIND,
    person.KIND,
)
_LINES = 10  # when the question does not say how many
_BETWEEN = re.compile(r"[;\t]| · ")  # the last is how `show` sets cells apart
_NUMBER = re.compile(r"0|[1-9][0-9]{0,2}")
_NOTHING = {"-", "–", "—"}


Row = dict[str, Cell]


def fields(question: Question) -> tuple[Field, ...]:
    """A group of fields for each line. A lone line has to be filled when the question needs an answer."""
    needed = question.required and question.lines <= 1
    drawn: list[Field] = []
    for line in builtins.range(max(1, question.lines)):
        for place, field in enumerate(_group(question, line)):
            first = place == 0
            drawn.append(
                replace(
                    field,
                    required=field.required and needed,
                    legend=_legend(question, line) if first else "",
                    hint=f"{question.hint} {field.hint}".strip() if first and line == 0 else field.hint,
                )
            )
    return tuple(drawn)


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the lines that hold something. Raises AskPerson with every problem of every line at once."""
    rows: list[Row] = []
    problems: dict[str, str] = {}
    for line in _lines(question, typed):
        wrong: dict[str, str] = {}
        row = _row(question, line, typed, wrong)
        problems.update(wrong)
        if not row:
            continue
        rows += [{} for _ in builtins.range(len(rows), min(line, _most(question) - 1))]  # keeps the line's number
        rows.append(row)
        if len([each for each in rows if each]) > _most(question):
            full = f"There is room for {_most(question)} lines. Please leave this one empty."
            problems[_group(question, line)[0].id] = full
    if problems:
        raise AskPerson(problems)
    if rows:
        return cast("Value", rows)
    group = _group(question, 0)
    return clean.nothing(question, group[0].id) if group else None


def typed(question: Question, value: Value) -> Typed:
    """Fill a group of fields for each line."""
    filled: dict[str, str | tuple[str, ...]] = {}
    for line, row in enumerate(_rows(value)):
        for column in question.columns:
            if column.id in row:
                filled.update(_kind(column).typed(cell(question, line, column), row[column.id]))
    return filled


def from_text(question: Question, text: str) -> Typed:
    """Take one line a row, its cells in the order of the columns with semicolons or tabs between. Raises AskPerson."""
    lines = [each for each in clean.text(text).split("\n") if clean.line(each)]
    if len(lines) > _most(question):
        raise AskPerson({question.id: f"There is room for {_most(question)} lines, and you wrote {len(lines)}."})
    read: dict[str, str | tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for line, said in enumerate(lines):
        cells = [part.strip() for part in _BETWEEN.split(said)] if len(question.columns) > 1 else [said.strip()]
        if len(cells) > len(question.columns):
            problems[f"{question.id}.{line}"] = f"Line {line + 1} has too much in it. {_how(question)}"
        for column, part in zip(question.columns, cells, strict=False):
            asks = cell(question, line, column)
            try:
                read.update(_kind(column).from_text(asks, part) if part not in _NOTHING else {})
            except AskPerson as asked:
                problems[asks.id] = " ".join(asked.problems.values())
    try:
        parse(question, read) if read else None
    except AskPerson as asked:
        problems = {**asked.problems, **problems}
    if problems:
        raise AskPerson({field_id: _placed(question, field_id, said) for field_id, said in problems.items()})
    return read


def show(question: Question, value: Value) -> str:
    """One line of text a row."""
    return "\n".join(_line(question, row) for _, row in lines_of(value))


def _line(question: Question, row: Mapping[str, Cell]) -> str:
    """A row as one line of text; a dash stands where nothing is."""
    cells = [
        clean.line(_kind(column).show(cell(question, 0, column), row[column.id])) if column.id in row else "–"
        for column in question.columns
    ]
    while cells and cells[-1] == "–":
        cells.pop()
    return " · ".join(cells)


def check(question: Question) -> tuple[str, ...]:
    """Say what is wrong with the columns or the number of lines."""
    problems = [] if question.columns else ["rows need columns"]
    ids = [column.id for column in question.columns]
    problems += [f"two columns have the id {each!r}" for each in sorted({i for i in ids if ids.count(i) > 1})]
    problems += ["most is less than 0"] if question.most < 0 else []
    for column in question.columns:
        if column.kind not in {kind.name for kind in CELLS}:
            problems.append(f"a cell of rows cannot be {column.kind!r} ({column.id})")
            continue
        if column.when is not None:
            problems.append(f"a cell of rows cannot have a condition ({column.id})")
        problems += [f"{problem} ({column.id})" for problem in _kind(column).check(column)]
    return tuple(problems)


def _kind(column: Question) -> Kind:
    """The kind of a cell. Raises KeyError for one that cannot be a cell."""
    return {kind.name: kind for kind in CELLS}[column.kind]


def cell(question: Question, line: int, column: Question) -> Question:
    """The question that one cell of one line asks."""
    return replace(column, id=f"{question.id}.{line}.{column.id}", currency=column.currency or question.currency)


def _most(question: Question) -> int:
    """How many lines there is room for."""
    return question.most or _LINES


def _rows(value: Value) -> list[Row]:
    """The lines of an answer, with the empty places between them."""
    assert isinstance(value, list)
    return [each for each in value if isinstance(each, dict)]


def lines_of(value: Value) -> list[tuple[int, Row]]:
    """The lines that hold something, each with its number from 0."""
    return [(number_, row) for number_, row in enumerate(_rows(value)) if row]


def _row(question: Question, line: int, typed: Typed, problems: dict[str, str]) -> Row:
    """The cells of a line. What a line needs is asked for only when it holds something, or something is wrong in it."""
    row: Row = {}
    empty: list[Question] = []
    for column in question.columns:
        asks = cell(question, line, column)
        try:
            value = _kind(column).parse(replace(asks, required=False), typed)
        except AskPerson as asked:
            problems.update(asked.problems)
            continue
        if value is None:
            empty.append(asks)
        else:
            row[column.id] = cast("Cell", value)
    for asks in empty if row or problems else []:
        try:
            _kind(asks).parse(asks, typed)
        except AskPerson as asked:
            problems.update(asked.problems)
    return row


def _lines(question: Question, typed: Typed) -> list[int]:
    """The numbers of all groups of fields that something was typed into, in order."""
    found: set[int] = set()
    for field_id in typed:
        if field_id.startswith(f"{question.id}."):
            number_, _, rest = field_id.removeprefix(f"{question.id}.").partition(".")
            if _NUMBER.fullmatch(number_) and any(f"{rest}.".startswith(f"{c.id}.") for c in question.columns):
                found.add(int(number_))
    return sorted(found)


def _group(question: Question, line: int) -> list[Field]:
    return [field for column in question.columns for field in _kind(column).fields(cell(question, line, column))]


def _legend(question: Question, line: int) -> str:
    if line:
        return f"Line {line + 1}"
    return question.label if question.lines <= 1 else f"Line 1: {question.label}"


def _placed(question: Question, field_id: str, problem: str) -> str:
    """A problem of a mail reply, with the line and the column it is in."""
    line, _, rest = field_id.removeprefix(f"{question.id}.").partition(".")
    label = next((c.label for c in question.columns if f"{rest}.".startswith(f"{c.id}.")), "")
    return f"Line {int(line) + 1}, {label}: {problem}" if label else problem


def _how(question: Question) -> str:
    columns = "; ".join(column.label for column in question.columns)
    return f"Please write one line for each, with semicolons between: {columns}."


KIND = Kind(name="rows", fields=fields, parse=parse, typed=typed, from_text=from_text, show=show, check=check)
