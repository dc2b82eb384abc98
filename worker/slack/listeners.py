"""What happens on a press, a sent modal and an event: parse, call the use case, acknowledge. In that order.

Promises: nothing is acknowledged before the use case has stored it. Wrong input comes back beside its field, and
whatever goes wrong while a modal is sent, the modal stays open with the person's words in it. The same request twice
(Slack asks again; somebody replays it) changes nothing twice, for the use cases are idempotent and a trigger opens one
modal.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from worker.slack.blocks import draw
from worker.slack.client import CheckedClient
from worker.slack.home import render_home
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.limits import SlackLimit
from worker.slack.modals import errors_response, render_modal
from worker.slack.payloads import Press, Submission
from worker.wiring import House
from workflows.errors import AskPerson, Conflict, FairstepsError, GiveUp, NotFound, Retry, StoreUnavailable
from workflows.forms import Form
from workflows.message import Link
from workflows.starting import MOST_APPS, MOST_PEOPLE

log = structlog.get_logger()
View = dict[str, Any]

# Slack's words for: this press was used up, or its three seconds are over. Nobody waits for that modal any more.
_TOO_LATE = ("expired_trigger_id", "trigger_exchanged", "trigger_expired", "invalid_trigger_id")


# --- presses ----------------------------------------------------------------------------------------------------------


def _answer(house: House, press: Press) -> View:
    return render_modal(house.cases.answer_form(press.ticket()))


def _start(house: House, press: Press) -> View:
    # A press in a direct message says nothing about the group's channel.
    channel = press.channel if press.channel.startswith(("C", "G")) else ""
    zone = _zone(house, press)
    form = house.cases.start_form(press.workspace, channel=channel, by_slack_user=press.slack_user, zone=zone)
    return render_modal(form)


def _zone(house: House, press: Press) -> str:
    """Where the presser lives, as Slack knows it, to fill in; nothing when Slack does not say so at once."""
    try:
        profile = house.slack.profile(press.workspace, [press.slack_user]).get(press.slack_user)
    except (Retry, GiveUp):
        return ""
    return profile.zone or "" if profile else ""


def _move_on(house: House, press: Press) -> View:
    return render_modal(house.cases.move_on_form(press.ticket()))


def _settings(house: House, press: Press) -> View:
    return render_modal(house.cases.preferences_form(press.ticket()))


def _board(house: House, press: Press) -> View:
    ticket = press.ticket()
    house.cases.board(ticket)  # raises NotFound for whom it is not
    link = Link(label=house.words("button.board"), url=house.links.url("board", ticket))
    view = notice(house, "slack.board_title", "slack.board_link")
    return {**view, "blocks": [*view["blocks"], *(block.to_dict() for block in draw(link))]}


def _agree(house: House, press: Press) -> None:
    house.cases.give_consent(press.ticket(), True, via="slack")


def _decline(house: House, press: Press) -> None:
    house.cases.give_consent(press.ticket(), False, via="slack")


def _done(house: House, press: Press) -> None:
    house.cases.milestone_done(press.ticket())


# A press that gives a view opens it; the others are done when they return, and an edited message follows.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {
    "answer": _answer,
    "change": _answer,
    "start": _start,
    "move_on": _move_on,
    "settings": _settings,
    "board": _board,
    "consent_yes": _agree,
    "consent_no": _decline,
    "milestone_done": _done,
}


def pressed(house: House, press: Press, client: CheckedClient) -> None:
    """Do what a button stands for. Raises StoreUnavailable when nothing could be read, so nothing could be shown."""
    try:
        view = PRESSES[press.action](house, press)
    except (NotFound, Conflict, AskPerson) as refused:
        log.info("A press came to nothing.", action="press_refused", reason=type(refused).__name__, id=press.action)
        words = "slack.press_again" if isinstance(refused, Conflict) else _why(press)
        view = notice(house, "slack.sorry_title", words)
    if view is not None:
        _open(client, press, view)


def _why(press: Press) -> str:
    try:
        press.ticket()
    except NotFound:
        return "slack.somebody_elses"
    return "slack.over"


def notice(house: House, title: str, words: str) -> View:
    """Return a view that only says something."""
    says, close = house.words.lines(words), house.words("slack.close")
    return render_modal(Form(id="notice", title=house.words(title), submit="", fields=(), intro=says, cancel=close))


def _open(client: CheckedClient, press: Press, view: View) -> None:
    try:
        client.views_open(trigger_id=press.trigger, view=view)
    except SlackApiError as refused:
        code = str(refused.response.get("error") or "")
        if code not in _TOO_LATE:
            raise
        log.info("A modal came too late.", action="modal_late", reason=code, id=press.action)


# --- modals -----------------------------------------------------------------------------------------------------------


def _send_answer(house: House, sent: Submission) -> None:
    house.cases.submit_answer(sent.ticket(), sent.typed, via="slack")


def _send_consent(house: House, sent: Submission) -> None:
    house.cases.submit_consent(sent.ticket(), sent.typed, via="slack")


def _send_start(house: House, sent: Submission) -> None:
    channel = sent.typed.get("channel", "")
    if isinstance(channel, str) and channel and not sent.typed.get("members"):
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


def _send_move_on(house: House, sent: Submission) -> None:
    house.cases.move_on(sent.ticket(), sent.typed)


def _send_preferences(house: House, sent: Submission) -> None:
    house.cases.submit_preferences(sent.ticket(), sent.typed)


MODALS: Mapping[str, Callable[[House, Submission], None]] = {
    "answer": _send_answer,
    "consent": _send_consent,
    "start": _send_start,
    "move_on": _send_move_on,
    "preferences": _send_preferences,
}


def submitted(house: House, sent: Submission) -> dict[str, Any]:
    """Store what a modal holds; return Slack's answer: nothing closes the modal, errors keep it open."""
    try:
        MODALS[sent.form](house, sent)
    except FairstepsError as refused:
        log.info("A modal was not kept.", action="modal_refused", reason=type(refused).__name__, id=sent.form)
        return unsaved(house, sent, refused)
    return {}


