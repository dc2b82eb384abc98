"""The group of the stories: Ana facilitates, Bo, Eli and Fen are members, Chi left Slack, Dara has mail alone."""

from datetime import UTC, datetime

from workflows import joining
from workflows.people import Group, Membership, Partner, Person
from workflows.walk import Change, Partnership, Rhythm, Walk, applied

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)  # a Thursday
PEOPLE = (
    Person(id="ana", name="Ana Ferreira", slack_user="U0ANA", email="ana@example.org", zone="Europe/Lisbon"),
    Person(id="bo", name="Bo Lindqvist", slack_user="U0BO", email="bo@example.org", zone="Europe/London"),
    Person(id="chi", name="Chi Nwosu", slack_user="U0CHI", zone="Europe/London", reachable=False),
    Person(id="dara", name="Dara Sharma", email="dara@example.org", zone="Asia/Kathmandu"),
    Person(id="eli", name="Eli Brooks", slack_user="U0ELI", email="eli@example.org", zone="America/New_York"),
    Person(id="fen", name="Fen Okada", slack_user="U0FEN", email="fen@example.org"),
)
ASKED = ("ana", "bo", "dara", "eli", "fen")


def partnership(**changed: object) -> Partnership:
    """Harbour Circle and Tidewater Apps, asked on Tuesdays at nine."""
    given: dict[str, object] = {
        "id": "p1",
        "workspace": "T1",
        "group": Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel="C1"),
        "partner": Partner(name="Tidewater Apps", kind="app"),
        "programme": "five-steps",
        "version": "1",
        "rhythm": Rhythm(weekday=1, hour=9, digest_weekday=4),
        "mail_allowed": True,
        "started_at": START,
        "started_by": "ana",
        **changed,
    }
    return Partnership(**given)  # type: ignore[arg-type]  # a test names only what it is about


def members() -> tuple[Membership, ...]:
    """Everyone, not asked yet."""
    return tuple(
        Membership(
            person=p.id,
            role="facilitator" if p.id == "ana" else "member",
            prefers="slack" if p.slack_user else "mail",
        )
        for p in PEOPLE
    )


def new_walk() -> Walk:
    """A walk just started: nobody was asked anything."""
    change = joining.started(partnership(), members(), everyone=False, now=START)
    walk = Walk(version=0, partnership=partnership(), people={}, members={})
    return applied(walk, Change(partnership=change.partnership, members=change.members, people=PEOPLE))


def walking() -> Walk:
    """A walk in which everyone but Chi, who cannot be reached, has said yes."""
    walk = new_walk()
    walk = applied(walk, joining.enrolled(walk, PEOPLE, now=START))
    for person in ASKED:
        walk = applied(walk, joining.consented(walk, person, given=True, prefers=None, via="slack", now=START))
    return walk
