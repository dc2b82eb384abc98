"""The walk as it happens: what each person does with what they get, through which door, and what they see then.

Each step is looked at where it happens: wrong input comes back at its field and is not kept, an answer is stored as it
was given, the direct message turns into it, and the channel's count goes up.
"""

import re
from collections import Counter
from html import escape, unescape
from typing import Any

from playwright.sync_api import Browser, expect

from tests.slack_home import ANA, CHANNEL, TEAM
from tests.system import answers, doors
from tests.system.arrivals import Arrival, Inbox, presses_of, text_of
from tests.system.group import END, GROUP, GROUP_ZONE, HAL, PARTNER, PEOPLE, SLOW, SLOW_IN, Got, Somebody
from tests.system.installation import Installation
from workflows.programme import Programme, Prompt
from workflows.walk import Answer

CHANGED_IN = "r3"  # Eli changes this answer afterwards


class Story:
    """The walk as it happens. `deeds` are the mails that answer somebody's own mail."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.inbox = Inbox(place)
        self.deeds: Counter[Got] = Counter()
        self.given: dict[tuple[str, str], dict[str, Any]] = {}  # (name, round) -> values that should be kept
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
        if person.name == "Gil" and round_id == "r1" and one.title == prompt.title:
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
            assert {*presses_of(now)} == {"change", "board"}
            assert self.words("answered.subject", title=prompt.title) == unescape(now["text"])
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
