"""Each row of the table of Slack's error codes holds for a call through a real server, and each tells whom it marks."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.slack_home import BO, CHANNEL, TEAM, Moody, moody_slack, settings, valkey
from worker.slack.client import CheckedClient
from worker.slack.limits import SlackLimit
from worker.slack.outcomes import Paused, not_so_fast, of_error, told
from worker.slack.outcomes_table import METHODS, TABLE, Row
from worker.slack.send import Posting, Slack
from worker.slack.turns import Turns
from worker.store.connection import Client, connect
from worker.store.pace import Pace
from workflows.errors import GiveUp, Retry
from workflows.message import Message, Text
from workflows.outcomes import Failed, Later, Outcome, Unknown

ROWS = sorted(TABLE.items())
HELLO = Message(kind="prompt", subject="A question", parts=(Text(text="Hello"),))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        yield connect(url)


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
