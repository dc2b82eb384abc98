"""A group without Slack, as it happens: who gets which mail, what each does with it, by reply or on a page.

Mails go out over SMTP into the local mailbox. Replies go over LMTP into a real mailbox at Dovecot, from where Fairsteps
fetches them by IMAP. Each answer is looked at where it happens: it is kept as it was given, and whoever replied gets
back what was understood, in the thread of the question.
"""

import re
import smtplib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from html import unescape

from playwright.sync_api import Browser, Page, expect

from tests.imap_home import ImapServer
from tests.system import answers, doors
from tests.system.arrivals import Arrival, Inbox
from tests.system.installation import Installation
from worker.local import letters
from workflows.forms import Typed
from workflows.kinds import Value
from workflows.messages.scene import Scene
from workflows.programme import Programme, Prompt
from workflows.walk import Walk

START = datetime(2026, 9, 24, 10, 0, tzinfo=UTC)
GROUP, PARTNER, ZONE = "Quiet Harbour", "Tidewater Apps", "Europe/Lisbon"
NO_TIME = "The partner waits for us. We come back to the owners in spring."
LAST = "track"
MOST_MOVES = 1200  # a walk of a year takes some hundreds
FETCH_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """One of the group. `door` is how they answer."""

    name: str
    email: str
    door: str = "mail"

    @property
    def named(self) -> str:
        return f"{self.name} <{self.email}>"


ANA = Somebody(name="Ana", email="ana@example.org", door="web")
BO = Somebody(name="Bo", email="bo@example.org")
CHI = Somebody(name="Chi", email="chi@example.com")
DARA = Somebody(name="Dara", email="dara@example.net")
ELI = Somebody(name="Eli", email="eli@example.org", door="web")
HAL = Somebody(name="Hal", email="hal@example.org")  # says no
PEOPLE = (ANA, BO, CHI, DARA, ELI)


