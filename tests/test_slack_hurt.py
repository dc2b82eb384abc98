# ruff: noqa: F811 - fixtures come in by their names
"""What would hurt people: words that stay where they were taken back, a no that does not hold, a group silenced.

Each story goes the way that did it once.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.group import Passing, passing
from tests.slack_home import ANA, Moody
from tests.small import small
from tests.test_keeping import keep, spoken
from tests.test_living import lose, regain
from tests.test_slack_events import CHANNEL, ELSEWHERE, HERE, app, front, house, lost, planned, slack, walk  # noqa: F401
from worker.deliver import deliver
from worker.slack.app import FairstepsApp
from worker.store import keys
from worker.wiring import House
from workflows import engine, hosting
from workflows.walk import Change


@pytest.fixture
def story() -> Passing:
    return passing(small())


# --- a no that holds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_a_yes", [True, False])
def test_nobody_takes_out_who_said_no_to_have_them_asked_again(story: Passing, after_a_yes: bool) -> None:
    consent = "withdrawn" if after_a_yes else "refused"
    story.apply(Change(members=(replace(story.walk.members["bo"], consent=consent),)))  # type: ignore[arg-type]
    assert not hosting.may_be_taken_out(story.walk, "bo", by="ana")
    story.apply(hosting.taken_out(story.walk, "bo", by="ana", now=story.now))
    story.apply(hosting.added(story.walk, [story.walk.people["bo"]], now=story.now))
    assert (story.walk.members["bo"].consent, story.walk.members["bo"].taken_out) == (consent, False)


# --- words taken back -------------------------------------------------------------------------------------------------


def test_words_taken_back_leave_a_channel_as_soon_as_it_takes_changes_again(story: Passing) -> None:
    story.live(2, "ana", "bo")
    work = story.round_of("work")
    lose(story, "archived")
    story.leave("bo")
    story.until(story.now + timedelta(days=3))
    assert story.sent("retell", subject=work.id) == []
    regain(story, "unarchived", hours=1000)
    story.until(story.now + timedelta(hours=7))
    (again,) = story.sent("retell", subject=work.id)
    assert "1 of 4" in str(again.send.message.parts)


def test_a_channel_that_is_gone_is_not_looked_at_for_ever(story: Passing) -> None:
    story.live(2, "ana", "bo")
    lose(story, "gone")
    story.leave("bo")
    story.until(story.now + timedelta(hours=1))
    assert [due for _, _, due in story.due if due.kind == "retell"] == []


# --- an author's own words --------------------------------------------------------------------------------------------


def test_an_author_who_keeps_what_they_were_asked_about_keeps_it_as_they_say(story: Passing) -> None:
    keep(story, spoken(), note="Bo's remark")
    kept = keep(story, spoken(text="They will sign first."), by="eli", note="My own remark")
    assert (kept.state, kept.text, kept.note) == ("given", "They will sign first.", "My own remark")


# --- a channel that a group has left ----------------------------------------------------------------------------------


@pytest.fixture
def refusing(slack: Moody) -> Iterator[Moody]:
    """Slack changes nothing any more in the channel where the group was."""

    def answer(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any]]:
        archived = method == "chat.update" and body.get("channel") == CHANNEL
        return (
            200,
            {},
            {"ok": False, "error": "is_archived"} if archived else {"ok": True, "channel": "D1", "ts": "1.1"},
        )

    before, slack.answer = slack.answer, answer
    yield slack
    slack.answer = before


def opened(house: House) -> str:
    """The first round is open, and its opening message stands in the channel."""
    before, now = walk(house), house.clock.now()
    day = (now - timedelta(days=1)).date()
    pid = before.partnership.id
    house.walks.change(
        pid, lambda there: engine.opened(there, house.programmes.of(there.partnership), day=day, now=now)
    )
    found = next(r for r in walk(house).rounds if not r.standing)
    house.redis.hset(keys.ledger(pid), f"latest:announce/{found.id}//channel", f"{CHANNEL}:1.1")
    return found.id


def refreshed(house: House, round_id: str) -> None:
    """The count in the opening message goes up."""
    there, now = walk(house), house.clock.now()
    due = there.occurrence("refresh", now, subject=f"{round_id}.x")
    house.walks.change(there.partnership.id, lambda _: Change(plan=(due,)))
    for chunk in house.due.claim(now=now + timedelta(seconds=1)):
        deliver(house, [claim for claim in chunk if claim.occurrence.encode() == due.encode()])


@pytest.mark.parametrize("moved", [True, False])
def test_a_channel_that_the_group_left_is_not_the_one_that_it_has(house: House, refusing: Moody, moved: bool) -> None:
    round_id = opened(house)
    if moved:
        house.walks.change(walk(house).partnership.id, lambda there: hosting.in_channel(there, ELSEWHERE))
    refreshed(house, round_id)
    assert len(refusing.of("chat.update")) == 1
    assert lost(house) == ("" if moved else "archived")
    assert bool(planned(house, "lost")) != moved


def test_a_walk_that_never_came_to_be_keeps_nobody_from_hearing(app: FairstepsApp, house: House) -> None:
    house.workspaces.add_partnership(HERE, "a-begun-and-lost")
    house.cases.slack_refused(HERE, mark="scope", who=CHANNEL, reason="missing_scope")
    assert planned(house, "wanting") == [(f"right.{ANA}", "")]
