"""What a person sees when something does not work: what happened, and what to do now, in plain words.

Promises: no page of these repeats an address, a token or a reason out of the program. When somebody was sending a form,
the form is drawn again with everything in it, whatever went wrong here.
"""

from dataclasses import replace
from http import HTTPStatus

from flask import Flask, Response, g, make_response, request
from werkzeug.exceptions import HTTPException

from worker.web import drafts, draw
from worker.web.guard import secret_of_address
from worker.wiring import House
from workflows.errors import NotFound, StoreUnavailable
from workflows.forms import Form

_WORDS: dict[int, tuple[str, tuple[str, ...]]] = {
    400: ("That did not arrive whole", ("Please go back, load the page again and send it once more.",)),
    403: (
        "That came from another site",
        ("Fairsteps takes forms from its own pages only.", "Open your link again and send the form from there."),
    ),
    404: (
        "There is nothing here",
        ("The address may be cut off or mistyped.", "Open the newest message from Fairsteps and use the link there."),
    ),
    405: ("This page does not take that", ("Please go back and use the button on the page.",)),
    429: (
        "That was a lot at once",
        ("Please wait a few minutes, then load this page again.", "Nothing is lost: what is kept stays kept."),
    ),
    413: (
        "That is too long",
        ("Together your answers may be about half a million letters long.", "Press Back: your text is still there."),
    ),
    500: (
        "Something went wrong here",
        ("It is not your fault. Please try again in a minute.", "If it stays like this, tell your facilitator."),
    ),
    503: ("Not just now", ("Fairsteps can't reach its memory right now. Please load this page again in a minute.",)),
}
LINK_GONE = (
    "This link does not work any more",
    (
        "It may be cut off, or what it belongs to is over.",
        "Open the newest message from Fairsteps and use the link there.",
        "If that does not help, ask your facilitator.",
    ),
)
_TRY_AGAIN = {
    429: "Your answers are not kept yet: that was a lot at once. "
    "Everything you typed is still below. Please press Send again in a few minutes.",
    503: "Your answers are not kept yet: Fairsteps can't reach its memory right now. "
    "Everything you typed is still below. Please press Send again in a minute.",
    500: "Your answers are not kept yet: something went wrong here, not at your end. "
    "Everything you typed is still below. Please press Send again in a minute.",
}


def install(app: Flask, house: House) -> None:
    """Answer every error of `app` with a page of its own."""

    def away(error: StoreUnavailable) -> Response:
        return _form_again(503) or _plain(503)

    def broken(error: HTTPException) -> Response:
        return _form_again(500) or _plain(500)

    def other(error: HTTPException) -> Response:
        status = error.code or 500
        response = (_form_again(status) if status in _TRY_AGAIN else None) or _plain(status)
        said = dict(error.get_headers())
        response.headers.extend((name, said[name]) for name in ("Allow", "Retry-After") if name in said)
        return response

    def _form_again(status: int) -> Response | None:
        form: Form | None = g.get("draft")
        if form is None:
            return None
        drawn = drafts.sealed(house.vault, form, g.link)
        html = draw.form_page(
            form, notice=_named(form, status), tone="warn", drawn=drawn, over=request.form.get(drafts.OVER, "")
        )
        return make_response(html, status)

    def recall() -> None:
        """Have at hand what is being sent before anything can refuse it."""
        link = secret_of_address()
        if link and request.method == "POST" and drafts.FIELD in request.form:
            remember(drafts.opened(house.vault, request.form, link), link)

    app.before_request(recall)
    app.register_error_handler(StoreUnavailable, away)
    app.register_error_handler(NotFound, lambda error: _page(*LINK_GONE, status=404))
    app.register_error_handler(500, broken)
    app.register_error_handler(HTTPException, other)


def _named(form: Form, status: int) -> str:
    return _TRY_AGAIN[status].replace("press Send", f"press “{form.submit}”")


def _page(title: str, paragraphs: tuple[str, ...], *, status: int) -> Response:
    return make_response(draw.plain_page(title=title, paragraphs=paragraphs), status)


def _plain(status: int) -> Response:
    title, paragraphs = _WORDS.get(status) or _WORDS[400 if status < 500 else 500]
    html = draw.plain_page(title=title, paragraphs=paragraphs, home=status == HTTPStatus.NOT_FOUND)
    return make_response(html, status)


def typed_now() -> Form | None:
    """Return the form that somebody is sending with this request, if it is one that we drew."""
    found: Form | None = g.get("draft")
    return found


def remember(form: Form | None, link: str) -> None:
    """Keep what somebody is sending now at hand, until this request is over."""
    g.link = link
    g.draft = replace(form, problems={}) if form and request.method == "POST" else None
