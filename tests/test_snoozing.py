# ruff: noqa: F811 - fixtures come in by their names
"""Later: when that is on everyone's own clock, what comes then, how their messages change, and where it ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests.group import Passing, passing, walking
from tests.prompt_home import ASKED_AT, Story, began, labels, words
from tests.prompt_home import settings as house_settings
from tests.slack_front import add, harbour, post, state  # noqa: F401
from tests.slack_home import TEAM, LocalSlack, interaction, press
from tests.small import small
from worker.files import words as english
from worker.slack.app import build as build_slack
from worker.web.app import create_with
from worker.wiring import House, build
from workflows import engine, prompted, snoozing, steps
from workflows.errors import AskPerson
from workflows.messages import digest
from workflows.messages import prompt as prompts
from workflows.ticket import Ticket
from workflows.walk import Change, Round

WORDS = english.load()
OPENED = datetime(2026, 12, 1, 10, tzinfo=UTC)  # Tuesday, an hour after Lisbon and London were asked


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "now", "choice", "then"),
    [
        ("bo", "2026-12-01T10:00", "evening", "2026-12-01T18:00"),
        ("bo", "2026-12-01T17:30", "evening", "2026-12-01T18:00"),
        ("bo", "2026-12-01T17:31", "evening", "2026-12-01T19:00"),
        ("bo", "2026-12-01T18:31", "evening", "2026-12-02T09:00"),  # no evening of another day
        ("bo", "2026-12-01T23:30", "evening", "2026-12-02T09:00"),
        ("bo", "2026-12-02T00:30", "evening", "2026-12-02T18:00"),
        ("eli", "2026-12-02T01:00", "evening", "2026-12-02T14:00"),  # 20:00 on Tuesday in New York
        ("eli", "2026-12-02T01:00", "tomorrow", "2026-12-02T14:00"),
        ("dara", "2026-12-01T04:00", "tomorrow", "2026-12-02T03:15"),  # Kathmandu is 5:45 ahead
        ("bo", "2026-12-03T12:00", "workday", "2026-12-04T09:00"),
        ("bo", "2026-12-04T12:00", "workday", "2026-12-07T09:00"),
        ("bo", "2026-12-05T12:00", "workday", "2026-12-07T09:00"),
        ("bo", "2027-03-27T12:00", "tomorrow", "2027-03-28T08:00"),  # the clocks go forward that night
        ("bo", "2027-10-30T12:00", "tomorrow", "2027-10-31T09:00"),  # and back
        ("bo", "2027-03-28T12:00", "evening", "2027-03-28T17:00"),
    ],
)
def test_each_choice_is_an_instant_on_the_persons_own_clock(person: str, now: str, choice: str, then: str) -> None:
    picked = snoozing.chosen(WORDS, choice)
    assert snoozing.until(walking(), person, picked, now=utc(now)) == utc(then)


def test_a_group_that_meets_at_night_is_asked_in_the_morning() -> None:
    walk = walking()
    rhythm = replace(walk.partnership.rhythm, hour=22)
    late = replace(walk, partnership=replace(walk.partnership, rhythm=rhythm))
    assert snoozing.until(late, "bo", "tomorrow", now=OPENED) == utc("2026-12-03T08:00")


# --- what comes then, in memory ---------------------------------------------------------------------------------------


@pytest.fixture
def story() -> Passing:
    """The first prompt has come to everyone."""
    begun = passing(small())
    begun.until(OPENED)
    return begun


def put_off(story: Passing, person: str, choice: str, prompt: str = "work") -> Change:
    found = story.round_of(prompt)
    picked = snoozing.chosen(WORDS, choice)
    return story.apply(snoozing.put_off(WORDS, story.walk, found.id, person, picked, now=story.now))


def shown(story: Passing, person: str, sent_as: str = "ask", prompt: str = "work") -> str:
    """What a message says at this moment."""
    message = prompted.says(story.scene, story.round_of(prompt), person, sent_as, now=story.now)
    return " ".join(getattr(part, "text", "") for part in message.parts)


def buttons(story: Passing, person: str, sent_as: str = "ask") -> list[str]:
    message = prompted.says(story.scene, story.round_of("work"), person, sent_as, now=story.now)
    return [action.id for action in message.actions]


def test_a_prompt_that_was_put_off_comes_again_and_no_reminder_before(story: Passing) -> None:
    story.until(utc("2026-12-02T12:00"))
    put_off(story, "bo", "tomorrow")
    put_off(story, "fen", "evening")
    assert "We ask you again on Thursday 3 December 2026, 09:00 (London time)." in shown(story, "bo")
    story.until(utc("2026-12-03T12:00"))
    assert [c.at for c in story.sent("again", person="bo") if not c.send.edits] == [utc("2026-12-03T09:00")]
    assert [c.at for c in story.sent("again", person="fen") if not c.send.edits] == [utc("2026-12-02T18:00")]
    assert not story.sent("nudge", person="bo"), "the reminder fell together with it: it comes by itself"
    assert shown(story, "bo") == "You put “Your work” off. It came again further down."
    assert shown(story, "bo", "again").startswith("You asked for this again now. It is still open.")


def test_a_reminder_finds_its_person_asleep(story: Passing) -> None:
    story.until(utc("2026-12-02T20:00"))
    put_off(story, "bo", "workday")
    put_off(story, "bo", "tomorrow")
    nudge = next(due for _, _, due in story.due if due.kind == "nudge" and due.person == "bo")
    story.until(utc("2026-12-03T08:59"))
    assert nudge.slot == utc("2026-12-03T09:00")
    put_off(story, "bo", "evening")
    story.until(utc("2026-12-03T17:00"))
    assert not story.sent("nudge", person="bo")
    assert story.sent("nudge", person="eli")


def test_the_same_choice_twice_changes_nothing_and_another_moves_it(story: Passing) -> None:
    assert put_off(story, "bo", "evening")
    assert not put_off(story, "bo", "evening")
    put_off(story, "bo", "tomorrow")
    (snooze,) = story.walk.members["bo"].snoozes
    assert (snooze.until, snooze.times) == (utc("2026-12-02T09:00"), 1)
    story.until(utc("2026-12-04T12:00"))
    assert len([c for c in story.sent("again", person="bo") if not c.send.edits]) == 1


def test_a_fourth_time_is_no_more_and_that_is_said_kindly(story: Passing) -> None:
    for evening in ("2026-12-01T12:00", "2026-12-02T12:00", "2026-12-03T12:00"):
        story.until(utc(evening))
        put_off(story, "bo", "evening")
        assert "later" in buttons(story, "bo", "again")
    assert "one last time" in shown(story, "bo", "again")
    story.until(utc("2026-12-04T12:00"))
    assert "later" not in buttons(story, "bo", "again")
    assert "This was the third time" in shown(story, "bo", "again")
    before = story.walk
    with pytest.raises(AskPerson) as refused:
        put_off(story, "bo", "evening")
    assert "closes by itself on Sunday 6 December 2026, 09:00 (London time)" in refused.value.problems[""]
    assert story.walk == before
    names = [c.send.name for c in story.sent("again", person="bo")]
    assert [n for n in names if n.startswith("again")].count("again/r2.3/bo/slack") == 1
    assert len(set(names)) == len({n for n in names if "again" in n}) + 2, "each older one is pointed on"


def test_what_would_come_after_the_end_is_refused_with_the_end(story: Passing) -> None:
    story.until(utc("2026-12-05T12:00"))
    before = story.walk
    with pytest.raises(AskPerson) as refused:
        put_off(story, "bo", "workday")
    assert "That would be Monday 7 December 2026, 09:00 (London time)." in refused.value.problems[""]
    assert "on Sunday 6 December 2026, 09:00 (London time), so nothing was changed" in refused.value.problems[""]
    assert story.walk == before


def test_an_answer_a_skip_and_the_end_take_it_away(story: Passing) -> None:
    found = story.round_of("work")
    for person in ("bo", "eli", "fen"):
        put_off(story, person, "tomorrow")
    story.answer(found, "bo")
    story.skip(found, "eli")
    assert not story.walk.members["bo"].snoozes
    assert not story.walk.members["eli"].snoozes
    story.until(utc("2026-12-07T12:00"))
    assert {c.due.person for c in story.sent("again")} == {"fen"}
    assert not story.walk.members["fen"].snoozes
    with pytest.raises(AskPerson) as refused:
        put_off(story, "bo", "evening")
    assert refused.value.problems[""].startswith("You have said what you wanted to say")


def test_who_pauses_gets_it_on_coming_back(story: Passing) -> None:
    put_off(story, "bo", "evening")
    put_off(story, "fen", "evening")
    away = replace(story.walk.members["bo"], paused_at=story.now)
    story.apply(Change(members=(away,)))
    with pytest.raises(AskPerson, match="asked again"):
        put_off(story, "bo", "tomorrow")
    story.leave("fen")
    story.until(utc("2026-12-02T21:30"))
    assert not story.sent("again")
    story.apply(engine.came_back(story.walk, "bo", now=story.now))
    story.until(utc("2026-12-03T08:01"))
    assert [c.at for c in story.sent("again", person="bo") if not c.send.edits] == [utc("2026-12-03T08:00")]


@pytest.mark.parametrize(("before", "rests"), [(0, True), (1, False)])
def test_silence_is_counted_from_the_last_time_somebody_put_something_off(before: int, rests: bool) -> None:
    story = passing(small())
    story.live(before, "ana", "bo", "dara", "eli")
    story.until(story.now + timedelta(days=1 if before == 0 else 2, hours=16))
    found = next(r for r in story.walk.rounds if r.closed_at is None and not r.standing)
    story.apply(snoozing.put_off(WORDS, story.walk, found.id, "fen", "evening", now=story.now))
    story.live(3 - before, "ana", "bo", "dara", "eli")
    assert story.walk.members["fen"].resting == rests, "three weeks without a word, or two and one with"


def test_whoever_was_left_in_peace_is_back_by_putting_off(story: Passing) -> None:
    resting = replace(story.walk.members["bo"], paused_at=story.now, resting=True)
    story.apply(Change(members=(resting,)))
    put_off(story, "bo", "evening")
    assert not story.walk.members["bo"].paused
    story.until(utc("2026-12-01T18:01"))
    assert story.sent("again", person="bo")


# --- a round that closed without a word -------------------------------------------------------------------------------


def test_a_prompt_that_closed_says_so_and_keeps_its_button_only_as_long_as_it_counts(story: Passing) -> None:
    story.answer(story.round_of("work"), "ana", "bo", "dara")
    story.until(utc("2026-12-06T09:30"))
    told = story.sent("refresh", subject=story.round_of("work").id)
    assert {c.due.person for c in told} == {"", "eli", "fen"}, "who has answered, or has no Slack, needs nothing"
    assert all(c.send.edits for c in told)
    assert "closed on Sunday 6 December 2026, 09:00" in shown(story, "fen")
    assert "You can still answer as long as this step is open" in shown(story, "fen")
    assert buttons(story, "fen") == ["answer"]
    look = story.programme.steps[0]
    before = len(told)
    story.apply(steps.moved_on(story.walk, story.programme, look.id, story.note("moved_on")))
    story.until(story.now + timedelta(hours=1))
    assert len(story.sent("refresh", subject=story.round_of("work").id, person="fen")) > before / 3
    assert buttons(story, "fen") == []
    assert "Nothing is expected of you." in shown(story, "fen")


def test_a_round_left_open_longer_asks_again_in_place(story: Passing) -> None:
    story.until(utc("2026-12-06T09:30"))
    found = story.round_of("work")
    reopened = replace(found, closed_at=None, closes_at=utc("2026-12-13T09:00"))
    story.apply(Change(rounds=(reopened,)))
    assert buttons(story, "fen") == ["answer", "short", "later", "skip"]
    assert "Open until Sunday 13 December 2026" in shown(story, "fen")


# --- on a page, and in the digest -------------------------------------------------------------------------------------


def form_of(story: Passing, person: str, found: Round | None = None) -> list[str]:
    found = found or story.round_of("work")
    about = Ticket(workspace="T1", partnership="p1", person=person, subject=f"{found.id}-later")
    made = snoozing.form(WORDS, story.walk, found, title="Your work", ticket=about, now=story.now)
    return [*made.intro, *(o.label for field in made.fields for o in field.options)]


def test_the_page_offers_each_time_once_and_says_what_was_chosen(story: Passing) -> None:
    assert form_of(story, "bo") == [
        "Your work",
        "Tuesday 1 December 2026, 18:00 (London time)",
        "Wednesday 2 December 2026, 09:00 (London time)",
    ]
    put_off(story, "bo", "evening")
    assert form_of(story, "bo")[1] == (
        "You put this off. We ask you again on Tuesday 1 December 2026, 18:00 (London time)."
    )
    story.until(utc("2026-12-06T08:00"))
    assert "closes before that" in form_of(story, "fen")[1]


def test_what_was_put_off_still_waits_in_the_digest(story: Passing) -> None:
    put_off(story, "bo", "workday")
    told = digest.compose(story.scene, person="bo", day=date(2026, 12, 4), now=story.now)
    assert [a.id for a in told.actions] == ["answer", "board"]


# --- in Slack ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(state: str, harbour: LocalSlack) -> Iterator[House]:
    made = build(house_settings(state, harbour.api_url))
    yield made
    made.slack.close()


@pytest.fixture
def told(home: House, harbour: LocalSlack) -> Story:
    """Everybody was asked on Tuesday at nine."""
    home.redis.flushall()
    assert add(build_slack(home), harbour).status == 302
    begun = began(home, harbour)
    begun.until(ASKED_AT)
    return begun


def test_bo_puts_a_prompt_off_and_answers_when_it_comes_again(told: Story) -> None:
    (first_one,) = told.dms("bo")
    assert labels(first_one) == ["Yes", "No", "Not sure", "Answer…", "Later", "Skip this one"]
    assert told.press("bo", first_one, "later", "evening") is None
    told.settle()
    (first_one,) = told.dms("bo")
    assert "We ask you again on Tuesday 1 December 2026, 18:00 (London time)." in words(first_one)
    assert labels(first_one) == ["Answer now", "Later", "Skip this one"]
    told.until(utc("2026-12-01T18:00"))
    first_one, again = told.dms("bo")
    assert words(first_one) == "You put “How it went” off. It came again further down."
    assert words(again).startswith("You asked for this again now.")
    told.press("bo", again, "quick", "no")
    told.settle()
    first_one, again = told.dms("bo")
    assert "Thank you. This is what you answered:" in words(again)
    assert "Change it" in labels(again)


def test_the_second_time_the_first_one_points_on_too(told: Story) -> None:
    for day in (1, 2):
        told.press("bo", told.dms("bo")[-1], "later", "evening")
        told.until(utc(f"2026-12-0{day}T18:00"))
        told.until(utc(f"2026-12-0{day + 1}T12:00"))
    first_one, first, second = told.dms("bo")
    assert words(first_one) == words(first) == "You put “How it went” off. It came again further down."
    assert words(second).startswith("You asked for this again now.")
    told.until(utc("2026-12-06T10:00"))
    assert "closed on Sunday 6 December 2026, 09:00 (London time)" in words(told.dms("bo")[-1])
    assert labels(told.dms("bo")[-1]) == ["Answer"]


def test_a_replayed_press_is_one_and_a_refused_one_says_why(told: Story) -> None:
    (first_one,) = told.dms("bo")
    told.press("bo", first_one, "later", "tomorrow")
    version = told.walk.version
    told.press("bo", first_one, "later", "tomorrow")
    assert told.walk.version == version
    told.until(utc("2026-12-05T12:00"))
    view = told.press("bo", told.dms("bo")[-1], "later", "workday")
    assert view is not None
    assert view["title"]["text"] == "Not put off"
    assert "This one closes before that, on Sunday 6 December 2026, 09:00" in view["blocks"][0]["text"]["text"]


@pytest.mark.parametrize("value", ["", "evening|", "midnight|T0/p/x/r1-later", "evening|a/b/c/d"])
def test_a_press_that_no_message_of_ours_holds_changes_nothing(told: Story, value: str) -> None:
    before = told.walk
    for action in ("later", "quick"):
        answer = post(told.app, interaction(press(action, value)))
        assert answer.status == 200
    assert told.walk == before


def test_eli_chooses_on_the_page_and_reads_until_when(told: Story) -> None:
    told.until(utc("2026-12-01T15:00"))
    about = Ticket(workspace=TEAM, partnership=told.pid, person=told.person("eli"), subject="r1-later")
    page, browser = urlsplit(told.house.links.url("answer", about)).path, create_with(told.house).test_client()
    asked = browser.get(page).get_data(as_text=True)
    assert "Tuesday 1 December 2026, 18:00 (New York time)" in asked
    assert "Wednesday 2 December 2026, 09:00 (New York time)" in asked
    nothing = browser.post(page, data={"_form": "later"})
    assert nothing.status_code == 422
    assert not told.walk.members[told.person("eli")].snoozes
    kept = browser.post(page, data={"_form": "later", "later": "evening"})
    assert kept.status_code == 303
    read = browser.get(kept.headers["Location"]).get_data(as_text=True)
    assert "We ask you again on Tuesday 1 December 2026, 18:00 (New York time)." in read


def test_a_mail_has_one_plain_link_to_that_page_and_no_taps() -> None:
    story = passing(small())
    story.until(OPENED)
    message = prompts.compose(story.scene, round_=story.round_of("work"), person="dara", by_mail=True)
    (later,) = [action for action in message.actions if action.id == "later"]
    assert (later.page, later.label, later.style) == ("answer", "Later", "plain")
    assert Ticket.decode(later.value).subject == f"{story.round_of('work').id}-later"
    assert all(action.page for action in message.actions)
