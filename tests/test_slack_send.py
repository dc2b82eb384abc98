"""Messages reach the local Slack once; whatever a Slack can do instead of taking one has its outcome."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.slack_home import (
    ANA,
    BO,
    CHANNEL,
    CHI,
    CLIENT_ID,
    CLIENT_SECRET,
    DARA,
    TEAM,
    LocalSlack,
    Moody,
    free_port,
    local_slack,
    moody_slack,
    settings,
    valkey,
)
from worker.slack import oauth
from worker.slack.send import AT_ONCE, Posting, Slack
from worker.slack.turns import Turns
from worker.store.connection import connect
from worker.store.pace import Pace
from workflows.errors import GiveUp, Retry
from workflows.message import Action, Message, Text
from workflows.outcomes import Failed, Later, Outcome, Sent, Unknown

MINUTE = timedelta(minutes=1)
ANSWER = Action(id="answer", label="Answer", value="T0HARBOUR/p1/bo/r1", style="primary")


def posting(
    key: str, *, to: str = BO, words: str = "What did you do?", ref: str = "", workspace: str = TEAM
) -> Posting:
    message = Message(kind="prompt", subject="A question", parts=(Text(text=words),), actions=(ANSWER,))
    return Posting(workspace=workspace, delivery=key, to=to, message=message, ref=ref)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    with local_slack(tmp_path_factory.mktemp("slack")) as slack:
        yield slack


@pytest.fixture(scope="module")
def token(harbour: LocalSlack) -> str:
    """A bot token with exactly the scopes we ask for; the local Slack refuses what needs others."""
    redirect = "http://localhost:8000/slack/oauth_redirect"
    asked = urlencode({"client_id": CLIENT_ID, "scope": ",".join(oauth.SCOPES), "redirect_uri": redirect, "state": "s"})
    code = harbour.agree(f"{harbour.url}/oauth/v2/authorize?{asked}", ANA).partition("code=")[2].partition("&")[0]
    said = harbour.call("oauth.v2.access", "", code=code, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    return str(said["access_token"])


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.fixture
def turns(state: str) -> Turns:
    """Nobody has called anything yet; the local Slack's limits, which are none but its pauses."""
    client = connect(state)
    client.flushall()
    return Turns(Pace(client), local=True)


@pytest.fixture
def slack(harbour: LocalSlack, token: str, turns: Turns) -> Iterator[Slack]:
    sender = Slack(settings=settings("redis://127.0.0.1:1", harbour.api_url), tokens={TEAM: token}.get, turns=turns)
    yield sender
    sender.close()


@pytest.fixture
def misled(moody: Moody, turns: Turns) -> Iterator[Slack]:
    """What speaks to a Slack that misbehaves."""
    at = settings("redis://127.0.0.1:1", moody.url)
    sender = Slack(settings=at, tokens={TEAM: "xoxb-1", "T0OTHER": "xoxb-2"}.get, turns=turns)
    yield sender
    sender.close()


@pytest.fixture
def moody() -> Iterator[Moody]:
    with moody_slack() as server:
        yield server


# --- with the local Slack -------------------------------------------------------------------------------------------


def test_a_message_reaches_its_person_and_carries_its_delivery(harbour: LocalSlack, slack: Slack) -> None:
    (outcome,) = slack.post([posting("key-bo")])
    assert isinstance(outcome, Sent)
    channel, ts = outcome.ref.split(":")
    (there,) = [m for m in harbour.messages() if m["ts"] == ts]
    assert there["dm_with"] == BO
    assert there["channel"] == channel
    assert there["metadata"] == {"event_type": "fairsteps_delivery", "event_payload": {"key": "key-bo"}}
    assert there["blocks"][0]["text"]["text"] == "What did you do?"


def test_a_message_that_is_there_is_found_by_its_delivery(slack: Slack) -> None:
    slack.join(TEAM, CHANNEL)
    sent = slack.post([posting("key-1", to=DARA), posting("key-2", to=CHANNEL)])
    refs = [outcome.ref for outcome in sent if isinstance(outcome, Sent)]
    assert [slack.find(TEAM, DARA, "key-1"), slack.find(TEAM, CHANNEL, "key-2")] == refs
    assert slack.find(TEAM, DARA, "key-1", ref_channel=refs[0].partition(":")[0]) == refs[0]
    assert slack.find(TEAM, DARA, "key-3") is None


