"""Walks for the workbook: a group of any size that has answered everything, decided, disagreed and corrected.

Ana facilitates. Everybody answers every prompt of the programme; what they say goes round the options, so that no two
rows are quite alike.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.group import START
from workflows import asked
from workflows.changes import applied
from workflows.forms import Field, Typed
from workflows.kinds import Value, kind_of, rows
from workflows.messages.scene import Scene
from workflows.people import Group, Membership, Partner, Person
from workflows.programme import Programme, Prompt
from workflows.question import Question
from workflows.walk import Answer, Change, Dissent, Milestone, Note, Outcome, Partnership, Rhythm, Round, StepRun, Walk
from workflows.words import Words
from workflows.worksheets import agreed_sheet

TODAY = date(2027, 3, 4)
LATER = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SAID = (
    "Answering night messages from people who were just told",
    "Our member list",
    "Checking whether a cure in the news is true",
    "A summary of 40 side effects that people told us about, with how long each one stayed and what helped",
    "https://example.org/reports/2026/what-members-say-about-side-effects?year=2026",
    "Nobody",
    "The trust that what is said here stays here",
)
NAMES = ("Bo", "Chi", "Dara", "Eli", "Fen", "Gil", "Hana", "Ivo", "Jun", "Kai")


def filled(words: Words, programme: Programme, *, members: int, steps: int = 99) -> Scene:
    """A walk in which everybody has answered every prompt of the first `steps` steps."""
    walk = _people(programme, members, steps)
    for step in programme.steps[:steps]:
        for prompt in (*step.prompts, *(p for d in step.decisions for p in d.prompts)):
            walk = _answered(walk, programme, step.id, prompt)
        for decision in step.decisions:
            walk = _decided(walk, programme, decision.id)
    return Scene(words=words, walk=walk, programme=programme)


def _people(programme: Programme, members: int, steps: int) -> Walk:
    names = ["Ana Ferreira"] + [f"{NAMES[n % len(NAMES)]} {'ABCDE'[n // len(NAMES) % 5]}." for n in range(members - 1)]
    people = {f"m{n}": Person(id=f"m{n}", name=name, zone="Europe/Lisbon") for n, name in enumerate(names)}
    begun = programme.steps[:steps]
    runs = tuple(
        StepRun(
            step=step.id,
            opened_on=date(2026, 12, 1) + timedelta(weeks=6 * n),
            closed_on=date(2027, 1, 10) + timedelta(weeks=6 * n) if step is not begun[-1] else None,
            how="facilitator" if n == 1 else "gate" if step is not begun[-1] else "",
            reason="Two of us are ill, and the table is full enough." if n == 1 else "",
            notes=_notes() if n == 0 else (),
        )
        for n, step in enumerate(begun)
    )
    partnership = Partnership(
        id="p1",
        workspace="T1",
        group=Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel="C1", currency="EUR"),
        partner=Partner(name="Tidewater Apps", kind="app"),
        programme=programme.id,
        version=programme.version,
        rhythm=Rhythm(weekday=1, hour=9, digest_weekday=4),
        mail_allowed=True,
        started_at=START,
        started_by="m0",
        salt="salt",
        steps=runs,
    )
    memberships = {
        p: Membership(person=p, role="facilitator" if p == "m0" else "member", consent="given") for p in people
    }
    milestones = tuple(
        Milestone(
            id=plan.id,
            title=plan.title,
            owner=f"m{n % members}",
            due=date(2027, 1, 4) + timedelta(days=plan.days),
            done_on=date(2027, 1, 20) if n % 3 == 0 else None,
        )
        for n, plan in enumerate(plan for step in begun for plan in step.milestones)
    )
    return Walk(version=1, partnership=partnership, people=people, members=memberships, milestones=milestones)


def _notes() -> tuple[Note, ...]:
    at = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
    return (
        Note(what="extended", by="m0", at=at, reason="It was a holiday week."),
        Note(what="quorum", by="m0", at=at, reason="Four of us are in hospital."),
        Note(what="reopened", by="m0", at=at + timedelta(days=9), reason="We forgot the translations."),
    )


def _answered(walk: Walk, programme: Programme, step: str, prompt: Prompt) -> Walk:
    """Everybody answers a round of `prompt`, and it closes."""
    number = len(walk.rounds) + 1
    closed = START + timedelta(days=number)
    round_ = Round(
        id=f"r{number}",
        prompt=prompt.id,
        step=step,
        number=number,
        opens_on=closed.date(),
        closes_at=closed,
        closed_at=None if prompt.standing else closed,
        standing=prompt.standing,
    )
    put = asked.resolved(walk, programme, prompt)
    answers = tuple(
        Answer(
            round=round_.id,
            person=person,
            revision=1,
            at=closed - timedelta(hours=5),
            via="slack",
            values={q.id: value for q in put.questions if (value := said(q, n + number)) is not None},
        )
        for n, person in enumerate(walk.members)
    )
    return applied(walk, Change(rounds=(round_,), answers=answers))


def said(question: Question, n: int) -> Value | None:
    """What the n-th person says to a question."""
    typed: Typed
    if question.kind == "rows":
        cells = [_typed(rows.cell(question, line, c), n * 2 + line) for line in (0, 1) for c in question.columns]
        typed = {field: text for cell in cells for field, text in cell.items()}
    else:
        typed = _typed(question, n)
    return kind_of(question).parse(question, typed)


def _typed(question: Question, n: int) -> Typed:
    if question.kind == "ranked":
        fields = kind_of(question).fields(question)
        return {f.id: question.options[(i + n) % len(question.options)].value for i, f in enumerate(fields)}
    if question.kind == "dots":
        return {question.id: tuple(o.value for o in question.options[n % 2 : n % 2 + 2])}
    return {field.id: _field(question, field, n) for field in kind_of(question).fields(question)}


def _field(question: Question, field: Field, n: int) -> str | tuple[str, ...]:
    match field.widget:
        case "number":
            wanted = Decimal(n % 4 + (6 if field.id.endswith(".high") else 1))
            return str(min(max(wanted, question.low or wanted), question.high or wanted))
        case "choice":
            return field.options[n % len(field.options)].value
        case "choices":
            return tuple(field.options[(n + i) % len(field.options)].value for i in range(min(2, len(field.options))))
        case "date":
            return f"2027-0{n % 9 + 1}-15"
        case _ if field.id.endswith(".currency"):
            return "EUR"
        case _:
            return SAID[n % len(SAID)][: min(field.max_chars, question.max_chars)]


def _decided(walk: Walk, programme: Programme, decision_id: str) -> Walk:
    """The group decides, with one who stood aside and one objection that was met."""
    decision, partnership = programme.decision(decision_id), walk.partnership
    closing = next(r for r in walk.rounds if r.prompt == decision.prompts[-1].id)
    everybody = tuple(walk.members)
    blank = Outcome(
        decision=decision_id,
        number=1,
        round=closing.id,
        at=START + timedelta(days=40),
        result="blocked",
        method="consent",
        text=decision.proposal,
        took_part=everybody[: len(everybody) * 3 // 4],
        of=len(everybody),
    )
    if decision.method != "consent":
        counts = (("The first option", 9), ("The second one", 7), ("One more", 3))
        voted = replace(
            blank, result="chosen", method="dots, counted one by one", text="The first option", counts=counts
        )
        return replace(walk, partnership=replace(partnership, outcomes=(*partnership.outcomes, voted)))
    met = Dissent(word="object", reason="The hours of carers are missing.", met="We added a row for them.", person="m2")
    agreed = replace(
        blank,
        number=2,
        at=LATER,
        result="agreed",
        counts=(("consent", len(blank.took_part) - 1), ("aside", 1), ("object", 0)),
        dissent=(met, Dissent(word="aside", reason="I was away for most of this.\nI cannot judge it.")),
        advice=("Please look at the hours again in spring.",),
        review_on=date(2027, 9, 1),
    )
    sheets = partnership.sheets
    if decision.worksheet:
        sheet = agreed_sheet(walk, programme, programme.worksheet(decision.worksheet), decision=decision_id, now=LATER)
        sheets = (*sheets, sheet)
        agreed = replace(agreed, sheet_version=sheet.version, text_hash=sheet.text_hash)
    outcomes = (*partnership.outcomes, replace(blank, dissent=(replace(met, met=""),)), agreed)
    return replace(walk, partnership=replace(partnership, outcomes=outcomes, sheets=sheets))
