"""A worksheet turned round: a row for each question of its prompt, a column for each answer, filled with counts.

It counts the newest round that has closed, or, before one has, the open one. Notes stand beside the counts once enough
people answered for nobody to be guessed by their words, named or not; they come in an order that tells nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows import privacy
from workflows.kinds import Value, kind_of
from workflows.programme import Prompt, Worksheet
from workflows.question import Audience, Question
from workflows.walk import Round
from workflows.worksheet_rows import Row, Sight

_NOTES = "Notes"  # stands beside the words of the kinds: Yes, No, Not sure
COUNTED = ("yes_no", "choice", "scale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts to draw. A question whose answers are held back has no counts."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    questions: tuple[str, ...]
    withheld: bool


def tally_rows(sight: Sight, sheet: Worksheet) -> tuple[Row, ...]:
    """A row for each question that anybody answered; its cells are counts by answer. Ungated, for gates."""
    prompt = sight.programme.prompt(sheet.prompt)
    of = _round(sight, prompt)
    answers = sight.walk.answers_to(of.id) if of else ()
    made = []
    for question in _counted(prompt):
        said = Counter(_said(v) for a in answers if (v := a.values.get(question.id)) is not None)
        if said:
            made.append(Row(id=question.id, cells=dict(said)))
    return tuple(made)


def tally(sight: Sight, sheet: Worksheet, audience: Audience) -> Tally:
    """The counts as an audience may see them."""
    prompt = sight.programme.prompt(sheet.prompt)
    asked = [q for q in _counted(prompt) if privacy.reaches(q, audience)]
    seen = {q.id: _seen(sight, prompt, q, audience) for q in asked}
    columns = dict(pair for q in asked for pair in _answers(q).items())
    notes = {q.id: _notes(q, seen[q.id]) for q in asked}
    with_notes = any(notes.values())
    rows = []
    for question in asked:
        said = Counter(_said(value) for value in seen[question.id])
        own = _answers(question)
        counts = [str(said[key]) if key in own and said else "" for key in columns]
        rows.append((question.label, *counts, *([notes[question.id]] if with_notes else [])))
    return Tally(
        headers=(prompt.title, *columns.values(), *([_NOTES] if with_notes else [])) if asked else (),
        rows=tuple(rows),
        questions=tuple(q.id for q in asked),
        withheld=bool(asked) and not any(seen.values()) and (any(not q.named for q in asked) or _waits(sight, prompt)),
    )


def _counted(prompt: Prompt) -> list[Question]:
    return [q for q in prompt.questions if q.kind in COUNTED]


def _round(sight: Sight, prompt: Prompt) -> Round | None:
    rounds = sight.rounds(prompt)
    closed = [r for r in rounds if r.closed_at]
    newest = closed or rounds
    return newest[-1] if newest else None


def _waits(sight: Sight, prompt: Prompt) -> bool:
    of = _round(sight, prompt)
    return of is not None and bool(sight.walk.answers_to(of.id))


def _seen(sight: Sight, prompt: Prompt, question: Question, audience: Audience) -> Sequence[Value]:
    of = _round(sight, prompt)
    if of is None:
        return ()
    answers, closed = sight.walk.answers_to(of.id), of.closed_at is not None
    return [s.value for s in privacy.shown(question, answers, audience, closed=closed, reader=sight.reader)]


def _answers(question: Question) -> Mapping[str, str]:
    """Every answer there is, and its words; steps of a scale by their number, for their words differ by question."""
    if question.kind == "scale":
        assert question.low is not None
        assert question.high is not None
        return {str(step): str(step) for step in range(int(question.low), int(question.high) + 1)}
    return {option.value: option.label for option in kind_of(question).fields(question)[0].options}


def _said(value: Value) -> str:
    return value["said"] if isinstance(value, dict) else str(value)


def _notes(question: Question, seen: Sequence[Value]) -> str:
    if len(seen) < privacy.least(question):
        return ""
    return "\n".join(sorted(v["note"] for v in seen if isinstance(v, dict) and v.get("note")))