def test_a_message_can_be_changed(harbour: LocalSlack, slack: Slack) -> None:
    (first,) = slack.post([posting("key-first")])
    assert isinstance(first, Sent)
    (changed,) = slack.post([posting("key-changed", words="You answered: every night.", ref=first.ref)])
    assert changed == first
    (there,) = [m for m in harbour.messages() if m["ts"] == first.ref.partition(":")[2]]
    assert there["blocks"][0]["text"]["text"] == "You answered: every night."


def test_who_is_gone_or_unknown_is_failed_and_the_others_get_theirs(slack: Slack) -> None:
    outcomes = slack.post([posting("a", to=CHI), posting("b", to=BO), posting("c", to="U0NOBODY")])
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [False, True, False]
    assert all(isinstance(outcome, Failed) for outcome in outcomes[::2])
    assert slack.post([posting("d", workspace="T0STRANGE")]) == [Failed(reason="not_installed", mark="workspace")]


def test_people_are_looked_up_with_their_zone(slack: Slack) -> None:
    found = slack.profile(TEAM, [ANA, CHI, DARA, "U0NOBODY"])
    assert set(found) == {ANA, CHI, DARA}
    assert (found[DARA].zone, found[DARA].email, found[DARA].locale) == ("Asia/Kathmandu", "dara@example.org", "en")
    assert found[CHI].deleted
    assert not found[ANA].deleted
    assert "dara@example.org" not in repr(found[DARA])


def test_who_is_in_a_channel(slack: Slack) -> None:
    slack.join(TEAM, CHANNEL)
    slack.join(TEAM, CHANNEL)
    assert {ANA, BO, DARA} <= set(slack.members(TEAM, CHANNEL))
    with pytest.raises(GiveUp, match="channel_not_found"):
        slack.members(TEAM, "C0NOWHERE")
    with pytest.raises(GiveUp, match="not_installed"):
        slack.members("T0STRANGE", CHANNEL)


def test_a_child_process_opens_a_line_of_its_own(slack: Slack) -> None:
    slack.post([posting("parent")])
    child = os.fork()
    if child == 0:  # no assertion here: pytest must not go on in the child
        try:
            fine = isinstance(slack.post([posting("child")])[0], Sent)
        except BaseException:
            fine = False
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert isinstance(slack.post([posting("parent again")])[0], Sent)


# --- with a Slack that misbehaves -----------------------------------------------------------------------------------


def test_not_so_fast_means_later_and_the_rest_of_the_workspace_waits(moody: Moody, misled: Slack) -> None:
    moody.answer = lambda method, body: (429, {"Retry-After": "17"}, {"ok": False, "error": "ratelimited"})
    outcomes = misled.post([posting(f"k{n}") for n in range(40)])
    assert set(outcomes) == {Later(reason="ratelimited", after=timedelta(seconds=17))}
    assert len(moody.asked) <= AT_ONCE


def test_a_lost_answer_is_unknown_and_nothing_is_sent_again(moody: Moody, misled: Slack) -> None:
    moody.answer = lambda method, body: None
    assert misled.post([posting("k1")]) == [Unknown(reason="answer_lost")]
    assert len(moody.asked) == 1


def test_a_lost_edit_can_be_made_again(moody: Moody, misled: Slack) -> None:
    moody.answer = lambda method, body: None
    (outcome,) = misled.post([posting("k1", ref="C1:1.1")])
    assert isinstance(outcome, Later)


