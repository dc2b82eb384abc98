"""What people typed in a modal, read back from it, and how a problem gets beside its field.

Promises: `typed_from` is the inverse of how `modal_inputs.py` draws a field; an empty field is absent. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.slack.cut import cut
from worker.slack.modal_inputs import LETS_GO
from workflows.forms import at_fields

PROBLEM_CHARS = 300


def typed_from(view: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """Return what a person gave in a submitted view, field by field; an empty field is absent."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for block_id, actions in view["state"]["values"].items():
        for value in actions.values():
            given = _given(value)
            if given:
                typed[block_id] = given
    return typed


def errors_response(inputs: Sequence[str], problems: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer that keeps the modal open and shows each problem beside its field.

    `inputs` are the block_ids of the inputs in their order; what belongs to no field stands at the first.
    """
    placed = at_fields(problems, inputs)
    first = {inputs[0]: " ".join(p for p in (placed.get(inputs[0], ""), placed.get("", "")) if p)}
    errors = {at: cut(problem, PROBLEM_CHARS) for at, problem in {**placed, **first}.items() if at and problem}
    return {"response_action": "errors", "errors": errors}


def input_ids(view: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the block_ids of the inputs of a view, in order. Raises TypeError for what is no text."""
    found = tuple(block["block_id"] for block in view["blocks"] if block["type"] == "input")
    if not all(isinstance(block_id, str) for block_id in found):
        raise TypeError
    return found


def _given(value: Mapping[str, Any]) -> str | tuple[str, ...] | None:
    match value.get("type"):
        case "plain_text_input":
            text = value.get("value") or ""
            return str(text) if str(text).strip() else None
        case "radio_buttons" | "static_select":
            chosen = value.get("selected_option")
            return str(chosen["value"]) if chosen and chosen["value"] != LETS_GO.value else None
        case "checkboxes" | "multi_static_select":
            return tuple(str(option["value"]) for option in value.get("selected_options") or ())
        case "datepicker":
            return str(value.get("selected_date") or "")
        case "multi_users_select":
            return tuple(map(str, value.get("selected_users") or ()))
        case "conversations_select":
            return str(value.get("selected_conversation") or "")
        case _:
            return None
