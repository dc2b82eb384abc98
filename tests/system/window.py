"""Somebody before the local Slack window, in a real browser, and the small programme that their group walks.

Everything is done as a person does it: by the words on buttons, tabs, labels and messages. The page's own script runs.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.system.installation import Installation

ID, TITLE = "harbour-window", "A week at the harbour"
WEEK, MOOD = "Your week", "How you are"  # the titles of its prompts
BOOK, LETTER = "Nobody owns the sea", "The letter is out"  # its reading and its milestone
_SECONDS, _USUAL = 30.0, 5000.0  # how long something may take on a busy computer; what Playwright waits, in ms
_MANY = 300  # more instants than a story has

_STRUCTURE = """
id: harbour-window
version: "1"
steps:
  - id: talk
    review_weeks: 26
    prompts:
      - id: week
        minutes: 5
        short: [title]
        short_minutes: 1
        questions:
          - {id: title, kind: short_text, max_chars: 80}
          - {id: story, kind: long_text, max_chars: 900}
          - {id: calls, kind: number, low: 0, high: 99}
          - {id: hours, kind: range, low: 0, high: 168}
          - {id: worth, kind: money, low: 0, high: 5000}
          - {id: since, kind: date}
          - {id: where, kind: choice, options: [chat, phone]}
          - {id: tasks, kind: choices, options: [welcome, moderation, teaching]}
          - {id: fair, kind: scale, low: 1, high: 5}
          - {id: again, kind: yes_no, max_chars: 200}
          - {id: keeper, kind: person}
          - id: lines
            kind: rows
            most: 3
            columns:
              - {id: what, kind: short_text, max_chars: 120}
              - {id: long, kind: number, low: 0, high: 99}
          - {id: weight, kind: dots, most: 3, options: [welcome, moderation, teaching]}
          - {id: order, kind: ranked, most: 2, options: [welcome, moderation, teaching]}
          - {id: agree, kind: consent, max_chars: 300}
      - id: mood
        minutes: 1
        day: 2
        questions:
          - {id: how, kind: scale, low: 1, high: 5}
          - {id: why, kind: short_text, required: false}
      - id: pulse
        minutes: 1
        every_weeks: 1
        questions:
          - {id: still, kind: yes_no, max_chars: 100}
    readings:
      - {id: sea, kind: book, language: en, minutes: 20, added: 2026-11-23}
    milestones: [{id: letter, days: 10}]
    gate: {quorum: 0.2, never: true}
"""
_WORDS = """
locale: en
title: A week at the harbour
about: A few questions of every kind. They show how Slack looks.
credit: Made up for this story.
steps:
  talk:
    title: Our weeks
    read: You do more than anybody counts.
    done: You know what you do.
    review_title: Look at it again
    prompts:
      week:
        title: Your week
        intro: What did you do this week?
        questions:
          title: {label: Give your week a name}
          story: {label: What happened?}
          calls: {label: How many calls?, unit: calls}
          hours: {label: How long did it take?, unit: hours}
          worth: {label: What would it cost elsewhere?}
          since: {label: Since when do you do this?}
          where: {label: Where do you meet people?, options: {chat: In the chat, phone: On the phone}}
          tasks:
            label: What was it?
            options: {welcome: Welcome, moderation: Moderation, teaching: Teaching}
          fair: {label: How fair is it?, low_label: not at all, high_label: very}
          again: {label: Would you do it again?}
          keeper: {label: Who knows most about it?}
          lines:
            label: What else did you do?
            columns: {what: {label: Work}, long: {label: Hours}}
          weight:
            label: What matters most?
            options: {welcome: Welcome, moderation: Moderation, teaching: Teaching}
          order:
            label: What comes first?
            options: {welcome: Welcome, moderation: Moderation, teaching: Teaching}
          agree: {label: Do we show this to the partner?}
      mood:
        title: How you are
        intro: Just a look at the week.
        questions:
          how: {label: How are you?, low_label: tired, high_label: well}
          why: {label: Why is that?}
      pulse:
        title: The pulse
        intro: One question a week.
        questions:
          still: {label: Is it still fine?}
    readings:
      sea:
        title: Nobody owns the sea
        author: Gil Amaral
        why: It is short.
        discuss: Who owns our words?
        where: Ask your library.
    milestones:
      letter: {title: The letter is out}
