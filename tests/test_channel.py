# ruff: noqa: F811 - fixtures come in by their names
"""The channel: one opening message a round with a count that is right in the end, and one summary, by size of group."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.prompt_home import ASKED_AT, Story, began, words
from tests.prompt_home import settings as house_settings
from tests.slack_front import add, harbour, state, token_of  # noqa: F401
from tests.slack_home import CHANNEL, TEAM, LocalSlack, Moody, moody_slack
from worker import deliver as way
from worker.deliver import deliver
from worker.handing_over import send_slack
from worker.slack.app import build as build_slack
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.send import Slack
from worker.store.due import Claim
from worker.wiring import House, build
from workflows import engine
from workflows.ticket import Ticket

CLOSED = datetime(2026, 12, 6, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(state: str, harbour: LocalSlack) -> Iterator[House]:
    made = build(house_settings(state, harbour.api_url))
    yield made
    made.slack.close()


@pytest.fixture
def empty(home: House, harbour: LocalSlack) -> House:
    home.redis.flushall()
    assert add(build_slack(home), harbour).status == 302
    return home


def answer(story: Story, name: str, choice: str = "yes", round_id: str = "r1") -> None:
    about = Ticket(workspace=TEAM, partnership=story.pid, person=story.person(name), subject=round_id)
    story.house.cases.tap(about, choice)


def test_a_small_group_talks_and_reads_in_the_channel(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour)
    story.until(ASKED_AT)
    answer(story, "bo")
    story.until(CLOSED)
    opening, summary = story.channel()
    assert "Talk about it here in the channel if you like." in words(opening)
    assert summary["text"] == "Closed: How it went"
    assert not summary.get("thread_ts")


def test_in_a_large_group_the_round_has_one_line_and_a_thread(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour, more=5)
    story.until(ASKED_AT)
    answer(story, "bo")
    story.until(CLOSED)
    opening, summary = story.channel()
    assert "Talk about it in this thread if you like." in words(opening)
    thread = harbour.call("conversations.replies", token_of(empty), channel=CHANNEL, ts=opening["ts"])
    (reply,) = [m for m in thread["messages"] if m["ts"] == summary["ts"]]
    assert (reply["thread_ts"], reply["reply_broadcast"]) == (opening["ts"], True)


@pytest.mark.parametrize(("more", "threaded"), [(4, False), (5, True)])
def test_eight_are_a_small_group_and_nine_are_not(empty: House, harbour: LocalSlack, more: int, threaded: bool) -> None:
    story = began(empty, harbour, more=more)
    story.until(ASKED_AT)
    assert ("in this thread" in words(story.channel()[0])) == threaded


def test_a_summary_without_an_opening_message_stands_plainly(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour, more=5)
    empty.clock.move(ASKED_AT)
    story.claims("announce")  # and nobody ever sends it
    story.until(CLOSED)
    summary = next(m for m in story.channel() if m["text"].startswith("Closed"))
    assert not summary.get("thread_ts")


def test_the_opening_message_counts_and_says_when_it_is_closed(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour)
    story.until(ASKED_AT)
    assert "Nobody has answered yet." in words(story.channel()[0])
    answer(story, "bo")
    answer(story, "fen")
    story.settle()
    assert "2 of 4 have answered." in words(story.channel()[0])
    assert "Bo" not in words(story.channel()[0])
    story.until(CLOSED)
    assert "This one closed on Sunday 6 December 2026, 09:00 (Lisbon time)." in words(story.channel()[0])
    assert len(story.channel()) == 2


def test_a_count_that_makes_the_quorum_is_told(empty: House, harbour: LocalSlack) -> None:
    """The round closes with the answer; its count must not stay one behind."""
    story = began(empty, harbour)
    story.until(ASKED_AT)
    answer(story, "bo")
    found = story.walk.round("r1")
    assert found is not None
    empty.walks.change(story.pid, lambda w: engine.closed(w, story.programme, "r1", now=CLOSED))
    story.settle()
    assert "1 of 4 have answered." in words(story.channel()[0])


# --- two workers at once ----------------------------------------------------------------------------------------------


@contextmanager
def slow_for(moody: Moody, harbour: LocalSlack, held: threading.Event, free: threading.Event) -> Iterator[list[str]]:
    """A Slack that takes the first change of the opening message last; what it says, as each change lands."""
    landed: list[str] = []
    first = threading.Lock()

    def take(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        channel = body.get("channel") == CHANNEL
        if method == "chat.update" and channel and first.acquire(blocking=False):
            held.set()
            assert free.wait(10)
        if method == "chat.update" and channel:
            landed.append(words(body))
        return 200, {}, {"ok": True, "channel": body.get("channel"), "ts": body.get("ts") or "1.1"}

    moody.answer = take
    yield landed


def of(claims: list[Claim], story: Story, name: str) -> list[Claim]:
    return [c for c in claims if c.occurrence.kind == "follow" and c.occurrence.person == story.person(name)]


def test_the_older_count_never_stays_when_it_lands_last(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour)
    story.until(ASKED_AT)
    held, free = threading.Event(), threading.Event()
    with moody_slack() as moody, slow_for(moody, harbour, held, free) as landed:
        slow, quick = (at(empty, story, moody) for _ in range(2))
        answer(story, "bo")
        older = threading.Thread(target=deliver, args=(slow, of(story.claims(), story, "bo")))
        older.start()
        assert held.wait(10), "the count of one is on its way"
        answer(story, "fen")
        deliver(quick, of(story.claims(), story, "fen"))
        free.set()
        older.join(10)
        slow.slack.close()
        quick.slack.close()
    counts = [next(count for count in ("1 of 4", "2 of 4") if count in text) for text in landed]
    assert counts == ["2 of 4", "1 of 4", "2 of 4"], "who came last looked again"
    assert not story.claims("follow"), "nothing is left to do"


def at(home: House, story: Story, moody: Moody) -> House:
    """Another worker of the same house, whose Slack is the slow one."""
    slow = home.settings.model_copy(update={"slack_api_url": moody.url})
    tokens = FairstepsInstallationStore(home.installations).bot_token
    return replace(story.house, slack=Slack(settings=slow, tokens=tokens, turns=home.turns))


def test_many_answers_in_one_batch_change_the_opening_message_once(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour)
    story.until(ASKED_AT)
    for name in ("ana", "bo", "fen"):
        answer(story, name)
    with moody_slack() as moody:
        moody.answer = lambda method, body: (200, {}, {"ok": True, "channel": body["channel"], "ts": body["ts"]})
        worker = at(empty, story, moody)
        deliver(worker, story.claims("follow"))
        worker.slack.close()
        changed = [b for b in moody.of("chat.update") if b["channel"] == CHANNEL]
    assert len(changed) == 1
    assert "3 of 4" in words(changed[0])


def test_a_crash_between_the_change_and_the_look_changes_it_again(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour)
    story.until(ASKED_AT)
    answer(story, "bo")
    (claim,) = story.claims("follow")
    jobs = way._prepare(story.house, story.pid, [claim], now=empty.clock.now())
    answer(story, "fen")
    send_slack(story.house, jobs)  # "1 of 4"; and here the worker is killed
    assert "1 of 4" in words(story.channel()[0])
    deliver(story.house, [claim])
    assert "2 of 4" in words(story.channel()[0])


def test_who_answers_while_the_prompt_is_on_its_way_sees_the_answer_in_it(empty: House, harbour: LocalSlack) -> None:
    story = began(empty, harbour)
    empty.clock.move(ASKED_AT)
    asked = [c for c in story.claims() if c.occurrence.kind == "ask"]
    with answering_on_the_way(story, "bo"):
        deliver(story.house, asked)
    story.settle()
    (prompt,) = story.dms("bo")
    assert "Thank you. This is what you answered:" in words(prompt)


@contextmanager
def answering_on_the_way(story: Story, name: str) -> Iterator[None]:
    """Somebody answers on a page while their prompt is posted; that news finds no message to change yet."""
    post = story.house.slack.post

    def posted(batch: Any) -> Any:
        if story.walk.answer("r1", story.person(name)) is None:
            answer(story, name)
            deliver(story.house, story.claims("follow"))
        return post(batch)

    story.house.slack.post = posted  # type: ignore[method-assign]
    yield
    story.house.slack.post = post  # type: ignore[method-assign]


# --- where a thread is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["thread_not_found", "message_not_found", "restricted_action_thread_locked"])
def test_a_thread_that_takes_nothing_leaves_the_summary_in_the_channel(
    empty: House, harbour: LocalSlack, code: str
) -> None:
    story = began(empty, harbour, more=5)
    story.until(ASKED_AT)
    empty.clock.move(CLOSED)
    deliver(story.house, story.claims("close"))
    with moody_slack() as moody:
        moody.answer = lambda method, body: (
            (200, {}, {"ok": False, "error": code})
            if body.get("thread_ts")
            else (200, {}, {"ok": True, "channel": CHANNEL, "ts": "2.1"})
        )
        worker = at(empty, story, moody)
        deliver(worker, story.claims("summary"))
        worker.slack.close()
        tried = [bool(b.get("thread_ts")) for b in moody.of("chat.postMessage")]
    assert tried == [True, False]
    kept = empty.walks.latest(story.pid, ["summary/r1.1//channel"])
    assert kept == {"summary/r1.1//channel": f"{CHANNEL}:2.1"}
