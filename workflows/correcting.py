"""Facilitators correct a worksheet cell by cell. Who, when, before and after are kept; the answer itself never changes.

One edit is kept for each cell that really changed, so pressing Save twice keeps one. A facilitator corrects only what
the gate shows to facilitators, and is never told who wrote a row. Who stands in where nobody facilitates corrects what
the group sees, no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workflows import ids
from workflows.drafting import AS_SEEN
from workflows.errors import AskPerson, NotFound
from workflows.forms import Field, Form, Option, Typed, one, several
from workflows.kinds import Value, clean, kind_of
from workflows.programme import Column, Programme, Worksheet
from workflows.question import Audience, Question
from workflows.ticket import Ticket
from workflows.walk import Change, Edit, Walk
from workflows.words import Words
from workflows.worksheet_columns import is_unnamed, visible
from workflows.worksheet_names import column_questions, names_of
from workflows.worksheet_rows import Row, Sight, is_by_hand, rows, said_by_partner

NEW = "new"
BACK = "back"
_STRIKE, _REASON = "correction.strike", "correction.reason"  # no column has such a part
_REASON_CHARS = 300
_AS_SEEN_CHARS = 8
_SAME_PRESS = timedelta(minutes=10)  # people press Save again within minutes, not later
_NOT_HERE = ("rows", "dots", "ranked", "consent")  # whole answers of a person, not cells
_PICKED = ("choice", "choices", "person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One edit in words. `row` and `column` are empty where they are gone or nobody may see them."""

    row: str
    column: str
    before: str
    after: str
    by: str
    at: datetime
    reason: str
    struck: bool = False
    back: bool = False


class Outdated(Exception):
    """The row changed since the form was drawn."""


def correct_form(words: Words, walk: Walk, programme: Programme, sheet: Worksheet, row_id: str, ticket: Ticket) -> Form:
    """The cells of a row to correct, or of a new one to fill. Raises NotFound for a row that is not to be seen."""
    sight = Sight(walk=walk, programme=programme, audience=walk.sees_as(ticket.person), reader=ticket.person)
    row_id = row_id.partition(AS_SEEN)[0]
    row = _row(sight, sheet, row_id)
    new = row_id == NEW
    typed: dict[str, str | tuple[str, ...]] = {_STRIKE: ("yes",)} if row.struck else {}
    fields: list[Field] = []
    for question in _questions(sight, sheet, row):
        fields += kind_of(question).fields(question)
        value = row.cells.get(question.id)
        if value is not None:
            typed.update(kind_of(question).typed(question, value))
    unnamed = (words("row.unnamed"),) if not new and is_unnamed(programme, sheet) else ()
    partner = (words("sharing.row", partner=walk.partnership.partner.name),) if sheet.shareable else ()
    return Form(
        id="row",
        title=words("row.form_title_new" if new else "row.form_title"),
        submit=words("row.send"),
        cancel=words("row.close"),
        intro=(words("row.intro_new" if new else "row.intro", title=sheet.title), *unnamed, *partner),
        fields=(*fields, *_about(words, new=new)),
        token=replace(ticket, subject=f"row.{sheet.id}.{row_id}{AS_SEEN}{_fingerprint(row)}").encode(),
        typed=typed,
    )


def _fingerprint(row: Row) -> str:
    """What a row looked like when its form was drawn, told by nothing but a hash."""
    cells = sorted((key, str(value)) for key, value in row.cells.items())
    return ids.made_of("row as seen", row.id, str(row.struck), str(cells))[:_AS_SEEN_CHARS]


def corrected(
    walk: Walk, programme: Programme, sheet_id: str, row: str, typed: Typed, *, by: str, now: datetime
) -> Change:
    """Keep what changed, cell by cell. Raises AskPerson with every problem, NotFound for what is not theirs.

    `row` is the row's id, with what it looked like when the form was drawn. When somebody changed it meanwhile, nothing
    is kept, for the old cells on the form would undo what they wrote: Outdated.
    """
    row_id, _, as_seen = row.partition(AS_SEEN)
    if not walk.may_lead(by):
        raise NotFound("only a facilitator corrects a worksheet")
    sheet = programme.worksheet(sheet_id)
    sight = Sight(walk=walk, programme=programme, audience=walk.sees_as(by), reader=by)
    seen = _row(sight, sheet, row_id)
    if as_seen and row_id != NEW and as_seen != _fingerprint(seen):
        raise Outdated
    reason = clean.line(one(typed, _REASON))[:_REASON_CHARS]
    strike = bool(several(typed, _STRIKE)) and row_id != NEW

    def edit(column: str, before: Value | None, after: Value | None) -> Edit:
        return Edit(
            worksheet=sheet_id, row=seen.id, column=column, before=before, after=after, by=by, at=now, reason=reason
        )

    if strike:
        return _kept(walk, () if seen.struck else (edit("", BACK, None),))
    cells = _parsed(_questions(sight, sheet, seen), typed)
    changed = tuple(
        edit(key, seen.cells.get(key), value) for key, value in cells.items() if not _same(seen.cells.get(key), value)
    )
    if row_id == NEW and _is_there(walk, sheet_id, changed):
        return Change()
    return _kept(walk, ((edit("", None, BACK),) if seen.struck else ()) + changed)


