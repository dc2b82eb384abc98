"""Whether a body that Slack signed has the shape its type has in Slack's own pages. Asked before anything is done.

Promises: it reads and decides, and changes nothing. What passes can be read, looked up and written to the log. Pure.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from worker.slack.payloads import Change, Closed, Command, Malformed, Press, Shortcut, Submission, in_modal


def well_formed(body: object) -> bool:
    """Whether `body` has the shape of something Slack sends. Types that we do not know pass: Slack adds new ones."""
    if not isinstance(body, dict) or not isinstance(body.get("event", {}), dict):
        return False
    if not _is_utf8(body) or not _may_answer(body):
        return False
    match body.get("type"):
        case "block_actions":
            kind = Change if in_modal(body) else Press
            return _reads(kind, body) and isinstance(body.get("view", {}), Mapping) and _named(body["actions"])
        case "view_submission":
            return _reads(Submission, body) and _is_view(body["view"])
        case "view_closed":
            return _reads(Closed, body) and _is_view(body["view"])
        case "shortcut" | "message_action":
            return _reads(Shortcut, body)
        case "event_callback":
            event = body.get("event")
            # News of a whole organisation name no team.
            homes = (body.get("team_id"), body.get("enterprise_id"))
            somewhere = any(isinstance(home, str) for home in homes)
            return isinstance(event, dict) and isinstance(event.get("type"), str) and somewhere
        case None:
            return _reads(Command, body) if "command" in body else "ssl_check" in body
        case named:
            return isinstance(named, str)


def _is_utf8(body: Mapping[str, Any]) -> bool:
    """JSON can name half of a character, which nothing can store or write down."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _may_answer(body: Mapping[str, Any]) -> bool:
    """Bolt says where it is not installed to whatever stands there."""
    address = body.get("response_url")
    return address is None or (isinstance(address, str) and address.startswith(("https://", "http://")))


def _is_view(view: Mapping[str, Any]) -> bool:
    return isinstance(view.get("type"), str) and isinstance(view.get("callback_id"), str)


def _named(actions: Sequence[Any]) -> bool:
    return all(isinstance(action, dict) and isinstance(action.get("action_id"), str) for action in actions)


_Read = type[Press] | type[Change] | type[Submission] | type[Closed] | type[Command] | type[Shortcut]


def _reads(kind: _Read, body: Mapping[str, Any]) -> bool:
    try:
        kind.from_body(body)
    except Malformed:
        return False
    return True
