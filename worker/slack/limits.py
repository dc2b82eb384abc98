"""Slack's limits: the one gate through which every message, modal and Home view passes before it leaves.

Promises: `check` raises `SlackLimit` naming the path and the reason, never the text, or the payload is within every
limit we know of. The local Slack takes anything, and the real one answers a bare `invalid_blocks`, so a mistake is
found here, in a test, and not by a person whose modal does not open. It changes nothing.

Each block goes through the SDK's own model first; the models miss much (an input without submit, an empty alt text, a
block_id twice, eleven radio options, whatever stands in options), and those rules are here and in `limits_elements.py`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from worker.slack.limits_elements import (
    Broken,
    SlackLimit,
    at_most,
    check_element,
    check_plain,
    check_text,
    image,
    need,
    rich_text,
)

Surface = Literal["message", "modal", "home"]

# https://docs.slack.dev/reference/block-kit/blocks and /reference/views
BLOCKS_MOST = {"message": 50, "modal": 100, "home": 100}
MESSAGE_TEXT = 40_000
MESSAGE_JSON = 13_200  # Slack answers msg_blocks_too_long beyond it: https://github.com/slackapi/bolt-js/issues/2509
VIEW_BYTES = 250_000
METADATA_BYTES = 8_000
ID_CHARS = 255

__all__ = ["SlackLimit", "Surface", "check"]


def check(payload: Mapping[str, Any], surface: Surface) -> None:
    """Raise SlackLimit when Slack would refuse `payload` (a message with text and blocks, or a view)."""
    if surface == "message":
        _message(payload)
    else:
        _view(payload, surface)
    blocks = payload.get("blocks") or []
    need(isinstance(blocks, Sequence) and not isinstance(blocks, str), "blocks", "is no list")
    at_most(blocks, BLOCKS_MOST[surface], "blocks", "blocks")
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        _block(block, f"blocks[{place}]", seen)


def _message(payload: Mapping[str, Any]) -> None:
    text = payload.get("text") or ""
    need(isinstance(text, str), "text", "is no text")
    need(bool(text.strip()), "text", "is empty: a notification would have nothing to read out")
    at_most(text, MESSAGE_TEXT, "text", "characters")
    at_most(_written(payload.get("blocks") or []), MESSAGE_JSON, "blocks", "characters in all")
    if "metadata" in payload:
        _metadata(payload["metadata"])


def _metadata(metadata: Any) -> None:
    need(isinstance(metadata, Mapping), "metadata", "is no object")
    need(set(metadata) == {"event_type", "event_payload"}, "metadata", "is not event_type and event_payload")
    need(isinstance(metadata["event_type"], str) and metadata["event_type"], "metadata.event_type", "is empty")
    need(isinstance(metadata["event_payload"], Mapping), "metadata.event_payload", "is no object")
    at_most(_written(metadata), METADATA_BYTES, "metadata", "characters")


def _view(view: Mapping[str, Any], surface: Surface) -> None:
    need(view.get("type") == surface, "type", f"is not {surface}")
    need(bool(view.get("blocks")), "blocks", "are none")
    if surface == "modal":
        need("title" in view, "title", "is missing")
        inputs = any(isinstance(block, Mapping) and block.get("type") == "input" for block in view["blocks"])
        need("submit" in view or not inputs, "submit", "is missing, and the view has an input")
    for name in ("title", "submit", "close"):
        if name in view:
            need(surface == "modal", name, "belongs to a modal")
            check_plain(view[name], 24, name)
    for name, most in (("private_metadata", 3000), ("callback_id", ID_CHARS), ("external_id", ID_CHARS)):
        at_most(view.get(name) or "", most, name, "characters")
    at_most(_written(view).encode(), VIEW_BYTES, "view", "bytes")
    _by_the_sdk(lambda: View(**{**view, "blocks": [{"type": "divider"}]}).to_dict(), "view")


def _block(block: Any, path: str, seen: set[str]) -> None:
    need(isinstance(block, Mapping), path, "is no object")
    rule = _BLOCKS.get(block.get("type"))
    if rule is None:
        raise SlackLimit(path, "is of a type we do not send")
    block_id = block.get("block_id")
    if block_id is not None:
        need(isinstance(block_id, str) and block_id != "", f"{path}.block_id", "is empty")
        at_most(block_id, ID_CHARS, f"{path}.block_id", "characters")
        need(block_id not in seen, f"{path}.block_id", "is there twice")
        seen.add(block_id)
    rule(block, path)
    _by_the_sdk(lambda: _modelled(block), path)


def _modelled(block: Mapping[str, Any]) -> None:
    parsed = Block.parse(dict(block))
    if parsed is None:
        raise Broken("is of a type the SDK does not know")
    parsed.to_dict()


def _by_the_sdk(build: Callable[[], object], path: str) -> None:
    try:
        build()
    except (SlackObjectFormationError, Broken) as broken:
        raise SlackLimit(path, str(broken)) from None
    except (TypeError, ValueError, AttributeError, KeyError) as broken:
        # Their texts may repeat what was in the payload; the kind of error has to do.
        raise SlackLimit(path, f"cannot be read by the SDK ({type(broken).__name__})") from None


def _section(block: Mapping[str, Any], path: str) -> None:
    need("text" in block or "fields" in block, path, "has neither text nor fields")
    if "text" in block:
        check_text(block["text"], 3000, f"{path}.text")
    if "fields" in block:
        need(bool(block["fields"]), f"{path}.fields", "are none")
        at_most(block["fields"], 10, f"{path}.fields", "fields")
        for place, text in enumerate(block["fields"]):
            check_text(text, 2000, f"{path}.fields[{place}]")
    if "accessory" in block:
        check_element(block["accessory"], f"{path}.accessory")


def _header(block: Mapping[str, Any], path: str) -> None:
    check_plain(block.get("text"), 150, f"{path}.text")


def _context(block: Mapping[str, Any], path: str) -> None:
    for element, where in _elements(block, 10, path):
        if isinstance(element, Mapping) and element.get("type") == "image":
            image(element, where)
        else:
            check_text(element, 3000, where)


def _actions(block: Mapping[str, Any], path: str) -> None:
    seen: set[str] = set()
    for element, where in _elements(block, 25, path):
        check_element(element, where)
        need(element["action_id"] not in seen, f"{where}.action_id", "is there twice")
        seen.add(element["action_id"])


def _input(block: Mapping[str, Any], path: str) -> None:
    check_plain(block.get("label"), 2000, f"{path}.label")
    if "hint" in block:
        check_plain(block["hint"], 2000, f"{path}.hint")
    check_element(block.get("element"), f"{path}.element")
    need(block["element"]["type"] != "button", f"{path}.element", "is a button")
    need(isinstance(block.get("dispatch_action", False), bool), f"{path}.dispatch_action", "is neither true nor false")


def _rich_text(block: Mapping[str, Any], path: str) -> None:
    for element, where in _elements(block, 100, path):
        rich_text(element, where)


def _divider(block: Mapping[str, Any], path: str) -> None:
    need(set(block) <= {"type", "block_id"}, path, "has more than a block_id")


def _elements(block: Mapping[str, Any], most: int, path: str) -> Iterator[tuple[Any, str]]:
    elements = block.get("elements")
    need(isinstance(elements, Sequence) and bool(elements), f"{path}.elements", "are none")
    at_most(elements or (), most, f"{path}.elements", "elements")
    for place, element in enumerate(elements or ()):
        yield element, f"{path}.elements[{place}]"


_BLOCKS: Mapping[Any, Callable[[Mapping[str, Any], str], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "divider": _divider,
    "image": image,
}


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