def history(
    walk: Walk, programme: Programme, sheet_id: str, audience: Audience = "facilitators"
) -> tuple[Correction, ...]:
    """Every edit of a worksheet that `audience` may see, newest first. Of rows that are gone nothing is told."""
    sheet = programme.worksheet(sheet_id)
    if not any(edit.worksheet == sheet_id for edit in walk.partnership.edits):
        return ()
    sight = Sight(walk=walk, programme=programme, audience=audience)
    names = {row_id: name for struck in (False, True) for row_id, name in names_of(sight, sheet, struck=struck)}
    questions = {q.id: q for q in _questions(sight, sheet)}
    titles = {c.id: c.title for c in sheet.columns}
    return tuple(
        Correction(
            row=names[edit.row],
            column=titles.get(edit.column, ""),
            before=_told(questions, edit.column, edit.before),
            after=_told(questions, edit.column, edit.after),
            by=walk.people[edit.by].name if edit.by in walk.people else "",
            at=edit.at,
            reason=edit.reason,
            struck=not edit.column and edit.after is None,
            back=not edit.column and edit.after is not None,
        )
        for edit in reversed(walk.partnership.edits)
        if edit.worksheet == sheet_id and edit.row in names and (not edit.column or edit.column in questions)
    )


def _row(sight: Sight, sheet: Worksheet, row_id: str) -> Row:
    if sheet.tally:
        raise NotFound("counts are not corrected by hand")
    if row_id == NEW:
        mine = [e.row for e in sight.walk.partnership.edits if e.worksheet == sheet.id and is_by_hand(e.row)]
        return Row(id=f"h{max((int(each[1:]) for each in mine), default=0) + 1}", cells={}, by_hand=True)
    found = next((row for row in rows(sight, sheet) if row.id == row_id), None)
    if found is None:
        raise NotFound("there is no such row, or it is not to be seen")
    return found


def _questions(sight: Sight, sheet: Worksheet, row: Row | None = None) -> tuple[Question, ...]:
    """The questions behind the cells that can be corrected. All but the one that names the row may be left empty.

    What the partner itself said of a `row` is nobody else's to correct.
    """
    columns = visible(sight.programme, sheet, sight.audience or "facilitators")
    behind = column_questions(sight, sheet, {column.id for column in columns})
    asked = (_as_cell(behind[column.id], column, sheet) for column in columns if column.id in behind)
    theirs = sheet.promised.theirs if sheet.promised and row and said_by_partner(sight.walk, sheet, row) else ""
    there = (q for q in asked if q.kind not in _NOT_HERE and (q.kind not in _PICKED or q.options))
    return tuple(q for q in there if q.id != theirs)


def _as_cell(question: Question, column: Column, sheet: Worksheet) -> Question:
    needed = column.id == sheet.name
    return replace(question, id=column.id, label=column.title, hint="", required=needed, when=None)


def _about(words: Words, *, new: bool) -> tuple[Field, ...]:
    """Taking the row out, and why."""
    strike = Field(
        id=_STRIKE,
        widget="choices",
        label=words("row.strike"),
        hint=words("row.strike_hint"),
        required=False,
        options=(Option(value="yes", label=words("row.strike_yes")),),
    )
    reason = Field(
        id=_REASON,
        widget="line",
        label=words("row.reason"),
        hint=words("row.reason_hint"),
        required=False,
        max_chars=_REASON_CHARS,
    )
    return (reason,) if new else (strike, reason)


def _parsed(questions: tuple[Question, ...], typed: Typed) -> Mapping[str, Value | None]:
    values: dict[str, Value | None] = {}
    problems: dict[str, str] = {}
    for question in questions:
        try:
            values[question.id] = kind_of(question).parse(question, typed)
        except AskPerson as ask:
            problems.update(ask.problems)
    if problems:
        raise AskPerson(problems)
    return values


def _same(before: Value | None, after: Value | None) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return sorted(map(str, before)) == sorted(map(str, after))
    return before == after


def _is_there(walk: Walk, sheet_id: str, wanted: tuple[Edit, ...]) -> bool:
    """Whether the very same new row was kept a moment ago: the button was pressed twice."""
    last = [e for e in walk.partnership.edits if e.worksheet == sheet_id and is_by_hand(e.row)][-len(wanted) :]
    return (
        bool(wanted)
        and [(e.column, e.after, e.by) for e in last] == [(e.column, e.after, e.by) for e in wanted]
        and wanted[0].at - last[0].at < _SAME_PRESS
    )


def _kept(walk: Walk, edits: tuple[Edit, ...]) -> Change:
    if not edits:
        return Change()
    partnership = walk.partnership
    return Change(partnership=replace(partnership, edits=(*partnership.edits, *edits)))


def _told(questions: Mapping[str, Question], column: str, value: Value | None) -> str:
    question = questions.get(column)
    return kind_of(question).show(question, value) if question and value is not None else ""
