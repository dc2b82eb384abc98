"""The local Slack window: be one of the made-up people, read what they got, press, fill in, try what happens.

Promises: only in local mode, only on this computer, and every page works without a script. What people do is posted to
Fairsteps as Slack posts it, and what comes of it is read from the local Slack. Whatever goes wrong is said on the page.
Nothing is kept here, so a crash loses an unsent form at most.
"""

from urllib.parse import urlsplit

import httpx
from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from ruamel.yaml import YAML

from worker.blockkit import drawing
from worker.files import bundled
from worker.local.window_doing import Doings, Page
from worker.local.window_events import Listening
from worker.local.window_modals import Modals
from worker.local.window_post import Fairsteps
from worker.local.window_seat import MESSAGES, Window
from worker.local.window_slack import LocalSlack
from worker.local.window_trying import Trying
from worker.settings import Settings, WrongSettings

OURS = ("localhost", "127.0.0.1")
MANIFEST = "config/slack-manifest.yaml"
# How long a press waits for what comes of it: a tick of the clock, a worker, and Slack.
PATIENCE = 2.5


def add(app: Flask, settings: Settings, *, patience: float = PATIENCE) -> None:
    """Add the window to the pages of the local mailbox. Raises WrongSettings outside of local mode."""
    if not settings.local:
        raise WrongSettings("FAIRSTEPS_LOCAL is not 1: the local Slack window is for a local Slack alone. Example: 1")
    window = Window(
        slack=LocalSlack(settings.slack_api_url.removesuffix("api/")),
        fairsteps=Fairsteps(settings.public_url, settings.slack_signing_secret or ""),
        listening=Listening.from_manifest(YAML(typ="safe", pure=True).load(bundled.find(MANIFEST))),
        start=settings.public_url,
    )
    pages = Blueprint(
        "slack",
        __name__,
        url_prefix="/slack",
        template_folder=drawing.PAGES,
        static_folder=drawing.PAGES,
        static_url_path="/drawn",
    )
    pages.before_request(only_from_here)
    pages.after_request(Policy(settings.public_url))
    pages.register_error_handler(httpx.HTTPError, slack_away)
    drawing.add_to(app.jinja_env)
    _route(pages, window, patience)
    app.register_blueprint(pages)


def _route(pages: Blueprint, window: Window, patience: float) -> None:
    looking, doings, modals, trying = (
        Looking(window),
        Doings(window=window, patience=patience),
        Modals(window=window),
        Trying(window=window),
    )
    seat = "/as/<user>/<place>"
    pages.add_url_rule("/", "people", looking.people)
    pages.add_url_rule("/as/<user>", "person", looking.look, defaults={"place": MESSAGES})
    pages.add_url_rule(seat, "look", looking.look)
    pages.add_url_rule("/try", "try_out", trying.show)
    pages.add_url_rule("/try/<what>", "happen", trying.happen, methods=["POST"])
    for name, does in (
        ("press", doings.press),
        ("say", doings.say),
        ("shortcut", doings.shortcut),
        ("send", modals.send),
        ("act", modals.act),
        ("close", modals.close),
    ):
        pages.add_url_rule(f"{seat}/{name}", name, does, methods=["POST"])


def only_from_here() -> None:
    """No page from elsewhere may press a button here, nor read along under a name of its own."""
    origin = request.headers.get("Origin")
    if request.host.partition(":")[0] not in OURS or (origin and origin != request.host_url.rstrip("/")):
        abort(403)


class Policy:
    """What a page may load: its own style and script, and the pictures that Fairsteps itself draws."""

    def __init__(self, public_url: str) -> None:
        address = urlsplit(public_url)
        self.words = (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
            f" base-uri 'none'; frame-ancestors 'none'; img-src 'self' data: {address.scheme}://{address.netloc}"
        )

    def __call__(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = self.words
        return response


def slack_away(error: Exception) -> tuple[str, int]:
    """The page for when nothing can be read."""
    return render_template("window_away.html", reason=type(error).__name__), 502


class Looking:
    """The pages that one only looks at."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def people(self) -> Page:
        """Who one can be."""
        return render_template("window_people.html", workspace=self.window.slack.workspace(), start=self.window.start)

    def look(self, user: str, place: str) -> Page:
        """What somebody sees."""
        seat = self.window.seat(user, place)
        if not seat.workspace.begun:
            return redirect(url_for("slack.people"))
        return self.window.page(seat)
