"""A made-up group that walks a whole programme, so that every prompt is shown as it is put and every worksheet filled.

Promises: nothing by chance, so that the same programme gives the same preview. What people say goes round a few
sentences, and what a round of deciding comes to is decided by the engine, as in earnest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from workflows import asked, together
from workflows.changes import applied
from workflows.forms import Field, Typed
from workflows.kinds import Value, kind_of, rows
from workflows.messages import examples
from workflows.programme import Programme, Prompt, Step
from workflows.question import Question
from workflows.walk import Answer, Change, Milestone, Round, StepRun, Walk

_SAID = (
    "Answering night messages from people who were just told",
    "Our member list",
    "Checking whether a cure in the news is true",
    "The trust that what is said here stays here",
    "A summary of 40 side effects that people told us about, with how long each one stayed and what helped",
    "Nobody asked us so far",
    "Reading the small print together",
)
_HOLDS = "keep"  # what a review is answered with by who wants nothing changed
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One prompt on the way: the walk when it is put, and when everybody has answered and its round is over."""

    step: Step
    prompt: Prompt
    round: Round
    put: Walk
    after: Walk


def legs(programme: Programme) -> Iterator[Leg]:
    """Walk a programme from its first prompt to its last, step by step."""
    walk = examples.walk(programme)
    partnership = replace(walk.partnership, steps=(), salt="preview", next_round_on=None)
    partnership = replace(partnership, group=replace(partnership.group, currency="EUR"))
    walk = replace(walk, partnership=partnership, rounds=(), answers=(), milestones=())
    for step in programme.steps:
        walk = _begun(walk, step)
        for prompt in (*step.prompts, *(p for d in step.decisions for p in d.prompts)):
            put, round_ = with_round(walk, step, prompt)
            walk = answered(put, programme, round_)
            yield Leg(step=step, prompt=prompt, round=round_, put=put, after=walk)


def with_round(walk: Walk, step: Step, prompt: Prompt) -> tuple[Walk, Round]:
    """The walk with a round of `prompt` that is open."""
    number = len(walk.rounds) + 1
    opens = (examples.NOW + _WEEK * (number - 1)).date()
    round_ = Round(
        id=f"r{number}",
        prompt=prompt.id,
        step=step.id,
        number=number,
        opens_on=opens,
        closes_at=examples.NOW + _WEEK * (number - 1) + timedelta(days=5),
        standing=prompt.standing,
    )
    return applied(walk, Change(rounds=(round_,))), round_


def answered(walk: Walk, programme: Programme, round_: Round, *, word: str = "") -> Walk:
    """The walk once everybody has answered a round and it is over; the first says `word` where they decide."""
    prompt = asked.resolved(walk, programme, programme.prompt(round_.prompt))
    people = tuple(m.person for m in walk.counted())
    at = round_.closes_at
    answers = tuple(
        Answer(
            round=round_.id,
            person=person,
            revision=1,
            at=at - timedelta(hours=5),
            via="slack",
            values=_values(prompt, n, word if n == 0 else _HOLDS if prompt.stage == "review" else ""),
        )
        for n, person in enumerate(people)
    )
    over = walk if round_.standing else applied(walk, Change(rounds=(replace(round_, closed_at=at),)))
    over = applied(over, Change(answers=answers))
    return applied(over, _without_plan(together.concluded(over, programme, round_, now=at)))


def unanswered(walk: Walk, programme: Programme, round_: Round) -> Walk:
    """The walk once too few have answered a round of deciding, again and again."""
    over = applied(walk, Change(rounds=(replace(round_, closed_at=round_.closes_at),)))
    return applied(over, _without_plan(together.lapsed(over, programme, round_, now=round_.closes_at)))


def _without_plan(change: Change) -> Change:
    return replace(change, plan=())


def _begun(walk: Walk, step: Step) -> Walk:
    now = _now(walk)
    runs = tuple(replace(r, closed_on=r.closed_on or now.date(), how="gate") for r in walk.partnership.steps)
    run = StepRun(step=step.id, opened_on=now.date())
    milestones = tuple(
        Milestone(id=plan.id, title=plan.title, owner=examples.ANA, due=now.date() + timedelta(days=plan.days))
        for plan in step.milestones
    )
    kept = replace(walk.partnership, steps=(*runs, run))
    return applied(walk, Change(partnership=kept, milestones=milestones))


def _now(walk: Walk) -> datetime:
    return examples.NOW + _WEEK * len(walk.rounds)


def _values(prompt: Prompt, n: int, word: str) -> Mapping[str, Value]:
    values = {}
    for place, question in enumerate(prompt.questions):
        value = kind_of(question).parse(question, _typed(question, n, place, word))
        if value is not None:
            values[question.id] = value
    return values


def _typed(question: Question, n: int, place: int, word: str) -> Typed:
    match question.kind:
        case "rows":
            lines = ((line, column) for line in (0, 1) for column in question.columns)
            cells = (_typed(rows.cell(question, line, c), 2 * n + line, place, "") for line, c in lines)
            return {field: typed for cell in cells for field, typed in cell.items()}
        case "dots":
            return {question.id: tuple(o.value for o in question.options[n % 2 : n % 2 + min(question.most or 3, 2)])}
        case "ranked":
            fields, many = kind_of(question).fields(question), len(question.options)
            return {f.id: question.options[(i + n // 3) % many].value for i, f in enumerate(fields)}
        case "consent":
            return _consent(question, n, word)
        case _:
            fields = kind_of(question).fields(question)
            return {f.id: word if word and f.widget == "choice" else _cell(question, f, n, place) for f in fields}


def _consent(question: Question, n: int, word: str) -> Typed:
    if word:
        return {question.id: word, f"{question.id}.why": "It names what some of us earn. That could cost them money."}
    if n == 1:
        return {question.id: "aside", f"{question.id}.why": "I was away for most of this and cannot judge it."}
    return {question.id: "consent"}


def _cell(question: Question, field: Field, n: int, place: int) -> str | tuple[str, ...]:
    match field.widget:
        case "number":
            wanted = Decimal(n % 4 + (6 if field.id.endswith(".high") else 1))
            low, high = question.low, question.high
            wanted = wanted if low is None else max(wanted, low)
            return str(wanted if high is None else min(wanted, high))
        case "choice":
            return field.options[n % len(field.options)].value
        case "choices":
            return tuple({field.options[(n + i) % len(field.options)].value: 0 for i in range(2)})
        case "date":
            return f"2027-{n % 9 + 1:02d}-15"
        case _ if field.id.endswith(".currency"):
            return question.currency or "EUR"
        case _:
            return _SAID[(n + place) % len(_SAID)][: min(field.max_chars, question.max_chars)]
