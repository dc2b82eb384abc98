"""The first walk: Ana adds Fairsteps, six people in five zones answer their way through all five steps.

Everything runs as `fairsteps up` runs it, in processes of its own; only the clock is virtual. Four months pass in it,
over the autumn's changes of the clock. What everybody gets is compared, message by message and minute by minute, with
a calendar that was worked out beforehand.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from tests.system import doors
from tests.system.arrivals import Arrival, text_of
from tests.system.group import (
    END,
    GROUP,
    HAL,
    PARTNER,
    PEOPLE,
    START,
    consent_title,
    everything_due,
    plain_title,
    rounds,
)
from tests.system.installation import Installation, alive, installation
from tests.system.story import Story
from workflows.words import Words

pytestmark = pytest.mark.system


@dataclass(frozen=True, kw_only=True)
class Walked:
    """The story told to its end."""

    story: Story
    place: Installation

    @property
    def words(self) -> Words:
        return self.place.house.words

    @property
    def all(self) -> list[Arrival]:
        return self.story.inbox.all


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Walked]:
    state: Path = tmp_path_factory.mktemp("first-walk")
    with installation(state) as place:
        place.house.clock.move(START)
        story = Story(place)
        story.add_to_slack(browser)
        story.start()
        story.go_on()
        yield Walked(story=story, place=place)


def test_everybody_got_exactly_what_the_calendar_says(walked: Walked) -> None:
    due = everything_due(walked.words, walked.story.programme) + walked.story.deeds
    got = Counter((one.who, one.way, plain_title(walked.words, one.title), one.at) for one in walked.all)
    assert {"never came": sorted((due - got).elements()), "too much": sorted((got - due).elements())} == {
        "never came": [],
        "too much": [],
    }


def test_no_delivery_came_twice(walked: Walked) -> None:
    for way in ("slack", "mail", "channel"):
        keys = Counter(one.key for one in walked.all if one.way == way)
        assert [key for key, count in keys.items() if count > 1] == []
    listed = doors.get(f"http://localhost:{walked.place.ports.mailbox}/messages.json").json()
    assert Counter(m["message_id"] for m in listed) == Counter(one.key for one in walked.all if one.way == "mail")


def test_each_prompt_came_at_nine_on_each_persons_own_clock(walked: Walked) -> None:
    titles = {prompt.title for _, _, prompt in rounds(walked.story.programme)}
    offsets: dict[str, set[timedelta | None]] = {}
    for one in walked.all:
        if one.title in titles:
            zone = walked.story.people[one.who].zone
            wall = one.at.astimezone(ZoneInfo(zone))
            assert (wall.weekday(), wall.hour, wall.minute) == (1, 9, 0), (one.who, one.at)
            offsets.setdefault(zone, set()).add(wall.utcoffset())
    changing = {zone for zone, seen in offsets.items() if len(seen) == 2}
    assert changing == {"Europe/Lisbon", "Europe/London", "America/New_York", "Australia/Lord_Howe"}


def test_nobody_was_asked_anything_before_they_said_yes(walked: Walked) -> None:
    consent = consent_title(walked.words)
    first: dict[str, str] = {}
    for one in sorted(walked.all, key=lambda one: one.at):
        person = walked.story.people.get(one.who)
        if person and one.title != walked.words("welcome.subject"):
            first.setdefault(person.name, one.title)
    assert first == dict.fromkeys((p.name for p in (*PEOPLE, HAL)), consent)
    assert [one.title for one in walked.all if one.who == HAL.email] == [consent]
    assert not [m for m in walked.place.slack.messages() if m.get("dm_with") == "U0CHI"]


def test_every_answer_is_kept_as_it_was_given(walked: Walked) -> None:
    assert len(walked.story.given) == 15 * 6
    names = {p.email: p.name for p in PEOPLE}
    walk = walked.place.walk
    kept = {(names[walk.people[a.person].email or ""], a.round): a.values for a in walk.answers}
    assert kept == walked.story.given
    vias = {(names[walk.people[a.person].email or ""], a.via) for a in walk.answers}
    assert {("Dara", "slack"), ("Dara", "mail"), ("Gil", "mail"), ("Gil", "web"), ("Fen", "mail")} <= vias


def test_five_steps_were_walked_and_the_last_stays_open(walked: Walked) -> None:
    partnership = walked.place.walk.partnership
    runs = [(run.step, run.how) for run in partnership.steps]
    assert runs == [
        ("value", "gate"),
        ("vulnerabilities", "gate"),
        ("goals", "gate"),
        ("negotiate", "gate"),
        ("track", ""),
    ]
    assert partnership.current is not None
    assert partnership.review_on is not None
    assert partnership.review_on > END.date()


def test_the_summaries_tell_how_many_and_what_the_group_may_see(walked: Walked) -> None:
    for round_id, _, prompt in rounds(walked.story.programme):
        title = walked.words("summary.subject", title=prompt.title)
        told = [one for one in walked.all if one.title == title]
        assert told, round_id
        for one in told:
            text = text_of(walked.story.inbox.shown(one.ref))
            assert "6 of 6 answered" in text
            hidden = {q.id for q in prompt.questions if q.sees == "facilitators"}
            assert not [q for q in hidden if f" on {q}" in text]


def test_the_worksheets_on_the_board_hold_the_answers(walked: Walked) -> None:
    digest = [one for one in walked.all if one.who == "bo@example.org" and one.way == "mail"][-1]
    board = doors.get(digest.links["See where we stand"])
    assert board.status_code == 200
    programme = walked.story.programme
    sheets = [(sheet, programme.prompt(sheet.prompt)) for step in programme.steps for sheet in step.worksheets]
    for sheet, prompt in sheets:
        assert escape(sheet.title) in board.text
        for column in sheet.columns:
            (question,) = [q for q in prompt.questions if q.id == column.question]
            for round_id, _, asked in rounds(programme):
                if asked.id != prompt.id or question.kind != "short_text":
                    continue
                for person in PEOPLE:
                    cell = escape(str(walked.story.given[person.name, round_id][question.id]))
                    shown = question.named and question.sees in ("group", "partner")
                    assert (cell in board.text) == shown, (person.name, question.id)


def test_each_digest_says_why_it_came_and_how_to_stop(walked: Walked) -> None:
    digests = [one for one in walked.all if plain_title(walked.words, one.title) == "digest"]
    assert {one.who for one in digests} == {person.email for person in PEOPLE}
    why = walked.words("why.member", partnership=f"{GROUP} and {PARTNER}")
    for one in digests:
        assert one.letter is not None
        plain, page = one.letter.part("plain"), one.letter.part("html")
        assert " ".join(why.split()) in " ".join(plain.split())
        assert why[:40] in " ".join(page.split())
        assert one.links["Stop all mail"] in page
        assert one.letter.header("List-Unsubscribe") == f"<{one.links['Stop all mail']}>"
        assert walked.words("digest.progress") in plain
    last = doors.get(digests[-1].links["Stop all mail"])
    assert last.status_code == 200


def test_what_left_was_within_slacks_limits(walked: Walked) -> None:
    assert walked.story.inbox.check_views() > 50  # messages were checked as they came


def test_the_ledger_knows_of_nothing_that_failed(walked: Walked) -> None:
    records = walked.place.house.walks.records(walked.place.partnership)
    states = Counter((record.state, record.reason) for record in records.values())
    assert {state for state, _ in states} == {"sent", "skipped"}, states
    assert sum(n for (state, _), n in states.items() if state == "sent") >= len(walked.all) - 1


def test_ctrl_c_ends_it_all_and_the_next_start_knows_everything(walked: Walked) -> None:
    place = walked.place
    walk, said, views = place.walk, place.slack.messages(), len(place.slack.views())
    below = place.below()
    assert place.stop() == 0, place.said()
    assert alive(below) == set()
    place.start()
    assert place.walk == walk
    assert place.slack.messages() == said
    assert len(place.slack.views()) == views
    assert place.now == END
    assert place.house.due.next_at() is not None
