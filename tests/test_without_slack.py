"""Slack takes Fairsteps out: whoever mail reaches goes on by mail, the rest waits, and nobody gets anything twice.

A real Valkey and a real mail server; the Slack of these stories takes every message and remembers it.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest

from tests import slack_home
from tests.group import PEOPLE, START, members, partnership
from tests.mail_home import Keeping, server
from tests.slack_home import Moody, moody_slack, valkey
from worker.deliver import deliver
from worker.wiring import House, build
from workflows import joining
from workflows.people import Group, Person
from workflows.ticket import Ticket
from workflows.walk import Change, Round, Walk

TEAM = "T0HARBOUR"
REMOVED = START + timedelta(days=3)  # a Sunday, before the first questions
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture(scope="module")
def slack() -> Iterator[Moody]:
    stamps = count(1)

    def takes(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        return 200, {}, {"ok": True, "channel": body.get("channel", "C1"), "ts": f"{next(stamps)}.1", "messages": []}

    with moody_slack() as moody:
        moody.answer = takes
        yield moody


@pytest.fixture(scope="module")
def home(slack: Moody, keeping: Keeping, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with valkey(tmp_path_factory.mktemp("state")) as url, server(keeping) as smtp:
        settings = slack_home.settings(url, slack.url)
        yield build(settings.model_copy(update={"clock": "virtual", "smtp_url": smtp}))


@pytest.fixture
def house(home: House, slack: Moody, keeping: Keeping) -> House:
    """Harbour Circle takes part, Ana, Bo, Eli and Fen in Slack, Dara by mail; Fen's address is not known."""
    home.redis.flushall()
    keeping.mails.clear()
    slack.asked.clear()
    home.clock.move(START)
    added(home)
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel="C1")
    start = partnership(id="p1", workspace=TEAM, group=group, version=home.programmes["five-steps"].version)
    change = joining.started(start, members(), everyone=False, now=START)
    people = tuple(replace(p, email=None) if p.id == "fen" else p for p in PEOPLE)
    home.workspaces.add_partnership(TEAM, "p1")
    home.walks.begin_walk(replace(change, people=people))
    (enrol,) = [c for chunk in home.due.claim(now=START) for c in chunk]
    home.walks.change("p1", lambda walk: joining.enrolled(walk, people, now=START), claim=enrol)
    agree(home, "ana", "bo", "dara", "eli", "fen")
    return home


def added(house: House) -> None:
    """Somebody adds Fairsteps to the Slack."""
    bot = '{"bot_token": "xoxb-1", "bot_id": "B1", "bot_user_id": "U1", "team_id": "T0HARBOUR", "installed_at": 1.0}'
    house.installations.save(TEAM, {"bot": bot})
    house.cases.workspace_installed(TEAM, "Harbour", "U0ANA")


def removed(house: House) -> None:
    """Somebody takes it out."""
    house.installations.delete_all(TEAM)
    house.cases.workspace_removed(TEAM)


def agree(house: House, *people: str) -> None:
    for person in people:
        house.cases.give_consent(Ticket(workspace=TEAM, partnership="p1", person=person), True, via="web")


def until(house: House, then: datetime) -> None:
    """Let time pass, from one full hour in which something is due to the next."""
    while (now := house.clock.now()) < then:
        for _ in range(4):
            if not (due := [c for chunk in house.due.claim(now=now, lease_ms=60_000) for c in chunk]):
                break
            deliver(house, due)
        hours = math.ceil(((house.due.next_at() or then) - now) / timedelta(hours=1))
        house.clock.move(min(then, now + timedelta(hours=max(1, hours))))


def walk(house: House) -> Walk:
    return house.walks.get("p1")


def mails(keeping: Keeping, to: str) -> list[EmailMessage]:
    return [mail for mail in keeping.read() if str(mail["To"]).endswith(f"{to}@example.org>")]


def subjects(keeping: Keeping, to: str) -> list[str]:
    return [str(mail["Subject"]) for mail in mails(keeping, to)]


def posts(slack: Moody, to: str) -> list[str]:
    return [body["text"] for body in slack.of("chat.postMessage") if body["channel"] == to]


def title(house: House) -> str:
    """What the first round is called."""
    programme = house.programmes.of(walk(house).partnership)
    return programme.prompt(first_round(house).prompt).title


def first_round(house: House) -> Round:
    return next(r for r in walk(house).rounds if not r.standing)


