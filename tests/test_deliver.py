"""Each message once: through repeats, crashes on either side of the sending, and servers that are away.

The local Slack, a real mail server, a real Valkey. A crash is made by leaving the way of a message half-way, where a
killed worker would.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from tests import slack_home
from tests.group import PEOPLE, START, members, partnership
from tests.mail_home import Keeping, free_port, server
from tests.slack_front import add
from tests.slack_home import ANA, CHANNEL, ELI, TEAM, LocalSlack, local_slack, moody_slack, valkey
from worker import deliver as way
from worker.deliver import deliver
from worker.handing_over import send_slack
from worker.slack.app import build as build_slack
from worker.store.due import Claim
from worker.wiring import House, build
from workflows import joining
from workflows.occurrences import Occurrence
from workflows.people import Group
from workflows.ticket import Ticket

USERS = {"ana": ANA, "bo": slack_home.BO, "chi": slack_home.CHI, "eli": ELI, "fen": slack_home.FEN}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    with local_slack(tmp_path_factory.mktemp("slack")) as slack:
        yield slack


@pytest.fixture(scope="module")
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture(scope="module")
def home(harbour: LocalSlack, keeping: Keeping, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with valkey(tmp_path_factory.mktemp("state")) as url, server(keeping) as smtp:
        settings = slack_home.settings(url, harbour.api_url)
        yield build(settings.model_copy(update={"clock": "virtual", "smtp_url": smtp}))


_NUMBERS = count(1)


@pytest.fixture
def pid() -> str:
    """A walk of its own for each story: the local Slack remembers the messages of the one before."""
    return f"p{next(_NUMBERS)}"


@pytest.fixture
def house(home: House, harbour: LocalSlack, keeping: Keeping, pid: str) -> House:
    """Harbour Circle has just been started: each is to be asked whether they take part."""
    home.redis.flushall()
    keeping.mails.clear()
    home.clock.move(START)
    assert add(build_slack(home), harbour).status == 302
    begin(home, pid)
    return home


def begin(house: House, pid: str) -> None:
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL)
    people = tuple(replace(p, slack_user=USERS.get(p.id)) for p in PEOPLE)
    start = partnership(id=pid, workspace=TEAM, group=group, version=house.programmes["five-steps"].version)
    change = joining.started(start, members(), everyone=False, now=START)
    house.walks.begin_walk(replace(change, people=people))
    (enrol,) = claims(house)
    house.walks.change(pid, lambda walk: joining.enrolled(walk, people, now=START), claim=enrol)


def claims(house: House, *, lease_ms: int = 60_000, kind: str = "", person: str = "") -> list[Claim]:
    """Claim what is due, and keep of it what the story is about."""
    taken = [c for chunk in house.due.claim(now=house.clock.now(), lease_ms=lease_ms) for c in chunk]
    return [c for c in taken if kind in ("", c.occurrence.kind) and person in ("", c.occurrence.person)]


def keys_of(harbour: LocalSlack, subject: str) -> list[str]:
    """The deliveries, by metadata, of the local Slack's messages that begin with `subject`."""
    found = [m for m in harbour.messages() if m["text"].startswith(subject) and m.get("metadata")]
    return [m["metadata"]["event_payload"]["key"] for m in found]


CONSENT = "Ana Ferreira asks"


def test_five_copies_of_a_task_send_once(house: House, harbour: LocalSlack, pid: str) -> None:
    before = len(keys_of(harbour, CONSENT))
    due = claims(house, kind="consent")
    for _ in range(5):
        deliver(house, due)
    keys = keys_of(harbour, CONSENT)[before:]
    assert len(keys) == len(set(keys)) == 3, "Ana, Bo and Fen in Slack; Dara by mail; Eli still sleeps; Chi not at all"
    assert {r.state for r in house.walks.records(pid).values()} == {"sent"}


def test_a_crash_after_slack_took_it_finds_the_message_and_does_not_send_again(
    house: House, harbour: LocalSlack, pid: str
) -> None:
    before = len(keys_of(harbour, CONSENT))
    first = claims(house, kind="consent", person="bo", lease_ms=0)
    jobs = way._prepare(house, pid, first, now=house.clock.now())
    send_slack(house, jobs)  # and here the worker is killed
    again = claims(house, kind="consent", person="bo")
    assert again[0].fence > first[0].fence
    deliver(house, again)
    assert len(keys_of(harbour, CONSENT)) - before == 1
    (record,) = [r for r in house.walks.records(pid).values() if r.state == "sent"]
    assert record.ref == house.walks.latest(pid, ["consent//bo/slack"])["consent//bo/slack"]


def test_a_look_that_slack_refuses_is_no_no(house: House, harbour: LocalSlack, pid: str) -> None:
    before = len(keys_of(harbour, CONSENT))
    first = claims(house, kind="consent", person="bo", lease_ms=0)
    jobs = way._prepare(house, pid, first, now=house.clock.now())
    send_slack(house, jobs)  # and here the worker is killed
    with moody_slack() as moody:
        moody.answer = lambda method, body: (429, {"Retry-After": "60"}, {"ok": False, "error": "ratelimited"})
        busy = build(house.settings.model_copy(update={"slack_api_url": moody.url}))
        deliver(busy, claims(house, kind="consent", person="bo"))
        assert moody.of("chat.postMessage") == [], "it does not send what may be there already"
        busy.slack.close()
    house.clock.move(house.clock.now() + timedelta(minutes=2))
    deliver(house, claims(house, kind="consent", person="bo"))
    assert len(keys_of(harbour, CONSENT)) - before == 1


