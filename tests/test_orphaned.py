"""A group whose facilitator goes is offered to its people: one at a time, in order, until one says yes or all no."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.group import BEGUN, Came, Passing, passing
from tests.small import small
from workflows import engine, hosting, orphaned
from workflows.messages import offer
from workflows.walk import Change

A_DAY = timedelta(days=1)


@pytest.fixture
def story() -> Passing:
    """Ana facilitates; Bo, Dara, Eli and Fen have said yes. Nobody has answered anything yet."""
    return passing(small())


def asked(story: Passing) -> list[str]:
    """Who was asked to facilitate, one after the other."""
    return [came.due.person for came in story.sent("offer") if came.due.person]


def open_offers(story: Passing) -> list[str]:
    return [m.person for m in story.walk.members.values() if m.offer == "open"]


def in_channel(story: Passing, kind: str) -> list[Came]:
    return [came for came in story.sent(kind) if came.send.channel == "channel"]


def text_of(came: Came) -> str:
    return " ".join(part.text for part in came.send.message.parts if hasattr(part, "text"))


def leaves(story: Passing) -> None:
    story.leave("ana")


def refuses(story: Passing) -> None:
    member = replace(story.walk.members["ana"], consent="asked")
    story.apply(Change(members=(member,)))
    story.leave("ana")


def goes_from_slack(story: Passing) -> None:
    story.apply(Change(people=(replace(story.walk.people["ana"], reachable=False),)))
    story.apply(orphaned.noticed(story.walk, now=story.now))


def steps_back(story: Passing) -> None:
    story.apply(hosting.stepped_back(story.walk, "ana", now=story.now))


@pytest.mark.parametrize("goes", [leaves, refuses, goes_from_slack, steps_back])
def test_when_the_last_facilitator_goes_the_next_one_is_asked_the_same_day(
    story: Passing, goes: Callable[[Passing], None]
) -> None:
    goes(story)
    story.until(BEGUN + A_DAY)
    assert len(asked(story)) == 1
    assert open_offers(story) == asked(story)
    assert asked(story) != ["ana"]


def test_whoever_answered_most_is_asked_first_then_who_joined_first(story: Passing) -> None:
    fen = story.walk.members["fen"]
    story.apply(Change(members=(replace(fen, consent_at=fen.consent_at and fen.consent_at - A_DAY),)))
    story.live(1, "eli", "bo")
    story.live(1, "eli")
    story.leave("ana")
    for _ in range(2):
        story.until(story.now + 3 * A_DAY + timedelta(hours=14))
    assert asked(story) == ["eli", "bo", "fen"]


def test_whoever_started_it_comes_before_everybody(story: Passing) -> None:
    story.apply(Change(partnership=replace(story.walk.partnership, started_by="fen")))
    story.live(1, "bo", "eli")
    story.leave("ana")
    story.until(story.now + A_DAY)
    assert asked(story) == ["fen"]


def test_each_has_three_days_and_no_two_offers_are_ever_open(story: Passing) -> None:
    story.leave("ana")
    for _ in range(20 * 8):
        story.until(story.now + timedelta(hours=3))
        assert len(open_offers(story)) <= 1
    at = [came.at for came in story.sent("offer") if came.due.person]
    assert len(at) == 4
    assert all(timedelta(days=2, hours=10) < b - a < timedelta(days=3, hours=14) for a, b in pairwise(at))


def test_a_no_passes_it_on_at_once_and_a_yes_makes_a_facilitator_whom_the_channel_hears_of(story: Passing) -> None:
    story.leave("ana")
    story.until(BEGUN + A_DAY)
    (first,) = asked(story)
    story.apply(hosting.declined(story.walk, first, now=story.now))
    story.until(story.now + timedelta(hours=20))
    second = asked(story)[1]
    story.apply(hosting.accepted(story.walk, second, now=story.now))
    assert story.walk.members[second].role == "facilitator"
    assert not open_offers(story)
    story.until(story.now + A_DAY)
    (line,) = in_channel(story, "handed")
    assert text_of(line) == f"{story.walk.people[second].name} now facilitates Harbour Circle."
    story.until(story.now + timedelta(weeks=6))
    assert len(asked(story)) == 2, "nobody else is asked once somebody does it"


def test_who_is_away_is_passed_over_and_asked_when_they_are_back(story: Passing) -> None:
    for person in ("bo", "dara", "eli", "fen"):
        story.apply(Change(members=(replace(story.walk.members[person], paused_at=story.now),)))
    story.leave("ana")
    story.until(story.now + timedelta(weeks=2))
    assert asked(story) == []
    assert in_channel(story, "offer") == [], "nobody said no: nothing is told"
    story.apply(engine.came_back(story.walk, "dara", now=story.now))
    story.until(story.now + timedelta(days=8))
    assert asked(story) == ["dara"]


def test_when_all_said_no_the_channel_hears_it_once_and_a_month_later_it_begins_anew(story: Passing) -> None:
    story.leave("ana", "eli", "fen")
    for turn in (1, 2, 3):
        for person in ("bo", "dara"):  # silent for weeks, they are not asked anything until they come back
            story.apply(engine.came_back(story.walk, person, now=story.now))
        for _ in range(2):
            story.until(story.now + 2 * A_DAY)
            story.apply(hosting.declined(story.walk, open_offers(story)[0], now=story.now))
        story.until(story.now + timedelta(days=28))
        assert asked(story) == turn * ["bo", "dara"], "nobody is asked while the month lasts"
        assert [text_of(c) for c in in_channel(story, "offer")] == [story.words("offer.rest")], "said once in all"


def test_a_facilitator_who_rests_for_less_than_two_weeks_is_still_there(story: Passing) -> None:
    story.apply(Change(members=(replace(story.walk.members["ana"], paused_at=story.now),)))
    story.until(story.now + timedelta(days=13))
    assert asked(story) == []
    story.until(story.now + timedelta(days=9))
    assert len(asked(story)) == 1, "the weekly tick finds it"


def test_a_facilitator_who_never_said_anything_is_waited_for() -> None:
    story = passing(small(), agreed=("bo", "eli"))
    story.apply(orphaned.noticed(story.walk, now=story.now))
    assert not orphaned.is_orphaned(story.walk, now=story.now)
    story.until(story.now + timedelta(weeks=3))
    assert asked(story)


def test_a_facilitator_who_comes_back_ends_it_and_the_open_offer_with_it(story: Passing) -> None:
    story.leave("ana")
    story.until(story.now + A_DAY)
    assert open_offers(story)
    story.agree("ana")
    story.until(story.now + timedelta(days=4))
    assert open_offers(story) == []
    assert story.walk.partnership.unled is None


def test_a_look_that_comes_twice_or_late_does_nothing_the_second_time(story: Passing) -> None:
    story.leave("ana")
    once = orphaned.looked_after(story.walk, now=story.now)
    story.apply(once)
    assert not orphaned.looked_after(story.walk, now=story.now)
    assert not orphaned.looked_after(story.walk, now=story.now + A_DAY)


def test_a_group_without_anybody_or_at_its_end_is_left_alone(story: Passing) -> None:
    story.leave("ana", "bo", "dara", "eli", "fen")
    story.until(story.now + timedelta(weeks=3))
    assert asked(story) == []
    assert in_channel(story, "offer") == []
    other = passing(story.programme)
    other.apply(Change(partnership=replace(other.walk.partnership, over=True)))
    other.leave("ana")
    other.until(other.now + timedelta(weeks=1))
    assert asked(other) == []


def test_a_no_is_no_obstacle_to_a_later_yes_as_long_as_nobody_does_it(story: Passing) -> None:
    story.leave("ana", "dara")
    story.until(story.now + A_DAY)
    (first,) = asked(story)
    story.apply(hosting.declined(story.walk, first, now=story.now))
    story.until(story.now + A_DAY)
    other = asked(story)[1]
    story.apply(hosting.accepted(story.walk, first, now=story.now))
    assert story.walk.members[first].role == "facilitator"
    assert open_offers(story) == [], "what was asked of the other one is taken back"
    story.until(story.now + A_DAY)
    assert [c.send.edits for c in story.sent("handed", person=other)] == [True]


def test_the_offer_names_nobody_when_nobody_asked(story: Passing) -> None:
    story.leave("ana")
    story.until(story.now + A_DAY)
    message = story.sent("offer")[0].send.message
    assert message.kind == offer.KIND
    assert [action.id for action in message.actions] == ["lead_yes", "lead_no"]
    assert message.subject == story.words("offer.subject_next")
