"""Two pages about a person's mail: stopping it, all or one kind, and back again; and proving another address.

Promises: GET only shows, for scanners of mail follow every link. A press does one thing and says what stays. The one
click of a mail program (RFC 8058) stops all mail: it carries no choice, and whoever presses "unsubscribe" there wants
to hear nothing more from this sender; the page then offers the smaller steps. An address counts once its own mailbox
pressed the button, and a link that was pressed before says so once more.
"""

from dataclasses import replace
from typing import get_args

from flask import Flask, request

from worker.web import draw, opened
from worker.wiring import House
from workflows import moving_mail
from workflows.contacts import CONTACT
from workflows.errors import NotFound
from workflows.people import Membership, Sort
from workflows.reach import SORT
from workflows.ticket import Ticket

_PAGE = "unsubscribe"  # drawn by POST itself: RFC 8058 wants no redirect after one click


class MailPages:
    """What somebody settles about mails from a link in one."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._cases = house.cases

    # --- stopping ---------------------------------------------------------------------------------------------------

    def unsubscribe(self, token: str) -> str:
        """Show what can be stopped, or what is."""
        ticket = opened.ticket()
        if ticket.subject.startswith(CONTACT):
            return draw.page(_PAGE, state="contact_stopped" if self._cases.contact_stopped(ticket) else "contact")
        return self._stopping(ticket)

    def send_unsubscribe(self, token: str) -> str:
        """Stop all mail, or one kind, or start it again."""
        ticket, wanted = opened.ticket(), request.form.get("_do", "")
        if ticket.subject.startswith(CONTACT):
            self._cases.contact_stops_mail(ticket)
            return draw.page(_PAGE, state="contact_stopped")
        sort = _sort(ticket)
        if request.form.get("resume"):
            if wanted == "sort":
                self._cases.resume_sort(ticket, sort)
            elif wanted == "pause":
                self._cases.resume(ticket)
            else:
                self._cases.resume_mail(ticket)
        elif wanted == "sort" and sort != "questions":
            self._cases.stop_sort(ticket, sort)
        elif wanted == "pause":
            self._cases.pause(ticket)
        else:
            self._cases.stop_mail(ticket)
        return self._stopping(ticket, pressed=True)

    def _stopping(self, ticket: Ticket, *, pressed: bool = False) -> str:
        person, member = self._cases.mail_of(ticket)
        sort = _sort(ticket)
        return draw.page(
            _PAGE,
            state="all" if person.mail_stopped else _stopped(member, sort),
            pressed=pressed,
            sort=sort,
            slack=person.slack_user is not None and not person.slack_gone,
            settings=self._house.links.url("preferences", replace(ticket, subject="")),
        )

    # --- another address --------------------------------------------------------------------------------------------

    def address(self, token: str) -> str:
        """Show what a press would do."""
        ticket = opened.ticket()
        try:
            wanted = self._cases.new_address(ticket)
        except NotFound:
            return self._address("over", ticket)
        state = (
            "proved" if wanted.state == "proved" else "keep" if ticket.subject.startswith(moving_mail.KEEP) else "prove"
        )
        return self._address(state, ticket, moving_mail.masked(wanted.address))

    def send_address(self, token: str) -> str:
        """Send mails to the address from now on, or keep the one that there is."""
        ticket = opened.ticket()
        try:
            if ticket.subject.startswith(moving_mail.KEEP):
                self._cases.keep_address(ticket)
                return self._address("kept", ticket)
            return self._address("proved", ticket, moving_mail.masked(self._cases.prove_address(ticket)))
        except NotFound:
            return self._address("over", ticket)

    def _address(self, state: str, ticket: Ticket, address: str = "") -> str:
        words = self._house.words
        if state in ("prove", "keep"):
            intro, button = words(f"address.page.{state}_intro", address=address), words(f"address.page.{state}_button")
        else:
            intro, button = words(f"address.page.{state}", address=address), ""
        return draw.page(
            "address", title=words(f"address.page.{state}_title"), intro=intro, button=button, good=state == "proved"
        )


def _sort(ticket: Ticket) -> Sort:
    """The sort of the mail whose foot the link stood at."""
    named = ticket.subject.removeprefix(SORT)
    return next((sort for sort in get_args(Sort) if sort == named), "questions")


def _stopped(member: Membership, sort: Sort) -> str:
    """What is stopped now, as far as mails of this sort are meant."""
    if sort == "questions":
        return "pause" if member.paused else ""
    if sort == "digest" and not member.digest:
        return "sort"
    return "sort" if dict(member.ways).get(sort) in ("none", "slack") else ""


def install(app: Flask, house: House) -> None:
    """Add the pages."""
    pages = MailPages(house)
    app.add_url_rule("/unsubscribe/<token>", "unsubscribe", pages.unsubscribe)
    app.add_url_rule("/unsubscribe/<token>", "send_unsubscribe", pages.send_unsubscribe, methods=["POST"])
    app.add_url_rule("/address/<token>", "address", pages.address)
    app.add_url_rule("/address/<token>", "send_address", pages.send_address, methods=["POST"])
