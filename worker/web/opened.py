"""The one door of every page behind a link: whose address has a `<token>` in it goes through here before it is asked.

A link is signed for the first part of its path: the token of `/board/T` opens `/board/…` alone. What the door decides:

| the link | the page |
|---|---|
| forged, cut off, of another page | 404, and nothing about why |
| older than a year, or made before its person switched off their links | 410, with a button that mails them a new one |
| of a partner's contact, older than a year, ended, or replaced by a newer one | 410, and whom to ask |
| good | goes on; `ticket()` is what the link stands for |

Promises: no route can leave it out, for the door stands before all of them and looks at the address alone. Looking
changes nothing. Whoever sends a form through a link that is refused sees what they typed once more, to copy it. An old
link still stops mails, for the button in an old mail must do that for good; it does nothing else, and leads nowhere.
Asking for a new link is answered alike, whether or not one could be sent, so that who holds an old link learns nothing
of its person.
"""

from dataclasses import replace

from flask import Flask, Response, abort, g, make_response, request

from worker.links import Made
from worker.web import draw, faults, forms
from worker.wiring import House
from workflows.contacts import CONTACT
from workflows.ticket import Ticket

NEW_LINK = "/links/new"
# Pages of people who take part: they can have a new link. Any other is made by whoever sent it.
MAILED = ("answer", "preferences", "board", "home", "workbook", "calendar", "reading", "unsubscribe")
STOPS = "unsubscribe"
_A_DAY = 24 * 3600  # seconds
_MAILS_A_DAY = 5


def page_of_rule(rule: str) -> str:
    """Return which page a route is for: `board` for `/board/<token>`."""
    return rule.split("/")[1]


def ticket() -> Ticket:
    """Return what the link of this request stands for. Only for routes with a `<token>`."""
    opened: Ticket = g.ticket
    return opened


def yours(house: House) -> str:
    """Return the address of the page with all that the person of this request's link is asked and can do."""
    return house.links.url("home", replace(ticket(), subject=""))


def install(app: Flask, house: House) -> None:
    """Put the door before every page of `app`, and add where a new link is asked for."""

    def door() -> Response | None:
        token = (request.view_args or {}).get("token")
        if token is None or request.url_rule is None:
            return None
        page = page_of_rule(request.url_rule.rule)
        made = house.links.made(page, token)
        g.ticket = made.ticket
        why = _refused(house, made)
        if not why:
            return None
        if page == STOPS and request.method == "POST" and not request.form.get("resume"):
            return _stopped(house, made.ticket)
        return _not_opened(page, token, why)

    def new_link() -> str:
        page, token = request.form.get("page", ""), request.form.get("token", "")
        if not page or not token:
            abort(400)
        asked = house.links.made(page, token).ticket
        mail_new_link(house, asked, page)
        return _said(house, "asked")

    app.before_request(door)
    app.add_url_rule(NEW_LINK, "new_link", new_link, methods=["POST"])


def mail_new_link(house: House, asked: Ticket, page: str) -> None:
    """Have a new link mailed to its own person, a few times a day at most."""
    if house.limits.spend(f"new-link/{asked.workspace}/{asked.person}", _MAILS_A_DAY, _A_DAY) == 0:
        house.cases.mail_link(asked, page)


def _refused(house: House, made: Made) -> str:
    """Why a link that is ours opens nothing any more: "old", "off", of a partner's contact "ended"; or nothing."""
    if made.expired:
        return "old"
    workspace, person = made.ticket.workspace, made.ticket.person
    if not person and made.ticket.subject.startswith(CONTACT):
        return "" if house.cases.contact_opens(made.ticket, made.at) else "ended"
    who = house.people.some(workspace, [person]).get(person) if person else None
    return "off" if who and who.links_since and made.at < who.links_since else ""


def _stopped(house: House, asked: Ticket) -> Response:
    """Stop all mails of an old link's person. The page holds no link: who pressed may be a stranger."""
    if asked.subject.startswith(CONTACT):
        house.cases.contact_stops_mail(asked)
    else:
        house.cases.stop_mail(asked)
    return make_response(_said(house, "stopped"))


def _said(house: House, what: str) -> str:
    """A page of a few sentences, the same for everybody."""
    title, paragraphs = house.words(f"link_page.{what}_title"), house.words.lines(f"link_page.{what}")
    return draw.plain_page(title=title, paragraphs=paragraphs)


def _not_opened(page: str, token: str, why: str) -> Response:
    typed = faults.typed_now()
    said = forms.spoken(typed) if typed else ()
    offer = {"url": NEW_LINK, "page": page, "token": token} if page in MAILED else None
    return make_response(draw.page("refused", why=why, offer=offer, stops=page == STOPS, said=said), 410)
