"""Where somebody sits before the local Slack window, and the page that they see from there.

Promises: drawing changes nothing, except that looking at the Home tab is told to Fairsteps, as Slack tells it. Whatever
went wrong is said on the page, and what was typed is still there.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, render_template, request, url_for

from worker.blockkit.drawing import Surroundings
from worker.blockkit.inputs import inputs_of
from worker.local import window_events as events
from worker.local import window_talk as talk
from worker.local.window_events import Listening
from worker.local.window_payloads import Doing
from worker.local.window_post import Fairsteps, NotTaken
from worker.local.window_slack import Channel, LocalSlack, Someone, View, Workspace

MESSAGES, HOME = "messages", "home"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """As whom somebody sits, in which workspace, before which conversation (none before the first word)."""

    workspace: Workspace
    person: Someone
    place: str
    channel: Channel | None
    thread: str = ""

    @property
    def other(self) -> Someone | None:
        """Whom `person` writes to, in direct messages between two people."""
        return self.workspace.person(self.place)

    def address(self) -> str:
        """Return where this seat is."""
        return url_for("slack.look", user=self.person.id, place=self.place, thread=self.thread or None)

    def draft_at(self) -> str:
        """Where a line that is not sent yet belongs."""
        return f"{self.place} {self.thread}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """What all pages are made with."""

    slack: LocalSlack
    fairsteps: Fairsteps
    listening: Listening
    start: str

    def seat(self, user: str, place: str) -> Seat:
        """Return the seat at an address, or answer that there is none."""
        workspace = self.slack.workspace()
        person = workspace.person(user) or abort(404)
        channel = workspace.direct(user)
        if place not in (MESSAGES, HOME):
            channel = next((one for one in workspace.channels_of(user) if one.id == place), None)
            if channel is None and (workspace.person(place) is None or place == user):
                abort(404)
            channel = channel or workspace.direct(user, place)
        return Seat(
            workspace=workspace, person=person, place=place, channel=channel, thread=request.values.get("thread", "")
        )

    def doing(self, seat: Seat, view: str = "") -> Doing:
        """Begin to do something: with a trigger, by which a modal may open."""
        trigger = self.slack.trigger(seat.person.id, view)
        return Doing(workspace=seat.workspace, person=seat.person, trigger=trigger, second=time.time())

    def page(self, seat: Seat, *, problem: str = "", modal: Mapping[str, Any] | None = None) -> str:
        """Draw everything. `modal` is the topmost one as `dialog` made it, if it was already looked for."""
        there = self.slack.messages(seat.channel.id, seat.person.id) if seat.channel else []
        home: View | None = None
        if seat.place == HOME:
            home, problem = self._home(seat, problem)
            there = []
        dialog = self.dialog(seat) if modal is None else modal
        on = Surroundings(known=seat.workspace.known(), press=_at("press", seat))
        return render_template(
            "window_seat.html",
            seat=seat,
            listening=self.listening,
            home=home,
            days=talk.days(seat.workspace, seat.person, there),
            thread=talk.thread(seat.workspace, seat.person, there, seat.thread) if seat.thread else [],
            draft=self.slack.draft(seat.person.id, seat.draft_at()),
            face=lambda user: talk.face_of(seat.workspace, user),
            on=on,
            problem=problem,
            **dialog,
        )

    def dialog(
        self,
        seat: Seat,
        *,
        problems: Mapping[str, str] | None = None,
        problem: str = "",
        typed_in: View | None = None,
    ) -> dict[str, Any]:
        """Return what draws the modal on top: as it was opened, or with what was typed in it as it was (`typed_in`).

        Slack keeps what was typed when an app draws a modal anew, where an input has the same names as before.
        """
        pile = self.slack.modals(seat.person.id)
        view = pile[-1] if pile else None
        if view is None:
            return {"view": None}
        stays = _names(view) & _names(typed_in) if typed_in else set()

        def typed(block: str) -> list[str] | None:
            return request.form.getlist(block) if any(name == block for name, _ in stays) else None

        inputs = inputs_of(view, seat.workspace.known(), typed, problems or {})
        return {
            "view": view,
            "inputs": inputs,
            "amiss": sum(1 for one in inputs if one.problem),
            "stacked": len(pile) > 1,
            "modal_problem": problem,
            "acts": replace(Surroundings(known=seat.workspace.known()), press=_at("act", seat)),
        }

    def _home(self, seat: Seat, problem: str) -> tuple[View | None, str]:
        """Tell Fairsteps that someone looks at the Home tab, as Slack does, and return the tab."""
        before = self.slack.home(seat.person.id)
        if "still" in request.args:
            return before, problem
        event = events.looked_at_home(seat.workspace, seat.person, seat.channel, before)
        try:
            self.tell(seat.workspace, [event])
        except NotTaken as untaken:
            return before, problem or str(untaken)
        return self.slack.home(seat.person.id), problem

    def tell(self, workspace: Workspace, told: list[events.Event]) -> list[str]:
        """Post events that the app hears, and return the kinds of all: "NAME", or "NAME (not heard)".

        Raises NotTaken.
        """
        for event in events.heard(told, self.listening):
            self.fairsteps.event(events.posted(workspace, event, second=time.time()))
        return [
            event["type"] if event["type"] in self.listening.events else f"{event['type']} (not heard)"
            for event in told
        ]


def _names(view: View) -> set[tuple[str, str]]:
    return {(b["block_id"], b["element"].get("action_id", "")) for b in view["blocks"] if b["type"] == "input"}


def _at(what: str, seat: Seat) -> str:
    return url_for(f"slack.{what}", user=seat.person.id, place=seat.place)