"""

# What somebody fills in on the three pages of WEEK, how it is kept, and what of it stands in the message then.
PAGES: tuple[dict[str, str | tuple[str, ...]], ...] = (
    {
        "title": "Calls at night",
        "story": "Two people called.\nBoth are well.",
        "calls": "12",
        "hours.low": "2",
        "hours.high": "4.5",
        "worth.low": "50",
        "worth.high": "80",
    },
    {
        "since": "2025-03-01",
        "where": "phone",
        "tasks": ("welcome", "teaching"),
        "fair": "4",
        "again": "yes",
        "again.note": "Gladly",
    },
    {
        "lines.0.what": "Letters",
        "lines.0.long": "3",
        "weight": ("welcome", "moderation"),
        "order.1": "teaching",
        "order.2": "welcome",
        "agree": "object",
        "agree.why": "It names people.",
    },
)
STORED = {
    "title": "Calls at night",
    "story": "Two people called.\nBoth are well.",
    "calls": "12",
    "hours": {"low": "2", "high": "4.5"},
    "worth": {"low": "50", "high": "80", "currency": "EUR"},
    "since": "2025-03-01",
    "where": "phone",
    "tasks": ["welcome", "teaching"],
    "fair": 4,
    "again": {"said": "yes", "note": "Gladly"},
    "lines": [{"what": "Letters", "long": "3"}, {"what": "Rota", "long": "1"}],
    "weight": ["welcome", "moderation"],
    "order": ["teaching", "welcome"],
    "agree": {"word": "object", "why": "It names people."},
}
SHOWN = ("Both are well.", "2 to 4.5 hours", "50 to 80 EUR", "On the phone", "4 out of 5", "Rota", "It names people.")


def write(folder: Path) -> Path:
    """Put the programme into a data folder, as the files of an operator; return the folder."""
    structure = folder / "config" / "programmes" / ID / "programme.yaml"
    words = folder / "templates" / "words" / "en" / f"{ID}.yaml"
    for file, text in ((structure, _STRUCTURE), (words, _WORDS)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


class Window:
    """A page of the local Slack, and who sits before it."""

    def __init__(self, place: Installation, page: Page) -> None:
        self.place, self.page = place, page
        self.url = f"http://localhost:{place.ports.mailbox}/slack"
        self.stream = page.locator("#stream")
        self.dialog = page.get_by_role("dialog")

    def be(self, user: str, at: str = "messages") -> None:
        """Sit down as somebody, before their messages from Fairsteps, their Home or a channel."""
        self.page.goto(f"{self.url}/as/{user}/{at}")

    def message(self, words: str) -> Locator:
        """The newest message that has these words."""
        return self.stream.locator("article").filter(has_text=words).last

    def press(self, name: str, on: Locator | None = None) -> None:
        """Press a button, of several with that name the last."""
        (on or self.page).get_by_role("button", name=name, exact=True).last.click()

    def choose(self, menu: str, option: str, on: Locator) -> None:
        """Choose from a menu in a message."""
        on.locator("summary", has_text=menu).click()
        self.press(option, on)

    def write(self, words: str) -> None:
        """Say something in a channel, or type a command there."""
        box = self.page.locator(".composer textarea")
        box.fill(words)
        box.press("Enter")

    # --- modals -------------------------------------------------------------------------------------------------------

    def opens(self, title: str) -> None:
        """See a modal open."""
        expect(self.dialog.get_by_role("heading", name=title, exact=True)).to_be_visible()

    def field(self, name: str) -> Locator:
        return self.dialog.locator(f'[name="{name}"]').first

    def fill(self, given: Mapping[str, str | tuple[str, ...]]) -> None:
        """Fill in fields, each by what it is."""
        for name, value in given.items():
            field = self.field(name)
            match field.evaluate("one => one.type"):
                case "radio" | "checkbox":
                    for one in (value,) if isinstance(value, str) else value:
                        self.dialog.locator(f'[name="{name}"][value="{one}"]').check()
                case "select-one" | "select-multiple":
                    field.select_option(value if isinstance(value, str) else list(value))
                case _:
                    field.fill(str(value))

    def type(self, name: str, words: str) -> None:
        """Type something, and wait until Slack has told of it."""
        with self.page.expect_response("**/act"):
            self.field(name).fill(words)

    def send(self, button: str = "Send") -> None:
        """Send the modal, and see it close."""
        self.press(button, self.dialog)
        expect(self.dialog).to_have_count(0)

    def close(self, button: str = "Close") -> None:
        self.send(button)

    # --- time ---------------------------------------------------------------------------------------------------------

    def until(self, kind: str, user: str) -> None:
        """Let time pass until somebody got what is planned for them."""
        person = self.person(user)
        for _ in range(_MANY):
            at = self.place.house.due.next_at(besides="home")
            assert at is not None
            there = {(o.kind, o.person) for o in self.place.house.due.planned(self.place.partnership) if o.slot <= at}
            self.place.move(max(at, self.place.now))
            if (kind, person) in there:
                return
        raise AssertionError(f"no {kind} is planned for {user}")

    def person(self, user: str) -> str:
        """The id by which Fairsteps keeps somebody."""
        (found,) = (one.id for one in self.place.walk.people.values() if one.slack_user == user)
        return found


@contextmanager
def window(place: Installation, browser: Browser) -> Iterator[Window]:
    """A browser before the window; its owner sees it when a page fails or breaks its own rules."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    context.set_default_timeout(_SECONDS * 1000)
    page, amiss = context.new_page(), list[str]()
    page.on("pageerror", lambda error: amiss.append(str(error)))
    page.on("console", lambda line: amiss.append(line.text) if "Content Security Policy" in line.text else None)
    expect.set_options(timeout=_SECONDS * 1000)
    yield Window(place, page)
    expect.set_options(timeout=_USUAL)
    context.close()
    assert amiss == []
