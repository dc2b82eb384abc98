"""A form in a modal, page by page: Next, the buttons that draw it anew, and a problem on an earlier page.

Promises: what is typed is kept as a draft before any page is drawn, so nothing that a modal does not show is lost:
other pages, folded follow-ups, the questions of the longer form, lines that Slack has no room for. Where somebody
stands is told by the fields that were shown, not by a number, for pages move when lines are added on another device.
Next asks for what is wrong on its own page; Send for all, and shows the first page where something is. The same
request twice changes nothing twice; an old one keeps nothing over what is newer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from worker.slack import modals
from worker.slack.modal_values import errors_response
from worker.slack.modals import pages_of, render_modal
from worker.slack.payloads import Change, Submission
from worker.wiring import House
from workflows.errors import NotFound
from workflows.forms import Form, Typed, at_fields, with_empty
from workflows.paging import Page, page_of
from workflows.ticket import Ticket

View = dict[str, Any]
KEEPS = ("answer", "move_on", "row", "met")  # the forms of a ticket that keep drafts


def drawn(
    house: House, ticket: Ticket, form: Form, *, notice: str = "", number: int = 1, turn: int = 0, shows: str = ""
) -> View:
    """Return the modal of a form, with the web page behind it for what Slack has no room for."""
    page = house.links.url("answer", ticket)
    return render_modal(form, notice=notice, page=page, number=number, turn=turn, shows=shows)


def _pages(house: House, ticket: Ticket, form: Form) -> tuple[Page, ...]:
    return pages_of(form, page=house.links.url("answer", ticket))


def whole(form: Form, sent: Submission) -> Typed:
    """Return what a modal holds, and what it did not show."""
    unseen = {f.id: form.typed[f.id] for f in form.fields if f.id in form.typed and f.id not in sent.inputs}
    return {**unseen, **with_empty(sent.typed, sent.inputs)}


# --- Next -------------------------------------------------------------------------------------------------------------


def onward(house: House, sent: Submission) -> View:
    """Return the answer to Next: the page after this one, or this one with what is wrong on it. Raises NotFound."""
    ticket = sent.ticket(house.people)
    house.cases.keep_draft(ticket, with_empty(sent.typed, sent.inputs), sent.moment)
    form = house.cases.answer_form(ticket)
    if not form.fields:
        raise NotFound("it closed meanwhile")
    split = _pages(house, ticket, form)
    here = page_of(split, sent.inputs) if sent.inputs else sent.leaf.number
    fields = [f.id for f in split[min(here, len(split)) - 1]]
    problems = house.cases.problems_of(ticket, whole(form, sent))
    wrong = {place: problem for place, problem in problems.items() if _is_at(place, (*fields, *sent.inputs))}
    if wrong:
        return _beside(house, sent, form, wrong, number=here)
    number = min(here + 1, len(split))
    return {"response_action": "update", "view": drawn(house, ticket, form, number=number, turn=sent.leaf.turn)}


def asked_again(house: House, sent: Submission, problems: Mapping[str, str]) -> View:
    """Return the answer that shows the first page where something is wrong, each problem beside its field."""
    ticket = sent.ticket(house.people)
    typed = whole(house.cases.answer_form(ticket), sent)
    form = house.cases.answer_form(ticket, typed=typed)
    form = replace(form, typed={**form.typed, **typed})
    split = _pages(house, ticket, replace(form, problems=problems))
    here = page_of(split, sent.inputs)
    for number, page in enumerate(split, 1):
        fields = [f.id for f in page]
        wrong = {place: problem for place, problem in problems.items() if _is_at(place, fields)}
        if wrong and number == here:
            everywhere = [f.id for f in form.fields]
            wrong |= {place: problem for place, problem in problems.items() if not _is_at(place, everywhere)}
        if wrong:
            return _beside(house, sent, form, wrong, number=number)
    return errors_response(sent.inputs, problems)


def _is_at(place: str, field_ids: Sequence[str]) -> bool:
    """Whether the problem of `place` is shown at one of these fields."""
    return "" not in at_fields({place: "?"}, field_ids)


def _beside(house: House, sent: Submission, form: Form, wrong: Mapping[str, str], *, number: int) -> View:
    """Show problems at the fields of the modal as it is; when one has no field there, draw the page that has it."""
    if sent.inputs and all(not place or _is_at(place, sent.inputs) for place in wrong):
        return errors_response(sent.inputs, wrong)
    form = replace(form, problems=wrong)
    return {
        "response_action": "update",
        "view": drawn(house, sent.ticket(house.people), form, number=number, turn=sent.leaf.turn),
    }


# --- what draws a modal anew ------------------------------------------------------------------------------------------


def redrawn(house: House, change: Change) -> View | None:
    """Keep what is typed, and return the modal as it is to be now; None when it is that already.

    Raises NotFound when nothing is asked any more: the modal then stays, for what is typed in it can be copied.
    """
    if change.form == "start":
        return _beginning(house, change)
    ticket, typed = change.ticket(house.people), with_empty(change.typed, change.shown)
    if change.form not in KEEPS:
        form = house.cases.answer_form(ticket)
        return drawn(house, ticket, replace(form, typed={**form.typed, **typed}))
    if change.action == modals.FRESH:
        house.cases.throw_away(ticket, view=change.view, at=change.at)
        return drawn(house, ticket, _asked(house, ticket), turn=change.leaf.turn + 1)
    house.cases.keep_draft(ticket, typed, change.moment)
    return _turned(house, change, ticket)


def _turned(house: House, change: Change, ticket: Ticket) -> View | None:
    form, turn = _asked(house, ticket), change.leaf.turn
    here = page_of(_pages(house, ticket, form), change.shown)
    match change.action:
        case modals.BACK:
            return drawn(house, ticket, form, number=here - 1, turn=turn)
        case modals.OTHER:
            other = change.other_ticket(house.people)
            asked = _asked(house, other)
            return drawn(house, other, asked, number=page_of(_pages(house, other, asked), change.shown), turn=turn)
        case modals.MORE:
            longer = house.cases.answer_form(ticket, extra=1)
            before = {f.id for f in form.fields}
            added = next((f.id for f in longer.fields if f.id not in before), "")
            return drawn(house, ticket, longer, number=here, turn=turn, shows=added)
        case modals.KEEP:
            return drawn(house, ticket, form, notice=house.words("slack.kept"), number=here, turn=turn)
        case _:
            view = drawn(house, ticket, form, number=here, turn=turn)
            asks = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
            return None if tuple(asks) == change.shown else view


def _asked(house: House, ticket: Ticket) -> Form:
    form = house.cases.answer_form(ticket)
    if not form.fields:
        raise NotFound("it closed meanwhile")
    return form


def _beginning(house: House, change: Change) -> View:
    """The form that starts a partnership, begun afresh, or with what is typed in it."""
    given = {name: value for name in ("channel", "zone") if isinstance(value := change.typed.get(name), str)}
    form = house.cases.start_form(change.workspace, by_slack_user=change.slack_user, **given)
    turn = change.leaf.turn
    if change.action == modals.FRESH:
        house.drafts.of_beginnings().end(change.workspace, change.view, change.at)
        house.cases.throw_beginning_away(change.workspace, change.slack_user, change.form)
        turn += 1
    else:
        typed = with_empty(change.typed, change.shown)
        house.cases.keep_beginning(change.workspace, change.slack_user, change.form, typed, change.moment)
    return render_modal(house.cases.begun(change.workspace, change.slack_user, form), turn=turn)
