"""What Slack posts to an app when a person presses a button, sends a modal or looks at the Home tab. Pure.

Promises: a payload holds what the local Slack keeps of the message or view, never what a browser says about it, so a
button can be pressed only where one is. https://docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.local.window_slack import Channel, Someone, View, Workspace

_OUR_NAMES = ("view_id", "user_id", "created", "updated", "id")


def _who(workspace: Workspace, person: Someone) -> dict[str, Any]:
    user = {"id": person.id, "username": person.username, "name": person.username, "team_id": workspace.team}
    return {
        "team": {"id": workspace.team, "domain": workspace.domain},
        "user": user,
        "api_app_id": workspace.app,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def button_at(blocks: Sequence[Mapping[str, Any]], at: str) -> dict[str, Any] | None:
    """Return the action of the button at "BLOCK.ELEMENT", or None when nobody can press there."""
    block_place, _, place = at.partition(".")
    try:
        block = blocks[int(block_place)]
        button = block["elements"][int(place)]
    except (ValueError, IndexError, KeyError):
        return None
    if block["type"] != "actions" or button.get("type") != "button":
        return None
    kept = {name: button[name] for name in ("action_id", "text", "value", "style") if name in button}
    return {**kept, "type": "button", "block_id": block["block_id"]}


def action_in(view: View, at: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was done at a place of a modal: a button pressed, or something chosen that decides what follows."""
    if pressed := button_at(view["blocks"], at):
        return pressed
    try:
        block = view["blocks"][int(at)]
    except (ValueError, IndexError):
        return None
    if not block.get("dispatch_action"):
        return None
    chosen = values.get(block["block_id"], {}).get(block["element"]["action_id"], {})
    return {**chosen, "action_id": block["element"]["action_id"], "block_id": block["block_id"]}


def pressed_in_message(
    workspace: Workspace,
    person: Someone,
    channel: Channel,
    message: Mapping[str, Any],
    action: Mapping[str, Any],
    *,
    trigger: str,
    reply_url: str,
    second: float,
) -> dict[str, Any]:
    """Return the block_actions payload of a button in a message."""
    private = bool(message.get("only_for"))
    place = {"message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": private}
    said = {name: message[name] for name in ("ts", "user", "text", "metadata", "edited") if message.get(name)}
    return {
        "type": "block_actions",
        **_who(workspace, person),
        "container": {"type": "message", **place},
        "channel": {"id": channel.id, "name": "directmessage" if channel.dm else channel.name},
        "message": {
            "type": "message",
            "team": workspace.team,
            "app_id": workspace.app,
            **said,
            "blocks": message["blocks"],
        },
        "state": {"values": {}},
        "trigger_id": trigger,
        "response_url": reply_url,
        "actions": [{**action, "action_ts": f"{second:.6f}"}],
    }


def pressed_in_home(
    workspace: Workspace, person: Someone, home: View, action: Mapping[str, Any], *, trigger: str, second: float
) -> dict[str, Any]:
    """Return the block_actions payload of a button on the Home tab."""
    return {
        "type": "block_actions",
        **_who(workspace, person),
        "container": {"type": "view", "view_id": home["view_id"]},
        "view": as_slack_tells(workspace, home),
        "trigger_id": trigger,
        "actions": [{**action, "action_ts": f"{second:.6f}"}],
    }


def pressed_in_modal(
    workspace: Workspace,
    person: Someone,
    view: View,
    action: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    trigger: str,
    second: float,
) -> dict[str, Any]:
    """Return the block_actions payload of a modal, with everything that is typed in it."""
    pressed = pressed_in_home(workspace, person, view, action, trigger=trigger, second=second)
    return {**pressed, "view": {**pressed["view"], "state": {"values": values}}}


def sent_modal(
    workspace: Workspace, person: Someone, view: View, values: Mapping[str, Any], *, trigger: str
) -> dict[str, Any]:
    """Return the view_submission payload."""
    return {
        "type": "view_submission",
        **_who(workspace, person),
        "trigger_id": trigger,
        "view": {**as_slack_tells(workspace, view), "state": {"values": values}},
        "response_urls": [],
    }


def looked_at_home(
    workspace: Workspace, person: Someone, channel: Channel | None, home: View | None, *, second: float
) -> dict[str, Any]:
    """Return the event that tells an app that someone opened its Home tab."""
    event = {"user": person.id, "channel": channel.id if channel else "", "tab": "home", "event_ts": f"{second:.6f}"}
    shown = {"view": as_slack_tells(workspace, home)} if home else {}
    return {
        "type": "event_callback",
        "team_id": workspace.team,
        "api_app_id": workspace.app,
        "event_id": f"Ev{person.id}{int(second * 1000)}",
        "event_time": int(second),
        "event": {"type": "app_home_opened", **event, **shown},
        "authorizations": [
            {"enterprise_id": None, "team_id": workspace.team, "user_id": workspace.bot, "is_bot": True}
        ],
    }


def as_slack_tells(workspace: Workspace, view: View) -> dict[str, Any]:
    """Return a view as Slack sends it, from how the local Slack keeps it."""
    kept = {name: value for name, value in view.items() if name not in _OUR_NAMES}
    return {**kept, "id": view["view_id"], "app_installed_team_id": workspace.team}