def test_a_workspace_that_took_us_out_gets_nothing_until_it_has_us_back(
    house: House, harbour: LocalSlack, keeping: Keeping
) -> None:
    before = len(keys_of(harbour, CONSENT))
    house.cases.workspace_removed(TEAM)
    deliver(house, claims(house, kind="consent"))
    assert (len(keys_of(harbour, CONSENT)), keeping.mails) == (before, [])
    house.cases.workspace_installed(TEAM, "Harbour", ANA)
    house.clock.move(house.clock.now() + timedelta(hours=1))
    deliver(house, claims(house, kind="consent"))
    assert len(keys_of(harbour, CONSENT)) - before == 3
    assert len(keeping.mails) == 1


def test_a_crash_before_sending_sends_later(house: House, harbour: LocalSlack, pid: str) -> None:
    before = len(keys_of(harbour, CONSENT))
    way._prepare(house, pid, claims(house, kind="consent", person="ana", lease_ms=0), now=house.clock.now())
    deliver(house, claims(house, kind="consent", person="ana"))
    assert len(keys_of(harbour, CONSENT)) - before == 1


def test_a_worker_that_wakes_up_too_late_is_turned_away(house: House, harbour: LocalSlack, pid: str) -> None:
    before = len(keys_of(harbour, CONSENT))
    asleep = claims(house, kind="consent", person="fen", lease_ms=0)
    deliver(house, claims(house, kind="consent", person="fen"))
    deliver(house, asleep)
    assert len(keys_of(harbour, CONSENT)) - before == 1


def test_a_mail_waits_for_its_server_and_comes_once_with_its_own_id(house: House, keeping: Keeping, pid: str) -> None:
    away = build(house.settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{free_port()}"}))
    deliver(away, claims(house, kind="consent", person="dara"))
    assert keeping.mails == []
    assert claims(house, kind="consent", person="dara") == [], "not at once"
    house.clock.move(house.clock.now() + timedelta(minutes=20))
    for _ in range(2):
        deliver(house, claims(house, kind="consent", person="dara"))
    (mail,) = keeping.read()
    (key,) = [k for k, r in house.walks.records(pid).items() if r.ref == mail["Message-ID"]]
    assert mail["Message-ID"].startswith(f"<{key}@")


def test_a_server_that_never_says_it_has_a_mail_gets_it_three_times_at_most_and_late(
    house: House, keeping: Keeping, pid: str
) -> None:
    keeping.says["DATA"] = "hang up"
    began, tried_at = house.clock.now(), []
    try:
        for _ in range(60):
            if due := claims(house, kind="consent", person="dara"):
                tried_at.append((house.clock.now() - began) // timedelta(minutes=1))
                deliver(house, due)
            house.clock.move(house.clock.now() + timedelta(minutes=5))
    finally:
        del keeping.says["DATA"]
    assert tried_at == [0, 10, 250]
    assert [r.reason for r in house.walks.records(pid).values() if r.state == "unknown"] == ["lost_after_data"]


def test_a_mail_that_may_have_arrived_and_was_answered_goes_out_no_more(
    house: House, keeping: Keeping, pid: str
) -> None:
    keeping.says["DATA"] = "hang up"
    deliver(house, claims(house, kind="consent", person="dara"))
    del keeping.says["DATA"]
    house.walks.change(
        pid, lambda w: joining.consented(w, "dara", given=False, prefers=None, via="web", now=house.clock.now())
    )
    house.clock.move(house.clock.now() + timedelta(minutes=20))
    deliver(house, claims(house, kind="consent", person="dara"))
    assert keeping.mails == []


def test_who_said_no_meanwhile_is_left_alone(house: House, harbour: LocalSlack, pid: str) -> None:
    before = len(keys_of(harbour, CONSENT))
    due = claims(house, kind="consent", person="bo")
    house.walks.change(
        pid, lambda w: joining.consented(w, "bo", given=False, prefers=None, via="web", now=house.clock.now())
    )
    deliver(house, due)
    assert len(keys_of(harbour, CONSENT)) == before
    assert {(r.state, r.reason) for r in house.walks.records(pid).values()} == {("skipped", "answered")}


def test_one_broken_walk_does_not_stop_another(house: House, harbour: LocalSlack, pid: str) -> None:
    before = len(keys_of(harbour, CONSENT))
    due = claims(house, kind="consent", person="bo")
    lost = Occurrence(workspace=TEAM, partnership="gone", kind="consent", subject="1", person="bo", slot=START)
    deliver(house, [Claim(occurrence=lost, fence=1), *due])
    assert len(keys_of(harbour, CONSENT)) - before == 1


def test_a_yes_settles_both_requests(house: House, harbour: LocalSlack, pid: str) -> None:
    deliver(house, claims(house, kind="consent", person="bo"))
    house.clock.move(START + timedelta(days=4))
    deliver(house, claims(house, kind="consent", person="bo"))
    mine = [m for m in harbour.messages() if m.get("dm_with") == USERS["bo"] and m["text"].startswith(CONSENT)]
    asked = [m["ts"] for m in mine[-2:]]
    ticket = Ticket(workspace=TEAM, partnership=pid, person="bo", subject="consent")
    house.cases.give_consent(ticket, True, via="slack")
    deliver(house, claims(house, kind="settled", person="bo"))
    now = [m for m in harbour.messages() if m["ts"] in asked]
    assert [m["text"] for m in now] == [house.words("settled.subject_yes")] * 2
    assert "consent_yes" not in str(now)