def test_a_slack_that_is_not_there_means_later(turns: Turns) -> None:
    nowhere = settings("redis://127.0.0.1:1", f"http://127.0.0.1:{free_port()}/api/")
    slack = Slack(settings=nowhere, tokens=lambda workspace: "xoxb-1", turns=turns)
    (outcome,) = slack.post([posting("k1")])
    assert outcome == Later(reason="unreachable", after=timedelta(seconds=30))
    with pytest.raises(Retry, match="unreachable"):
        slack.profile(TEAM, [BO])
    slack.close()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, {}, {"ok": False, "error": "internal_error"}), Unknown(reason="internal_error")),
        ((500, {}, {"ok": False, "error": "fatal_error"}), Unknown(reason="fatal_error")),
        ((503, {}, "<html>busy</html>"), Unknown(reason="http_503")),
        (
            (200, {}, {"ok": False, "error": "service_unavailable"}),
            Later(reason="service_unavailable", after=MINUTE),
        ),
        ((200, {}, {"ok": False, "error": "is_archived"}), Failed(reason="is_archived")),
        ((200, {}, {"ok": False, "error": "token_revoked"}), Failed(reason="token_revoked", mark="workspace")),
        ((200, {}, {"ok": False, "error": "a code of tomorrow, with words"}), Unknown(reason="unreadable_code")),
        ((429, {}, "slow down"), Later(reason="ratelimited", after=timedelta(seconds=30))),
        ((200, {"Content-Type": "application/json"}, "{not json"), Unknown(reason="http_200")),
    ],
)
def test_every_answer_has_its_outcome(moody: Moody, misled: Slack, answer: Any, outcome: Outcome) -> None:
    moody.answer = lambda method, body: answer
    assert misled.post([posting("k1")]) == [outcome]


def test_the_outcomes_stand_in_order_and_no_more_than_ten_are_on_the_way(moody: Moody, misled: Slack) -> None:
    def answer(method: str, body: dict[str, Any]) -> Any:
        key = body["metadata"]["event_payload"]["key"]
        time.sleep(0.01)
        return 200, {}, {"ok": True, "channel": "D1", "ts": key}

    moody.answer = answer
    outcomes = misled.post([posting(str(n)) for n in range(60)])
    assert outcomes == [Sent(ref=f"D1:{n}") for n in range(60)]
    assert 1 < moody.most_at_once <= AT_ONCE


def test_one_workspace_that_must_wait_does_not_hold_up_another(moody: Moody, misled: Slack) -> None:
    def answer(method: str, body: dict[str, Any]) -> Any:
        if body["channel"] == BO:
            return 429, {"Retry-After": "5"}, {"ok": False, "error": "ratelimited"}
        return 200, {}, {"ok": True, "channel": "D1", "ts": "1.1"}

    moody.answer = answer
    outcomes = misled.post([posting("a"), posting("b", to=DARA, workspace="T0OTHER")])
    assert [type(outcome) for outcome in outcomes] == [Later, Sent]


def test_a_message_mentions_nobody_and_unfolds_nothing(moody: Moody, misled: Slack) -> None:
    moody.answer = lambda method, body: (200, {}, {"ok": True, "channel": "D1", "ts": "1.1"})
    misled.post([posting("a", words="@channel <!here> https://example.org")])
    (body,) = moody.of("chat.postMessage")
    assert (body["parse"], body["link_names"], body["unfurl_links"], body["unfurl_media"]) == (
        "none",
        False,
        False,
        False,
    )


def test_not_knowing_whether_a_message_is_there_is_no_no(moody: Moody, misled: Slack) -> None:
    moody.answer = lambda method, body: (429, {"Retry-After": "60"}, {"ok": False, "error": "ratelimited"})
    with pytest.raises(Retry) as later:
        misled.find(TEAM, CHANNEL, "k1")
    assert later.value.after == timedelta(seconds=60)
    moody.answer = lambda method, body: (200, {}, {"ok": False, "error": "missing_scope"})
    with pytest.raises(GiveUp, match="missing_scope") as never:
        misled.find("T0OTHER", CHANNEL, "k1")
    assert never.value.mark == "scope"


def test_a_channel_of_many_is_read_page_by_page(moody: Moody, misled: Slack) -> None:
    pages = {"": (["U1", "U2"], "next"), "next": (["U2", "U3"], "")}

    def answer(method: str, body: dict[str, Any]) -> Any:
        members, cursor = pages[body.get("cursor", "")]
        return 200, {}, {"ok": True, "members": members, "response_metadata": {"next_cursor": cursor}}

    moody.answer = answer
    assert misled.members(TEAM, CHANNEL) == ("U1", "U2", "U3")
