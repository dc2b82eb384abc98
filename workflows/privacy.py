"""The one gate before every output: which answers may reach whom, and when.

Every digest, summary, board, workbook, log and export asks here; nothing reads `Answer.values` for output otherwise.

- How far: `sees` of a question names its widest audience. A cell of a line reaches no further than its line.
- The partner: sees promises through this gate like any audience, and of an agreed text the columns that reach it. No
  person, no count of people, no correction and no note of the group is among what passes.
- When: `reveal` holds answers back from everybody until the reader has answered too, or until the round has closed.
- Without names: unnamed answers are shown in an order that tells nothing, and only when at least `minimum` people
  (never under MINIMUM) gave one; below that nothing is shown at all, not even how many. While a round is open they
  appear in whole batches of that size: one answer more on a page would name whoever has just answered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.kinds.kind import Value
from workflows.question import Audience, Question
from workflows.walk import Answer, Sheet

MINIMUM = 5  # fewer than five answers could be guessed back to people of a small group
_WIDTH: tuple[Audience, ...] = ("me", "facilitators", "group", "partner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One answer to one question as an audience may see it; `person` is empty when the answer is unnamed."""

    value: Value
    person: str = ""


def reaches(question: Question, audience: Audience) -> bool:
    """Whether answers to `question` may reach `audience` at all."""
    return _WIDTH.index(question.sees) >= _WIDTH.index(audience)


def least(question: Question) -> int:
    """How many must have given an answer before an unnamed one is shown."""
    return 1 if question.few else max(MINIMUM, question.minimum)


def shown(
    question: Question, answers: Sequence[Answer], audience: Audience, *, closed: bool = True, reader: str = ""
) -> tuple[Shown, ...]:
    """Return the answers to `question`, all of one round, that `audience` may see; `reader` is who looks."""
    seen = released(question, answers, audience, closed=closed, reader=reader)
    if question.named:
        return tuple(Shown(value=_cut(question, a.values[question.id], audience), person=a.person) for a in seen)
    return tuple(
        Shown(value=v) for v in sorted((_cut(question, a.values[question.id], audience) for a in seen), key=str)
    )


def released(
    question: Question, answers: Sequence[Answer], audience: Audience, *, closed: bool = True, reader: str = ""
) -> tuple[Answer, ...]:
    """Return the answers of one round whose value for `question` may be shown, for tables that drop the person."""
    if not reaches(question, audience):
        return ()
    given = [a for a in answers if a.values.get(question.id) is not None]
    if not closed and question.reveal == "closed":
        return ()
    if not closed and question.reveal == "own" and not any(a.person == reader for a in answers):
        return ()
    if question.named:
        return tuple(given)
    size = least(question)
    if closed:
        return tuple(given) if len(given) >= size else ()
    return tuple(sorted(given, key=lambda a: (a.at, a.person))[: len(given) // size * size])


def gated(
    questions: Sequence[Question],
    answers: Sequence[Answer],
    audience: Audience,
    *,
    closed: bool = True,
    reader: str = "",
) -> tuple[Answer, ...]:
    """Return the answers of one round with only those values left in them that `audience` may see."""
    kept: dict[str, dict[str, Value]] = {a.person: {} for a in answers}
    for question in questions:
        for answer in released(question, answers, audience, closed=closed, reader=reader):
            kept[answer.person][question.id] = _cut(question, answer.values[question.id], audience)
    return tuple(replace(a, values=kept[a.person]) for a in answers if kept[a.person])


def for_partner(sheet: Sheet, columns: Collection[str], *, by: str = "") -> Sheet | None:
    """Return an agreed text with those of its columns that reach the partner; None where it tells of none of them.

    A row that says nothing then but its own option of the column `by` is a gap, which is the group's to know; it is
    left out, and so is the hash: it is that of the whole text.
    """
    kept = [n for n, column in enumerate(sheet.columns) if column in columns]
    if not kept or len(sheet.columns) != len(sheet.headers):
        return None
    place = sheet.columns.index(by) if by in sheet.columns else -1
    rows = (tuple(row[n] for n in kept) for row in sheet.rows)
    return replace(
        sheet,
        columns=tuple(sheet.columns[n] for n in kept),
        headers=tuple(sheet.headers[n] for n in kept),
        rows=tuple(row for row in rows if any(cell for n, cell in zip(kept, row, strict=True) if n != place)),
        text_hash="",
    )


def _cut(question: Question, value: Value, audience: Audience) -> Value:
    """A value without those cells of its lines that reach less far."""
    hidden = {column.id for column in question.columns if not reaches(column, audience)}
    if not hidden or not isinstance(value, list):
        return value
    return [
        {key: cell for key, cell in line.items() if key not in hidden} for line in value if isinstance(line, Mapping)
    ]


def of_line(question: Question, column: Question) -> Question:
    """A column of the `rows` question as a question by itself: it is as guarded as its line, or more."""
    sees = min((question.sees, column.sees), key=_WIDTH.index)
    named = question.named and column.named
    return replace(column, sees=sees, named=named, reveal=question.reveal, minimum=question.minimum)
