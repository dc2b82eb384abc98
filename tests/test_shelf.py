# ruff: noqa: F811 - fixtures come in by their names
"""Readings: marked, marked otherwise, taken back; and a question put to the group, once, whoever asks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from tests.group import PEOPLE, START, Passing, members, partnership, passing
from tests.slack_front import (  # noqa: F401
    app,
    everything,
    front,
    harbour,
    house,
    installed,
    newest_view,
    post,
    state,
    token_of,
)
from tests.slack_home import ANA, BO, CHANNEL, CHI, ELI, FEN, TEAM, LocalSlack, interaction, press
from tests.small import small
from worker.slack.app import FairstepsApp
from worker.slack.blocks import render
from worker.slack.limits import check
from worker.wiring import House
from workflows import ids, joining, shelf
from workflows.errors import NotFound
from workflows.messages import discuss, reading
from workflows.people import Group
from workflows.ticket import Ticket
from workflows.walk import StepRun

USERS = {"ana": ANA, "bo": BO, "chi": CHI, "eli": ELI, "fen": FEN}
_WALKS = count(1)


@pytest.fixture
def story() -> Passing:
    made = passing(small())
    made.until(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    return made


def first(story: Passing) -> str:
    return story.programme.steps[0].readings[0].id


# --- what is decided ------------------------------------------------------------------------------------------------


def test_a_mark_is_kept_changed_and_taken_back(story: Passing) -> None:
    for mark in ("saved", "read", "unwanted"):
        change = shelf.marked(story.walk, "bo", first(story), mark, now=story.now)
        story.apply(change)
        assert shelf.mark_of(story.walk.members["bo"], first(story)) == mark
        assert not shelf.marked(story.walk, "bo", first(story), mark, now=story.now), "the same twice changes nothing"
    story.apply(shelf.marked(story.walk, "bo", first(story), shelf.NONE, now=story.now))
    assert shelf.mark_of(story.walk.members["bo"], first(story)) is None
    assert story.walk.members["eli"].shelf == ()


def test_the_message_shows_the_mark_and_how_to_undo_it(story: Passing) -> None:
    found = story.programme.reading(first(story))
    fresh = reading.compose(story.scene, reading=found, person="bo")
    assert [(a.id, a.choice) for a in fresh.actions] == [
        ("shelf", "read"),
        ("shelf", "saved"),
        ("shelf", "unwanted"),
        ("discuss", ""),
    ]
    story.apply(shelf.marked(story.walk, "bo", found.id, "saved", now=story.now))
    saved = reading.compose(story.scene, reading=found, person="bo")
    assert [(a.id, a.choice) for a in saved.actions] == [("shelf", "read"), ("shelf", "none"), ("discuss", "")]
    assert "You saved this for later." in str(saved.parts)
    check(render(saved), "message")
    story.until(story.now + timedelta(minutes=1))
    (shown,) = story.sent("shelved", person="bo")
    assert (shown.send.edits, shown.send.name) == (True, f"reading/{found.id}/bo/slack")
    assert "You saved this for later." in str(shown.send.message.parts)


def test_whoever_has_no_slack_marks_without_a_message(story: Passing) -> None:
    assert shelf.marked(story.walk, "dara", first(story), "read", now=story.now).plan == ()


def test_a_question_goes_into_the_channel_once_whoever_asks(story: Passing) -> None:
    for who in ("bo", "eli", "bo"):
        story.apply(shelf.discussed(story.walk, who, first(story), now=story.now))
        story.until(story.now + timedelta(minutes=1))
    (sent,) = story.sent("discuss")
    found = story.programme.reading(first(story))
    assert (sent.send.channel, sent.send.person) == ("channel", "")
    message = sent.send.message
    assert message == discuss.compose(story.scene, reading=found)
    assert found.discuss in str(message.parts)
    assert not [p.name for p in PEOPLE if p.name in str(message)], "who asked stays unsaid"
    check(render(message), "message")


def test_at_night_a_question_waits_for_the_morning(story: Passing) -> None:
    story.until(datetime(2026, 12, 1, 23, 0, tzinfo=UTC))
    story.apply(shelf.discussed(story.walk, "bo", first(story), now=story.now))
    story.until(story.now + timedelta(hours=1))
    assert story.sent("discuss") == []
    story.until(story.now + timedelta(hours=9))
    assert len(story.sent("discuss")) == 1


def test_without_a_channel_or_a_part_in_it_nothing_is_put_to_the_group(story: Passing) -> None:
    walk = story.walk
    mailed = replace(walk, partnership=replace(walk.partnership, group=replace(walk.group, channel=None)))
    gone = replace(walk, partnership=replace(walk.partnership, group=replace(walk.group, channel_lost="archived")))
    looks = replace(walk.members["bo"], role="observer")
    observed = replace(walk, members={**walk.members, "bo": looks})
    for without in (mailed, gone, observed):
        assert not shelf.may_discuss(without, "bo", first(story))
        assert not shelf.discussed(without, "bo", first(story), now=story.now)


def test_a_reading_of_a_step_that_lies_ahead_is_not_there_yet(story: Passing) -> None:
    ahead = [r for step in story.programme.steps[1:] for r in step.readings]
    assert shelf.reading_of(story.walk, story.programme, first(story)) is not None
    assert not [r for r in ahead if shelf.reading_of(story.walk, story.programme, r.id)]


# --- pressed in Slack -----------------------------------------------------------------------------------------------


@pytest.fixture
def walking(installed: FairstepsApp, house: House) -> str:
    """Harbour Circle in its first step; Ana, Bo, Eli and Fen have said yes, Chi has not."""
    pid = f"pshelf{next(_WALKS)}"
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL)
    five = house.programmes["five-steps"]
    runs = (StepRun(step=five.steps[0].id, opened_on=START.date()),)
    start = partnership(id=pid, workspace=TEAM, group=group, version=five.version, steps=runs)
    people = tuple(
        replace(p, id=ids.person_id(TEAM, USERS[p.id]), slack_user=USERS[p.id]) for p in PEOPLE if p.id in USERS
    )
    mine = tuple(
        replace(m, person=ids.person_id(TEAM, USERS[m.person]), consent="asked" if m.person == "chi" else "given")
        for m in members()
        if m.person in USERS
    )
    house.walks.begin_walk(replace(joining.started(start, mine, everyone=False, now=START), people=people))
    return pid


def token(pid: str, user: str, reading_id: str) -> str:
    return Ticket(workspace=TEAM, partnership=pid, person=ids.person_id(TEAM, user), subject=reading_id).encode()


def test_bo_marks_a_reading_with_one_press_however_often_it_is_sent(
    installed: FairstepsApp, house: House, walking: str
) -> None:
    found = house.programmes["five-steps"].steps[0].readings[0].id
    body = interaction(press("shelf#2", f"saved|{token(walking, BO, found)}"))
    assert post(installed, body).status == 200
    once = house.walks.get(walking)
    assert shelf.mark_of(once.members[ids.person_id(TEAM, BO)], found) == "saved"
    assert post(installed, body).status == 200
    assert house.walks.get(walking) == once


@pytest.mark.parametrize("mark", ["", "burnt", "read|saved", "x" * 200])
def test_a_mark_that_is_none_changes_nothing(installed: FairstepsApp, house: House, walking: str, mark: str) -> None:
    found = house.programmes["five-steps"].steps[0].readings[0].id
    before = house.walks.get(walking)
    assert post(installed, interaction(press("shelf", f"{mark}|{token(walking, BO, found)}"))).status == 200
    assert house.walks.get(walking) == before


def test_bo_puts_a_question_to_the_group_and_is_told_where(
    installed: FairstepsApp, house: House, harbour: LocalSlack, walking: str
) -> None:
    found = house.programmes["five-steps"].steps[0].readings[0].id
    for user in (BO, ELI):
        trigger = harbour.trigger(token_of(house), user)
        body = interaction(press("discuss", token(walking, user, found), user=user, trigger=trigger))
        assert post(installed, body).status == 200
        assert newest_view(harbour)["title"]["text"] == "Talk about it"
    assert house.walks.get(walking).partnership.discussed == (found,)
    planned = [o for o in house.due.planned(walking) if o.kind == "discuss"]
    assert len(planned) == 1


@pytest.mark.parametrize("subject", ["no-such-reading", "", "r1"])
def test_a_reading_that_is_not_there_is_not_marked(
    house: House, walking: str, installed: FairstepsApp, subject: str
) -> None:
    with pytest.raises(NotFound):
        house.cases.mark_reading(Ticket.decode(token(walking, BO, subject)), "read")
    with pytest.raises(NotFound):
        house.cases.discuss_reading(Ticket.decode(token(walking, BO, subject)))


def test_whoever_has_not_said_yes_marks_nothing(house: House, walking: str, installed: FairstepsApp) -> None:
    found = house.programmes["five-steps"].steps[0].readings[0].id
    with pytest.raises(NotFound):
        house.cases.mark_reading(Ticket.decode(token(walking, CHI, found)), "read")


def test_marks_are_kept_sealed(house: House, walking: str, installed: FairstepsApp) -> None:
    found = house.programmes["five-steps"].steps[0].readings[0].id
    house.cases.mark_reading(Ticket.decode(token(walking, BO, found)), "unwanted")
    assert b"unwanted" not in b"".join(dump for dump in everything(house).values() if isinstance(dump, bytes))
