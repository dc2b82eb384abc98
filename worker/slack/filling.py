"""What happens in an open modal: a button in it, a choice that others follow on, and Send.

Promises: nothing is acknowledged before the use case has stored it. Wrong input comes back beside its field, and
whatever goes wrong while a modal is sent, the modal stays open with the person's words in it. What the modal does not
show (folded follow-ups, the questions of the longer form, lines that Slack has no room for) stays as it was, for it is
kept as a draft whenever the modal is drawn anew. The same request twice changes nothing twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from worker.slack import modals, sent_commands, sent_hosting
from worker.slack.client import CheckedClient
from worker.slack.modal_values import errors_response
from worker.slack.modals import render_modal
from worker.slack.payloads import Change, Submission
from worker.wiring import House
from workflows.errors import AskPerson, Conflict, FairstepsError, GiveUp, NotFound, Retry, StoreUnavailable
from workflows.forms import Form, Typed, at_fields, with_empty
from workflows.starting import MOST_APPS, MOST_PEOPLE
from workflows.ticket import Ticket

log = structlog.get_logger()
View = dict[str, Any]

# Slack's words for: the modal is not what it was when this was pressed. A newer press draws it.
_MOVED_ON = ("hash_conflict", "not_found", "view_not_found")


def drawn(house: House, ticket: Ticket, form: Form, *, notice: str = "") -> View:
    """Return the modal of a form, with the page behind it for a list that Slack has no room for."""
    return render_modal(form, notice=notice, page=house.links.url("answer", ticket))


def changed(house: House, change: Change, client: CheckedClient) -> None:
    """Keep what is typed in an open modal as a draft, and draw the modal anew.

    Raises StoreUnavailable when it could not be kept: the modal then stays as it is, and Slack says that it failed.
    """
    try:
        view = _redrawn(house, change)
    except (NotFound, Conflict, AskPerson) as refused:
        log.info("A modal was not drawn anew.", action="modal_refused", reason=type(refused).__name__)
        return
    try:
        client.views_update(view_id=change.view, hash=change.mark or None, view=view)
    except SlackApiError as refused:
        code = str(refused.response.get("error") or "")
        if code not in _MOVED_ON:
            raise
        log.info("A modal was changed or closed meanwhile.", action="modal_late", reason=code)


def _redrawn(house: House, change: Change) -> View:
    ticket, typed = change.ticket(), with_empty(change.typed, change.shown)
    if change.form != "answer":  # the short forms of facilitators have no drafts
        form = house.cases.answer_form(ticket)
        return drawn(house, ticket, replace(form, typed={**form.typed, **typed}))
    house.cases.keep_draft(ticket, typed)
    if not house.cases.answer_form(ticket).fields:
        raise NotFound("it closed meanwhile")  # the modal stays, for what is typed in it can be copied
    match change.action:
        case modals.OTHER:
            other = change.other_ticket()
            return drawn(house, other, house.cases.answer_form(other))
        case modals.MORE:
            return drawn(house, ticket, house.cases.answer_form(ticket, extra=1))
        case modals.KEEP:
            return drawn(house, ticket, house.cases.answer_form(ticket), notice=house.words("slack.kept"))
        case _:
            return drawn(house, ticket, house.cases.answer_form(ticket))


def _send_answer(house: House, sent: Submission) -> None:
    house.cases.submit_answer(sent.ticket(), _whole(house, sent), via="slack")


def _whole(house: House, sent: Submission) -> Typed:
    """What the modal holds, and what it did not show: folded follow-ups, and lines that Slack has no room for."""
    form = house.cases.answer_form(sent.ticket())
    unseen = {f.id: form.typed[f.id] for f in form.fields if f.id in form.typed and f.id not in sent.inputs}
    return {**unseen, **with_empty(sent.typed, sent.inputs)}


def _send_consent(house: House, sent: Submission) -> None:
    house.cases.submit_consent(sent.ticket(), sent.typed, via="slack")


def _send_start(house: House, sent: Submission) -> None:
    channel = sent.typed.get("channel", "")
    nobody = not sent.typed.get("members") and not sent.typed.get("addresses")
    if isinstance(channel, str) and channel and nobody:
        _refuse_a_crowd(house, sent.workspace, channel)
    house.cases.start(sent.workspace, sent.slack_user, sent.typed)


def _refuse_a_crowd(house: House, workspace: str, channel: str) -> None:
    """Everyone in a channel of thousands would be asked: then people are to be named."""
    try:
        size = house.slack.size(workspace, channel)
    except (Retry, GiveUp):
        return  # a private channel, or a slow Slack: whoever is looked up later is counted again
    if size > MOST_PEOPLE + MOST_APPS:
        problem = house.words("start.crowd", size=size, most=MOST_PEOPLE)
        raise AskPerson({"members": problem})


def _send_preferences(house: House, sent: Submission) -> None:
    house.cases.submit_preferences(sent.ticket(), sent.typed)


# Every other form belongs to a ticket, and its use case knows what that asks. A view that one gives is shown in its
# place, and so is the form of a ticket.
MODALS: Mapping[str, Callable[[House, Submission], View | Ticket | None]] = {
    "consent": _send_consent,
    "start": _send_start,
    "preferences": _send_preferences,
    **sent_commands.MODALS,
    **sent_hosting.MODALS,
}


def submitted(house: House, sent: Submission) -> dict[str, Any]:
    """Store what a modal holds; return Slack's answer: nothing closes the modal, errors or a view keep it open."""
    try:
        after = MODALS.get(sent.form, _send_answer)(house, sent)
        view = drawn(house, after, house.cases.answer_form(after)) if isinstance(after, Ticket) else after
    except FairstepsError as refused:
        log.info("A modal was not kept.", action="modal_refused", reason=type(refused).__name__, id=sent.form)
        return unsaved(house, sent, refused)
    return {"response_action": "update", "view": view} if view else {}


def unsaved(house: House, sent: Submission, error: Exception) -> dict[str, Any]:
    """Return the answer that keeps the modal open with everything in it, and says why nothing was kept."""
    if not sent.inputs:
        return {}
    if isinstance(error, AskPerson):
        return _asked_again(house, sent, error)
    match error:
        case NotFound():
            key = "slack.unsaved_over"
        case Conflict():
            key = "slack.unsaved_conflict"
        case StoreUnavailable():
            key = "slack.unsaved"
        case _:
            key = "slack.unsaved_broken"
    return errors_response(sent.inputs, {"": house.words(key, send=sent.send)})


def _asked_again(house: House, sent: Submission, error: AskPerson) -> dict[str, Any]:
    """Show each problem at its field; a field that was not shown is shown now."""
    unseen = [place for place in error.problems if place and not at_fields({place: "?"}, sent.inputs).keys() - {""}]
    if sent.form in MODALS or not unseen:
        return errors_response(sent.inputs, error.problems)
    try:
        ticket = sent.ticket()
        form = house.cases.answer_form(ticket, typed=_whole(house, sent))
        if not {f.id for f in form.fields}.intersection(unseen):
            return errors_response(sent.inputs, error.problems)
        view = drawn(house, ticket, replace(form, problems=error.problems))
    except FairstepsError:
        return errors_response(sent.inputs, error.problems)
    return {"response_action": "update", "view": view}
