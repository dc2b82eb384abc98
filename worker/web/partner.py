"""`/partner/T`, the page of a partner's contact: what the group shares, and what they say to it. No account, no script.

Promises: GET only shows, and looking is noted nowhere. `?say=ROW`, `?write` and `?mails` are its three forms; what
cannot be used comes back as it was typed with the reason beside the field, and when the store is away all of it is
still on the page. Who takes part sees a preview: the very page, on which nothing can be sent.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from worker.web import drafts, draw, forms, opened
from worker.web.faults import remember
from worker.wiring import House
from workflows.contacts import CONTACT
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.partner_page import PartnerPage
from workflows.ticket import Ticket
from workflows.words import Words

_DONE = ("word", "letter", "mails")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One of the forms: how it is drawn, what keeps it, and what is said then."""

    form: Callable[[], Form]
    keep: Callable[[Typed], bool]
    done: str


def partner_page(page: PartnerPage, words: Words, *, done: str = "", assets: str = "/static") -> str:
    """Return the page of a contact; `done` names what they just did."""
    notice = words(f"partner_page.done_{done}") if done in _DONE else ""
    return draw.page("partner", assets=assets, page=page, notice=notice, say=_say(words))


def _say(words: Words) -> Callable[..., str]:
    def say(key: str, **values: object) -> str:
        return words(f"partner_page.{key}", **values)

    return say


class PartnerPages:
    """The page of `house`, with its forms."""

    def __init__(self, house: House) -> None:
        self._house, self._cases = house, house.cases

    def show(self, token: str) -> Response:
        """Show the page, or one of its forms."""
        ticket = opened.ticket()
        asked = self._asked(ticket)
        if asked:
            return self._drawn(asked.form(), token)
        page = self._cases.partner_page(ticket)
        return make_response(partner_page(page, self._house.words, done=request.args.get("done", "")))

    def send(self, token: str) -> AnyResponse:
        """Keep what a contact sent."""
        asked = self._asked(opened.ticket())
        if asked is None:
            abort(405)
        form = asked.form()
        typed = forms.typed_from(request.form, form)
        form = replace(form, typed=typed)
        remember(form, token)
        try:
            there = asked.keep(typed)
        except AskPerson as wrong:
            return self._drawn(replace(form, problems=wrong.problems), token, status=422)
        if not there:
            w = self._house.words
            ended = draw.plain_page(title=w("partner_page.ended_title"), paragraphs=(w("partner_page.ended"),))
            return make_response(ended)
        return redirect(f"{request.path}?done={asked.done}", 303)

    def _asked(self, ticket: Ticket) -> _Asked | None:
        """The form that this request is about. Raises NotFound for whoever only sees a preview."""
        cases, row = self._cases, request.args.get("say", "")
        wanted = [name for name in ("say", "write", "mails") if name in request.args]
        if wanted and not ticket.subject.startswith(CONTACT):
            raise NotFound("a preview sends nothing")
        match wanted[:1]:
            case ["say"]:
                return _Asked(
                    form=lambda: cases.word_form(ticket, row),
                    keep=lambda typed: cases.say_word(ticket, row, typed),
                    done="word",
                )
            case ["write"]:
                return _Asked(
                    form=lambda: cases.letter_form(ticket),
                    keep=lambda typed: cases.write_letter(ticket, typed),
                    done="letter",
                )
            case ["mails"]:
                return _Asked(
                    form=lambda: cases.mails_form(ticket),
                    keep=lambda typed: cases.settle_mails(ticket, typed),
                    done="mails",
                )
        return None

    def _drawn(self, form: Form, token: str, *, status: int = 200) -> Response:
        seal = drafts.sealed(self._house.vault, form, token)
        return make_response(draw.form_page(form, drawn=seal, yours=request.path), status)


def install(app: Flask, house: House) -> None:
    """Add the page."""
    pages = PartnerPages(house)
    app.add_url_rule("/partner/<token>", "partner", pages.show)
    app.add_url_rule("/partner/<token>", "send_partner", pages.send, methods=["POST"])
