"""A walk of 50 people, far along: every prompt of some steps answered, and a hundred lines in the value ledger."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from workflows.changes import applied
from workflows.forms import Option
from workflows.kinds import Value
from workflows.people import Group, Membership, Partner, Person
from workflows.programme import Programme, Prompt
from workflows.question import Question
from workflows.walk import Answer, Change, Partnership, Rhythm, Round, StepRun, Walk
from workflows.worksheets import options

NOON = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)
FIRST = ("Ana", "Bo", "Chi", "Dara", "Eli", "Fen", "Gil", "Hana", "Ivo", "Juno")
LAST = ("Ferreira", "Lindqvist", "Nwosu", "Sharma", "Brooks")
SAID = (
    "Answering new members at night",
    "Our list of clinics that listen",
    "Photos that people sent in trust",
    "Reading the small print of every study that asks for us, and saying in plain words what it would mean",
    "The Tuesday call",
    "Translating the leaflet",
    "Trust: people tell us here what they tell nobody else",
    "https://example.org/a/very/long/address/without/any/space/that/has/to/break/somewhere?page=1",
)


def person(number: int) -> str:
    """The id of one of the fifty."""
    return f"m{number:02d}"


def empty_walk(programme: Programme, people: int = 50) -> Walk:
    """Everyone has said yes; m00 facilitates."""
    everyone = tuple(
        Person(id=person(n), name=f"{FIRST[n % 10]} {LAST[n // 10]}", email=f"p{n}@example.org") for n in range(people)
    )
    return Walk(
        version=1,
        partnership=Partnership(
            id="p1",
            workspace="T1",
            group=Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel="C1", currency="EUR"),
            partner=Partner(name="Tidewater Apps", kind="app"),
            programme=programme.id,
            version=programme.version,
            rhythm=Rhythm(weekday=1, hour=9, digest_weekday=4),
            mail_allowed=True,
            started_at=NOON,
            started_by=person(0),
            salt="pepper",
        ),
        people={p.id: p for p in everyone},
        members={
            p.id: Membership(
                person=p.id, role="member" if p.id != person(0) else "facilitator", consent="given", prefers="mail"
            )
            for p in everyone
        },
    )


def big_walk(programme: Programme, steps: int = 4, seed: int = 3) -> Walk:
    """Walk so many steps with made-up answers, the last of them still open with one round open."""
    dice, walk = random.Random(seed), empty_walk(programme)
    for place, step in enumerate(programme.steps[:steps]):
        opened = date(2026, 12, 1) + timedelta(weeks=place)
        closed = None if place == steps - 1 else opened + timedelta(days=6)
        run = StepRun(step=step.id, opened_on=opened, closed_on=closed, how="gate" if closed else "")
        walk = replace(walk, partnership=replace(walk.partnership, steps=(*walk.partnership.steps, run)))
        for prompt in step.prompts:
            walk = _asked(walk, programme, prompt, step.id, dice)
    last = walk.rounds[-1]
    return applied(walk, Change(rounds=(replace(last, closed_at=None),)))


def _asked(walk: Walk, programme: Programme, prompt: Prompt, step: str, dice: random.Random) -> Walk:
    number = len(walk.rounds) + 1
    made = Round(
        id=f"r{number}",
        prompt=prompt.id,
        step=step,
        number=number,
        opens_on=date(2026, 12, 1),
        closes_at=NOON,
        closed_at=None if prompt.standing else NOON,
        standing=prompt.standing,
    )
    few = prompt.to == "facilitators" or prompt.standing
    who = [person(n) for n in range(50)] if not few else [person(0), person(1)]
    known = {
        q.id: options(walk, programme, q.options_from)
        for top in prompt.questions
        for q in (top, *top.columns)
        if q.options_from
    }
    answers = tuple(
        Answer(
            round=made.id,
            person=p,
            revision=1,
            at=NOON + timedelta(minutes=dice.randrange(900)),
            via="web",
            values={q.id: v for q in prompt.questions if (v := _value(q, known, dice)) is not None},
        )
        for p in who
    )
    return applied(walk, Change(rounds=(made,), answers=answers))


def _value(question: Question, known: Mapping[str, tuple[Option, ...]], dice: random.Random) -> Value | None:
    if question.kind == "rows":
        return [  # type: ignore[return-value]  # no column is itself a table
            {c.id: v for c in question.columns if (v := _value(c, known, dice)) is not None} for _ in range(2)
        ]
    if not question.required and dice.random() < 0.4:
        return None
    low, high = int(question.low or 0), int(min(question.high or 40, 40))
    some = sorted(dice.randint(low, high) for _ in range(2))
    match question.kind:
        case "number":
            return str(some[0])
        case "range":
            return {"low": str(some[0]), "high": str(some[1])}
        case "money":
            currency = "EUR" if dice.random() < 0.9 else "USD"
            return {"low": str(some[0] + 10), "high": str(some[1] + 10), "currency": currency}
        case "scale":
            return some[0]
        case "yes_no":
            note = "I saw it twice this month." if dice.random() < 0.1 else ""
            return {"said": dice.choice(("yes", "no", "unsure")), "note": note}
        case "date":
            return "2026-11-20"
        case "person":
            return person(dice.randrange(50))
        case "choice" | "choices":
            picked = [o.value for o in (*question.options, *known.get(question.id, ()))]
            if not picked:
                return None
            one: str = dice.choice(picked)
            return one if question.kind == "choice" else [one]
        case _:
            return dice.choice(SAID)[: question.max_chars]