def unsaved(house: House, sent: Submission, error: Exception) -> dict[str, Any]:
    """Return the answer that keeps the modal open with everything in it, and says why nothing was kept."""
    if not sent.inputs:
        return {}
    if isinstance(error, AskPerson):
        return errors_response(sent.inputs, error.problems)
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


# --- events -----------------------------------------------------------------------------------------------------------


def uninstalled(house: House, store: FairstepsInstallationStore, body: Mapping[str, Any]) -> None:
    """The app was taken out: forget every token. What the group wrote stays its own."""
    workspace, enterprise = _where(body)
    if _reinstalled_since(store, body):
        return
    store.delete_all(enterprise_id=enterprise, team_id=workspace)
    house.cases.workspace_removed(workspace)
    log.info("Fairsteps was taken out of a workspace.", action="workspace_removed", id=workspace)


def tokens_revoked(house: House, store: FairstepsInstallationStore, body: Mapping[str, Any]) -> None:
    """Some tokens are dead. A user's own is theirs alone; without the bot's, the workspace cannot be served."""
    workspace, enterprise = _where(body)
    tokens = body["event"].get("tokens") or {}
    for user in tokens.get("oauth") or ():
        store.delete_installation(enterprise_id=enterprise, team_id=workspace, user_id=str(user))
    if tokens.get("bot") and not _reinstalled_since(store, body):
        store.delete_bot(enterprise_id=enterprise, team_id=workspace)
        house.cases.workspace_removed(workspace)
    log.info("Slack took tokens back.", action="tokens_revoked", id=workspace)


def home_opened(house: House, body: Mapping[str, Any], client: CheckedClient) -> None:
    """Somebody looks at the Home tab. A tab that stays as it was hurts nobody, so a failure is only noted."""
    if body["event"].get("tab") != "home":
        return
    try:
        client.views_publish(user_id=str(body["event"]["user"]), view=render_home(house.words))
    except (SlackApiError, SlackLimit, OSError) as lost:
        log.warning("A Home tab was not drawn.", action="home_failed", reason=type(lost).__name__)


def _where(body: Mapping[str, Any]) -> tuple[str, str | None]:
    return str(body["team_id"]), body.get("enterprise_id")


def _reinstalled_since(store: FairstepsInstallationStore, body: Mapping[str, Any]) -> bool:
    """Whether the event is older than the installation: Slack brings one again for minutes, in any order."""
    workspace, enterprise = _where(body)
    bot = store.find_bot(enterprise_id=enterprise, team_id=workspace)
    happened = body.get("event_time")
    return bot is not None and isinstance(happened, int) and happened < int(bot.installed_at)
