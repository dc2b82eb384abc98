"""The first walk: Ana adds Fairsteps, six people in five zones answer their way through all five steps.

Everything runs as `fairsteps up` runs it, in processes of its own; only the clock is virtual. Four months pass in it,
over the autumn's changes of the clock. What everybody gets is compared, message by message and minute by minute, with
a calendar that was worked out beforehand.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.slack_home import ANA, CHANNEL
from tests.system import answers, doors
from tests.system.arrivals import Arrival, Inbox, presses_of, text_of
from tests.system.group import (
    END,
    GROUP,
    GROUP_ZONE,
    HAL,
    PARTNER,
    PEOPLE,
    SLOW,
    SLOW_IN,
    START,
    Got,
    Somebody,
    consent_title,
    everything_due,
    plain_title,
    rounds,
)
from tests.system.installation import Installation, alive, installation
from workflows.programme import Programme, Prompt
from workflows.walk import Answer
from workflows.words import Words

pytestmark = pytest.mark.system

CHANGED_IN = "r3"  # Eli changes this answer afterwards


class Story:
    """The walk as it happens. `deeds` are the mails that answer somebody's own mail."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.inbox = Inbox(place)
        self.deeds: Counter[Got] = Counter()
        self.given: dict[tuple[str, str], dict[str, Any]] = {}  # (name, round) -> values that should be kept
        self.wrong: set[tuple[str, str]] = set()
        self.people = {who: p for p in (*PEOPLE, HAL) for who in (p.slack, p.email) if who}

    @property
    def programme(self) -> Programme:
        return self.place.house.programmes["five-steps"]

    def words(self, key: str, **facts: Any) -> str:
        return self.place.house.words(key, **facts)

    def prompt(self, round_id: str) -> Prompt:
        found = self.place.walk.round(round_id)
        assert found is not None
        return self.programme.prompt(found.prompt)

    def answer_of(self, person: Somebody, round_id: str) -> Answer | None:
        walk = self.place.walk
        (pid,) = [p.id for p in walk.people.values() if p.email == person.email]
        return walk.answer(round_id, pid)

    # --- how it begins ------------------------------------------------------------------------------------------------

    def add_to_slack(self, browser: Browser) -> None:
        """Ana finds the page, presses Add to Slack, agrees, and lands where it says what happens next."""
        page = browser.new_page()
        page.goto(self.place.web)
        page.get_by_role("button", name="Add to Slack").click()
        page.get_by_role("button", name=re.compile("Ana")).click()
        expect(page).to_have_url(f"{self.place.web}/installed")
        expect(page.locator("h1")).to_have_text("Fairsteps is in your Slack")
        expect(page.locator("body")).to_contain_text("What happens next")
        page.close()

    def start(self) -> None:
        """Ana presses the button of the welcome message; what she forgets is told at its field."""
        (welcome,) = self.inbox.look()
        assert (welcome.who, welcome.title) == (ANA, self.words("welcome.subject"))
        modal = doors.open_modal(self.place, ANA, "start", welcome.presses["start"])
        typed = {
            "group": GROUP,
            "channel": CHANNEL,
            "partner": PARTNER,
            "kind": "app",
            "weekday": "1",
            "hour": "9",
            "zone": GROUP_ZONE,
            "digest": "4",
            "mail": "yes",
        }
        errors = doors.send_modal(self.place, ANA, modal, {**typed, "partner": "   "})
        assert errors == {"partner": self.words("start.need_partner")}
        assert self.place.house.workspaces.partnerships("T0HARBOUR") == ()
        assert doors.send_modal(self.place, ANA, modal, typed) == {}
        for person in (PEOPLE[-1], HAL):
            named = ("--name", person.name, "--email", person.email, "--zone", person.zone)
            self.place.run("person", "add", "--partnership", self.place.partnership, *named)

    def go_on(self) -> None:
        """From one due instant to the next, until the second pulse is closed."""
        self.place.rest()
        self.see()
        while (next_at := self.place.house.due.next_at()) is not None and next_at <= END:
            self.place.move(next_at)
            self.see()

    def see(self) -> None:
        """Everybody looks at what came, and does what it asks."""
        while new := self.inbox.look():
            for one in new:
                self.react(one)
            self.place.rest()

    def react(self, one: Arrival) -> None:
        person = self.people.get(one.who)
        subject = one.subject(self.place)
        if person is None or not subject:
            return
        if subject == "consent":
            self.consent(person, one)
        elif "milestone_done" in one.presses:
            self.mark_done(subject, one)
        elif "Answer" in one.links or "Answer on a page" in one.links or "answer" in one.presses:
            self.answer(person, subject, one)

    # --- consent ------------------------------------------------------------------------------------------------------

    def consent(self, person: Somebody, one: Arrival) -> None:
        if one.letter is not None:
            says = "no" if person is HAL else "yes"
            kept = doors.send_page(one.links["Yes, count me in"], {"consent": says, "prefers": "mail"})
            assert "Thank you" in kept.text
            return
        doors.press_button(self.place, person.slack, "consent_yes", one.presses["consent_yes"])
        self.place.rest()
        settled = self.inbox.shown(one.ref)
        assert settled["text"] == self.words("settled.subject_yes")
        assert "consent_no" not in presses_of(settled)
        if person.prefers != "slack":
            modal = doors.open_modal(self.place, person.slack, "settings", presses_of(settled)["settings"])
            assert doors.send_modal(self.place, person.slack, modal, {"prefers": person.prefers}) == {}

    # --- answering ----------------------------------------------------------------------------------------------------

    def answer(self, person: Somebody, round_id: str, one: Arrival) -> None:
        door = person.door(int(round_id[1:]))
        late = (person.name, round_id) == (SLOW, SLOW_IN) and not one.title.startswith("Still open")
        if late or (door == "modal") != (one.way == "slack") or (person.name, round_id) in self.given:
            return
        prompt, turn = self.prompt(round_id), PEOPLE.index(person)
        typed = answers.said_by(person.name, prompt, round_id, turn=turn)
        if not {"modal": self.by_modal, "mail": self.by_mail, "web": self.by_page}[door](person, round_id, one, typed):
            return  # it was wrong on purpose; the next mail asks again
        self.given[person.name, round_id] = answers.kept(prompt, typed)
        self.place.rest()
        found = self.answer_of(person, round_id)
        assert found is not None
        assert (found.values, found.via) == (self.given[person.name, round_id], door.replace("modal", "slack"))
        self.see_it_shown(person, round_id, prompt)
        if (person.name, round_id) == ("Eli", CHANGED_IN):
            self.change(person, round_id, prompt)

    def by_modal(self, person: Somebody, round_id: str, one: Arrival, typed: dict[str, Any]) -> bool:
        modal = doors.open_modal(self.place, person.slack, "answer", one.presses["answer"])
        if person.name == "Bo" and round_id == "r1":
            errors = doors.send_modal(self.place, person.slack, modal, {**typed, "hours.low": "quite a lot"})
            assert [*errors] == ["hours.low"]
            assert self.answer_of(person, round_id) is None
        assert doors.send_modal(self.place, person.slack, modal, typed) == {}
        return True

    def by_mail(self, person: Somebody, round_id: str, one: Arrival, typed: dict[str, Any]) -> bool:
        assert one.letter is not None
        prompt = self.prompt(round_id)
        if person.name == "Gil" and (person.name, round_id) not in self.wrong and round_id == "r1":
            self.wrong.add((person.name, round_id))
            wrong = answers.in_mail(person.name, prompt, typed).replace("7 to 10", "quite a lot")
            doors.reply(self.place, one.letter, wrong)
            assert self.answer_of(person, round_id) is None
            self.deeds[person.email, "mail", self.words("reply_unclear.subject_open"), self.place.now] += 1
            return False
        doors.reply(self.place, one.letter, answers.in_mail(person.name, prompt, typed))
        title = self.words("answered.subject", title=prompt.title)
        self.deeds[person.email, "mail", title, self.place.now] += 1
        return True

    def by_page(self, person: Somebody, round_id: str, one: Arrival, typed: dict[str, Any]) -> bool:
        if person.name == "Gil" and round_id == "r2":
            wrong = doors.send_page(one.links["Answer"], {**typed, "to-hire.low": "lots"})
            assert wrong.status_code == 422
            assert escape(str(typed["only-here"]), quote=False) in wrong.text
            assert self.answer_of(person, round_id) is None
        kept = doors.send_page(one.links["Answer"], typed)
        assert kept.status_code == 200
        assert "Here is what you answered" in kept.text
        return True

    def change(self, person: Somebody, round_id: str, prompt: Prompt) -> None:
        """A second thought: the modal holds the first answer, and the second one takes its place."""
        ref = self.asked_in_slack(person, prompt)
        assert ref is not None
        modal = doors.open_modal(self.place, person.slack, "change", presses_of(self.inbox.shown(ref))["change"])
        box = prompt.questions[0].id
        assert doors.send_modal(self.place, person.slack, modal, {box: "On second thoughts"}) == {}
        self.place.rest()
        self.given[person.name, round_id] |= {box: "On second thoughts"}
        found = self.answer_of(person, round_id)
        assert found is not None
        assert (found.revision, found.values) == (2, self.given[person.name, round_id])
        assert "On second thoughts" in text_of(self.inbox.shown(ref))

    def asked_in_slack(self, person: Somebody, prompt: Prompt) -> str | None:
        asked = [one.ref for one in self.inbox.all if (one.who, one.title) == (person.slack, prompt.title)]
        return asked[-1] if asked else None

    def see_it_shown(self, person: Somebody, round_id: str, prompt: Prompt) -> None:
        """The direct message turned into the answer, and the channel sees how many have answered."""
        if ref := self.asked_in_slack(person, prompt):
            now = self.inbox.shown(ref)
            assert {*presses_of(now)} == {"change"}
            assert self.words("answered.subject", title=prompt.title) == now["text"].replace("&amp;", "&")
        found = self.place.walk.round(round_id)
        assert found is not None
        titled = (CHANNEL, self.words("round_opened.subject", title=prompt.title))
        announced = [o.ref for o in self.inbox.all if (o.who, o.title) == titled and o.at.date() >= found.opens_on]
        count = sum(1 for _, answered in self.given if answered == round_id)
        if announced:
            assert f"{count} of 6 have answered." in text_of(self.inbox.shown(announced[-1]))

    def mark_done(self, subject: str, one: Arrival) -> None:
        if subject != "ledger-keeper":
            return
        doors.press_button(self.place, one.who, "milestone_done", one.presses["milestone_done"])
        self.place.rest()
        assert self.inbox.shown(one.ref)["text"].startswith("Done on ")


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
def walked(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Walked]:
    state: Path = tmp_path_factory.mktemp("first-walk")
    with installation(state) as place:
        place.house.clock.move(START)
        story = Story(place)
        story.add_to_slack(chromium)
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
    listed = httpx.get(f"http://localhost:{walked.place.ports.mailbox}/messages.json").json()
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
    board = httpx.get(digest.links["See where we stand"])
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
    last = httpx.get(digests[-1].links["Stop all mail"])
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
    assert replace(place.walk) == walk
    assert place.slack.messages() == said
    assert len(place.slack.views()) == views
    assert place.now >= END - timedelta(days=1)
    assert place.house.due.next_at() is not None
