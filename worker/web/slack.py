"""The three doors for Slack: install, come back from the consent page, and events.

Promises: Slack's bytes reach Bolt untouched, so that its signature check sees what Slack signed. An answer goes back as
it was given, status and all, so that Slack sends an event again when the store is away. A cancelled or failed
installation ends on a page that says what to do.
"""

from flask import Flask, Response, make_response, request

from worker.slack import http
from worker.slack.app import build
from worker.web import draw
from worker.wiring import House

_DOORS = (("/slack/install", "GET"), ("/slack/oauth_redirect", "GET"), ("/slack/events", "POST"))
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
        "Slack and Fairsteps could not finish. This happens when the page was open for more than ten minutes, was "
        "loaded twice, or was opened in another browser.",
        "Go to the start page and press Add to Slack again.",
        "If Slack says that you may not add apps, ask an admin of your workspace.",
    ),
)
_AWAY = (
    "Not just now",
    ("Fairsteps can't reach its memory right now.", "Go to the start page in a minute and press Add to Slack again."),
)


def install(app: Flask, house: House) -> None:
    """Add the doors for Slack; without a Slack to serve, they say so."""
    doors = _Doors(house) if house.settings.slack_configured else None
    for path, method in _DOORS:
        door = _not_connected if doors is None else doors.asked
        app.add_url_rule(path, path.strip("/").replace("/", "_"), door, methods=[method])


class _Doors:
    """Hands requests to the Bolt app and brings its answers back."""

    def __init__(self, house: House) -> None:
        self._bolt = build(house)

    def asked(self) -> Response:
        headers = {name: request.headers.getlist(name) for name, _ in request.headers}
        body, query = request.get_data(cache=False), request.query_string.decode("latin-1")
        answer = http.handle(self._bolt, request.method, request.path, query, headers, body)
        response = Response(answer.body, status=answer.status)
        response.headers.extend((name, value) for name, values in answer.headers.items() for value in values)
        if request.method == "GET" and answer.status >= 400:
            title, paragraphs = _AWAY if answer.status == 503 else _CANCELLED if _cancelled(answer.body) else _FAILED
            response.set_data(draw.plain_page(title=title, paragraphs=paragraphs, home=True))
            response.content_type = "text/html; charset=utf-8"
        return response


def _cancelled(reason: str) -> bool:
    return reason == "access_denied"


def _not_connected() -> Response:
    title, paragraphs = "Slack is not connected", ("Whoever runs this server finds the steps in its README.",)
    return make_response(draw.plain_page(title=title, paragraphs=paragraphs, home=True), 404)
