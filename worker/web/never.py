"""`/never/MARK`, behind a link in every mail that nobody asked for: no group invites this address by mail any more.

Promises: GET only shows. A press counts for all groups here and for good; the one click of a mail program (RFC 8058) is
such a press. Only whoever reads the mails of an address can take it back: `/never` mails them a link for that, at most
once a week, and answers alike for every address, as fast as it can tell. Nobody hears who asked for it. A crash between
the count and the mail leaves them to ask again in a week.
"""

import time

from flask import Flask, Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from worker import proof
from worker.mail.mailing import Mailing
from worker.web import draw
from worker.wiring import House
from workflows import addresses, ids
from workflows.errors import StoreUnavailable
from workflows.messages import invite_again
from workflows.outcomes import Sent
from workflows.ticket import Ticket
from workflows.words import Words

STATES = ("never", "done", "ask", "sent", "again", "open", "late")
_A_WEEK = 7 * 24 * 3600  # seconds
_NOBODY = Ticket(workspace="", partnership="")
_LONGEST = 254  # characters of an address (RFC 5321, 4.5.3.1.3)


def never_page(words: Words, state: str, *, typed: str = "", problem: str = "", assets: str = "/static") -> str:
    """Return the page in one of its STATES; `problem` names what is wrong with the address that was typed."""

    def say(key: str) -> str:
        return words(f"never.{key}")

    return draw.page("never", assets=assets, state=state, typed=typed, problem=problem, say=say)


class NeverPages:
    """The pages of `house` on which somebody asks to be left alone, or takes that back."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._took = 0.0  # seconds, for the last mail: who is told nothing learns nothing by waiting, either

    def show(self, mark: str) -> Response:
        """Show what a press would do."""
        if address := self._proved(mark, "never"):
            return self._page("done" if self._house.left_alone.has(address) else "never")
        if self._proved(mark, "again"):
            return self._page("again")
        return self._page("late", status=410)

    def send(self, mark: str) -> Response:
        """Do it. Drawn at once: RFC 8058 wants no redirect after one click."""
        if address := self._proved(mark, "never"):
            self._house.left_alone.add(address)
            return self._page("done")
        if address := self._proved(mark, "again"):
            self._house.left_alone.remove(address)
            return self._page("open")
        return self._page("late", status=410)

    def ask(self) -> Response:
        """Show where to ask for the mail that takes it back."""
        return self._page("sent" if request.args.get("sent") else "ask")

    def send_link(self) -> AnyResponse:
        """Send that mail, if it is for somebody who asked to be left alone."""
        typed = request.form.get("email", "").strip()[: 2 * _LONGEST]
        if not addresses.is_address(typed):
            return self._page("ask", typed=typed, problem="need_address", status=422)
        try:
            self._mail(typed)
        except StoreUnavailable:
            return self._page("ask", typed=typed, problem="no_mail", status=503)
        return redirect("/never?sent=1", 303)

    def _mail(self, address: str) -> None:
        """Raises StoreUnavailable."""
        house, now, began = self._house, self._house.clock.now(), time.monotonic()
        spent = f"never/{house.mailroom.hashed(address)}"
        if not house.left_alone.has(address) or house.limits.spend(spent, 1, _A_WEEK, strict=True):
            time.sleep(self._took)
            return
        url = f"{house.links.public_url}/never/{proof.made(house.vault, address, now=now, purpose='again')}"
        mailing = Mailing(
            delivery=ids.made_of("never", address.lower(), now.isoformat()),
            to_name="",
            to_address=address,
            message=invite_again.compose(house.words, url=url, until=now + proof.LASTS),
            ticket=_NOBODY,
            list_name="",
            to_nobody=True,
        )
        (outcome,) = house.mail.send([mailing])
        if isinstance(outcome, Sent):
            self._took = time.monotonic() - began

    def _proved(self, mark: str, purpose: proof.Purpose) -> str:
        return proof.proved(self._house.vault, mark, now=self._house.clock.now(), purpose=purpose)

    def _page(self, state: str, *, typed: str = "", problem: str = "", status: int = 200) -> Response:
        return make_response(never_page(self._house.words, state, typed=typed, problem=problem), status)


def install(app: Flask, house: House) -> None:
    """Add the pages."""
    pages = NeverPages(house)
    app.add_url_rule("/never", "never_ask", pages.ask)
    app.add_url_rule("/never", "send_never_ask", pages.send_link, methods=["POST"])
    app.add_url_rule("/never/<mark>", "never", pages.show)
    app.add_url_rule("/never/<mark>", "send_never", pages.send, methods=["POST"])