def test_whoever_mail_reaches_is_asked_by_mail_and_not_again_when_slack_is_back(
    house: House, slack: Moody, keeping: Keeping
) -> None:
    until(house, REMOVED)
    removed(house)
    noon = REMOVED + timedelta(days=2, hours=2)
    until(house, noon)  # of Tuesday: who was asked at nine could still be asked again in time
    asked = title(house)
    for person in ("ana", "bo", "dara"):
        assert subjects(keeping, person).count(asked) == 1, person
    added(house)
    until(house, noon + timedelta(hours=6))
    assert asked not in posts(slack, "U0BO")
    assert asked not in posts(slack, "U0ANA")
    assert asked in posts(slack, "U0ELI"), "whose nine o'clock came after that"
    assert asked not in subjects(keeping, "eli")


def test_who_has_slack_alone_waits_and_gets_it_when_slack_is_back(house: House, slack: Moody, keeping: Keeping) -> None:
    until(house, REMOVED)
    removed(house)
    opens = datetime.combine(REMOVED.date() + timedelta(days=2), REMOVED.time(), REMOVED.tzinfo)
    until(house, opens)
    asked = title(house)
    assert asked not in posts(slack, "U0FEN")
    assert asked in subjects(keeping, "dara")
    added(house)
    until(house, opens + timedelta(hours=2))
    assert posts(slack, "U0FEN").count(asked) == 1
    assert any(asked in text for text in posts(slack, "C1")), "and so does the channel"


def test_facilitators_hear_once_by_mail_who_goes_on_and_who_waits(house: House, slack: Moody, keeping: Keeping) -> None:
    until(house, REMOVED)
    removed(house)
    house.cases.workspace_removed(TEAM, why="tokens_revoked")
    until(house, REMOVED + timedelta(days=2))
    subject = house.words("without_slack.subject", group="Harbour Circle")
    (told,) = [mail for mail in mails(keeping, "ana") if mail["Subject"] == subject]
    text = " ".join(told.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]  # each of ours has one
    on, out = text.partition("go on by mail with you")[2].split("These cannot be reached now")
    assert all(name in on for name in ("Bo Lindqvist", "Dara Sharma", "Eli Brooks"))
    assert "Fen Okada" in out
    assert subject not in subjects(keeping, "bo")


def test_nothing_is_said_when_it_is_added_again_within_the_hour(house: House, keeping: Keeping) -> None:
    until(house, REMOVED)
    removed(house)
    added(house)
    until(house, REMOVED + timedelta(days=1))
    assert house.words("without_slack.subject", group="Harbour Circle") not in subjects(keeping, "ana")


def test_a_group_that_no_mail_reaches_waits_whole(house: House, slack: Moody, keeping: Keeping) -> None:
    until(house, REMOVED)
    house.walks.change("p1", lambda w: joining.consented(w, "dara", given=False, prefers=None, via="web", now=REMOVED))
    quiet = replace(walk(house).partnership, mail_allowed=False)
    house.walks.change("p1", lambda w: Change(partnership=quiet))
    removed(house)
    before = len(keeping.mails)
    until(house, REMOVED + timedelta(days=1, hours=8))
    assert walk(house).rounds == ()
    assert len(keeping.mails) == before
    added(house)
    until(house, REMOVED + timedelta(days=1, hours=10))
    assert walk(house).rounds, "what waited goes on at once"


def test_an_answer_by_web_changes_the_prompt_in_slack_once_slack_is_back(
    house: House, slack: Moody, keeping: Keeping
) -> None:
    asked_at = REMOVED + timedelta(days=2)
    until(house, asked_at)
    first = first_round(house)
    assert title(house) in posts(slack, "U0FEN")
    removed(house)
    ticket = Ticket(workspace=TEAM, partnership="p1", person="fen", subject=first.id)
    house.cases.skip(ticket, via="web")
    until(house, asked_at + timedelta(hours=5))
    assert not slack.of("chat.update")
    added(house)
    until(house, asked_at + timedelta(hours=7))
    assert slack.of("chat.update")


def test_people_who_are_named_while_slack_is_gone_are_asked_by_mail(house: House, keeping: Keeping) -> None:
    until(house, REMOVED)
    removed(house)
    people = house.cases
    new = Person(id="hana", name="Hana Sato", email="hana@example.org", zone="Europe/Lisbon")
    people.add_person("p1", new, role="member", prefers="mail")
    until(house, REMOVED + timedelta(hours=3))
    assert len(mails(keeping, "hana")) == 1
    assert walk(house).members["hana"].consent == "asked"
