"""What rows are called elsewhere, and how a cell reads: the words behind people, rows and options filled in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import count

from workflows.amounts import told
from workflows.forms import Option
from workflows.kinds import kind_of
from workflows.programme import Programme, Worksheet
from workflows.question import Audience, Question
from workflows.walk import Walk
from workflows.worksheet_columns import is_unnamed, questions_of, visible
from workflows.worksheet_rows import Row, Sight, rows

_NAME_CHARS = 75  # an option's text in Slack


def options(
    walk: Walk,
    programme: Programme,
    sheet_ids: Sequence[str],
    audience: Audience = "group",
    *,
    person: str = "",
    seen: frozenset[str] = frozenset(),
) -> tuple[Option, ...]:
    """The rows of worksheets to choose from, by their names; `person` is who chooses. No two read the same."""
    return seen_options(Sight(walk=walk, programme=programme, audience=audience, reader=person), sheet_ids, seen=seen)


def seen_options(sight: Sight, sheet_ids: Sequence[str], *, seen: frozenset[str] = frozenset()) -> tuple[Option, ...]:
    """The same through one sight, which keeps what it has worked out."""
    found: list[tuple[str, str]] = []
    for sheet in (sight.programme.worksheet(each) for each in sheet_ids):
        before = f"{sheet.title}: " if len(sheet_ids) > 1 else ""
        found += [(row_id, before + name) for row_id, name in names_of(sight, sheet, seen=seen) if name]
    taken: set[str] = set()
    used: dict[str, int] = {}  # up to which number a name is taken: hundreds of rows may be called the same
    made = []
    for row_id, name in found:
        plain = _cut(name, 1)
        number = next(n for n in count(used.get(plain, 0) + 1) if _cut(name, n) not in taken)
        used[plain] = number
        taken.add(_cut(name, number))
        made.append(Option(value=row_id, label=_cut(name, number)))
    return tuple(made)


def struck_out(walk: Walk, programme: Programme, sheet: Worksheet, audience: Audience) -> tuple[tuple[str, str], ...]:
    """Id and name of the rows that facilitators struck out, for whoever may bring them back."""
    if not any(edit.worksheet == sheet.id and not edit.column for edit in walk.partnership.edits):
        return ()
    sight = Sight(walk=walk, programme=programme, audience=audience)
    return tuple(names_of(sight, sheet, struck=True))


def told_question(sight: Sight, question: Question, *, seen: frozenset[str] = frozenset()) -> Question:
    """A question with everything filled in that its cells need to be read: names, rows, currency."""
    walk = sight.walk
    if question.kind == "person":
        people = (walk.people[m.person] for m in walk.members.values() if m.consent == "given")
        return replace(question, options=tuple(Option(value=p.id, label=p.name) for p in people))
    if question.kind == "money":
        return replace(question, currency=question.currency or walk.group.currency)
    if question.options_from and seen.isdisjoint(question.options_from):
        return replace(question, options=(*question.options, *seen_options(sight, question.options_from, seen=seen)))
    return question


def column_questions(sight: Sight, sheet: Worksheet, wanted: Collection[str]) -> Mapping[str, Question]:
    """The questions behind the `wanted` columns of a worksheet, with everything filled in."""
    found = questions_of(sight.programme, sheet)
    seen = frozenset({sheet.id})
    return {key: told_question(sight, question, seen=seen) for key, question in found.items() if key in wanted}


def cell_of(row: Row, column: str, questions: Mapping[str, Question]) -> str:
    """How a cell reads; `questions` are those behind the columns that are not computed, with their words filled in."""
    question = questions.get(column)
    if question is None:
        return told(row.amounts.get(column, ()))
    value = row.cells.get(column)
    return "" if value is None else kind_of(question).show(question, value)


def names_of(
    sight: Sight, sheet: Worksheet, *, seen: frozenset[str] = frozenset(), struck: bool = False
) -> list[tuple[str, str]]:
    """Id and name of each row, as far as the audience may see the column that names them."""
    assert sight.audience is not None, "names are output: somebody looks at them"
    column = next((c for c in visible(sight.programme, sheet, sight.audience) if c.id == sheet.name), None)
    if sheet.tally or column is None:
        return []
    found = [row for row in rows(sight, sheet, seen=seen) if row.struck == struck]
    if is_unnamed(sight.programme, sheet):
        found.sort(key=lambda row: (row.by_hand, row.id))
    asked = questions_of(sight.programme, sheet).get(column.id)
    questions = {column.id: told_question(sight, asked, seen=seen | {sheet.id})} if asked else {}
    return [(row.id, " ".join(cell_of(row, column.id, questions).split())) for row in found]


def _cut(name: str, number: int) -> str:
    """A name that fits, with a number from the second one of its kind on."""
    end = f" ({number})" if number > 1 else ""
    room = _NAME_CHARS - len(end)
    return (name if len(name) <= room else name[: room - 1].rstrip() + "…") + end
