"""The walk as it happens: what each person does with what they get, through which door, and what they see then.

Each step is looked at where it happens: wrong input comes back at its field and is not kept, an answer is stored as it
was given, the direct message turns into it, and the channel's count goes up. What people do at the same instant is done
first and looked at afterwards, all together.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from playwright.sync_api import Browser, expect

from tests.slack_home import ANA, CHANNEL, TEAM
from tests.system import answers, doors
from tests.system.arrivals import Arrival, Inbox, presses_of, text_of
from tests.system.group import (
    ASIDE,
    CHANGED,
    DRAFTED,
    END,
    GROUP,
    GROUP_ZONE,
    HAL,
    LATE,
    OBJECTED,
    PARTNER,
    PEOPLE,
    SHORT,
    SKIPPED,
    SLOW,
    SLOW_IN,
    STANDING,
    Got,
    Somebody,
)
from tests.system.installation import Installation
from workflows.forms import Typed
from workflows.messages.scene import Scene
from workflows.programme import Programme, Prompt
from workflows.walk import Answer, Edit, Walk

HARM = "The list says what Bo earns elsewhere. That could cost Bo the benefits."
HOW_MET = "We took the hours of that line down to what everybody may know."
UNSURE = "I was away for most of this and cannot judge it."
NO_TIME = "The partner waits for us. We fill the owners in next month."
CORRECTED = ("1", "3")  # hours a week, low and high
_LINKED = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>([^<]+)</a>')


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that was done with a round just now, and still has to be seen."""

    person: Somebody
    round: str
    typed: Typed
    via: str


