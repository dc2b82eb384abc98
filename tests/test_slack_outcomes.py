"""Each row of the table of Slack's error codes holds for a call through a real server, and each tells whom it marks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation

from tests.group import START, partnership
from tests.slack_home import BO, CHANNEL, TEAM, Moody, moody_slack, settings, valkey
from worker.cases import Cases
from worker.deliver import deliver
from worker.slack.client import CheckedClient
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.limits import SlackLimit
from worker.slack.outcomes import Paused, not_so_fast, of_error, told
from worker.slack.outcomes_table import METHODS, TABLE, Row
from worker.slack.send import Posting, Slack
from worker.slack.turns import Turns
from worker.store.connection import Client, connect
from worker.store.due import Claim
from worker.store.pace import Pace
from worker.wiring import House, build
from workflows import joining
from workflows.errors import GiveUp, Retry, StoreUnavailable
from workflows.ids import person_id
from workflows.message import Message, Text
from workflows.outcomes import Failed, Later, Outcome, Unknown
from workflows.people import Group, Membership, Person

ROWS = sorted(TABLE.items())
HELLO = Message(kind="prompt", subject="A question", parts=(Text(text="Hello"),))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("state")) as address:
        yield address


@pytest.fixture(scope="module")
def state(url: str) -> Client:
    return connect(url)


@pytest.fixture(scope="module")
def server() -> Iterator[Moody]:
    with moody_slack() as moody:
        yield moody


@pytest.fixture(scope="module")
def sender(state: Client, server: Moody) -> Iterator[Slack]:
    at = settings("redis://127.0.0.1:1", server.url)
    slack = Slack(settings=at, tokens={TEAM: "xoxb-1"}.get, turns=Turns(Pace(state), local=True))
    yield slack
    slack.close()


@pytest.fixture
def slack(state: Client, sender: Slack) -> Slack:
    """Nobody has said "not so fast" yet."""
    state.flushall()
    return sender


def says(moody: Moody, code: str, status: int = 200, **headers: str) -> None:
    moody.answer = lambda method, body: (status, headers, {"ok": False, "error": code})


def sent(slack: Slack, *, to: str, ref: str = "") -> Outcome:
    (outcome,) = slack.post([Posting(workspace=TEAM, delivery="k1", to=to, message=HELLO, ref=ref)])
    return outcome


def expected(code: str, row: Row, *, mark: str) -> Outcome:
    match row.does:
        case "later":
            return Later(reason=code, after=row.after)
        case "failed":
            return Failed(reason=code, mark=mark)  # type: ignore[arg-type]
        case "unknown":
            return Unknown(reason=code)


@pytest.mark.parametrize(("code", "row"), ROWS, ids=[code for code, _ in ROWS])
def test_a_message_to_a_channel_comes_to_what_its_row_says(server: Moody, slack: Slack, code: str, row: Row) -> None:
    says(server, code)
    assert sent(slack, to=CHANNEL) == expected(code, row, mark=row.mark)


@pytest.mark.parametrize(("code", "row"), ROWS, ids=[code for code, _ in ROWS])
def test_a_message_to_a_person_marks_the_person_and_never_a_channel(
    server: Moody, slack: Slack, code: str, row: Row
) -> None:
    says(server, code)
    outcome = sent(slack, to=BO)
    assert outcome == expected(code, row, mark=row.in_dm)
    assert not isinstance(outcome, Failed) or outcome.mark != "channel"


@pytest.mark.parametrize(("code", "row"), ROWS, ids=[code for code, _ in ROWS])
def test_a_look_up_says_later_or_never_and_of_whom(server: Moody, slack: Slack, code: str, row: Row) -> None:
    says(server, code)
    with pytest.raises(GiveUp if row.does == "failed" else Retry) as refused:
        slack.members(TEAM, CHANNEL)
    match refused.value:
        case GiveUp(reason=reason, mark=mark):
            assert (reason, mark) == (code, row.mark)
        case Retry(reason=reason, after=after):
            assert reason == code
            assert row.does == "unknown" or after == row.after


@pytest.mark.parametrize("code", [*(code for code, row in ROWS if row.does == "unknown"), "brand_new_code"])
def test_an_edit_whose_end_is_unknown_is_made_again(server: Moody, slack: Slack, code: str) -> None:
    says(server, code)
    assert isinstance(sent(slack, to=BO, ref="D1:1.1"), Later), "the same edit twice is one edit"


def test_a_code_that_nobody_has_seen_is_unknown(server: Moody, slack: Slack) -> None:
    says(server, "brand_new_code")
    assert sent(slack, to=CHANNEL) == Unknown(reason="brand_new_code")
    says(server, "A code of tomorrow, with words")
    assert sent(slack, to=CHANNEL) == Unknown(reason="unreadable_code")


def test_whoever_can_mend_it_is_told() -> None:
    assert {row.told for _, row in ROWS if row.mark in ("person", "channel")} == {"facilitators"}
    assert {row.told for _, row in ROWS if row.mark in ("workspace", "scope")} == {"installer"}
    assert {row.told for _, row in ROWS if not row.mark} == {"nobody", "operator"}
    assert told("brand_new_code") == "nobody"
    assert all(row.why for _, row in ROWS)
    assert all((row.after > timedelta(0)) == (row.does == "later") for _, row in ROWS)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((429, {"Retry-After": "17"}, {"ok": False, "error": "ratelimited"}), timedelta(seconds=17)),
        ((429, {}, "slow down"), timedelta(seconds=30)),
        ((429, {"Retry-After": "soon"}, "slow down"), timedelta(seconds=30)),
        ((200, {"Retry-After": "5"}, {"ok": False, "error": "rate_limited"}), timedelta(seconds=5)),
    ],
)
def test_not_so_fast_is_later_by_as_much_as_slack_says(
    server: Moody, slack: Slack, answer: Any, outcome: timedelta
) -> None:
    server.answer = lambda method, body: answer
    found = sent(slack, to=CHANNEL)
    assert isinstance(found, Later)
    assert found.after == outcome


def test_what_listeners_call_is_told_by_the_same_table(server: Moody) -> None:
    says(server, "exchanged_trigger_id")
    client = CheckedClient(token="xoxb-1", base_url=server.url, retry_handlers=[])
    with pytest.raises(SlackApiError) as refused:
        client.api_call("views.open", json={"trigger_id": "1.2", "view": VIEW})
    assert of_error(refused.value) == Failed(reason="exchanged_trigger_id")


VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Hello"},
    "blocks": [{"type": "divider"}],
}


def test_errors_without_an_answer() -> None:
    assert of_error(TimeoutError()) == Unknown(reason="answer_lost")
    assert of_error(aiohttp.ServerDisconnectedError()) == Unknown(reason="answer_lost")
    assert of_error(aiohttp.ConnectionTimeoutError()) == Later(reason="unreachable", after=timedelta(seconds=30))
    assert of_error(SlackLimit("blocks", "has too many")) == Failed(reason="over_limit")
    assert of_error(Paused(timedelta(seconds=3))) == Later(reason="paced", after=timedelta(seconds=3))
    odd = SlackApiError("odd", {})  # type: ignore[no-untyped-call]
    assert of_error(odd) == Unknown(reason="http_0")
    assert of_error(ZeroDivisionError()) is None
    assert not_so_fast(TimeoutError()) is None


def test_every_method_that_is_called_has_its_codes_in_the_table() -> None:
    folder = Path(__file__).parents[1] / "worker" / "slack"
    source = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "outcomes_table.py")
    families = "apps|auth|bookmarks|chat|conversations|files|pins|reactions|team|usergroups|users|views"
    named = set(re.findall(rf'"((?:{families})\.[a-zA-Z.]+)"', source))
    called = {name.replace("_", ".", 1) for name in re.findall(rf"\.((?:{families})_[a-zA-Z]+)\(", source)}
    assert {"chat.postMessage", "views.open", "users.info"} <= named | called
    scopes_and_words = {name for name in named if not re.search(rf'"{re.escape(name)}"[,:)\]]', source)}
    assert (named | called) - scopes_and_words <= set(METHODS)


# --- what a refusal leaves behind -----------------------------------------------------------------------------------

NAMES = {"U0ANA": "Ana", BO: "Bo"}
PID = "p1"


@pytest.fixture(scope="module")
def ours(url: str, server: Moody) -> Iterator[House]:
    made = build(settings(url, server.url).model_copy(update={"clock": "virtual"}))
    yield made
    made.slack.close()


@pytest.fixture
def house(ours: House, state: Client) -> House:
    """Harbour Circle has just begun: Ana and Bo are to be asked whether they take part."""
    state.flushall()
    ours.clock.move(START)
    added = Installation(
        app_id="A0FAIRSTEPS", team_id=TEAM, user_id="U0ANA", bot_token="xoxb-1", bot_id="B0F", bot_user_id="U0F"
    )
    FairstepsInstallationStore(ours.installations).save(added)
    ours.cases.workspace_installed(TEAM, "Harbour Circle", "U0ANA")
    begin(ours)
    return ours


def begin(house: House) -> None:
    people = tuple(
        Person(id=person_id(TEAM, user), name=name, slack_user=user, zone="Europe/Lisbon")
        for user, name in NAMES.items()
    )
    members = tuple(
        Membership(person=p.id, role="facilitator" if p.slack_user == "U0ANA" else "member", prefers="slack")
        for p in people
    )
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL)
    version = house.programmes["five-steps"].version
    start = partnership(id=PID, workspace=TEAM, group=group, version=version, started_by=people[0].id)
    house.walks.begin_walk(replace(joining.started(start, members, everyone=False, now=START), people=people))
    (enrol,) = claims(house)
    house.walks.change(PID, lambda walk: joining.enrolled(walk, people, now=START), claim=enrol)


def claims(house: House) -> list[Claim]:
    return [claim for chunk in house.due.claim(now=house.clock.now()) for claim in chunk]


def asked_of(house: House, user: str) -> list[Claim]:
    """What is due for one person now."""
    return [c for c in claims(house) if c.occurrence.kind == "consent" and c.occurrence.person == person_id(TEAM, user)]


def states(house: House) -> list[tuple[str, str]]:
    return [(record.state, record.reason) for record in house.walks.records(PID).values()]


def test_a_person_whose_account_is_closed_is_marked(house: House, server: Moody) -> None:
    says(server, "user_disabled")
    deliver(house, asked_of(house, BO))
    assert states(house) == [("failed", "user_disabled")]
    people = house.walks.get(PID).people
    assert [p.name for p in people.values() if p.slack_gone] == ["Bo"]


def test_where_we_were_taken_out_messages_wait_until_we_are_back(house: House, server: Moody) -> None:
    says(server, "token_revoked")
    deliver(house, asked_of(house, BO))
    assert states(house) == [], "it has not failed: it waits"
    kept = house.workspaces.get(TEAM)
    assert kept is not None
    assert not kept.active
    server.answer = lambda method, body: (200, {}, {"ok": True, "channel": "D1", "ts": "1.1"})
    house.cases.workspace_installed(TEAM, "Harbour Circle", "U0ANA")
    house.clock.move(START + timedelta(hours=1))
    deliver(house, asked_of(house, BO))
    assert states(house) == [("sent", "")]


def test_a_missing_right_is_asked_for_once(house: House, server: Moody) -> None:
    says(server, "missing_scope")
    deliver(house, asked_of(house, BO))
    assert states(house) == [("failed", "missing_scope")]
    kept = house.workspaces.get(TEAM)
    assert kept is not None
    assert kept.active


def test_a_mark_that_fails_loses_no_record(house: House, server: Moody, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: Cases, *asked: object, **more: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(Cases, "slack_refused", gone)
    says(server, "user_disabled")
    deliver(house, asked_of(house, BO))
    assert states(house) == [("failed", "user_disabled")]


def test_our_own_mistake_marks_nobody(house: House, server: Moody) -> None:
    says(server, "invalid_blocks")
    deliver(house, asked_of(house, BO))
    assert states(house) == [("failed", "invalid_blocks")]
    assert not any(p.slack_gone for p in house.walks.get(PID).people.values())
