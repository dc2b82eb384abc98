"""What was pressed, chosen or typed at a place of a message or view, as Slack tells it in `actions`. Pure.

A place is "BLOCK.ELEMENT" ("BLOCK.a" beside a section), with ".N" behind it for the Nth thing that a menu offers; an
input of a modal is "BLOCK" alone. Where nothing can be pressed there is no action.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.blockkit.drawing import as_opened
from worker.blockkit.inputs import Input, chosen, is_known, offered
from worker.blockkit.known import Known
from worker.local.window_slack import View

Action = dict[str, Any]


def action_at(blocks: Sequence[Mapping[str, Any]], at: str, known: Known, given: Sequence[str] = ()) -> Action | None:
    """Return the action at a place outside of inputs; `given` is what is filled in there."""
    block_place, _, rest = at.partition(".")
    place, _, nth = rest.partition(".")
    try:
        block = blocks[int(block_place)]
        element = block["accessory"] if place == "a" else block["elements"][int(place)]
        if block["type"] not in ("actions", "section"):
            return None
        done = _done(element, nth, known, given)
    except (ValueError, IndexError, KeyError, TypeError):
        return None
    return done and {"action_id": element["action_id"], "type": element["type"], "block_id": block["block_id"], **done}


def _done(element: Mapping[str, Any], nth: str, known: Known, given: Sequence[str]) -> Action | None:
    """What a press tells beside what was pressed; nothing for what cannot be pressed."""
    if element["type"] == "button":
        return {name: element[name] for name in ("text", "value", "style") if name in element}
    if not is_known(element["type"]) or "action_id" not in element:
        return None
    if nth:
        choices = [choice for _, group in offered(element, known) for choice in group]
        given = (choices[int(nth)].value,)
    return chosen(element, given)


def report_at(view: View, at: str, values: Mapping[str, Any]) -> Action | None:
    """Return what an input of a modal tells before the modal is sent, if it tells anything."""
    try:
        block = view["blocks"][int(at)]
    except (ValueError, IndexError):
        return None
    return report(block, values) if block["type"] == "input" else None


def untold(view: View, inputs: Sequence[Input], values: Mapping[str, Any]) -> list[Action]:
    """Return what was filled in and not told yet: without a script nothing is told until a button is pressed."""
    before = {one.block: one.given for one in as_opened(view, Known())}
    return [
        action
        for block in view["blocks"]
        for one in inputs
        if block.get("block_id") == one.block and one.reports in ("choice", "typing") and one.given != before[one.block]
        if (action := report(block, values))
    ]


def report(block: Mapping[str, Any], values: Mapping[str, Any]) -> Action | None:
    """Return what an input tells, or nothing where it does not ask for that."""
    action_id = block["element"]["action_id"]
    if not block.get("dispatch_action"):
        return None
    return {
        **values.get(block["block_id"], {}).get(action_id, {}),
        "action_id": action_id,
        "block_id": block["block_id"],
    }
