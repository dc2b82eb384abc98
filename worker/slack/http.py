"""Slack over HTTP, whatever the web server: one function from a request to an answer.

Promises: nothing is read, parsed or looked up before the signature is right and younger than five minutes; a request
that fails that gets 401 and changes nothing. A signed request of a shape that Slack never sends gets 400. Where Bolt
would stumble (a timestamp that is no number, a signature that is no ASCII, a body that is no object) we do not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow
from slack_sdk.signature import SignatureVerifier

from worker.slack.app import FairstepsApp
from worker.slack.well_formed import well_formed
from workflows.errors import StoreUnavailable

log = structlog.get_logger()

EVENTS_PATH = "/slack/events"
Headers = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: status, headers with one value or several, and text."""

    status: int
    headers: dict[str, list[str]]
    body: str


_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


def handle(app: FairstepsApp, method: str, path: str, query: str, headers: Headers, body: bytes) -> Answer:
    """Answer one request to /slack/install, /slack/oauth_redirect or /slack/events."""
    flow = app.oauth_flow
    if path == EVENTS_PATH:
        return _plain(405) if method != "POST" else _event(app, headers, body)
    if flow is None or path not in (flow.install_path, flow.redirect_uri_path):
        return _plain(404)
    if method != "GET":
        return _plain(405)
    return _written(_oauth(flow, path, query, headers))


def signed(secret: str, headers: Headers, body: bytes) -> bool:
    """Whether Slack signed this body less than five minutes ago."""
    given = {name.lower(): values[0] for name, values in _lists(headers).items() if values}
    timestamp, signature = given.get("x-slack-request-timestamp", ""), given.get("x-slack-signature", "")
    if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
        return False
    try:
        return SignatureVerifier(secret).is_valid(body, timestamp, signature)
    except UnicodeDecodeError:
        return False


def _event(app: FairstepsApp, headers: Headers, body: bytes) -> Answer:
    if not signed(app.house.settings.slack_signing_secret or "", headers, body):
        log.info("A request was not signed by Slack.", action="signature_refused")
        return _plain(401)
    try:
        request = BoltRequest(body=body.decode(), headers=_for_bolt(headers))
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return _malformed()
    if not well_formed(request.body):
        return _malformed()
    return _written(app.dispatch(request))


def _oauth(flow: OAuthFlow, path: str, query: str, headers: Headers) -> BoltResponse:
    request = BoltRequest(body="", query=query, headers=_for_bolt(headers))
    try:
        return flow.handle_installation(request) if path == flow.install_path else flow.handle_callback(request)
    except (StoreUnavailable, OSError) as lost:
        log.warning("Fairsteps was not added.", action="install_failed", reason=type(lost).__name__)
        return BoltResponse(status=503, body="")


def _lists(headers: Headers) -> dict[str, list[str]]:
    return {name: [values] if isinstance(values, str) else list(values) for name, values in headers.items()}


def _for_bolt(headers: Headers) -> dict[str, str | Sequence[str]]:
    return {**_lists(headers)}


def _malformed() -> Answer:
    log.info("A signed request was not of a shape that Slack sends.", action="request_malformed")
    return _plain(400)


def _written(response: BoltResponse) -> Answer:
    return Answer(status=response.status, headers=_lists(response.headers), body=response.body)


def _plain(status: int) -> Answer:
    return Answer(status=status, headers={"content-type": ["text/plain; charset=utf-8"]}, body="")
