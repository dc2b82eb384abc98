"""The events that Slack posts of what happens in a workspace. Pure. https://docs.slack.dev/reference/events

Promises: an app hears what it subscribed to and nothing else, as in Slack; `Listening` is read from the manifest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from worker.local.window_payloads import as_slack_tells
from worker.local.window_slack import Channel, Someone, View, Workspace

Event = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A shortcut of an app: on a message, or wherever one is."""

    name: str
    callback_id: str
    on_messages: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Listening:
    """What an app told Slack in its manifest: the events it hears, its shortcuts, its commands with a hint for each."""

    events: frozenset[str]
    shortcuts: tuple[Shortcut, ...]
    commands: tuple[tuple[str, str], ...]

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> Self:
        """Read config/slack-manifest.yaml."""
        features = manifest.get("features", {})
        told = manifest.get("settings", {}).get("event_subscriptions", {})
        return cls(
            events=frozenset(told.get("bot_events", ())),
            shortcuts=tuple(
                Shortcut(name=one["name"], callback_id=one["callback_id"], on_messages=one["type"] == "message")
                for one in features.get("shortcuts", ())
            ),
            commands=tuple((one["command"], one.get("usage_hint", "")) for one in features.get("slash_commands", ())),
        )


def posted(workspace: Workspace, event: Mapping[str, Any], *, second: float) -> Event:
    """Return the whole of what is posted about an event."""
    bot = {"enterprise_id": None, "team_id": workspace.team, "user_id": workspace.bot, "is_bot": True}
    return {
        "type": "event_callback",
        "team_id": workspace.team,
        "api_app_id": workspace.app,
        "event_id": f"Ev{event['type'].replace('_', '')}{int(second * 1_000_000)}",
        "event_time": int(second),
        "event": {**event, "event_ts": f"{second:.6f}"},
        "authorizations": [{**bot, "is_enterprise_install": False}],
    }


def looked_at_home(workspace: Workspace, person: Someone, channel: Channel | None, home: View | None) -> Event:
    """Somebody opened the app's Home tab."""
    shown = {"view": as_slack_tells(workspace, home)} if home else {}
    return {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id if channel else "",
        "tab": "home",
        **shown,
    }


def person_changed(user: Mapping[str, Any]) -> Event:
    """Somebody is switched off or on, has another name or zone; `user` is as Slack tells of people."""
    return {"type": "user_change", "user": dict(user)}


def app_removed(bot: str) -> list[Event]:
    """Somebody took the app out: its tokens die first."""
    return [{"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}}, {"type": "app_uninstalled"}]


def came_or_left(workspace: Workspace, channel: Mapping[str, Any], user: str, by: str, *, inside: bool) -> list[Event]:
    """Somebody came into a channel or left it; the app itself hears of its own end in words of its own."""
    letter = "G" if channel["private"] else "C"
    kind = "member_joined_channel" if inside else "member_left_channel"
    told: Event = {"type": kind, "user": user, "channel": channel["id"], "channel_type": letter, "team": workspace.team}
    if inside and by != user:
        told["inviter"] = by
    if user != workspace.bot or inside:
        return [told]
    own = "group_left" if channel["private"] else "channel_left"
    return [{"type": own, "channel": channel["id"], "actor_id": by}, told]


def channel_changed(kind: str, channel: Mapping[str, Any], by: str, *, second: float) -> Event:
    """A channel was archived, opened again ("unarchive") or given another name ("rename")."""
    named = f"{'group' if channel['private'] else 'channel'}_{kind}"
    if kind == "rename":
        whole = {"id": channel["id"], "name": channel["name"], "created": int(second)}
        return {"type": named, "channel": whole}
    return {"type": named, "channel": channel["id"], "user": by}


def heard(events: Sequence[Event], listening: Listening) -> list[Event]:
    """Return those that the app hears."""
    return [event for event in events if event["type"] in listening.events]
