"""Try what happens: the life of a workspace, done in the local Slack and told to Fairsteps as Slack tells it.

Promises: first it is done in the local Slack, then the event is posted, signed; when Fairsteps does not take it the
page says so, and what was done stays done, as in Slack. What is refused changes nothing.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from worker.local import window_events as events
from worker.local.window_post import NotTaken
from worker.local.window_seat import Window
from worker.local.window_slack import Workspace

Told = list[events.Event]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trying:
    """The page, and the address that each of its buttons posts to."""

    window: Window

    def show(self, problem: str = "") -> str:
        """Everything that can be tried."""
        return render_template(
            "window_try.html",
            workspace=self.window.slack.workspace(),
            start=self.window.start,
            zones=sorted(available_timezones()),
            problem=problem,
            told=request.args.getlist("told"),
            done="done" in request.args,
        )

    def happen(self, what: str) -> str | tuple[str, int] | Response:
        """One button was pressed."""
        workspace = self.window.slack.workspace()
        does = _HAPPENS.get(what)
        try:
            if does is None:
                raise NotTaken("Nothing of that name can happen here.")
            told = self.window.tell(workspace, does(self, workspace))
        except NotTaken as problem:
            return self.show(str(problem)), 502
        return redirect(url_for("slack.try_out", done="1", told=told), code=303)

    def _person(self, workspace: Workspace, **change: Any) -> Told:
        done = self.window.slack.live("person", user=request.form.get("user", ""), **change)
        return [events.person_changed(done["user"])]

    def _rename(self, workspace: Workspace) -> Told:
        return self._person(workspace, name=request.form.get("name", "").strip())

    def _move(self, workspace: Workspace) -> Told:
        return self._person(workspace, zone=request.form.get("zone", ""))

    def _deactivate(self, workspace: Workspace) -> Told:
        return self._person(workspace, deleted=True)

    def _reactivate(self, workspace: Workspace) -> Told:
        return self._person(workspace, deleted=False)

    def _member(self, workspace: Workspace, *, inside: bool) -> Told:
        user, channel = request.form.get("user", ""), request.form.get("channel", "")
        done = self.window.slack.live("member", user=user, channel=channel, inside=inside)
        by = workspace.people[0].id if user == workspace.bot else user
        return events.came_or_left(workspace, done["channel"], user, by, inside=inside)

    def _join(self, workspace: Workspace) -> Told:
        return self._member(workspace, inside=True)

    def _leave(self, workspace: Workspace) -> Told:
        return self._member(workspace, inside=False)

    def _channel(self, workspace: Workspace, kind: str, **change: Any) -> Told:
        done = self.window.slack.live("channel", channel=request.form.get("channel", ""), **change)
        by = workspace.people[0].id
        return [events.channel_changed(kind, done["channel"], by, second=time.time())] if kind else []

    def _archive(self, workspace: Workspace) -> Told:
        return self._channel(workspace, "archive", archived=True)

    def _unarchive(self, workspace: Workspace) -> Told:
        return self._channel(workspace, "unarchive", archived=False)

    def _rename_channel(self, workspace: Workspace) -> Told:
        return self._channel(workspace, "rename", name=request.form.get("name", "").strip().removeprefix("#"))

    def _hide(self, workspace: Workspace) -> Told:
        # Slack says so in a message in the channel; we do not listen to messages.
        return self._channel(workspace, "", hidden=True)

    def _reveal(self, workspace: Workspace) -> Told:
        return self._channel(workspace, "", hidden=False)

    def _remove(self, workspace: Workspace) -> Told:
        return events.app_removed(self.window.slack.live("remove")["bot"])


_HAPPENS: Mapping[str, Callable[[Trying, Workspace], Told]] = {
    "rename": Trying._rename,
    "move": Trying._move,
    "deactivate": Trying._deactivate,
    "reactivate": Trying._reactivate,
    "join": Trying._join,
    "leave": Trying._leave,
    "archive": Trying._archive,
    "unarchive": Trying._unarchive,
    "rename_channel": Trying._rename_channel,
    "hide": Trying._hide,
    "reveal": Trying._reveal,
    "remove": Trying._remove,
}
