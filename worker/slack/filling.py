"""What happens in an open modal: a button in it, a choice that others follow on, Next and Send.

Promises: nothing is acknowledged before the use case has stored it. Wrong input comes back beside its field, and
whatever goes wrong while a modal is sent, the modal stays open with the person's words in it. What is sent is a draft
first and an answer then; once it is an answer, nothing of that modal is kept as a draft any more. The same request
twice changes nothing twice. How a form goes over pages is in `filling_pages.py`, typing in `filling_typed.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from worker.slack import sent_commands, sent_hosting
from worker.slack.client import CheckedClient
from worker.slack.filling_pages import KEEPS, asked_again, drawn, onward, redrawn, whole
from worker.slack.modal_values import errors_response
from worker.slack.opening import notice
from worker.slack.payloads import Change, Submission
from worker.wiring import House
from workflows.errors import AskPerson, Conflict, FairstepsError, GiveUp, NotFound, Retry, StoreUnavailable
from workflows.forms import with_empty
from workflows.hosting_forms import PEOPLE
from workflows.starting import MOST_APPS, MOST_PEOPLE
from workflows.ticket import Ticket

__all__ = ["MODALS", "View", "changed", "drawn", "submitted", "unsaved"]

log = structlog.get_logger()
View = dict[str, Any]

STILL_OPEN = 3.0  # seconds: what is typed longer than that after Send is in a modal that our answer did not reach

# Slack's words for: the modal is not what it was when this was pressed. A newer press draws it.
_MOVED_ON = ("hash_conflict", "not_found", "view_not_found")


def changed(house: House, change: Change, client: CheckedClient) -> None:
    """Keep what is typed in an open modal as a draft, and draw the modal anew.

    Raises StoreUnavailable when it could not be kept: the modal then stays as it is, and Slack says that it failed.
    """
    try:
        view = redrawn(house, change)
    except (NotFound, Conflict, AskPerson) as refused:
        log.info("A modal was not drawn anew.", action="modal_refused", reason=type(refused).__name__)
        return
    if view is None:
        return
    try:
        client.views_update(view_id=change.view, hash=change.mark or None, view=view)
    except SlackApiError as refused:
        code = str(refused.response.get("error") or "")
        if code not in _MOVED_ON:
            raise
        log.info("A modal was changed or closed meanwhile.", action="modal_late", reason=code)


def _send_answer(house: House, sent: Submission) -> View | None:
    """Keep what a ticket asked. It is a draft first, so that it is there whatever becomes of the answer.

    Nothing else shows what came of the page about people: it says so itself.
    """
    ticket = sent.ticket(house.people)
    if sent.form in KEEPS:
        house.cases.keep_draft(ticket, with_empty(sent.typed, sent.inputs), sent.moment)
    house.cases.submit_answer(ticket, whole(house.cases.answer_form(ticket), sent), via="slack")
    if sent.form in KEEPS:
        house.drafts.end(ticket.partnership, sent.view, sent.at + STILL_OPEN)
    return notice(house, "hosting.form_title", house.words("hosting.done")) if sent.form == PEOPLE else None


def _send_consent(house: House, sent: Submission) -> None:
    house.cases.submit_consent(sent.ticket(house.people), sent.typed, via="slack")


def _send_start(house: House, sent: Submission) -> View:
    """Begin, and say who is asked: the first message comes to each of them, and to the channel, a moment later."""
    channel = sent.typed.get("channel", "")
    nobody = not sent.typed.get("members") and not sent.typed.get("addresses")
    if isinstance(channel, str) and channel and nobody:
        _refuse_a_crowd(house, sent.workspace, channel)
    typed = with_empty(sent.typed, sent.inputs)
    house.cases.keep_beginning(sent.workspace, sent.slack_user, sent.form, typed, sent.moment)
    house.cases.start(sent.workspace, sent.slack_user, sent.typed)
    house.cases.throw_beginning_away(sent.workspace, sent.slack_user, sent.form)
    house.drafts.of_beginnings().end(sent.workspace, sent.view, sent.at + STILL_OPEN)
    asked = "slack.begun_everyone" if nobody else "slack.begun_named"
    return notice(house, "slack.begun_title", house.words(asked), house.words("slack.begun_next"))


def _refuse_a_crowd(house: House, workspace: str, channel: str) -> None:
    """Everyone in a channel of thousands would be asked: then people are to be named."""
    try:
        size = house.slack.size(workspace, channel)
    except (Retry, GiveUp):
        return  # a private channel, or a slow Slack: whoever is looked up later is counted again
    if size > MOST_PEOPLE + MOST_APPS:
        problem = house.words("start.crowd", size=size, most=MOST_PEOPLE)
        raise AskPerson({"members": problem})


def _send_preferences(house: House, sent: Submission) -> View | None:
    ticket = sent.ticket(house.people)
    address = house.cases.submit_preferences(ticket, sent.typed, via="slack")
    says = house.words("preferences.sent", address=address)
    return notice(house, "preferences.sent_title", says) if address else None


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
        if sent.form in KEEPS and sent.leaf.number < sent.leaf.count:
            return onward(house, sent)
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
    """Show each problem at its field, on the page where it is; a field that was not shown is shown now."""
    if sent.form in MODALS:
        return errors_response(sent.inputs, error.problems)
    try:
        return asked_again(house, sent, error.problems)
    except FairstepsError:
        return errors_response(sent.inputs, error.problems)
