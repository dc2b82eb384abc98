"""What people do in a modal: fill it in and send it, press in it, close it.

Promises: what Slack itself asks for is asked for before anything is posted. When Fairsteps or Slack refuses, the modal
stays with every word in it. What was filled in is told where the modal asks for that: at once by the page's script, and
without a script when the next button is pressed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from worker.blockkit.inputs import Input, inputs_of, state_values, unfilled
from worker.local import window_payloads as payloads
from worker.local.window_actions import Action, action_at, report_at, untold
from worker.local.window_doing import GONE, Page
from worker.local.window_post import NotTaken
from worker.local.window_seat import Seat, Window
from worker.local.window_slack import View

FOLLOWS = "follows"  # what the button says that tells everything and waits for what follows


@dataclass(frozen=True, kw_only=True, slots=True)
class Modals:
    """The addresses to which a modal posts."""

    window: Window

    def send(self, user: str, place: str) -> Page:
        """The modal was sent."""
        seat, view = self.window.seat(user, place), self._this(user)
        if view is None:
            return self._back(seat)
        inputs = self._inputs(seat, view)
        if problems := unfilled(inputs):
            return self._again(seat, view, problems=problems), 422
        try:
            doing = self.window.doing(seat, view["view_id"])
            sent = payloads.sent_modal(doing, view, state_values(view, inputs))
            return self._answered(seat, view, self.window.fairsteps.interaction(sent))
        except NotTaken as problem:
            return self._again(seat, view, problem=str(problem)), 502

    def act(self, user: str, place: str) -> Page:
        """A button was pressed in the modal, or something was filled in: the app may then draw it anew."""
        seat, view = self.window.seat(user, place), self._this(user)
        if view is None:
            return self._back(seat)
        at = request.form.get("at", "")
        inputs = self._inputs(seat, view)
        values = state_values(view, inputs)
        done = report_at(view, at, values) or action_at(
            view["blocks"], at, seat.workspace.known(), request.form.getlist(f"in.{at}")
        )
        told = [] if report_at(view, at, values) else untold(view, inputs, values)
        try:
            if done is None and at != FOLLOWS:
                raise NotTaken(GONE)
            self._tell(seat, view, [*told, *([done] if done else [])], values)
        except NotTaken as problem:
            return self._again(seat, view, problem=str(problem)), 502
        return self._again(seat, view)

    def close(self, user: str, place: str) -> Page:
        """The modal was closed, or with `all` the whole pile."""
        seat, view = self.window.seat(user, place), self._this(user)
        if view is None:
            return self._back(seat)
        pile = self.window.slack.modals(user)
        cleared = "all" in request.form or len(pile) == 1
        inputs = self._inputs(seat, view)
        values = state_values(view, inputs)
        try:
            self._tell(seat, view, untold(view, inputs, values), values)
            for each in reversed(pile if cleared else pile[-1:]):
                if each.get("notify_on_close"):
                    doing = self.window.doing(seat, each["view_id"])
                    self.window.fairsteps.interaction(payloads.closed_modal(doing, each, cleared=cleared))
                self.window.slack.close(each["view_id"])
        except NotTaken as problem:
            return self._again(seat, view, problem=str(problem)), 502
        return self._back(seat)

    def _tell(self, seat: Seat, view: View, actions: Sequence[Action], values: Mapping[str, Any]) -> None:
        """Post each action, with the modal as it is after the one before."""
        for action in actions:
            now = self.window.slack.open_modal(seat.person.id)
            if now is None or now["view_id"] != view["view_id"]:
                return
            doing = self.window.doing(seat, view["view_id"])
            self.window.fairsteps.interaction(payloads.pressed_in_view(doing, now, action, values))

    def _this(self, user: str) -> View | None:
        """Return the modal that the form was drawn from, if it is still the one on top."""
        view = self.window.slack.open_modal(user)
        return view if view and view["view_id"] == request.form.get("_view") else None

    def _inputs(self, seat: Seat, view: View) -> tuple[Input, ...]:
        return inputs_of(view, seat.workspace.known(), request.form.getlist, {})

    def _again(self, seat: Seat, view: View, *, problems: Mapping[str, str] | None = None, problem: str = "") -> str:
        dialog = self.window.dialog(seat, problems=problems, problem=problem, typed_in=view)
        return self.window.page(seat, modal=dialog)

    def _back(self, seat: Seat) -> Response:
        return redirect(seat.address(), code=303)

    def _answered(self, seat: Seat, view: View, answer: Mapping[str, Any]) -> Page:
        """Do what an app may ask for when a modal was sent."""
        match answer.get("response_action"):
            case "errors":
                return self._again(seat, view, problems=answer.get("errors") or {}), 422
            case "update":
                self.window.slack.update(view["view_id"], answer["view"])
            case "push":
                self.window.slack.push(seat.person.id, view["view_id"], answer["view"])
            case "clear":
                for each in reversed(self.window.slack.modals(seat.person.id)):
                    self.window.slack.close(each["view_id"])
            case _:
                self.window.slack.close(view["view_id"])
        return self._back(seat)
