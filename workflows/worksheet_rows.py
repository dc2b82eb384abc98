"""The rows of a worksheet: made from answers, corrected by hand, completed by arithmetic. As they are, before any gate.

A row stands while its answer stands, and keeps its id while its answer is edited. The id tells nothing: it is made
with the salt of the partnership. Which answers make rows, when a prompt was put more than once:

- a prompt that repeats adds rows each time, as a monthly pulse does;
- a prompt that was put again, because its step was reopened, or whose form starts from one's last answer
  (`prefill: last`): a person's later answer replaces their earlier one. What a short answer was not asked about stays.

Corrections come on top, oldest first: the newest edit of a cell holds, a row struck out is left out. A cell that points
at somebody who no longer takes part, or at a row that is gone, is empty again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from workflows import ids, privacy
from workflows.amounts import Amount, amounts_of, hull, multiplied
from workflows.contacts import DIFFER, PartnerWord, differ
from workflows.kinds import Value
from workflows.kinds.rows import lines_of
from workflows.programme import Column, Programme, Prompt, Worksheet
from workflows.question import Audience, Question
from workflows.walk import Answer, Round, Walk
from workflows.worksheet_columns import looked_at, questions_of

_ID_CHARS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. `cells` by column id, as kept; `amounts` of every column of numbers, computed ones too.

    `group` is the option of the column `by` under which it stands; `person` is empty for a row made by hand; `edited`
    names the columns that a facilitator corrected.
    """

    id: str
    cells: Mapping[str, Value]
    amounts: Mapping[str, tuple[Amount, ...]] = field(default_factory=dict)
    group: str = ""
    person: str = ""
    by_hand: bool = False
    edited: frozenset[str] = frozenset()
    struck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Through whose eyes a walk is looked at: an audience, and who reads. Without an audience everything is seen.

    What was worked out once is kept for as long as the sight lives: a walk never changes under it.
    """

    walk: Walk
    programme: Programme
    audience: Audience | None = None
    reader: str = ""
    read: dict[str, Sequence[Answer]] = field(default_factory=dict, compare=False, repr=False)
    made: dict[tuple[str, frozenset[str]], tuple[Row, ...]] = field(default_factory=dict, compare=False, repr=False)

    def answers(self, of: Round) -> Sequence[Answer]:
        """The answers to a round that count, with those values left in them that may be seen."""
        if of.id not in self.read:
            self.read[of.id] = self._gated(of)
        return self.read[of.id]

    def _gated(self, of: Round) -> Sequence[Answer]:
        answers = self.walk.answers_to(of.id)
        if self.audience is None:
            return answers
        questions = self.programme.prompt(of.prompt).questions
        closed = of.closed_at is not None
        return privacy.gated(questions, answers, self.audience, closed=closed, reader=self.reader)

    def rounds(self, prompt: Prompt) -> list[Round]:
        """All rounds of a prompt, oldest first."""
        return sorted((r for r in self.walk.rounds if r.prompt == prompt.id), key=lambda r: r.number)


def rows(sight: Sight, sheet: Worksheet, *, seen: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """All rows of a worksheet, struck ones too, oldest first, those made by hand last.

    `seen` are the worksheets on the way here, so that two that point at each other end somewhere.
    """
    key = (sheet.id, seen)
    if key not in sight.made:
        sight.made[key] = _rows(sight, sheet, seen)
    return sight.made[key]


def _rows(sight: Sight, sheet: Worksheet, seen: frozenset[str]) -> tuple[Row, ...]:
    questions = questions_of(sight.programme, sheet)
    there = _there(sight, questions, seen | {sheet.id})
    looked: dict[tuple[Value | str | None, ...], tuple[Amount, ...]] = {}
    made = []
    for row in _corrected(sight.walk, sheet, [*_from_answers(sight, sheet)]):
        cells = {
            key: kept for key, value in row.cells.items() if (kept := _standing(value, there.get(key))) is not None
        }
        cells = _of_both_sides(sight.walk, sheet, row.id, cells)
        amounts = {key: found for key, q in questions.items() if (found := amounts_of(q, cells.get(key)))}
        for column in sheet.columns:
            if column.look:
                key = (column.id, *(str(cells.get(ours)) for ours in column.where.values()))
                if key not in looked:
                    looked[key] = _looked(sight, column, cells)
                amounts[column.id] = looked[key]
        for column in sheet.columns:
            if column.times:
                amounts[column.id] = multiplied(amounts.get(each, ()) for each in column.times)
        group = str(cells.get(sheet.by, "")) if sheet.by else ""
        made.append(replace(row, cells=cells, amounts=amounts, group=group))
    return tuple(made)


def _of_both_sides(walk: Walk, sheet: Worksheet, row_id: str, cells: dict[str, Value]) -> dict[str, Value]:
    """The cells of a promise, with what the partner said itself, and whether both sides see it alike."""
    of = sheet.promised
    if of is None:
        return cells
    if word := _word(walk, sheet, row_id, cells):
        cells = {**cells, of.theirs: word.status}
    if differ(cells.get(of.ours), cells.get(of.theirs)) and cells.get(of.agree) in (None, "agree"):
        cells = {**cells, of.agree: DIFFER}
    return cells


def said_by_partner(walk: Walk, sheet: Worksheet, row: Row) -> bool:
    """Whether the partner itself says how it sees a promise, as that is worded now."""
    return _word(walk, sheet, row.id, row.cells) is not None


def _word(walk: Walk, sheet: Worksheet, row_id: str, cells: Mapping[str, Value]) -> PartnerWord | None:
    word = walk.partnership.partner_word(row_id)
    return word if word and word.about == cells.get(sheet.name) else None


def standing(sight: Sight, prompt: Prompt, question_ids: Sequence[str]) -> list[tuple[str, Answer]]:
    """The answers to a prompt that hold now, each with what tells it apart from others of the same person."""
    last = any(q.prefill == "last" for q in prompt.questions if q.id in question_ids)
    held: dict[tuple[str, str], tuple[str, Answer]] = {}
    for round_ in sight.rounds(prompt):
        for answer in sorted(sight.answers(round_), key=lambda a: (a.at, a.person)):
            key = (answer.person, round_.id if prompt.every_weeks and not last else "")
            before = held.pop(key, None)
            if before and answer.short:
                unasked = {k: v for k, v in before[1].values.items() if k not in prompt.short}
                answer = replace(answer, values={**unasked, **answer.values})
            held[key] = ("" if last else round_.id, answer)
    return list(held.values())


def _from_answers(sight: Sight, sheet: Worksheet) -> list[Row]:
    prompt = sight.programme.prompt(sheet.prompt)
    filled = {c.id: c.question for c in sheet.columns if c.question}
    in_line = {c.id for c in prompt.question(sheet.rows).columns} if sheet.rows else set()
    wanted = [sheet.rows] if sheet.rows else list(filled.values())
    made = []
    for mark, answer in standing(sight, prompt, wanted):
        for number, line in _lines(sheet, answer):
            given = {key: line.get(q) if q in in_line else answer.values.get(q) for key, q in filled.items()}
            cells = {key: value for key, value in given.items() if value is not None}
            if cells:
                row_id = _row_id(sight.walk, sheet, mark, answer.person, number)
                made.append(Row(id=row_id, cells=cells, person=answer.person))
    return made


def _lines(sheet: Worksheet, answer: Answer) -> Sequence[tuple[int, Mapping[str, Value]]]:
    """The lines that an answer makes, with their numbers; one for all of it where it has no lines."""
    if not sheet.rows:
        return ((0, {}),)
    value = answer.values.get(sheet.rows)
    return [(number, line) for number, line in lines_of(value)] if isinstance(value, list) else ()


def _row_id(walk: Walk, sheet: Worksheet, mark: str, person: str, number: int) -> str:
    secret = walk.partnership.salt or walk.partnership.id
    return ids.made_of("row", secret, sheet.id, mark, person, str(number))[:_ID_CHARS]


def is_by_hand(row_id: str) -> bool:
    """Whether an id is that of a row made by hand: `h1`, `h2`, …"""
    return row_id[:1] == "h" and row_id[1:].isdecimal()


def _corrected(walk: Walk, sheet: Worksheet, made: Sequence[Row]) -> list[Row]:
    """The rows with every edit applied; edits of rows that are gone change nothing."""
    found = {row.id: row for row in made}
    for edit in walk.partnership.edits:
        if edit.worksheet != sheet.id:
            continue
        if edit.row not in found and is_by_hand(edit.row):
            found[edit.row] = Row(id=edit.row, cells={}, by_hand=True)
        row = found.get(edit.row)
        if row is None:
            continue
        if not edit.column:
            found[edit.row] = replace(row, struck=edit.after is None)
            continue
        cells = {key: value for key, value in row.cells.items() if key != edit.column}
        if edit.after is not None:
            cells[edit.column] = edit.after
        found[edit.row] = replace(row, cells=cells, edited=row.edited | {edit.column})
    return list(found.values())


def _there(sight: Sight, questions: Mapping[str, Question], seen: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """For each column that points at people or rows: the values that still stand for somebody or something."""
    people = frozenset(m.person for m in sight.walk.members.values() if m.consent == "given")
    found: dict[str, frozenset[str]] = {}
    for key, question in questions.items():
        if question.kind == "person":
            found[key] = people
        elif question.options_from and seen.isdisjoint(question.options_from):
            values = {option.value for option in question.options}
            for sheet_id in question.options_from:
                other = sight.programme.worksheet(sheet_id)
                values |= {row.id for row in rows(sight, other, seen=seen) if not row.struck}
            found[key] = frozenset(values)
    return found


def _standing(value: Value, there: frozenset[str] | None) -> Value | None:
    if there is None:
        return value
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str) and each in there] or None
    return value if value in there else None


def _looked(sight: Sight, column: Column, cells: Mapping[str, Value]) -> tuple[Amount, ...]:
    """The range of what all said to a question, in lines where `where` agrees with this row."""
    prompt, question = looked_at(sight.programme, column)
    _, question_id, *cell = column.look.split(".")
    said: dict[str, list[Amount]] = {}
    for _, answer in standing(sight, prompt, [question_id]):
        value = answer.values.get(question_id)
        lines = (
            [answer.values]
            if not cell
            else [v for v in value if isinstance(v, Mapping)]
            if isinstance(value, list)
            else []
        )
        for line in lines:
            if all(
                cells.get(ours) is not None and line.get(theirs) == cells[ours] for theirs, ours in column.where.items()
            ):
                said.setdefault(answer.person, []).extend(
                    amounts_of(question, line.get(cell[0] if cell else question_id))
                )
    people = [amounts for amounts in said.values() if amounts]
    if sight.audience is not None and not question.named and len(people) < privacy.least(question):
        return ()  # of those who said something about this very row, too few are left to hide among
    return hull(amount for amounts in people for amount in amounts)