class Story:
    """The walk as it happens. `deeds` are the mails that answer somebody's own mail."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.inbox = Inbox(place)
        self.deeds: Counter[Got] = Counter()
        self.given: dict[tuple[str, str], dict[str, Any]] = {}  # (name, round) -> values that should be kept
        self.people = {who: p for p in (*PEOPLE, HAL) for who in (p.slack, p.email) if who}
        self.done: list[Deed] = []
        self.corrected = ""  # the line of the ledger that Ana corrected, as it is named
        self._seen: Walk | None = None

    @property
    def programme(self) -> Programme:
        return self.place.house.programmes["five-steps"]

    def words(self, key: str, **facts: Any) -> str:
        return self.place.house.words(key, **facts)

    @property
    def walk(self) -> Walk:
        """The walk as it was at the last look."""
        if self._seen is None:
            self._seen = self.place.walk
        return self._seen

    def prompt(self, round_id: str) -> Prompt:
        """What a round asks, with what only this walk knows filled in."""
        found = self.walk.round(round_id)
        assert found is not None
        return Scene(words=self.place.house.words, walk=self.walk, programme=self.programme).prompt(found)

    def answer_of(self, person: Somebody, round_id: str) -> Answer | None:
        walk = self.place.walk
        (pid,) = [p.id for p in walk.people.values() if p.email == person.email]
        return walk.answer(round_id, pid)

    def said_by(self, person: Somebody, round_id: str, *, short: bool = False) -> Typed:
        """What somebody wants to say to a round."""
        typed = answers.said_by(person.name, self.prompt(round_id), round_id, turn=PEOPLE.index(person), short=short)
        if (person.name, round_id) == OBJECTED:
            return {**typed, "say": "object", "say.why": HARM}
        return {**typed, "say": "aside", "say.why": UNSURE} if (person.name, round_id) in ASIDE else typed

    # --- how it begins ------------------------------------------------------------------------------------------------

    def add_to_slack(self, browser: Browser) -> None:
        """Ana finds the page, presses Add to Slack, agrees, and lands where it says what happens next."""
        page = browser.new_page()
        page.goto(self.place.web)
        page.get_by_role("link", name="Add to Slack").click()
        page.get_by_role("button", name=re.compile("Ana")).click()
        expect(page).to_have_url(f"{self.place.web}/installed", timeout=doors.SECONDS * 1000)
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
        assert self.place.house.workspaces.partnerships(TEAM) == ()
        assert doors.send_modal(self.place, ANA, modal, typed) == {}
        for person in (PEOPLE[-1], HAL):
            named = ("--name", person.name, "--email", person.email, "--zone", person.zone)
            self.place.run("person", "add", "--partnership", self.place.partnership, *named)

    def go_on(self) -> None:
        """From one due instant to the next, until the last round of the story is closed."""
        self.place.rest()
        self.see()
        while (next_at := self.place.house.due.next_at(besides="home")) is not None and next_at <= END:
            self.place.move(next_at)
            self.see()

    def see(self) -> None:
        """Everybody looks at what came, and does what it asks; then each looks at what became of it."""
        while new := self.inbox.look():
            self._seen = None
            for one in new:
                self.react(one)
            self.place.rest()
            if self.done:
                self.inbox.look_again()
                self._seen = None
                done, self.done = self.done, []
                together = Counter(deed.round for deed in done)
                for deed in done:
                    self.check(deed, together[deed.round])

    def react(self, one: Arrival) -> None:
        person = self.people.get(one.who)
        if person is None:
            return
        for action, act in self.chores().items():
            if action in one.presses:
                act(one)
        if one.title.startswith(self.words("amend.subject_said", title="")) and "board" in one.presses:
            self.prepare_the_decision(one)
        subject = one.subject(self.place)
        if subject == "consent":
            self.consent(person, one)
        elif "Answer" in one.links or "Answer on a page" in one.links or "answer" in one.presses:
            self.answer(person, subject, one)

    def chores(self) -> dict[str, Callable[[Arrival], None]]:
        """What a facilitator is asked to do, by the button of the message."""
        return {"milestone_done": self.mark_done, "met": self.meet_the_objection, "move_on": self.move_on}

    # --- consent ------------------------------------------------------------------------------------------------------

    def consent(self, person: Somebody, one: Arrival) -> None:
        if one.letter is not None:
            says = "no" if person is HAL else "yes"
            kept = doors.send_page(one.links["Yes, count me in"], {"consent": says})
            assert "Thank you" in kept.text
            return
        doors.press_button(self.place, person.slack, "consent_yes", one.presses["consent_yes"])
        self.place.rest()
        self.inbox.look_again()
        settled = self.inbox.shown(one.ref)
        assert settled["text"] == self.words("settled.subject_yes")
        assert "consent_no" not in presses_of(settled)
        if person.prefers != "slack":
            modal = doors.open_modal(self.place, person.slack, "settings", presses_of(settled)["settings"])
            assert doors.send_modal(self.place, person.slack, modal, {"prefers": person.prefers}) == {}

    # --- answering ----------------------------------------------------------------------------------------------------

    def answer(self, person: Somebody, round_id: str, one: Arrival) -> None:
        door, this = person.door(int(round_id[1:])), (person.name, round_id)
        if (door == "modal") != (one.way == "slack") or this in self.given:
            return
        if this == LATE or (this == (SLOW, SLOW_IN) and not one.title.startswith("Still open")):
            return
        if this in SKIPPED:
            self.skip(person, round_id, one)
            return
        typed = self.said_by(person, round_id, short=this in SHORT)
        if not {"modal": self.by_modal, "mail": self.by_mail, "web": self.by_page}[door](person, round_id, one, typed):
            return  # it was wrong on purpose; the next mail asks again
        self.answered(person, round_id, typed, door.replace("modal", "slack"))
        if person.name == LATE[0] and int(round_id[1:]) == int(LATE[1][1:]) + 1:
            self.answer_late(person, LATE[1])

    def answered(self, person: Somebody, round_id: str, typed: Typed, via: str) -> None:
        self.given[person.name, round_id] = answers.kept(self.prompt(round_id), typed)
        self.done.append(Deed(person=person, round=round_id, typed=typed, via=via))

    def by_modal(self, person: Somebody, round_id: str, one: Arrival, typed: Typed) -> bool:
        place, user, this = self.place, person.slack, (person.name, round_id)
        if this == DRAFTED:
            self.begin_on_the_web(person, round_id, typed)
        button = "short" if this in SHORT else "answer"
        modal = doors.open_modal(place, user, button, one.presses[button])
        if this == DRAFTED:
            assert self.words("forms.draft") in text_of(modal)
            assert answers.typed_in(modal, "gain-how") == typed["gain-how"]
            typed = {field: given for field, given in typed.items() if field != "gain-how"}
        modal = doors.made_room(place, user, modal, typed)
        if this == ("Bo", "r3"):
            errors = doors.send_modal(place, user, modal, {**typed, "work.1.hours.low": "quite a lot"})
            assert [*errors] == ["work.1.hours.low"]
            assert self.answer_of(person, round_id) is None
        if this == OBJECTED:
            errors = doors.send_modal(place, user, modal, {**typed, "say.why": " "})
            assert [*errors] == ["say.why"]
        assert doors.send_modal(place, user, modal, typed) == {}
        return True

    def begin_on_the_web(self, person: Somebody, round_id: str, typed: Typed) -> None:
        """They have a few words ready, and keep them for later."""
        title = self.prompt(round_id).title
        (mail,) = [one for one in self.inbox.all if (one.who, one.title) == (person.email, title)]
        kept = doors.send_page(mail.links["Answer"], {"gain-how": typed["gain-how"]}, do="keep")
        assert kept.status_code == 200
        assert "Kept for later" in kept.text
        assert self.answer_of(person, round_id) is None

    def by_mail(self, person: Somebody, round_id: str, one: Arrival, typed: Typed) -> bool:
        assert one.letter is not None
        prompt = self.prompt(round_id)
        said = answers.in_mail(person.name, prompt, typed)
        if (person.name, round_id) == ("Gil", "r3") and one.title == prompt.title:
            assert "; 7 to 10; " in said
            doors.reply(self.place, one.letter, said.replace("7 to 10", "quite a lot"))
            assert self.answer_of(person, round_id) is None
            self.deeds[person.email, "mail", f"Re: {prompt.title}", self.place.now] += 1
            return False
        doors.reply(self.place, one.letter, said)
        self.deeds[person.email, "mail", f"Re: {prompt.title}", self.place.now] += 1
        return True

    def by_page(self, person: Somebody, round_id: str, one: Arrival, typed: Typed) -> bool:
        link = one.links["Answer"]
        if (person.name, round_id) in SHORT:
            (link,) = [url for label, url in one.links.items() if label.startswith("Short version")]
        if (person.name, round_id) == ("Gil", "r18"):
            wrong = doors.send_page(link, {**typed, "threats.1.likely": ""})
            assert wrong.status_code == 422
            assert escape(str(typed["threats.0.protect"]), quote=False) in wrong.text
            assert self.answer_of(person, round_id) is None
        kept = doors.send_page(link, typed)
        assert kept.status_code == 200
        assert "Here is what you answered" in kept.text
        return True

    def answer_late(self, person: Somebody, round_id: str) -> None:
        """The round is closed, its step is not: the same mail still leads to a page that takes the answer."""
        found = self.walk.round(round_id)
        assert found is not None
        assert found.closed_at is not None
        title, typed = self.prompt(round_id).title, self.said_by(person, round_id)
        (mail,) = [one for one in self.inbox.all if (one.who, one.title) == (person.email, title)]
        assert self.by_page(person, round_id, mail, typed)
        self.answered(person, round_id, typed, "web")

    def skip(self, person: Somebody, round_id: str, one: Arrival) -> None:
        """Bo presses Skip, Gil writes it."""
        if one.letter is None:
            doors.press_button(self.place, person.slack, "skip", one.presses["skip"])
        else:
            doors.reply(self.place, one.letter, "Skip this one.")
            self.deeds[person.email, "mail", f"Re: {self.prompt(round_id).title}", self.place.now] += 1
        self.answered(person, round_id, {}, "slack" if one.letter is None else "mail")

    # --- looking at what became of it ---------------------------------------------------------------------------------

    def check(self, deed: Deed, together: int) -> None:
        """It is kept as it was given, and shown to those who should see it."""
        this = (deed.person.name, deed.round)
        found = next((a for a in self.walk.by_round[deed.round].values() if self.name_of(a) == deed.person.name), None)
        assert found is not None, this
        assert (found.values, found.via) == (self.given[this], deed.via), this
        assert (found.skipped, found.short) == (this in SKIPPED, this in SHORT)
        self.see_it_shown(deed.person, deed.round, together)
        if this == CHANGED:
            self.change(deed.person, deed.round)

    def name_of(self, answer: Answer) -> str:
        return self.people[self.walk.people[answer.person].email or ""].name

    def see_it_shown(self, person: Somebody, round_id: str, together: int) -> None:
        """The direct message turned into the answer, and the channel sees how many have answered.

        Where several answer in the same instant, two workers may change the count at once: then the one that comes
        last need not be the newest. The last person of each round answers alone, and then the count is right.
        """
        prompt, skipped = self.prompt(round_id), (person.name, round_id) in SKIPPED
        if ref := self.asked_in_slack(person, prompt):
            now = self.inbox.shown(ref)
            assert {*presses_of(now)} == ({"answer"} if skipped else {"change", "board"})
            told = "answered.subject_skipped" if skipped else "answered.subject"
            assert self.words(told, title=prompt.title) == unescape(now["text"])
        found = self.walk.round(round_id)
        assert found is not None
        titled = (CHANNEL, self.words("round_opened.subject", title=prompt.title))
        announced = [o.ref for o in self.inbox.all if (o.who, o.title) == titled and o.at.date() >= found.opens_on]
        if announced and found.closed_at is None and (count := self.count(round_id)):
            shown = re.search(r"(\d) of 6 have answered\.", text_of(self.inbox.shown(announced[-1])))
            assert shown is not None, round_id
            assert count - together < int(shown[1]) <= count, round_id

    def count(self, round_id: str) -> int:
        """How many have said something to a round."""
        return sum(1 for this in self.given if this[1] == round_id and this not in SKIPPED)

    def asked_in_slack(self, person: Somebody, prompt: Prompt) -> str | None:
        asked = [one.ref for one in self.inbox.all if (one.who, one.title) == (person.slack, prompt.title)]
        return asked[-1] if asked else None

    def change(self, person: Somebody, round_id: str) -> None:
        """A second thought: the modal holds the first answer, and the second one takes its place."""
        ref = self.asked_in_slack(person, self.prompt(round_id))
        assert ref is not None
        modal = doors.open_modal(self.place, person.slack, "change", presses_of(self.inbox.shown(ref))["change"])
        changed = {"never": "On second thoughts"}
        modal = doors.made_room(self.place, person.slack, modal, changed)
        assert doors.send_modal(self.place, person.slack, modal, changed) == {}
        self.place.rest()
        self.given[person.name, round_id] |= {"never": "On second thoughts"}
        found = self.answer_of(person, round_id)
        assert found is not None
        assert (found.revision, found.values) == (2, self.given[person.name, round_id])
        self.inbox.look_again()
        assert "On second thoughts" in text_of(self.inbox.shown(ref))

    # --- what Ana does as the facilitator -----------------------------------------------------------------------------

    def mark_done(self, one: Arrival) -> None:
        if one.subject(self.place) != "ledger-keeper":
            return
        doors.press_button(self.place, one.who, "milestone_done", one.presses["milestone_done"])
        self.place.rest()
        self.inbox.look_again()
        assert self.inbox.shown(one.ref)["text"].startswith("Done on ")

    def board(self, one: Arrival) -> str:
        """Press the button that leads to the board, and follow it."""
        modal = doors.open_modal(self.place, one.who, "board", one.presses["board"])
        link = re.findall(r"https?://[^\s|>\"']+/board/[^\s|>\"']+", str(modal["blocks"]))[0]
        found = doors.get(f"{link}?all=1")
        assert found.status_code == 200
        return found.text

    def prepare_the_decision(self, one: Arrival) -> None:
        """Before the group agrees on the ledger she ticks what is done and goes over it once more. Bo adds a proof."""
        if self.programme.decision("ledger-agreed").title not in one.title:
            return
        board = self.board(one)
        (decide,) = [url for url, label in _LINKED.findall(board) if label == "Decide about this step"]
        assert doors.send_page(decide, {"checks": ("keeper-named",), "do": "save"}).status_code == 200
        run = self.place.walk.partnership.steps[0]
        assert [note.what for note in run.notes] == ["yes:keeper-named"]
        self.correct(board)
        self.add_to_a_standing_round()

    def correct(self, board: str) -> None:
        """A line of the ledger, on its page: what it holds is there, and a range the wrong way round is told."""
        sheet = board.partition('id="sheet-value-ledger"')[2].partition("</details>")[0]
        (link, *_) = [url for url, label in _LINKED.findall(sheet) if label == "Correct"]
        form = doors.opened_page(link)
        assert form.sent["hours.low"] == ["2"]
        self.corrected = form.sent["worth"][0]
        hours = {"hours.low": CORRECTED[0], "hours.high": CORRECTED[1]}
        wrong = doors.send_page(link, {**hours, "hours.low": "many"})
        assert wrong.status_code == 422
        assert self.edits() == ()
        assert doors.send_page(link, {**hours, "correction.reason": "Ana asked Bo"}).status_code == 200
        (edit,) = self.edits()
        low, high = CORRECTED
        assert (edit.worksheet, edit.column, edit.after) == ("value-ledger", "hours", {"low": low, "high": high})
        assert edit.before == {"low": "2", "high": "5"}
        assert self.people[self.place.walk.people[edit.by].email or ""].name == "Ana"

    def edits(self) -> tuple[Edit, ...]:
        return self.place.walk.partnership.edits

    def add_to_a_standing_round(self) -> None:
        """Nobody is asked for it; whoever has something finds it on the board."""
        bo, prompt = PEOPLE[1], self.prompt(STANDING)
        digest = [one for one in self.inbox.all if one.who == bo.email and "See where we stand" in one.links][-1]
        board = doors.get(digest.links["See where we stand"]).text
        (link, *_) = [url for url, label in _LINKED.findall(board) if unescape(label) == prompt.title]
        typed = self.said_by(bo, STANDING)
        assert doors.send_page(link, typed).status_code == 200
        self.answered(bo, STANDING, typed, "web")

    def meet_the_objection(self, one: Arrival) -> None:
        """She reads the reason, without a name, and says how it was met."""
        told = unescape(text_of(self.inbox.shown(one.ref)))
        assert HARM in told
        assert "Eli" not in told
        modal = doors.open_modal(self.place, one.who, "met", one.presses["met"])
        assert HARM in unescape(text_of(modal))
        (box,) = [block["block_id"] for block in modal["blocks"] if block["type"] == "input"]
        assert doors.send_modal(self.place, one.who, modal, {box: HOW_MET}) == {}
        outcome = self.place.walk.partnership.outcome("ledger-agreed")
        assert outcome is not None
        assert [(d.word, d.met) for d in outcome.dissent if d.word == "object"] == [("object", HOW_MET)]

    def move_on(self, one: Arrival) -> None:
        """She ends a step whose gate waits for owners and for her own yes; without a reason it stays open."""
        told = unescape(text_of(self.inbox.shown(one.ref)))
        step = self.programme.step("vulnerabilities")
        assert all(check.label in told for check in step.gate.checks)
        assert step.worksheet("threat-table").column("owner").title in told
        modal = doors.open_modal(self.place, one.who, "move_on", one.presses["move_on"])
        assert [*doors.send_modal(self.place, one.who, modal, {"do": "move_on"})] == ["reason"]
        assert doors.send_modal(self.place, one.who, modal, {"do": "move_on", "reason": NO_TIME}) == {}
        run = self.place.walk.partnership.run("vulnerabilities")
        assert run is not None
        assert (run.how, run.reason) == ("facilitator", NO_TIME)
