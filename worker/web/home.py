"""`/home/T`, a person's own page: everything that waits for them, and everything they can do, of all their walks.

Promises: it is the same value as the Home tab in Slack, and whatever can be pressed there can be pressed here. What has
a page of its own is a link; the rest is one button in a form of its own, and is done by the same use case. GET only
shows. A button does its thing as the person of the link, whatever else comes with the request, and pressing twice does
it once. What cannot be done any more is said in a sentence, on the page as it is now.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import Flask, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from worker.cases import Cases
from worker.web import draw, opened
from worker.wiring import House
from workflows.errors import AskPerson, Conflict, NotFound
from workflows.home import Home
from workflows.message import Action
from workflows.milestone_forms import MILESTONE
from workflows.ticket import Ticket
from workflows.words import Words

BEGIN = "/begin"
_Does = Callable[[Cases, Ticket, str], None]

# What one button does. Every other action has a page of its own.
DOES: Mapping[str, _Does] = {
    "skip": lambda cases, ticket, _: cases.skip(ticket, via="web"),
    "later": lambda cases, ticket, choice: cases.snooze(ticket, choice),
    "pause": lambda cases, ticket, _: cases.pause(ticket),
    "resume": lambda cases, ticket, _: cases.resume(ticket),
    "milestone_done": lambda cases, ticket, _: cases.milestone_done(ticket),
    "shelf": lambda cases, ticket, choice: cases.mark_reading(ticket, choice),
    "discuss": lambda cases, ticket, _: cases.discuss_reading(ticket),
    "lead_yes": lambda cases, ticket, _: cases.take_lead(ticket, True),
    "lead_no": lambda cases, ticket, _: cases.take_lead(ticket, False),
    "keep_yes": lambda cases, ticket, _: cases.let_keep(ticket, given=True),
    "keep_no": lambda cases, ticket, _: cases.let_keep(ticket, given=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where everything on a person's page leads. A template asks this and makes no address itself.

    `url` gives the address of a page for a ticket.
    """

    url: Callable[[str, Ticket], str]
    words: Words

    def button(self, action: Action) -> bool:
        """Whether an action is done by one button on the page itself."""
        return action.id in DOES

    def page(self, action: Action) -> str:
        """The address of the page of an action, or nothing where only Slack has one."""
        return self.to(action.page, action.value) if action.page else ""

    def to(self, page: str, value: str, subject: str | None = None) -> str:
        """The address of a page for an encoded ticket, about `subject` where it is about something else."""
        ticket = Ticket.decode(value)
        return self.url(page, ticket if subject is None else replace(ticket, subject=subject))

    def milestone(self, value: str) -> str:
        """The page that changes the milestone which a ticket is about."""
        return self.to("answer", value, f"{MILESTONE}{Ticket.decode(value).subject}")

    def new_milestone(self, value: str) -> str:
        """The page that adds a milestone."""
        return self.to("answer", value, f"{MILESTONE}new")

    def subscribe(self, value: str) -> str:
        """The address of the calendar, as calendars want it to subscribe."""
        return f"webcal://{self.to('calendar', value, '').partition('://')[2]}.ics"


def ways_of(house: House) -> Ways:
    """Return the ways of the pages of `house`."""
    return Ways(url=house.links.url, words=house.words)


def ticket_posted(of: Ticket) -> Ticket:
    """Return what a button of this page is about, for the person of the link `of` and nobody else."""
    try:
        posted = Ticket.decode(request.form.get("ticket", ""))
    except ValueError:
        abort(400)
    if (posted.workspace, posted.person) != (of.workspace, of.person):
        raise NotFound("that button is somebody else's")
    return posted


def done(cases: Cases, of: Ticket) -> str:
    """Do what was pressed. Returns why not, in words for the person, or nothing. Raises NotFound, StoreUnavailable."""
    does = DOES.get(request.form.get("do", ""))
    if does is None:
        abort(400)
    ticket = ticket_posted(of)
    try:
        does(cases, ticket, request.form.get("choice", ""))
    except AskPerson as refused:
        return " ".join(refused.problems.values())
    except (NotFound, Conflict):
        return cases.words("your_page.done.nothing")
    return ""


class HomePages:
    """The page of everybody in `house`."""

    def __init__(self, house: House) -> None:
        self._house = house

    def show(self, token: str) -> Response:
        """The page; after a button, with a word of what was done."""
        what = request.args.get("done", "")
        notice = self._house.words(f"your_page.done.{what}") if what in DOES else ""
        return self._drawn(notice=notice)

    def press(self, token: str) -> AnyResponse:
        """Do what one button stands for, and show the page again."""
        if why := done(self._house.cases, opened.ticket()):
            return self._drawn(notice=why, tone="warn", status=409)
        return redirect(f"{request.path}?done={request.form['do']}", 303)

    def _drawn(self, *, notice: str, tone: str = "good", status: int = 200) -> Response:
        home = self._house.cases.home(opened.ticket())
        return make_response(home_page(home, ways_of(self._house), notice=notice, tone=tone), status)


def home_page(home: Home, ways: Ways, *, notice: str = "", tone: str = "good", assets: str = "/static") -> str:
    """Return the page, with a `notice` above it in a `tone` (good or warn)."""
    return draw.page(
        "home",
        assets=assets,
        home=home,
        ways=ways,
        say=lambda key: ways.words(f"your_page.{key}"),
        notice=notice,
        tone=tone,
        begin=BEGIN,
    )


def install(app: Flask, house: House) -> None:
    """Add the page."""
    pages = HomePages(house)
    app.add_url_rule("/home/<token>", "home", pages.show)
    app.add_url_rule("/home/<token>", "press_home", pages.press, methods=["POST"])
