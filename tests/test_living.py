"""Accounts and channels come and go; the walk goes on with whom it can reach."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.group import PEOPLE, START, Came, Passing, new_walk, passing
from tests.small import small
from workflows import living, messages, reach
from workflows.changes import applied
from workflows.deciding import decide
from workflows.living import Account, Back, Lost
from workflows.people import Person
from workflows.walk import Change

BO = PEOPLE[1]
NOW = START + timedelta(days=1)


def account(**said: object) -> Account:
    """Slack tells of Bo."""
    return Account(**{"slack_user": "U0BO", "at": NOW, "gone": False, **said})  # type: ignore[arg-type]


@pytest.fixture
def story() -> Passing:
    return passing(small())


def bo(story: Passing) -> Person:
    return story.walk.people["bo"]


def told(story: Passing, news: Account) -> None:
    """Slack's news of Bo reach the walk, as the use case does it."""
    before = bo(story)
    story.apply(Change(people=(living.told(before, news),)))
    if before.slack_gone and not bo(story).slack_gone:
        story.apply(living.came_back(story.walk, story.programme, "bo", since=before.as_of, now=story.now))


# --- people -----------------------------------------------------------------------------------------------------------


def test_what_slack_says_of_somebody_is_kept_and_what_it_leaves_out_stays() -> None:
    news = account(name="Bo L.", email="bo.l@example.org", zone="Asia/Tokyo", locale="sv")
    after = living.told(BO, news)
    assert (after.name, after.email, after.zone, after.locale) == ("Bo L.", "bo.l@example.org", "Asia/Tokyo", "sv")
    assert living.told(BO, account()) == replace(BO, as_of=NOW)
    assert living.told(BO, account(zone="Nowhere/Land")).zone == BO.zone


def test_a_zone_that_somebody_chose_stays_theirs() -> None:
    chosen = replace(BO, zone="Europe/Stockholm", zone_chosen=True)
    assert living.told(chosen, account(zone="Asia/Tokyo")).zone == "Europe/Stockholm"


def test_older_news_change_nothing_and_the_same_news_change_nothing_twice() -> None:
    new = living.told(BO, account(name="Bo the second"))
    assert living.told(new, account(name="Bo the first", at=NOW - timedelta(seconds=1))) == new
    assert living.told(new, account(name="Bo the second")) == new


def test_whoever_leaves_slack_goes_on_by_mail(story: Passing) -> None:
    told(story, account(gone=True, at=story.now))
    assert reach.channels(story.walk, "bo") == ("mail",)
    assert "bo" in {m.person for m in story.walk.counted()}
    story.week()
    assert {c.send.channel for c in story.sent("ask", person="bo")} == {"mail"}


def test_without_any_way_left_somebody_is_not_counted_until_they_are_back(story: Passing) -> None:
    story.walk = replace(story.walk, partnership=replace(story.walk.partnership, mail_allowed=False))
    told(story, account(gone=True, at=story.now))
    assert "bo" not in {m.person for m in story.walk.counted()}
    story.until(story.now + timedelta(days=2))
    assert story.sent("ask", person="bo") == []
    told(story, account(at=story.now))
    assert "bo" in {m.person for m in story.walk.counted()}
    story.until(story.now + timedelta(days=1))
    assert [c.send.channel for c in story.sent("ask", person="bo")] != [], "what passed them by is put to them"


def test_what_was_put_before_an_account_closed_is_not_put_again(story: Passing) -> None:
    story.until(story.now + timedelta(days=2))
    before = len(story.sent("ask", person="bo"))
    assert before
    told(story, account(gone=True, at=story.now))
    told(story, account(at=story.now + timedelta(hours=1)))
    story.until(story.now + timedelta(hours=2))
    assert len(story.sent("ask", person="bo")) == before


def test_whoever_was_gone_when_it_began_is_asked_when_they_come_back(story: Passing) -> None:
    chi = replace(story.walk.people["chi"], slack_gone=True)
    back = living.told(chi, Account(slack_user="U0CHI", at=NOW, gone=False))
    assert back.reachable
    story.apply(Change(people=(back,)))
    for _ in range(2):
        story.apply(living.came_back(story.walk, story.programme, "chi", since=None, now=story.now))
    assert story.walk.members["chi"].consent == "asked"
    story.week()
    assert len(story.sent("consent", subject="1", person="chi")) == 1


# --- channels ---------------------------------------------------------------------------------------------------------


def lose(story: Passing, why: Lost, *, hours: int = 0) -> Change:
    at = NOW + timedelta(hours=hours)
    return story.apply(living.lost(story.walk, why, at=at, now=story.now))


def regain(story: Passing, how: Back, *, hours: int = 0) -> Change:
    return story.apply(living.back(story.walk, how, at=NOW + timedelta(hours=hours)))


def in_channel(story: Passing) -> list[Came]:
    return [c for c in story.came if c.send.channel == "channel"]


def lost(story: Passing) -> str:
    return story.walk.group.channel_lost


def test_a_lost_channel_gets_nothing_and_those_who_lead_hear_it_once(story: Passing) -> None:
    assert [(o.kind, o.subject, o.person) for o in lose(story, "archived").plan] == [("lost", "archived", "ana")]
    assert not lose(story, "archived")
    assert lose(story, "removed", hours=1).plan == ()
    before = len(in_channel(story))
    story.week(2)
    assert len(in_channel(story)) == before
    assert story.sent("digest", person="bo"), "people still hear how it goes"


def test_a_channel_that_is_back_gets_messages_again(story: Passing) -> None:
    lose(story, "archived")
    regain(story, "unarchived", hours=1)
    assert lost(story) == ""
    before = len(in_channel(story))
    story.week(2)
    assert len(in_channel(story)) > before


def test_an_opened_channel_is_of_no_use_to_a_bot_that_was_taken_out(story: Passing) -> None:
    lose(story, "archived")
    lose(story, "removed", hours=1)
    regain(story, "unarchived", hours=2)
    assert lost(story) == "removed"
    regain(story, "joined", hours=3)
    assert lost(story) == ""


@pytest.mark.parametrize("replayed", ["archived", "gone", "removed"])
def test_news_of_a_channel_that_come_late_change_nothing(story: Passing, replayed: Lost) -> None:
    lose(story, "archived")
    regain(story, "unarchived", hours=2)
    assert not lose(story, replayed, hours=1)
    assert lost(story) == ""


def test_what_slack_refuses_counts_without_an_instant(story: Passing) -> None:
    regain(story, "joined", hours=2)
    story.apply(living.lost(story.walk, "removed", at=None, now=story.now))
    assert lost(story) == "removed"


# --- whoever added the app --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [living.KEY, living.RIGHT])
def test_whoever_added_the_app_is_written_to_though_they_take_part_in_nothing(story: Passing, what: str) -> None:
    noon = story.now.replace(hour=12)
    due = story.walk.occurrence("wanting", noon, subject=f"{what}.U0ELSE")
    (send,) = decide(story.scene, due, now=noon).sends
    assert (send.channel, send.to) == ("slack", "U0ELSE")
    assert send.message == messages.wanting.compose(story.words, what=what)


def test_a_stranger_in_the_channel_is_looked_up_before_they_are_asked() -> None:
    walk, new = new_walk(), Person(id="gil", name="U0GIL", slack_user="U0GIL")
    change = living.stranger(walk, new, now=NOW)
    assert [o.kind for o in change.plan] == ["enrol"]
    assert not living.stranger(applied(walk, change), new, now=NOW)
    over = replace(walk, partnership=replace(walk.partnership, over=True))
    assert not living.stranger(over, new, now=NOW)
