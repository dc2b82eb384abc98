"""The local Slack, as its window reads it and does things in it.

Promises: reading changes nothing. Nothing is kept here: what is open and what was said is the local Slack's. What it
refuses is raised as NotTaken, in words for whoever sits before the window.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from worker.blockkit.known import Choice, Known
from worker.local.window_post import SECONDS, NotTaken

APP = "Fairsteps"
View = Mapping[str, Any]

# What the local Slack says in a word, for who tries Fairsteps out.
_PLAINLY = {"not_installed": "Fairsteps is not in this workspace now, so this button does nothing. Add it again first."}


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
    """A channel, or the direct messages between two: Fairsteps and a person, or two people."""

    id: str
    name: str
    dm: bool
    members: tuple[str, ...]
    archived: bool
    private: bool


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

    @property
    def begun(self) -> bool:
        """Whether Fairsteps is there, or was: then what it said can be read."""
        return self.installed or any(one.dm and self.bot in one.members for one in self.channels)

    def person(self, user: str) -> Someone | None:
        """Return who may look into the window as `user`; someone who was switched off may not."""
        return next((person for person in self.people if person.id == user and not person.gone), None)

    def channels_of(self, user: str) -> tuple[Channel, ...]:
        """Return the channels that `user` is in."""
        return tuple(channel for channel in self.channels if not channel.dm and user in channel.members)

    def direct(self, user: str, other: str = "") -> Channel | None:
        """Return what `user` and `other` (Fairsteps, if nobody is named) wrote to each other; None before a word."""
        pair = {user, other or self.bot}
        return next((channel for channel in self.channels if channel.dm and pair == set(channel.members)), None)

    def known(self) -> Known:
        """Return whom and what messages name and menus offer."""
        return Known(
            people=tuple(Choice(value=person.id, label=person.name) for person in self.people),
            channels=tuple(Choice(value=c.id, label=c.name) for c in self.channels if not c.dm and not c.archived),
            gone=frozenset(person.id for person in self.people if person.gone),
            also=((self.bot, APP), *((c.id, c.name) for c in self.channels if c.archived)),
        )


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

    def modals(self, user: str) -> list[View]:
        """Return the pile of modals before `user`, the topmost last."""
        every = sorted((v for v in self._views(user) if v["type"] == "modal"), key=lambda view: view["id"])
        return [view for view in every if view["root_view_id"] == every[-1]["root_view_id"]]

    def open_modal(self, user: str) -> View | None:
        """Return the modal that is on top of the window of `user`."""
        return next(iter(reversed(self.modals(user))), None)

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

    def reply_url(self, channel: str, user: str, ts: str = "") -> str:
        """Return the address at which an app answers the one who pressed, five times; `ts` is what they pressed in."""
        return f"{self.url}/_local/reply/{channel}/{user}/{secrets.token_hex(6)}/{ts}".rstrip("/")

    def write(self, user: str, text: str, **where: Any) -> None:
        """Say something as a person: `where` names `channel` or whom it is `to`, and `thread_ts`. Raises NotTaken."""
        self._ask("write", user=user, text=text, **where)

    def respond(self, url: str, words: Mapping[str, Any]) -> None:
        """Show what an app answered at once to a command, as its response_url would."""
        self._line.post(url, json=words).raise_for_status()

    def draft(self, user: str, place: str) -> str:
        """Return what somebody has typed at a place and not sent."""
        return str(self._line.get("/_local/draft", params={"user": user, "place": place}).json()["text"])

    def keep_draft(self, user: str, place: str, text: str) -> None:
        """Keep what somebody has typed and not sent."""
        self._ask("draft", user=user, place=place, text=text)

    def live(self, what: str, **words: Any) -> dict[str, Any]:
        """Let something happen in the workspace and return what its event tells. Raises NotTaken."""
        return self._ask(f"life/{what}", **words)

    def glimpse(self, user: str) -> str:
        """Return a mark that changes when anything that `user` can see changes."""
        views = [(view["view_id"], view["hash"]) for view in self._views(user)]
        every = self._line.get("/_local/messages").raise_for_status().json()
        seen = [(one["ts"], one.get("edited"), one["text"]) for one in every if one.get("only_for") in (None, user)]
        return hashlib.sha256(json.dumps([views, seen]).encode()).hexdigest()

    def _ask(self, door: str, **words: Any) -> dict[str, Any]:
        said: dict[str, Any] = self._line.post(f"/_local/{door}", json=words).json()
        if not said.get("ok"):
            why = str(said.get("error"))
            raise NotTaken(_PLAINLY.get(why, f"The local Slack refused it: {why}."))
        return said

    def _as_app(self, method: str, **words: Any) -> dict[str, Any]:
        return self._ask(f"as_app/{method}", **words)


def named(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks that all have a block_id: Slack gives one to those that came without, emulate does not."""
    return [{"block_id": f"b{place}", **block} for place, block in enumerate(blocks)]
