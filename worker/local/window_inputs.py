"""The inputs of a modal: how each is drawn as a part of an HTML form, and what Slack would say was filled in. Pure.

Promises: what is in the form goes into the payload in Slack's own shape, and comes back into the form when it is drawn
again. What Slack itself asks for before it sends anything (a required field, a longest length) is asked for here too.
An input of a kind that is not known here is named as such, never left out in silence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from worker.local.window_slack import View, Workspace

Kind = Literal["text", "lines", "one", "any", "menu", "menu_any", "date", "unknown"]
# How an element is drawn, and where Slack puts what was chosen.
_KNOWN: Mapping[str, tuple[Kind, str]] = {
    "plain_text_input": ("text", "value"),
    "radio_buttons": ("one", "selected_option"),
    "checkboxes": ("any", "selected_options"),
    "static_select": ("menu", "selected_option"),
    "multi_static_select": ("menu_any", "selected_options"),
    "datepicker": ("date", "selected_date"),
    "users_select": ("menu", "selected_user"),
    "multi_users_select": ("any", "selected_users"),
    "channels_select": ("menu", "selected_channel"),
    "conversations_select": ("menu", "selected_conversation"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One thing to choose."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One input of a modal, ready to be drawn. `groups` are named lists of choices; a single list has no name.

    One that `decides` tells the app of each change, before anything is sent.
    """

    block: str
    kind: Kind
    type: str
    label: str
    hint: str
    placeholder: str
    required: bool
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    longest: int | None
    most: int | None
    decides: bool
    given: tuple[str, ...]
    problem: str = ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Return all choices, whatever their group."""
        return tuple(choice for _, group in self.groups for choice in group)


Typed = Callable[[str], Sequence[str] | None]


def inputs_of(view: View, workspace: Workspace, typed: Typed | None, problems: Mapping[str, str]) -> tuple[Input, ...]:
    """Return the inputs of a modal in order: with what was `typed` under a block_id, or as the modal was opened.

    `typed` gives None for an input that was not there to be typed into.
    """
    return tuple(
        _input(block, workspace, typed, problems.get(block["block_id"], ""))
        for block in view["blocks"]
        if block["type"] == "input"
    )


def unfilled(inputs: Sequence[Input]) -> dict[str, str]:
    """Return what Slack would say by itself, field by field, before it asks the app."""
    problems = {one.block: "Please complete this required field." for one in inputs if one.required and not one.given}
    for one in inputs:
        if one.longest is not None and one.given and len(one.given[0]) > one.longest:
            problems[one.block] = f"Please make this {len(one.given[0]) - one.longest} characters shorter."
        if one.most is not None and len(one.given) > one.most:
            problems[one.block] = f"Please choose {one.most} at most."
    return problems


def state_values(view: View, inputs: Sequence[Input]) -> dict[str, Any]:
    """Return what Slack calls `view.state.values`."""
    blocks = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    values = {}
    for one in inputs:
        if one.kind != "unknown":
            element = blocks[one.block]["element"]
            values[one.block] = {element["action_id"]: {"type": one.type, **_value(element, one)}}
    return values


def _value(element: Mapping[str, Any], one: Input) -> dict[str, Any]:
    _, place = _KNOWN[one.type]
    match place:
        case "selected_options":
            return {place: [option for option in _options(element) if option["value"] in one.given]}
        case "selected_option":
            return {place: next((option for option in _options(element) if option["value"] in one.given), None)}
        case "selected_users":
            return {place: list(one.given)}
        case _:
            return {place: one.given[0] if one.given else None}


def _input(block: Mapping[str, Any], workspace: Workspace, typed: Typed | None, problem: str) -> Input:
    element = block["element"]
    kind, _ = _KNOWN.get(element["type"], ("unknown", ""))
    now = typed(block["block_id"]) if typed else None
    given = _initial(element) if now is None else _clean(now)
    groups = _groups(element, workspace)
    if groups:
        offered = {choice.value for _, group in groups for choice in group}
        given = tuple(value for value in given if value in offered)
    return Input(
        block=block["block_id"],
        kind="lines" if kind == "text" and element.get("multiline") else kind,
        type=element["type"],
        label=block["label"]["text"],
        hint=(block.get("hint") or {}).get("text", ""),
        placeholder=(element.get("placeholder") or {}).get("text", ""),
        required=not block.get("optional"),
        groups=groups,
        longest=element.get("max_length"),
        most=element.get("max_selected_items"),
        decides=bool(block.get("dispatch_action")),
        given=given,
        problem=problem,
    )


def _clean(typed: Sequence[str]) -> tuple[str, ...]:
    # A browser ends lines as in 1981; Slack does not.
    return tuple(value.replace("\r\n", "\n") for value in typed if value)


def _initial(element: Mapping[str, Any]) -> tuple[str, ...]:
    _, place = _KNOWN.get(element["type"], ("unknown", "value"))
    initial = element.get(f"initial_{place.removeprefix('selected_')}") or ()
    several = initial if isinstance(initial, list | tuple) else (initial,)
    return tuple(str(one["value"] if isinstance(one, Mapping) else one) for one in several)


def _groups(element: Mapping[str, Any], workspace: Workspace) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    match element["type"]:
        case "users_select" | "multi_users_select":
            there = [person for person in workspace.people if not person.gone or person.id in _initial(element)]
            people = (Choice(value=one.id, label=one.name + " (deactivated)" * one.gone) for one in there)
            return (("", tuple(people)),)
        case "channels_select" | "conversations_select":
            channels = [channel for channel in workspace.channels if not channel.dm]
            return (("", tuple(Choice(value=channel.id, label=f"#{channel.name}") for channel in channels)),)
    if "option_groups" in element:
        return tuple((group["label"]["text"], _choices(group["options"])) for group in element["option_groups"])
    return (("", _choices(element["options"])),) if "options" in element else ()


def _options(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = element.get("option_groups") or [{"options": element.get("options") or ()}]
    return [option for group in groups for option in group["options"]]


def _choices(options: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=one["value"], label=one["text"]["text"], hint=(one.get("description") or {}).get("text", ""))
        for one in options
    )
