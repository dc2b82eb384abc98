"""What Slack posts to an app when a person presses, sends a modal, types a command or runs a shortcut. Pure.

Promises: a payload holds what the local Slack keeps of the message or view, never what a browser says about it, so a
button can be pressed only where one is. https://docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from worker.local.window_slack import Channel, Someone, View, Workspace

_OUR_NAMES = ("view_id", "user_id", "created", "updated", "id", "created_at", "updated_at")
Payload = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """Somebody does something in a workspace: with a trigger for what opens, at a second (of the epoch)."""

    workspace: Workspace
    person: Someone
    trigger: str
    second: float

    def who(self) -> Payload:
        """Return what every payload says of who did it, and where."""
        name, team = self.person.username, self.workspace.team
        return {
            "team": {"id": team, "domain": self.workspace.domain},
            "user": {"id": self.person.id, "username": name, "name": name, "team_id": team},
            "api_app_id": self.workspace.app,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def at(self) -> str:
        """Return the instant as Slack writes it."""
        return f"{self.second:.6f}"


def pressed_in_message(
    doing: Doing, channel: Channel, message: Mapping[str, Any], action: Mapping[str, Any], reply_url: str
) -> Payload:
    """Return the block_actions payload of something pressed or chosen in a message."""
    private = bool(message.get("only_for"))
    place = {"message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": private}
    return {
        "type": "block_actions",
        **doing.who(),
        "container": {"type": "message", **place},
        "channel": _channel(channel),
        "message": {**_message(doing, message), "app_id": doing.workspace.app},
        "state": {"values": {}},
        "trigger_id": doing.trigger,
        "response_url": reply_url,
        "actions": [{**action, "action_ts": doing.at()}],
    }


def pressed_in_view(
    doing: Doing, view: View, action: Mapping[str, Any], values: Mapping[str, Any] | None = None
) -> Payload:
    """Return the block_actions payload of the Home tab, or of a modal with everything that is typed in it."""
    return {
        "type": "block_actions",
        **doing.who(),
        "container": {"type": "view", "view_id": view["view_id"]},
        "view": {**as_slack_tells(doing.workspace, view), "state": {"values": values or {}}},
        "trigger_id": doing.trigger,
        "actions": [{**action, "action_ts": doing.at()}],
    }


def sent_modal(doing: Doing, view: View, values: Mapping[str, Any]) -> Payload:
    """Return the view_submission payload."""
    return {
        "type": "view_submission",
        **doing.who(),
        "trigger_id": doing.trigger,
        "view": {**as_slack_tells(doing.workspace, view), "state": {"values": values}},
        "response_urls": [],
    }


def closed_modal(doing: Doing, view: View, *, cleared: bool) -> Payload:
    """Return the view_closed payload; `cleared` when the whole pile was closed. It tells nothing of what was typed."""
    told = {**as_slack_tells(doing.workspace, view), "state": {"values": {}}}
    return {"type": "view_closed", **doing.who(), "view": told, "is_cleared": cleared}


def shortcut(doing: Doing, callback_id: str) -> Payload:
    """Return the payload of a global shortcut."""
    return {
        "type": "shortcut",
        **doing.who(),
        "callback_id": callback_id,
        "trigger_id": doing.trigger,
        "action_ts": doing.at(),
    }


def message_shortcut(
    doing: Doing, channel: Channel, message: Mapping[str, Any], callback_id: str, reply_url: str
) -> Payload:
    """Return the payload of a shortcut on a message."""
    return {
        **shortcut(doing, callback_id),
        "type": "message_action",
        "channel": _channel(channel),
        "message_ts": message["ts"],
        "message": _message(doing, message),
        "response_url": reply_url,
    }


def command(doing: Doing, channel: Channel, name: str, text: str, reply_url: str) -> dict[str, str]:
    """Return the fields of a slash command. https://docs.slack.dev/interactivity/implementing-slash-commands"""
    return {
        "team_id": doing.workspace.team,
        "team_domain": doing.workspace.domain,
        "channel_id": channel.id,
        "channel_name": _channel(channel)["name"],
        "user_id": doing.person.id,
        "user_name": doing.person.username,
        "command": name,
        "text": text,
        "api_app_id": doing.workspace.app,
        "is_enterprise_install": "false",
        "response_url": reply_url,
        "trigger_id": doing.trigger,
    }


def as_slack_tells(workspace: Workspace, view: View) -> Payload:
    """Return a view as Slack sends it, from how the local Slack keeps it."""
    kept = {name: value for name, value in view.items() if name not in _OUR_NAMES}
    return {**kept, "id": view["view_id"], "app_installed_team_id": workspace.team}


def _channel(channel: Channel) -> dict[str, str]:
    return {"id": channel.id, "name": "directmessage" if channel.dm else channel.name}


def _message(doing: Doing, message: Mapping[str, Any]) -> Payload:
    kept = ("ts", "user", "text", "metadata", "edited", "thread_ts", "subtype", "bot_id", "blocks")
    said = {name: message[name] for name in kept if message.get(name)}
    return {"type": "message", "team": doing.workspace.team, **said}
