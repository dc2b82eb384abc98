"""The page of a person's settings, in groups: the first stands open, the others fold and say what holds in them now.

Promises: it works without script, for what folds is sent as well. GET only shows. POST keeps everything before it says
so; a problem comes back beside its field, in a group that stands open, with everything as it was chosen.
"""

from dataclasses import dataclass, replace

from flask import Flask, Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from worker.web import drafts, draw, forms, opened
from worker.web.faults import remember
from worker.wiring import House
from workflows import moving_mail
from workflows.errors import AskPerson
from workflows.forms import Form
from workflows.ticket import Ticket

_HOURS = ("quiet_from", "quiet_until")
_QUIET = "Nothing from {begins} until {ends}"
_TOLD = 3  # of what holds in a group, beside its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Fields under one heading; `told` is what holds in them now. One that is `open` does not fold."""

    legend: str
    inputs: tuple[forms.Input, ...]
    told: str
    open: bool


def sections(form: Form) -> tuple[Section, ...]:
    """Return the fields of a form in its groups: a legend begins one, and the next one ends it."""
    groups: list[tuple[str, list[forms.Input]]] = []
    legends = {field.id: field.legend for field in form.fields}
    for one in forms.inputs(form):
        if legends[one.name] or not groups:
            groups.append((legends[one.name], []))
        groups[-1][1].append(one)
    return tuple(
        Section(
            legend=legend,
            inputs=tuple(inputs),
            told=_told(form, inputs),
            open=number == 0 or any(one.problem for one in inputs),
        )
        for number, (legend, inputs) in enumerate(groups)
    )


def _told(form: Form, inputs: list[forms.Input]) -> str:
    names = {one.name for one in inputs}
    mine = replace(form, fields=tuple(replace(f, legend="") for f in form.fields if f.id in names))
    # What goes with the questions has said nothing new, and two hours alone do not say what they are of.
    plain = tuple(f for f in mine.fields if form.typed.get(f.id) != "same" and f.id not in _HOURS)
    said = dict.fromkeys(line for _, lines in forms.spoken(replace(mine, fields=plain)) for line in lines)
    begins, ends = (form.typed.get(hour) for hour in _HOURS)
    quiet = (_QUIET.format(begins=begins, ends=ends),) if begins and ends and names >= set(_HOURS) else ()
    return " · ".join((*quiet, *said)[:_TOLD])


def preferences_page(form: Form, *, drawn: str = "", yours: str = "", assets: str = "/static") -> str:
    """Return the page of settings, with the way to the page of `yours`."""
    plain = replace(form, fields=tuple(replace(f, legend="") for f in form.fields))
    return draw.page(
        "preferences",
        assets=assets,
        form=form,
        sections=sections(form),
        problems=forms.problems_in_order(plain),
        drawn=drawn,
        yours=yours,
    )


class PreferencePages:
    """The settings of whoever holds a link."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._cases = house.cases

    def _drawn(self, form: Form, token: str, *, status: int = 200) -> Response:
        seal = drafts.sealed(self._house.vault, form, token)
        return make_response(preferences_page(form, drawn=seal, yours=opened.yours(self._house)), status)

    def shown(self, token: str) -> Response:
        """Show how somebody wants to be asked, or what they have just settled."""
        ticket = opened.ticket()
        form = self._cases.preferences_form(ticket)
        if not request.args.get("done"):
            return self._drawn(form, token)
        words = self._house.words
        title, intro = words("preferences.saved_title"), words("preferences.saved")
        wanted = moving_mail.waits(self._cases.mail_of(ticket)[0], now=self._house.clock.now())
        if wanted and request.args["done"] == "address":
            title = words("preferences.sent_title")
            intro = words("preferences.sent", address=moving_mail.masked(wanted.address))
        plain = replace(form, fields=tuple(replace(f, legend="") for f in form.fields))
        return make_response(draw.thanks_page(plain, title=title, intro=intro, yours=opened.yours(self._house)))

    def sent(self, token: str) -> AnyResponse:
        """Keep how somebody wants to be asked."""
        ticket = opened.ticket()
        if request.form.get("_do") == "links_off":
            return self._links_off(ticket)
        form = self._cases.preferences_form(ticket)
        form = replace(form, typed=forms.typed_from(request.form, form), problems={})
        remember(form, token)
        try:
            address = self._cases.submit_preferences(ticket, form.typed, via="web")
        except AskPerson as wrong:
            return self._drawn(replace(form, problems=wrong.problems), token, status=422)
        return redirect(f"{request.path}?done={'address' if address else '1'}", 303)

    def _links_off(self, ticket: Ticket) -> Response:
        """Switch off every link of a person. The new one goes by mail alone: who has this page may be a stranger."""
        self._cases.switch_off_links(ticket)
        opened.mail_new_link(self._house, ticket, "preferences")
        words, (person, _) = self._house.words, self._cases.mail_of(ticket)
        slack = (words("link_page.off_in_slack"),) if person.slack_user and not person.slack_gone else ()
        said = (*words.lines("link_page.off"), *slack)
        return make_response(draw.plain_page(title=words("link_page.off_title"), paragraphs=said))


def install(app: Flask, house: House) -> None:
    """Add the page."""
    pages = PreferencePages(house)
    app.add_url_rule("/preferences/<token>", "preferences", pages.shown)
    app.add_url_rule("/preferences/<token>", "send_preferences", pages.sent, methods=["POST"])
