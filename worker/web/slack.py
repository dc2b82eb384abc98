"""The three doors for Slack: install, come back from the consent page, and events.

Promises: Slack's bytes reach Bolt untouched, so that its signature check sees what Slack signed. When the store is
away, events get 503, and Slack sends them again. A cancelled or failed installation ends on a page that says what to
do.
"""

from typing import TYPE_CHECKING

from flask import Flask, Response, make_response, request

from worker.web import draw
from workflows.errors import StoreUnavailable

if TYPE_CHECKING:
    from worker.wiring import House

_CANCELLED = (
    "Nothing was installed",
    (
        "You pressed Cancel in Slack, so Fairsteps was not added and got no access.",
        "If that was a slip, go to the start page and press Add to Slack again.",
    ),
)
_FAILED = (
    "That did not work yet",
    (
        "Slack and Fairsteps could not finish. This happens when the page was open for more than ten minutes or was "
        "loaded twice. Nothing was installed.",
        "Go to the start page and press Add to Slack again.",
        "If Slack says that you may not add apps, ask an admin of your workspace.",
    ),
)


def install(app: Flask, house: "House") -> None:
    """Add the doors for Slack, when Slack is connected."""
    if not house.settings.slack_configured:
        for path, methods in (("/slack/install", ["GET"]), ("/slack/events", ["POST"])):
            app.add_url_rule(path, f"no{path}", _not_connected, methods=methods)
        return
    from worker.slack import http
    from worker.slack.app import build

    bolt = build(house)

    def asked() -> Response:
        answer = http.handle(
            bolt,
            request.method,
            request.path,
            request.query_string.decode(),
            dict(request.headers),
            request.get_data(cache=False),
        )
        return Response(answer.body, status=answer.status, headers=answer.headers)

    def add() -> Response:
        return asked()

    def come_back() -> Response:
        response = asked()
        if response.status_code < 400:
            return response
        title, paragraphs = _CANCELLED if request.args.get("error") else _FAILED
        return _page(title, paragraphs, response.status_code)

    def events() -> Response:
        try:
            return asked()
        except StoreUnavailable:
            return Response("again, please", status=503, mimetype="text/plain")

    app.add_url_rule("/slack/install", "slack_install", add)
    app.add_url_rule("/slack/oauth_redirect", "slack_oauth_redirect", come_back)
    app.add_url_rule("/slack/events", "slack_events", events, methods=["POST"])


def _not_connected() -> Response:
    return _page("Slack is not connected", ("Whoever runs this server finds the steps in its README.",), 404)


def _page(title: str, paragraphs: tuple[str, ...], status: int) -> Response:
    return make_response(draw.plain_page(title=title, paragraphs=paragraphs, home=True), status)
