"""Reads the gate of a step, and says which of its demands could never be met."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from workflows.marked_yaml import Table
from workflows.programme import Check, Decision, Filled, Gate, Prompt, Worksheet
from workflows.programme_columns import is_number
from workflows.programme_source import LABEL, known, told_by_id
from workflows.programme_worksheet import TALLIED, cell_of, cells_of
from workflows.question import Question

_GROUP = 50  # people: the largest group this is made for
_HALF = Decimal("0.5")
_REACH = Decimal(1_000_000_000)


def gate(
    here: Table, words: Table, prompts: Sequence[Prompt], decisions: Sequence[Decision], sheets: Sequence[Worksheet]
) -> Gate:
    """Read a gate; `words` are those of its step."""
    rows = here.table("rows", f"rows of {here.name}", needed=False)
    ids = [sheet.id for sheet in sheets]
    for name in rows.names():
        if known(rows, rows.place_of(name), name, ids, "this step has no worksheet"):
            _check_rows(rows, name, next(s for s in sheets if s.id == name), prompts)
    reached = here.texts("decisions", needed=False)
    for name, place in reached:
        known(here, place, name, [d.id for d in decisions], "this step has no decision")
    checks = told_by_id(here, words, "checks", "check", most=LABEL)
    made = Gate(
        quorum=here.number("quorum", default=_HALF, low=Decimal(0), high=Decimal(1)) or Decimal(0),
        rows={name: rows.whole(name, low=1, high=1000) for name in rows.names()},
        filled=tuple(_filled(each, sheets, prompts) for each in here.tables("filled", "cell", needed=False)),
        decisions=tuple(name for name, _ in reached),
        checks=tuple(Check(id=name, label=label) for name, label in checks),
        never=here.flag("never", default=False),
    )
    for key in ("rows", "filled", "decisions", "checks"):
        if made.never and here.has(key):
            here.problem(
                key, f"{here.name} says never, so it can never be met and {key} means nothing", f"take {key} away"
            )
    here.close()
    return made


def _check_rows(here: Table, name: str, sheet: Worksheet, prompts: Sequence[Prompt]) -> None:
    """Say when there could never be so many rows."""
    asked = next((p for p in prompts if p.id == sheet.prompt), None)
    wanted = here.text(name)
    if asked is None or not wanted.isascii() or not wanted.isdigit():
        return
    if asked.standing:
        reason = f"{here.name}: {name} is filled by {asked.id!r}, which is standing and put to nobody"
        here.problem(
            name, f"{reason}, so the gate may wait for ever", "name a worksheet of a prompt that is put to people"
        )
    lines = next((q.most for q in asked.questions if q.id == sheet.rows), 1)
    most, why = lines * _GROUP, f"{_GROUP} people with {lines} each give"
    if sheet.tally:
        most, why = sum(q.kind in TALLIED for q in asked.questions), "one for each question that is counted makes"
    if int(wanted) > most:
        here.wrong(name, f"{here.name}: {name} can never have {wanted} rows; {why} {most}")


def _filled(here: Table, sheets: Sequence[Worksheet], prompts: Sequence[Prompt]) -> Filled:
    here.name = "filled of the gate"
    made = Filled(
        worksheet=here.text("worksheet"),
        column=here.text("column"),
        where=here.text("where", default=""),
        at_least=here.number("at_least", default=Decimal(0), low=-_REACH, high=_REACH) or Decimal(0),
    )
    if here.has("where") != here.has("at_least"):
        here.problem("where" if made.where else "at_least", f"{here.name} needs both where and at_least, or neither")
    at, ids = here.place_of("worksheet"), [s.id for s in sheets if not s.tally]
    if made.worksheet and known(here, at, made.worksheet, ids, "this step has no worksheet to fill"):
        sheet = next(s for s in sheets if s.id == made.worksheet)
        asked = next((p for p in prompts if p.id == sheet.prompt), None)
        _check_filled(here, made, sheet, cells_of(asked, sheet.rows))
    here.close()
    return made


def _check_filled(here: Table, made: Filled, sheet: Worksheet, cells: Mapping[str, Question]) -> None:
    names, what = [c.id for c in sheet.columns], f"worksheet {sheet.id!r} has no column"
    if made.column and known(here, here.place_of("column"), made.column, names, what):
        column = sheet.column(made.column)
        if column.times or column.look:
            reason = f"{here.name}: nobody can fill column {made.column!r}, it is reckoned from others"
            here.wrong("column", reason, "name a column that is asked, or filled by hand")
    if not made.where or not known(here, here.place_of("where"), made.where, names, what):
        return
    if not is_number(sheet.column(made.where), cell_of(sheet, made.where, cells)):
        here.wrong("where", f"{here.name}: column {made.where!r} holds no number")
    highest = _highest(sheet, made.where, cells)
    if highest is not None and made.at_least > highest:
        here.wrong(
            "at_least", f"{here.name}: column {made.where!r} never comes to {made.at_least}; {highest} is its highest"
        )


def _highest(sheet: Worksheet, column: str, cells: Mapping[str, Question]) -> Decimal | None:
    """The highest number a column can hold, where it has one. What is multiplied stands before it, so this ends."""
    found = next((c for c in sheet.columns if c.id == column), None)
    if found is None or not found.times:
        cell = cell_of(sheet, column, cells)
        return cell.high if cell else None
    names = [c.id for c in sheet.columns]
    product = Decimal(1)
    for name in found.times:
        earlier = name in names and names.index(name) < names.index(column)
        high = _highest(sheet, name, cells) if earlier else None
        if high is None:
            return None
        product *= high
    return product
