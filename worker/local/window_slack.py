"""The two sides of the local Slack window: the local Slack, which it reads, and Fairsteps, to which it posts.

Promises: reading changes nothing. What goes to Fairsteps is signed as Slack signs it, so it passes the very check that
guards a real workspace. Nothing is kept here: what is open and what was said is the local Slack's, and a crash between
a press and its answer loses no more than it would in Slack.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

# Slack waits three seconds. A busy computer with everything on it may take longer, and is not to be blamed for that.
SECONDS = 15.0
View = Mapping[str, Any]


class NotTaken(Exception):
    """Fairsteps did not take what was posted; the message says why, for whoever sits before the window."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Someone:
    """A person of the local Slack."""

    id: str
    username: str
    name: str
    zone: str
    gone: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A channel, or the direct messages between Fairsteps and one person."""

    id: str
    name: str
    dm: bool
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """Who and what is in the local Slack."""

    team: str
    domain: str
    name: str
    app: str
    bot: str
    installed: bool
    people: tuple[Someone, ...]
    channels: tuple[Channel, ...]

    @classmethod
    def from_answer(cls, said: Mapping[str, Any]) -> "Workspace":
        """Read what the local Slack tells."""
        return cls(
            team=said["team"]["id"],
            domain=said["team"]["domain"],
            name=said["team"]["name"],
            app=said["app_id"],
            bot=said["bot_user"],
            installed=said["installed"],
            people=tuple(Someone(**person) for person in said["people"]),
            channels=tuple(Channel(**{**one, "members": tuple(one["members"])}) for one in said["channels"]),
        )

    def person(self, user: str) -> Someone | None:
        """Return who may look into the window as `user`; someone who was switched off may not."""
        return next((person for person in self.people if person.id == user and not person.gone), None)

    def channels_of(self, user: str) -> tuple[Channel, ...]:
        """Return the channels that `user` is in."""
        return tuple(channel for channel in self.channels if not channel.dm and user in channel.members)

    def direct(self, user: str) -> Channel | None:
        """Return the direct messages of `user`; there are none before something was said."""
        return next((channel for channel in self.channels if channel.dm and user in channel.members), None)

    def names(self) -> dict[str, str]:
        """Return what to call each id."""
        people = {person.id: person.name for person in self.people}
        return {**people, **{channel.id: channel.name for channel in self.channels}, self.bot: "Fairsteps"}


class LocalSlack:
    """The local Slack, through the doors of slack.mjs and window.mjs."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._line = httpx.Client(base_url=self.url, timeout=SECONDS)

    def workspace(self) -> Workspace:
        """Return who and what is there now."""
        return Workspace.from_answer(self._line.get("/_local/workspace").raise_for_status().json())

    def messages(self, channel: str, user: str) -> list[dict[str, Any]]:
        """Return what `user` sees in a channel, newest last."""
        every = self._line.get("/_local/messages").raise_for_status().json()
        mine = [one for one in every if one["channel"] == channel and one.get("only_for") in (None, user)]
        return [{**one, "blocks": named(one.get("blocks") or ())} for one in mine]

    def count(self) -> int:
        """How many messages everybody has got."""
        return len(self._line.get("_local/messages").raise_for_status().json())

    def open_modal(self, user: str) -> View | None:
        """Return the modal that is on top of the window of `user`."""
        return next((view for view in reversed(self._views(user)) if view["type"] == "modal"), None)

    def home(self, user: str) -> View | None:
        """Return the Home tab of `user`, if one was published."""
        return next((view for view in reversed(self._views(user)) if view["type"] == "home"), None)

    def _views(self, user: str) -> list[View]:
        views: list[View] = self._line.get("/_local/views").raise_for_status().json()
        return [{**view, "blocks": named(view["blocks"])} for view in views if view["user_id"] == user]

    def trigger(self, user: str, view: str = "") -> str:
        """Return what an app needs to open a modal for `user`."""
        about = {"view_id": view} if view else {}
        return str(self._as_app("views.generateTriggerId", user_id=user, **about)["trigger_id"])

    def update(self, view: str, new: View) -> None:
        """Put another modal in the place of an open one."""
        self._as_app("views.update", view_id=view, view=new)

    def push(self, user: str, view: str, new: View) -> None:
        """Lay another modal over an open one."""
        self._as_app("views.push", trigger_id=self.trigger(user, view), view=new)

    def close(self, view: str) -> None:
        """Take a modal away."""
        self._line.post("/_local/close", json={"view_id": view})

    def reply_url(self, channel: str, user: str) -> str:
        """Return the address at which an app answers the one who pressed."""
        return f"{self.url}/_local/reply/{channel}/{user}"

    def _as_app(self, method: str, **words: Any) -> dict[str, Any]:
        said: dict[str, Any] = self._line.post(f"/_local/as_app/{method}", json=words).json()
        if not said.get("ok"):
            raise NotTaken(f"The local Slack refused it: {said.get('error')}.")
        return said


def named(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks that all have a block_id: Slack gives one to those that came without, emulate does not."""
    return [{"block_id": f"b{place}", **block} for place, block in enumerate(blocks)]


class Fairsteps:
    """The door at which Fairsteps takes what Slack posts."""

    def __init__(self, public_url: str, secret: str) -> None:
        self._door = f"{public_url}/slack/events"
        self._secret = secret

    def interaction(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Post a press or a sent modal and return the answer. Raises NotTaken."""
        return self._post(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")

    def event(self, body: Mapping[str, Any]) -> None:
        """Post an event. Raises NotTaken."""
        self._post(json.dumps(body), "application/json")

    def _post(self, body: str, kind: str) -> dict[str, Any]:
        headers = {"Content-Type": kind, **signed(self._secret, body, int(time.time()))}
        try:
            answer = httpx.post(self._door, content=body, headers=headers, timeout=SECONDS)
        except httpx.TransportError as lost:
            raise NotTaken(f"Fairsteps did not answer ({type(lost).__name__}).") from None
        if answer.status_code != 200:
            raise NotTaken(f"Fairsteps did not take it (status {answer.status_code}). Slack would show a warning.")
        try:
            said = answer.json() if answer.content else {}
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


def signed(secret: str, body: str, second: int) -> dict[str, str]:
    """Return the headers by which Slack is known. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    mac = hmac.new(secret.encode(), f"v0:{second}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(second), "X-Slack-Signature": f"v0={mac}"}
