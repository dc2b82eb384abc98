"""The local Slack window: be one of the made-up people, read what they got, press buttons, fill modals.

Promises: only in local mode, only on this computer, without any script. A press is posted to Fairsteps as Slack posts
it, signed and with a real trigger, and what comes of it is read from the local Slack. Whatever goes wrong is said on
the page, and what was typed stays in the form. Nothing is kept here, so a crash loses an unsent form at most.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from worker.local import window_payloads as payloads
from worker.local.window_inputs import inputs_of, state_values, unfilled
from worker.local.window_slack import Channel, Fairsteps, LocalSlack, NotTaken, Someone, View, Workspace
from worker.local.window_text import link, mrkdwn
from worker.settings import Settings, WrongSettings

OURS = ("localhost", "127.0.0.1")
DIRECT, HOME = "messages", "home"
Page = str | tuple[str, int] | Response


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """Where somebody sits: as whom, in which workspace, before which conversation (none before the first word)."""

    workspace: Workspace
    person: Someone
    place: str
    channel: Channel | None


def add(app: Flask, settings: Settings) -> None:
    """Add the window to the pages of the local mailbox. Raises WrongSettings outside of local mode."""
    if not settings.local:
        raise WrongSettings("FAIRSTEPS_LOCAL is not 1: the local Slack window is for a local Slack alone. Example: 1")
    slack = LocalSlack(settings.slack_api_url.removesuffix("api/"))
    fairsteps = Fairsteps(settings.public_url, settings.slack_signing_secret or "")
    window = Window(slack, fairsteps, settings.public_url)
    pages = Blueprint("slack", __name__, url_prefix="/slack")
    pages.before_request(only_from_here)
    pages.register_error_handler(httpx.HTTPError, slack_away)
    pages.add_app_template_filter(mrkdwn, "mrkdwn")
    pages.add_app_template_global(link, "slack_link")
    pages.add_app_template_filter(clock_time, "clock_time")
    seat = "/as/<user>/<place>"
    pages.add_url_rule("/", "people", window.people)
    pages.add_url_rule("/as/<user>", "person", window.look, defaults={"place": DIRECT})
    pages.add_url_rule(seat, "look", window.look)
    pages.add_url_rule(f"{seat}/press", "press", window.press, methods=["POST"])
    pages.add_url_rule(f"{seat}/act", "act", window.act, methods=["POST"])
    pages.add_url_rule(f"{seat}/send", "send", window.send, methods=["POST"])
    pages.add_url_rule(f"{seat}/close", "close", window.close, methods=["POST"])
    app.register_blueprint(pages)


def only_from_here() -> None:
    """No page from elsewhere may press a button here, nor read along under a name of its own."""
    origin = request.headers.get("Origin")
    if request.host.partition(":")[0] not in OURS or (origin and origin != request.host_url.rstrip("/")):
        abort(403)


def slack_away(error: Exception) -> tuple[str, int]:
    return render_template("window_away.html", reason=type(error).__name__), 502


def clock_time(ts: str, zone: str) -> str:
    """When something was said, by the clock of whoever reads it."""
    return datetime.fromtimestamp(float(ts), UTC).astimezone(ZoneInfo(zone)).strftime("%a %d %b, %H:%M")


class Window:
    """The pages."""

    def __init__(self, slack: LocalSlack, fairsteps: Fairsteps, start: str) -> None:
        self.slack, self.fairsteps, self.start = slack, fairsteps, start

    def people(self) -> Page:
        return render_template("window_people.html", workspace=self.slack.workspace(), start=self.start)

    def look(self, user: str, place: str) -> Page:
        seat = self._seat(user, place)
        if not seat.workspace.installed:
            return redirect(url_for("slack.people"))
        modal = self.slack.open_modal(user)
        return self._modal(seat, modal) if modal else self._conversation(seat)

    def press(self, user: str, place: str) -> Page:
        seat = self._seat(user, place)
        try:
            payload = self._home_press(seat) if place == HOME else self._message_press(seat)
            self.fairsteps.interaction(payload)
        except NotTaken as problem:
            return self._conversation(seat, problem=str(problem)), 502
        return redirect(url_for("slack.look", user=user, place=place, pressed="1"), code=303)

    def send(self, user: str, place: str) -> Page:
        seat, view = self._seat(user, place), self._this_modal(user)
        if view is None:
            return redirect(url_for("slack.look", user=user, place=place), code=303)
        inputs = inputs_of(view, seat.workspace, request.form.getlist, {})
        problems = unfilled(inputs)
        if problems:
            return self._modal(seat, view, problems=problems), 422
        try:
            values, trigger = state_values(view, inputs), self.slack.trigger(user, view["view_id"])
            payload = payloads.sent_modal(seat.workspace, seat.person, view, values, trigger=trigger)
            answer = self.fairsteps.interaction(payload)
            return self._answered(seat, view, answer)
        except NotTaken as problem:
            return self._modal(seat, view, problems={}, problem=str(problem)), 502

    def act(self, user: str, place: str) -> Page:
        """Press a button in a modal, or tell what was chosen: the app may then draw the modal anew."""
        seat, view = self._seat(user, place), self._this_modal(user)
        if view is None:
            return redirect(url_for("slack.look", user=user, place=place), code=303)
        values = state_values(view, inputs_of(view, seat.workspace, request.form.getlist, {}))
        action = payloads.action_in(view, request.form.get("at", ""), values)
        try:
            if action is None:
                raise NotTaken("That is no longer there.")
            trigger, now = self.slack.trigger(user, view["view_id"]), time.time()
            self.fairsteps.interaction(
                payloads.pressed_in_modal(
                    seat.workspace, seat.person, view, action, values, trigger=trigger, second=now
                )
            )
        except NotTaken as problem:
            return self._modal(seat, view, problems={}, problem=str(problem)), 502
        return self._modal(seat, self.slack.open_modal(user) or view, problems={}, before=view)

    def close(self, user: str, place: str) -> Page:
        view = self._this_modal(user)
        if view is not None:
            self.slack.close(view["view_id"])
        return redirect(url_for("slack.look", user=user, place=place), code=303)

    # --- what the pages are made of -----------------------------------------------------------------------------------

    def _seat(self, user: str, place: str) -> Seat:
        workspace = self.slack.workspace()
        person = workspace.person(user) or abort(404)
        channel = workspace.direct(user)
        if place not in (DIRECT, HOME):
            channel = next((one for one in workspace.channels_of(user) if one.id == place), None) or abort(404)
        return Seat(workspace=workspace, person=person, place=place, channel=channel)

    def _conversation(self, seat: Seat, problem: str = "") -> str:
        home, messages = None, []
        if seat.place == HOME:
            home, problem = self._home(seat, problem)
        elif seat.channel:
            messages = self.slack.messages(seat.channel.id, seat.person.id)
        pressed = "pressed" in request.args
        common = self._common(seat)
        return render_template(
            "window_conversation.html", messages=messages, home=home, problem=problem, pressed=pressed, **common
        )

    def _modal(
        self,
        seat: Seat,
        view: View,
        problems: Mapping[str, str] | None = None,
        problem: str = "",
        before: View | None = None,
    ) -> str:
        """Draw a modal: as it was opened, or, when there are `problems` of a send, with what was typed.

        Slack keeps what was typed when an app draws a modal anew, in the inputs that were there `before`.
        """
        there = {one["block_id"] for one in (before or view)["blocks"]}

        def typed(block: str) -> list[str] | None:
            return None if problems is None or block not in there else request.form.getlist(block)

        inputs = {one.block: one for one in inputs_of(view, seat.workspace, typed, problems or {})}
        return render_template("window_modal.html", view=view, inputs=inputs, problem=problem, **self._common(seat))

    def _common(self, seat: Seat) -> dict[str, Any]:
        return {"seat": seat, "names": seat.workspace.names(), "channels": seat.workspace.channels_of(seat.person.id)}

    def _home(self, seat: Seat, problem: str) -> tuple[View | None, str]:
        """Tell Fairsteps that someone looks at the Home tab, as Slack does, and return the tab."""
        before = self.slack.home(seat.person.id)
        event = payloads.looked_at_home(seat.workspace, seat.person, seat.channel, before, second=time.time())
        try:
            self.fairsteps.event(event)
        except NotTaken as untaken:
            return before, problem or str(untaken)
        return self.slack.home(seat.person.id), problem

    def _message_press(self, seat: Seat) -> dict[str, Any]:
        channel, ts = seat.channel, request.form.get("ts", "")
        there = self.slack.messages(channel.id, seat.person.id) if channel else []
        message = next((one for one in there if one["ts"] == ts), None)
        action = payloads.button_at(message["blocks"], request.form.get("at", "")) if message else None
        if channel is None or message is None or action is None:
            raise NotTaken("That button is no longer there.")
        user = seat.person.id
        return payloads.pressed_in_message(
            seat.workspace,
            seat.person,
            channel,
            message,
            action,
            trigger=self.slack.trigger(user),
            reply_url=self.slack.reply_url(channel.id, user),
            second=time.time(),
        )

    def _home_press(self, seat: Seat) -> dict[str, Any]:
        home = self.slack.home(seat.person.id)
        action = payloads.button_at(home["blocks"], request.form.get("at", "")) if home else None
        if home is None or action is None:
            raise NotTaken("That button is no longer there.")
        trigger, now = self.slack.trigger(seat.person.id), time.time()
        return payloads.pressed_in_home(seat.workspace, seat.person, home, action, trigger=trigger, second=now)

    def _this_modal(self, user: str) -> View | None:
        """Return the modal that the form was drawn from, if it is still the one on top."""
        view = self.slack.open_modal(user)
        return view if view and view["view_id"] == request.form.get("_view") else None

    def _answered(self, seat: Seat, view: View, answer: Mapping[str, Any]) -> Page:
        """Do what an app may ask for when a modal was sent."""
        match answer.get("response_action"):
            case "errors":
                return self._modal(seat, view, problems=answer.get("errors") or {}), 422
            case "update":
                self.slack.update(view["view_id"], answer["view"])
            case "push":
                self.slack.push(seat.person.id, view["view_id"], answer["view"])
            case "clear":
                while (top := self.slack.open_modal(seat.person.id)) is not None:
                    self.slack.close(top["view_id"])
            case _:
                self.slack.close(view["view_id"])
        return redirect(url_for("slack.look", user=seat.person.id, place=seat.place, pressed="1"), code=303)
