"""The Bolt app: signatures, OAuth, routing. What it routes to: `listeners.py`, `filling.py`, `events.py`.

Promises: Bolt logs nothing, for it logs whole bodies. Listeners finish before Slack gets its answer
(`process_before_response`; without it Bolt also polls for the answer every 10 ms). Each request is answered even when
the state is away: a modal keeps its words, a press or command gets a private word, an event is brought again by Slack.
"""

import re
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from worker.slack import commands, events, filling, listeners, modals, shortcuts
from worker.slack.authorize import FromInstallation
from worker.slack.client import CheckedClient, silent, sync_client
from worker.slack.filling_typed import TypedAlong
from worker.slack.modal_inputs import TYPES
from worker.slack.news import News
from worker.slack.oauth import oauth_settings
from worker.slack.payloads import Change, Closed, Command, Malformed, Press, Shortcut, Submission, in_modal
from worker.slack.private_reply import reply_privately
from worker.wiring import House

log = structlog.get_logger()

TRIGGER_SECONDS = 3  # a press opens a modal within that, or never
EVENTS = tuple(events.EVENTS)


class FairstepsApp(App):
    """Bolt's app, the house it serves, and what keeps typing along."""

    house: House
    along: TypedAlong


def build(house: House) -> FairstepsApp:
    """Return the app with all its listeners."""
    tls = ssl.create_default_context()
    client = sync_client(house.settings.slack_api_url, tls=tls)
    app = FairstepsApp(
        name="fairsteps",
        logger=silent(),
        signing_secret=house.settings.slack_signing_secret,
        client=client,
        # Bolt's annotation asks for a plain function; App takes either.
        authorize=FromInstallation(house),  # type: ignore[arg-type]
        oauth_settings=oauth_settings(house),
        user_facing_authorize_error_message=house.words("living.not_here"),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        # It would answer an unsigned request.
        ssl_check_enabled=False,
    )
    app.house = house
    app.along = TypedAlong(house)
    _listen(app, house, tls)
    return app


def _hearer(house: House, hears: Callable[[House, News], None]) -> Callable[..., None]:
    def heard(body: dict[str, Any], context: BoltContext) -> None:
        hears(house, News.from_body(body, context))

    return heard


def _listen(app: FairstepsApp, house: House, tls: ssl.SSLContext) -> None:
    def client_of(context: BoltContext) -> CheckedClient:
        # Bolt makes a plain client for each request; this one has Slack's limits before it.
        gate = house.turns.gate(context.team_id or context.enterprise_id or "")
        url = house.settings.slack_api_url
        return sync_client(url, tls=tls, token=context.bot_token, seconds=TRIGGER_SECONDS, gate=gate)

    @app.block_action(re.compile(rf"^({'|'.join(listeners.PRESSES)})(#\d+)?$"))
    def press(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        listeners.pressed(house, Press.from_body(body), client_of(context))
        ack()

    @app.block_action(re.compile(rf"^({'|'.join(modals.PRESSES)})(\.\d+)?$"))
    def change(ack: Ack, body: dict[str, Any], context: BoltContext, request: BoltRequest) -> None:
        filling.changed(house, Change.from_body(body, at=_sent_at(request)), client_of(context))
        ack()

    @app.block_action(re.compile(rf"^{TYPES}(\.\d+)?$"))
    def typing(ack: Ack, body: dict[str, Any], request: BoltRequest) -> None:
        app.along.typed(Change.from_body(body, at=_sent_at(request)))
        ack()

    @app.view_submission(re.compile(r"^[a-z_]+$"))
    def submission(ack: Ack, body: dict[str, Any], request: BoltRequest) -> None:
        ack(**filling.submitted(house, Submission.from_body(body, at=_sent_at(request))))

    @app.view_closed(re.compile(r"^[a-z_]+$"))
    def closed(ack: Ack, body: dict[str, Any], request: BoltRequest) -> None:
        app.along.closed(Closed.from_body(body, at=_sent_at(request)))
        ack()

    @app.command(commands.COMMAND)
    def command(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        ack(commands.commanded(house, Command.from_body(body), client_of(context)) or "")

    @app.global_shortcut(shortcuts.ANSWER_WAITING)
    def answer_waiting(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        shortcuts.answer_waiting(house, Shortcut.from_body(body), client_of(context))
        ack()

    @app.message_shortcut(shortcuts.KEEP_MESSAGE)
    def keep_message(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        shortcuts.keep_message(house, Shortcut.from_body(body), client_of(context))
        ack()

    for kind, hears in events.EVENTS.items():
        app.event(kind)(_hearer(house, hears))

    @app.error
    def failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
        if _is_typing(body) and not isinstance(error, BoltUnhandledRequestError | Malformed):
            app.along.missed(error)  # it is still in the modal, and a word about it would only be in the way
            return BoltResponse(status=200, body="")
        if isinstance(error, Malformed):  # a button of a modal outside of one
            log.info("A signed request was not of a shape that Slack sends.", action="request_malformed")
            return BoltResponse(status=400, body="")
        return answer_failure(house, error, body, tls)


def _sent_at(request: BoltRequest) -> float:
    """When Slack sent this, in its own seconds: it says the second, and the machine's clock which part of it.

    No virtual clock moves it, for it is compared with what else Slack says.
    """
    now, said = time.time(), (request.headers.get("x-slack-request-timestamp") or [""])[0]
    return min(max(now, float(said)), float(said) + 0.999999) if said.isdecimal() else now


def _is_typing(body: Mapping[str, Any]) -> bool:
    """Whether somebody typed in a modal, or closed one: then nobody waits for a word."""
    if body.get("type") != "block_actions" or not in_modal(body):
        return body.get("type") == "view_closed"
    try:
        return Change.from_body(body).action == TYPES
    except Malformed:
        return False


def answer_failure(house: House, error: Exception, body: dict[str, Any], tls: ssl.SSLContext) -> BoltResponse:
    """Return what Slack gets when a request could not be handled: Redis is gone, Slack is, or we made a mistake."""
    kind = body.get("type")
    if isinstance(error, BoltUnhandledRequestError):
        log.info("Slack sent something that nobody waits for.", action="slack_unhandled", id=str(kind)[:40])
        return BoltResponse(status=200, body="")
    # The kind of error alone: its text may hold what somebody wrote.
    log.error("A request from Slack failed.", action="slack_failed", id=str(kind)[:40], reason=type(error).__name__)
    try:
        if kind == "view_submission":
            return BoltResponse(status=200, body=filling.unsaved(house, Submission.from_body(body), error))
        if kind == "block_actions" and in_modal(body):
            return BoltResponse(status=503, body="")  # Slack says in the modal that it failed, and every word stays
        if kind is None and "command" in body:
            return BoltResponse(status=200, body=commands.away(house))
        if kind == "message_action":
            away, url = house.words("commands.away"), Shortcut.from_body(body).response_url
            reply_privately(url, away, api_url=house.settings.slack_api_url, tls=tls)
            return BoltResponse(status=200, body="")
        if kind == "block_actions":
            again = house.words("slack.press_again")
            url = Press.from_body(body).response_url
            reply_privately(url, again, api_url=house.settings.slack_api_url, tls=tls)
            return BoltResponse(status=200, body="")
    except Malformed:
        return BoltResponse(status=400, body="")
    # Slack brings an event again, at once, after a minute and after five.
    return BoltResponse(status=503, body="")
