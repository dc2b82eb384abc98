"""Slack's limits of speed hold over all processes: real processes, a real Valkey, a server that notes when it is asked.

The server's own clock counts. A message may come a little late, never early, so distances are looked at from below.
"""

import itertools
import multiprocessing
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.slack_home import ANA, BO, CHANNEL, TEAM, Moody, moody_slack, settings, valkey
from worker.slack.client import CheckedClient
from worker.slack.outcomes import Paused
from worker.slack.send import AT_ONCE, Posting, Slack
from worker.slack.turns import POST, Turns
from worker.store.connection import Client, connect
from worker.store.pace import Call, Lane, Pace
from workflows.errors import Retry, StoreUnavailable
from workflows.message import Message, Text
from workflows.outcomes import Later, Outcome, Sent

OTHER = "T0OTHER"
PROCESSES, EACH = 2, 2
EARLY = 0.2  # seconds: two roads to a server on this machine are not equally long when it is busy
HELLO = Message(kind="prompt", subject="A question", parts=(Text(text="Hello"),))
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Hello"}, "blocks": [{"type": "divider"}]}
NONE, MOMENT = timedelta(0), timedelta(seconds=2)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("state")) as address:
        yield address


@pytest.fixture
def state(url: str) -> Client:
    client = connect(url)
    client.flushall()
    return client


@pytest.fixture
def moody() -> Iterator[Moody]:
    """A Slack that takes everything, and notes when."""
    with moody_slack() as server:
        server.answer = lambda method, body: (200, {}, {"ok": True, "channel": "C1", "ts": "1.1", "messages": []})
        yield server


def slack_of(redis_url: str, api_url: str) -> Slack:
    """What one worker sends with, as in a real Slack."""
    tokens = {TEAM: "xoxb-1", OTHER: "xoxb-2"}
    turns = Turns(Pace(connect(redis_url)), local=False)
    return Slack(settings=settings("redis://127.0.0.1:1", api_url), tokens=tokens.get, turns=turns)


@pytest.fixture
def two(url: str, state: Client, moody: Moody) -> Iterator[tuple[Slack, Slack]]:
    """Two workers."""
    workers = slack_of(url, moody.url), slack_of(url, moody.url)
    yield workers
    for one in workers:
        one.close()


def posting(key: str, *, to: str = CHANNEL, workspace: str = TEAM, ref: str = "") -> Posting:
    return Posting(workspace=workspace, delivery=key, to=to, message=HELLO, ref=ref)


def times(moody: Moody) -> list[float]:
    """Note from now on when the server was asked; the list grows."""
    noted: list[float] = []
    usual = moody.answer

    def answer(method: str, body: dict[str, Any]) -> Any:
        noted.append(time.monotonic())
        return usual(method, body)

    moody.answer = answer
    return noted


# --- one message a second a channel ---------------------------------------------------------------------------------


def post_until_sent(redis_url: str, api_url: str, name: str) -> None:
    """One worker process: it comes again when it is told to come later, as the due index does."""
    slack = slack_of(redis_url, api_url)
    left = [posting(f"{name}/{n}") for n in range(EACH)]
    while left:
        outcomes = slack.post(left)
        left = [one for one, outcome in zip(left, outcomes, strict=True) if isinstance(outcome, Later)]
        time.sleep(max((o.after.total_seconds() for o in outcomes if isinstance(o, Later)), default=0.0))


def test_a_channel_gets_one_message_a_second_from_all_processes_together(url: str, state: Client, moody: Moody) -> None:
    noted = times(moody)
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=post_until_sent, args=(url, moody.url, f"w{n}")) for n in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    keys = [body["metadata"]["event_payload"]["key"] for body in moody.of(POST)]
    assert sorted(keys) == [f"w{n}/{m}" for n in range(PROCESSES) for m in range(EACH)], "each once, none lost"
    gaps = [later - earlier for earlier, later in itertools.pairwise(noted)]
    assert min(gaps) > 1 - EARLY


def test_in_one_batch_a_channel_gets_one_a_second_and_the_rest_comes_later(
    two: tuple[Slack, Slack], moody: Moody
) -> None:
    noted = times(moody)
    outcomes = two[0].post([posting(f"k{n}") for n in range(4)])
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent, Later, Later]
    assert noted[1] - noted[0] > 1 - EARLY
    waits = [outcome.after for outcome in outcomes if isinstance(outcome, Later)]
    assert waits == sorted(set(waits)), "each its own instant, so that they do not all come back at once"
    assert min(waits) > MOMENT


def test_edits_and_other_conversations_do_not_wait_for_each_other(two: tuple[Slack, Slack], moody: Moody) -> None:
    began = time.monotonic()
    batch = [posting("a"), posting("b", to=BO), posting("c", to=ANA), posting("d", workspace=OTHER)]
    outcomes = two[0].post([*batch, posting("e", ref="C1:1.1"), posting("f", ref="C1:1.1")])
    assert {type(outcome) for outcome in outcomes} == {Sent}
    assert time.monotonic() - began < 1


