"""The made-up group that every message is shown with: Ana facilitates, Bo answers, Chi said no, Dara has no Slack."""

from datetime import UTC, date, datetime

from workflows.messages.sample import sample_value
from workflows.messages.scene import Scene
from workflows.people import Group, Membership, Partner, Person
from workflows.programme import Programme
from workflows.walk import Answer, Milestone, Partnership, Rhythm, Round, StepRun, Walk
from workflows.words import Words

NOW = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
_WORKSPACE, _WALK = "T0EXAMPLE", "pexample"
ANA, BO, CHI, DARA, ELI, FEN, GIL = "mana", "mbo", "mchi", "mdara", "meli", "mfen", "mgil"


def scene(words: Words, programme: Programme) -> Scene:
    """The group in the middle of the first step: its first round is open and two have answered."""
    return Scene(words=words, walk=walk(programme), programme=programme)


def walk(programme: Programme) -> Walk:
    """The walk of that group."""
    step = programme.steps[0]
    people = (
        Person(id=ANA, name="Ana Ferreira", slack_user="U0ANA", email="ana@example.org", zone="Europe/Lisbon"),
        Person(id=BO, name="Bo Lindqvist", slack_user="U0BO", email="bo@example.org", zone="Europe/London"),
        Person(id=CHI, name="Chi Nwosu", slack_user="U0CHI", zone="Europe/London"),
        Person(id=DARA, name="Dara Sharma", email="dara@example.org", zone="Asia/Kathmandu"),
        Person(id=ELI, name="Eli Brooks", slack_user="U0ELI", email="eli@example.org", zone="America/New_York"),
        Person(id=FEN, name="Fen Okada", slack_user="U0FEN", email="fen@example.org", zone="Europe/London"),
        Person(id=GIL, name="Gil Duarte", slack_user="U0GIL", email="gil@example.org", zone="Europe/Lisbon"),
    )
    return Walk(
        version=1,
        partnership=_partnership(programme, step.id),
        people={p.id: p for p in people},
        members={p.id: _membership(p) for p in people},
        rounds=(_round(1, step.id, step.prompts[0].id),),
        milestones=(
            Milestone(id="keeper", title=step.milestones[0].title, owner=ANA, due=date(2026, 12, 10)),
            Milestone(id="copy", title="Share the signed copy with all members", owner=BO, due=date(2026, 12, 1)),
        ),
        answers=(_answer(programme, BO), _answer(programme, ELI)),
    )


def _membership(person: Person) -> Membership:
    return Membership(
        person=person.id,
        role="facilitator" if person.id == ANA else "member",
        consent="refused" if person.id == CHI else "given",
        consent_at=datetime(2026, 11, 27, 10, 0, tzinfo=UTC),
        prefers="slack" if person.slack_user else "mail",
    )


def _partnership(programme: Programme, step: str) -> Partnership:
    return Partnership(
        id=_WALK,
        workspace=_WORKSPACE,
        group=Group(id="gexample", name="Harbour Circle", zone="Europe/Lisbon", channel="C0HARBOUR"),
        partner=Partner(name="Tidewater Apps", kind="app"),
        programme=programme.id,
        version=programme.version,
        rhythm=Rhythm(weekday=1, hour=9, digest_weekday=4),
        mail_allowed=True,
        started_at=datetime(2026, 11, 26, 10, 0, tzinfo=UTC),
        started_by=ANA,
        next_round_on=date(2026, 12, 8),
        steps=(StepRun(step=step, opened_on=date(2026, 12, 1)),),
    )


def _round(number: int, step: str, prompt: str) -> Round:
    return Round(
        id=f"r{number}",
        prompt=prompt,
        step=step,
        number=number,
        opens_on=date(2026, 12, 1),
        closes_at=datetime(2026, 12, 6, 9, 0, tzinfo=UTC),
    )


def _answer(programme: Programme, person: str) -> Answer:
    questions = programme.steps[0].prompts[0].questions
    return Answer(
        round="r1",
        person=person,
        revision=1,
        at=datetime(2026, 12, 2, 18, 30, tzinfo=UTC),
        via="slack",
        values={q.id: sample_value(q) for q in questions},
    )