class MailStory:
    """The walk as it happens. `given` holds what each person's answer to a round should be kept as."""

    def __init__(self, place: Installation, imap: ImapServer) -> None:
        self.place, self.imap = place, imap
        self.inbox = Inbox(place)
        self.people = {one.email: one for one in (*PEOPLE, HAL)}
        self.given: dict[tuple[str, str], dict[str, Value]] = {}
        self.replied: list[tuple[Arrival, str]] = []  # a mail that was answered by reply, and its round
        self.ended: dict[str, str] = {}  # step -> how Ana ended it

    # --- looking ----------------------------------------------------------------------------------------------------

    @property
    def partnership(self) -> str:
        (home,) = [one for one in self.place.house.workspaces.all() if one.kind == "mail"]
        (found,) = self.place.house.workspaces.partnerships(home.id)
        return found

    @property
    def walk(self) -> Walk:
        return self.place.house.walks.get(self.partnership)

    @property
    def programme(self) -> Programme:
        return self.place.house.programmes["five-steps"]

    def words(self, key: str, **facts: object) -> str:
        return self.place.house.words(key, **facts)

    def id_of(self, person: Somebody) -> str:
        (found,) = [p.id for p in self.walk.people.values() if p.email == person.email]
        return found

    def prompt(self, round_id: str) -> Prompt:
        walk = self.walk
        found = walk.round(round_id)
        assert found is not None
        return Scene(words=self.place.house.words, walk=walk, programme=self.programme).prompt(found)

    def mails(self, person: Somebody) -> list[Arrival]:
        return [one for one in self.inbox.all if one.who == person.email]

    # --- beginning --------------------------------------------------------------------------------------------------

    def begin(self, browser: Browser) -> None:
        """Ana finds the page, proves her address by the link that comes by mail, and names her group and its people."""
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(self.place.web)
        page.get_by_role("link", name="Begin by email").click()
        page.get_by_label("Your mail address").fill(ANA.email)
        page.get_by_role("button", name="Mail me a link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
        (mail,) = self.inbox.look()
        assert mail.who == ANA.email
        assert mail.letter is not None
        (link,) = re.findall(r"^\S+/begin/\S+$", mail.letter.part("plain"), re.MULTILINE)
        page.goto(link)
        self._fill(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text(GROUP)
        for one in (BO, CHI, DARA, ELI, HAL):
            expect(page.locator("main")).to_contain_text(one.name)
        page.close()

    def _fill(self, page: Page) -> None:
        """First without a partner: everything else that she typed is still there."""
        page.locator('[name="group"]').fill(GROUP)
        page.locator('[name="addresses"]').fill("\n".join(one.named for one in (BO, CHI, DARA, ELI, HAL)))
        page.locator('[name="you"]').fill(ANA.name)
        page.locator('[name="kind"][value="app"]').check()
        page.locator('[name="zone"]').select_option(ZONE)
        page.locator("form button[type=submit]").first.click()
        expect(page.locator('[name="addresses"]')).to_have_value(re.compile("dara@example.net"))
        page.locator('[name="partner"]').fill(PARTNER)
        page.locator("form button[type=submit]").first.click()

    # --- going on ---------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """From one due instant to the next, until everybody has said how it goes in the last step."""
        self.place.rest()
        self.see()
        for _ in range(MOST_MOVES):
            if self.is_over():
                return
            next_at = self.place.house.due.next_at(besides="home")
            assert next_at is not None
            self.place.move(next_at)
            self.see()
        raise AssertionError("the walk did not come to its last step")

    def is_over(self) -> bool:
        last = {r.id for r in self.walk.rounds if r.step == LAST and not r.standing}
        return bool(last) and {name for name, round_id in self.given if round_id in last} == {p.name for p in PEOPLE}

    def see(self) -> None:
        """Everybody looks at what came and does what it asks, until nothing more comes of it."""
        while new := self.inbox.look():
            replies = [letter for one in new for letter in self.react(one)]
            self.send(replies)
            self.place.rest()
            self.check()

    def check(self) -> None:
        """Whatever anybody said so far is kept as they said it."""
        walk = self.walk
        ids_of = {person.name: self.id_of(person) for person in PEOPLE}
        for (name, round_id), values in self.given.items():
            answer = walk.answer(round_id, ids_of[name])
            assert answer is not None, (name, round_id, self.prompt(round_id).id)
            assert answer.values == values, (name, round_id, self.prompt(round_id).id)

    def react(self, one: Arrival) -> Iterator[EmailMessage]:
        """Do what a mail asks for; replies are brought all together."""
        person, subject = self.people.get(one.who), one.subject(self.place)
        assert person is not None, one.who
        if person is ANA:
            self.look_after()
        if subject == "consent":
            yield from self.consent(person, one)
        elif subject and "Answer" in one.links and (person.name, subject) not in self.given:
            yield from self.answer(person, subject, one)

    def send(self, replies: list[EmailMessage]) -> None:
        """Bring replies to the mailbox, and wait until Fairsteps has fetched them all."""
        if not replies:
            return
        with smtplib.LMTP("127.0.0.1", self.imap.lmtp_port, timeout=FETCH_SECONDS) as line:
            for letter in replies:
                line.send_message(letter)
        end = time.monotonic() + FETCH_SECONDS
        while left := self.imap.count():
            assert time.monotonic() < end, f"{left} replies were not fetched: {self.place.said()}"
            time.sleep(0.05)

    # --- what people do ---------------------------------------------------------------------------------------------

    def consent(self, person: Somebody, one: Arrival) -> Iterator[EmailMessage]:
        """Whoever replies says yes or no in a word; the others press it on a page."""
        if person.door == "mail":
            assert one.letter is not None
            yield letters.reply(one.letter, person.email, "No thank you" if person is HAL else "Yes")
            return
        kept = doors.send_page(one.links["Yes, count me in"], {"consent": "yes"})
        assert "Thank you" in kept.text

    def answer(self, person: Somebody, round_id: str, one: Arrival) -> Iterator[EmailMessage]:
        prompt = self.prompt(round_id)
        typed = answers.said_by(person.name, prompt, round_id, turn=PEOPLE.index(person))
        self.given[person.name, round_id] = answers.kept(prompt, typed)
        if person.door == "web":
            self.fill(one.links["Answer"], typed)
            return
        assert one.letter is not None
        self.replied.append((one, round_id))
        yield letters.reply(one.letter, person.email, answers.in_mail(person.name, prompt, typed))

    def fill(self, link: str, typed: Typed) -> None:
        kept = doors.send_page(link, typed)
        assert kept.status_code == 200
        assert "Here is what you answered" in kept.text

    def look_after(self) -> None:
        """Ana ticks what the open step asks of her; a gate that still lacks something she ends with a reason."""
        run = self.walk.partnership.current
        if run is None or run.step == LAST:
            return
        step = self.programme.step(run.step)
        noted = {note.what for note in run.notes}
        waits = run.extensions > 0 and run.step not in self.ended
        if waits:
            self.decide(step.id, {"do": "move_on", "reason": NO_TIME})
            self.ended[step.id] = "facilitator"
        elif any(f"yes:{check.id}" not in noted for check in step.gate.checks):
            self.decide(step.id, {"do": "save", "checks": tuple(check.id for check in step.gate.checks)})

    def decide(self, step: str, typed: Typed) -> None:
        """From her own page to the page of the step, as she would."""
        home = doors.get(self.home_of(ANA))
        assert home.status_code == 200
        links = re.findall(r'href="([^"]+/answer/[^"]+)"', home.text)
        read = self.place.house.links.read
        tickets = {unescape(url): read("answer", unescape(url).rpartition("/")[2]).subject for url in links}
        (link,) = {url for url, subject in tickets.items() if subject.partition("~")[0].partition("@")[0] == step}
        sent = doors.send_page(link, typed)
        assert sent.status_code == 200, sent.text

    def home_of(self, person: Somebody) -> str:
        """The link to somebody's own page, from the newest mail that has one."""
        return next(one.links["Your page"] for one in reversed(self.mails(person)) if "Your page" in one.links)


def counted(arrivals: list[Arrival], title: str) -> Counter[str]:
    """Who got a mail of this subject, how often."""
    return Counter(one.who for one in arrivals if one.title == title)