def test_a_workspace_gets_fifty_messages_at_once_and_then_a_few_a_second(
    two: tuple[Slack, Slack], moody: Moody
) -> None:
    outcomes = two[0].post([posting(f"k{n}", to=f"U{n}") for n in range(60)])
    assert sum(isinstance(outcome, Sent) for outcome in outcomes) == 55, "five more within the two seconds"
    assert all(isinstance(outcome, Sent) for outcome in outcomes[:55])
    others = two[1].post([posting(f"late{n}", to=f"V{n}") for n in range(20)])
    assert sum(isinstance(outcome, Later) for outcome in others) > 10, "another worker's messages count as well"
    (elsewhere,) = two[1].post([posting("elsewhere", to="U99", workspace=OTHER)])
    assert isinstance(elsewhere, Sent)


# --- not so fast ----------------------------------------------------------------------------------------------------


def too_fast(moody: Moody, seconds: str, method: str = POST) -> None:
    usual = moody.answer

    def answer(asked: str, body: dict[str, Any]) -> Any:
        return (
            (429, {"Retry-After": seconds}, {"ok": False, "error": "ratelimited"})
            if asked == method
            else usual(asked, body)
        )

    moody.answer = answer


def test_what_one_worker_is_told_holds_for_all_and_for_that_method_and_workspace_alone(
    two: tuple[Slack, Slack], moody: Moody
) -> None:
    usual = moody.answer
    too_fast(moody, "17")
    assert two[0].post([posting("a", to=BO)]) == [Later(reason="ratelimited", after=timedelta(seconds=17))]
    moody.answer = usual
    asked = len(moody.asked)
    (outcome,) = two[1].post([posting("b", to=ANA)])
    assert isinstance(outcome, Later)
    assert timedelta(seconds=15) < outcome.after <= timedelta(seconds=17)
    assert len(moody.asked) == asked, "Slack is left alone"
    outcomes = two[1].post([posting("c", to=BO, workspace=OTHER), posting("d", ref="C1:1.1")])
    assert {type(outcome) for outcome in outcomes} == {Sent}


def test_when_the_time_is_over_it_goes_on(two: tuple[Slack, Slack], moody: Moody) -> None:
    usual = moody.answer
    too_fast(moody, "1")
    two[0].post([posting("a", to=BO)])
    moody.answer = usual
    noted, began = times(moody), time.monotonic()
    (outcome,) = two[1].post([posting("b", to=ANA)])
    assert isinstance(outcome, Sent), "a second is short enough to sleep"
    assert noted[0] - began > 1 - EARLY


def test_the_rest_of_a_batch_is_not_sent_into_a_closed_door(two: tuple[Slack, Slack], moody: Moody) -> None:
    too_fast(moody, "17")
    outcomes = two[0].post([posting(f"k{n}", to=f"U{n}") for n in range(40)])
    assert {type(outcome) for outcome in outcomes} == {Later}
    assert len(moody.asked) <= AT_ONCE


def test_a_modal_is_not_opened_into_a_closed_door(url: str, state: Client, moody: Moody) -> None:
    turns = Turns(Pace(state), local=False)
    client = CheckedClient(token="xoxb-1", base_url=moody.url, retry_handlers=[])
    client.gate = turns.gate(TEAM)
    client.views_open(trigger_id="1.2", view=MODAL)
    too_fast(moody, "9", "views.open")
    with pytest.raises(Exception, match="ratelimited"):
        client.views_open(trigger_id="1.2", view=MODAL)
    asked = len(moody.asked)
    with pytest.raises(Paused) as paused:
        client.views_open(trigger_id="1.2", view=MODAL)
    assert paused.value.response["error"] == "ratelimited"
    assert len(moody.asked) == asked
    client.views_publish(user_id=BO, view={"type": "home", "blocks": [{"type": "divider"}]})


# --- looking first --------------------------------------------------------------------------------------------------


def test_whoever_looks_waits_its_turn_and_nobody_is_left_out(url: str, state: Client, moody: Moody) -> None:
    """As for apps outside the Marketplace, with a second for a minute: who looks sooner hears "not so fast"."""
    lock, free_at = threading.Lock(), [0.0]

    def answer(method: str, body: dict[str, Any]) -> Any:
        with lock:
            now = time.monotonic()
            if now < free_at[0]:
                return 429, {"Retry-After": "1"}, {"ok": False, "error": "ratelimited"}
            free_at[0] = now + 0.95
        found = [{"ts": "7.7", "metadata": {"event_type": "fairsteps_delivery", "event_payload": {"key": "k1"}}}]
        return 200, {}, {"ok": True, "messages": found}

    moody.answer = answer
    told: list[str | None] = []

    def look() -> None:
        slack = slack_of(url, moody.url)
        while True:
            try:
                told.append(slack.find(TEAM, CHANNEL, "k1"))
                break
            except Retry as later:
                time.sleep(later.after.total_seconds())
        slack.close()

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join(30)
    assert told == [f"{CHANNEL}:7.7"] * 3
    assert len(moody.of("conversations.history")) <= 9, "at most all three at each opening of the door"


