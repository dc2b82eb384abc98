"""The page behind a signed link where somebody answers: a round, a consent, whatever a ticket asks.

Promises: GET only shows. POST stores durably before it says thank you; what cannot be used comes back as it was typed
with the reason beside each field; when the store is away the page still holds all of it (`faults.py`). A person may
press Send twice: the same answer is stored again.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Flask, Response, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from worker.web import drafts, draw, forms, opened
from worker.web.faults import remember, typed_now
from worker.wiring import House
from workflows.contacts import PREVIEW
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed, with_empty
from workflows.ticket import Ticket

_UNTIL = ("answer", "consent")  # forms that say until when they can be changed
MOST_OF_A_NAME = 64  # letters that a page may call itself by


class LinkPages:
    """The pages of `house`, each taking the token of a link."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._cases = house.cases

    def _drawn(self, form: Form, token: str, *, status: int = 200, notice: str = "", focus: str = "") -> Response:
        seal, over = drafts.sealed(self._house.vault, form, token), self._over(form)
        yours = "" if form.id == "consent" else opened.yours(self._house)  # who has not said yes has nothing there
        page = draw.form_page(
            form, drawn=seal, over=over, notice=notice, focus=focus, look=self._look(form), yours=yours
        )
        return make_response(page, status)

    def _look(self, form: Form) -> tuple[str, str] | None:
        """The very page that a partner sees, beside the form that decides about it."""
        if form.id != "sharing":
            return None
        preview = replace(opened.ticket(), subject=PREVIEW)
        return self._house.words("sharing.look"), self._house.links.url("partner", preview)

    def _over(self, form: Form) -> str:
        """Which draft a page shows: what is typed now was typed over the one that its page showed before."""
        if request.method == "POST":
            return request.form.get(drafts.OVER, "")
        return self._cases.draft_mark(opened.ticket()) if form.drafts and form.submit else ""

    def _board_of(self, ticket: Ticket) -> str:
        """Where somebody goes on from here: facilitators often have more than one row to put right."""
        return self._house.links.url("board", replace(ticket, subject=""))

    def answer(self, token: str) -> Response:
        """Show the questions, or what was answered when the person just sent it."""
        ticket = opened.ticket()
        done = request.args.get("done", "")
        try:
            form = self._cases.answer_form(ticket)
        except NotFound:
            if not done:
                raise
            return self._plain("done")  # it was about what is over now
        if done == "consent" and form.id != "consent":
            return self._drawn(form, token, notice=self._house.words("answer_page.consent_kept"))
        if done == "kept":
            return self._drawn(form, token, notice=self._house.words("answer_page.kept"))
        if done and form.id in ("people", "sharing"):  # the list says what came of it
            return self._drawn(form, token, notice=self._house.words("answer_page.people_saved"))
        if done and form.typed and form.id in _UNTIL:
            return self._thanks(form, board=self._board_of(ticket) if form.id == "answer" else "")
        if done and form.id == "later":  # the very words that say until when
            return make_response(
                draw.plain_page(title=form.title, paragraphs=form.intro, yours=opened.yours(self._house))
            )
        if done and form.id not in _UNTIL:
            return self._plain("skipped" if form.id == "skip" else "done", board=self._board_of(ticket))
        return self._drawn(form, token)

    def _thanks(self, form: Form, *, board: str) -> Response:
        """What somebody sent, to read once more."""
        title, intro = (self._house.words(f"answer_page.{key}") for key in ("thanks", f"until_{form.id}"))
        return make_response(
            draw.thanks_page(form, title=title, intro=intro, board=board, yours=opened.yours(self._house))
        )

    def _plain(self, what: str, *, board: str = "") -> Response:
        """What became of something, in a few sentences."""
        title, said = self._house.words(f"answer_page.{what}_title"), self._house.words.lines(f"answer_page.{what}")
        return make_response(
            draw.plain_page(title=title, paragraphs=tuple(said), board=board, yours=opened.yours(self._house))
        )

    def send_answer(self, token: str) -> AnyResponse:
        """Keep what a link asked for: an answer, a consent, a reason to move on, a milestone reached."""
        ticket = opened.ticket()
        draft = typed_now()
        if request.form.get("_form") == "consent":
            return self._send_consent(ticket, token)
        form = self._cases.answer_form(ticket)
        if form.id != request.form.get("_form", form.id) or not form.submit:
            return self._not_taken(form, draft, token)
        # The form as it was drawn has the lines that the person asked for; the one of now may have fewer.
        shown = draft or form
        typed = with_empty(forms.typed_from(request.form, shown), (field.id for field in shown.fields))
        remember(replace(shown, typed=typed, problems={}), token)
        if request.form.get("_do", "send") != "send":
            return self._go_on(ticket, form, typed, token)
        as_drawn = Ticket.decode(draft.token) if draft and draft.token else ticket
        try:
            self._cases.submit_answer(as_drawn, typed, via="web")
        except AskPerson as wrong:
            again = self._typed_again(ticket, typed, wrong.problems)  # what it was drawn over stays what it was
            return self._drawn(replace(again, token=as_drawn.encode()), token, status=422)
        return _seen("1")

    def _typed_again(
        self, ticket: Ticket, typed: Typed, problems: Mapping[str, str] | None = None, *, extra: int = 0
    ) -> Form:
        """Return the form with what somebody typed just now, in all the lines that it takes."""
        form = self._cases.answer_form(ticket, typed=typed, extra=extra)
        given = {name: value for name, value in typed.items() if value}
        return replace(form, typed={**form.typed, **given}, problems=problems or {})

    def _go_on(self, ticket: Ticket, form: Form, typed: Typed, token: str) -> AnyResponse:
        """Keep a form for later, draw it with one more line, or open the shorter or the full one."""
        wanted = request.form.get("_do")
        if wanted == "draft":
            return self._saved(ticket, typed)
        if wanted == "more":
            longer = self._typed_again(ticket, typed, extra=1)
            return self._drawn(longer, token, focus=next((f.id for f in reversed(longer.fields) if f.legend), ""))
        if form.keep:
            self._cases.keep_draft(ticket, typed)
        if wanted == "other" and form.other_token:
            return redirect(self._house.links.url("answer", Ticket.decode(form.other_token)), 303)
        return _seen("kept")

    def _saved(self, ticket: Ticket, typed: Typed) -> Response:
        """Tell the script of a page what became of what it saved, and which draft there is now."""
        over, page = request.form.get(drafts.OVER, ""), request.form.get(drafts.PAGE, "")[:MOST_OF_A_NAME]
        mark = self._cases.save_draft(ticket, typed, over=over, page=page)
        return jsonify(newer=True) if mark is None else jsonify(over=mark)

    def _send_consent(self, ticket: Ticket, token: str) -> AnyResponse:
        form = self._cases.consent_form(ticket)
        form = replace(form, typed=forms.typed_from(request.form, form), problems={})
        remember(form, token)
        try:
            self._cases.submit_consent(ticket, form.typed, via="web")
        except AskPerson as wrong:
            return self._drawn(replace(form, problems=wrong.problems), token, status=422)
        return _seen("consent")

    def _not_taken(self, form: Form, draft: Form | None, token: str) -> Response:
        """The round closed or consent went while somebody was writing: show their words, so that they can copy them."""
        seal = drafts.sealed(self._house.vault, form, token)
        return make_response(draw.form_page(form, drawn=seal, kept=draft), 409)


def _seen(what: str) -> AnyResponse:
    """Send the browser to read what was kept, so that loading again sends nothing twice."""
    return redirect(f"{request.path}?done={what}", 303)


def install(app: Flask, house: House) -> None:
    """Add the page."""
    pages = LinkPages(house)
    app.add_url_rule("/answer/<token>", "answer", pages.answer)
    app.add_url_rule("/answer/<token>", "send_answer", pages.send_answer, methods=["POST"])