def test_many_looks_at_once_are_spread(two: tuple[Slack, Slack], moody: Moody) -> None:
    told = [two[n % 2].find(TEAM, CHANNEL, "k1") for n in range(10)]
    assert told == [None] * 10
    with pytest.raises(Retry, match="paced"):
        two[0].find(TEAM, CHANNEL, "k1")
    assert len(moody.asked) == 10


def test_a_reply_is_looked_for_in_its_thread(two: tuple[Slack, Slack], moody: Moody) -> None:
    there = {"ts": "8.8", "metadata": {"event_type": "fairsteps_delivery", "event_payload": {"key": "k1"}}}
    moody.answer = lambda method, body: (200, {}, {"ok": True, "messages": [there], "has_more": True})
    assert two[0].find(TEAM, CHANNEL, "k1", thread=f"{CHANNEL}:1.1") == f"{CHANNEL}:8.8"
    assert [method for method, _ in moody.asked] == ["conversations.replies"]
    with pytest.raises(Exception, match="thread_too_long"):
        two[0].find(TEAM, CHANNEL, "k2", thread=f"{CHANNEL}:1.1")


# --- when the state is away, and the turns themselves ---------------------------------------------------------------


def test_without_the_state_nothing_is_sent(moody: Moody) -> None:
    slack = slack_of("redis://127.0.0.1:1", moody.url)
    with pytest.raises(StoreUnavailable):
        slack.post([posting("a")])
    with pytest.raises(StoreUnavailable):
        slack.find(TEAM, CHANNEL, "a")
    assert moody.asked == []
    slack.close()


def test_a_pause_that_cannot_be_told_takes_no_outcome_along(url: str, state: Client, moody: Moody) -> None:
    too_fast(moody, "17")

    class Gone(Pace):
        def pause(self, workspace: str, method: str, *, after: timedelta) -> None:
            raise StoreUnavailable("gone")

    at = settings("redis://127.0.0.1:1", moody.url)
    slack = Slack(settings=at, tokens={TEAM: "xoxb-1"}.get, turns=Turns(Gone(state), local=False))
    outcomes: list[Outcome] = slack.post([posting("a")])
    assert outcomes == [Later(reason="ratelimited", after=timedelta(seconds=17))]
    slack.close()


def test_a_turn_that_a_crash_left_unused_is_a_second_and_no_more(state: Client) -> None:
    calls = [Call(method="m", lanes=(Lane(name="m/C1", every_ms=200),))]
    pace = Pace(state)
    (first,) = pace.turns(TEAM, calls, patience=NONE)  # and here the worker is killed
    (second,) = pace.turns(TEAM, calls, patience=NONE)
    assert (first.mine, second.mine) == (True, False)
    assert second.wait <= timedelta(milliseconds=200)
    time.sleep(0.2)
    (third,) = pace.turns(TEAM, calls, patience=NONE)
    assert third.mine


def test_what_is_turned_away_takes_no_turn(state: Client) -> None:
    lane = Lane(name="m", every_ms=60_000)
    pace = Pace(state)
    pace.turns(TEAM, [Call(method="m", lanes=(lane,))], patience=NONE)
    for _ in range(20):
        (turn,) = pace.turns(TEAM, [Call(method="m", lanes=(lane,))], patience=MOMENT)
        assert (turn.mine, turn.wait <= timedelta(minutes=1)) == (False, True)


def test_nothing_of_it_stays_for_ever(state: Client) -> None:
    pace = Pace(state)
    pace.turns(TEAM, [Call(method="m", lanes=(Lane(name="m", every_ms=50),))], patience=NONE)
    pace.pause(TEAM, "m", after=timedelta(seconds=5))
    assert all(0 < int(state.pttl(key)) <= 600_000 for key in state.keys("*"))


def test_the_local_slack_has_no_limits_but_what_it_says(state: Client) -> None:
    local = Turns(Pace(state), local=True)
    turns = local.of_batch(TEAM, [(POST, CHANNEL)] * 200)
    assert {(turn.mine, turn.wait) for turn in turns} == {(True, NONE)}
    Pace(state).pause(TEAM, POST, after=timedelta(seconds=30))
    (turn,) = local.of_batch(TEAM, [(POST, CHANNEL)])
    assert not turn.mine
