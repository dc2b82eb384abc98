"""The inputs of a modal: how each is drawn as a part of an HTML form, and what Slack would say was filled in. Pure.

Promises: what is in the form goes into the payload in Slack's own shape, and comes back into the form when it is drawn
again. What Slack itself asks for before it sends anything (a required field, a longest length) is asked for here too.
An input of a kind that is not known here is named as such, never left out in silence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from worker.blockkit.known import Choice, Known

View = Mapping[str, Any]
Kind = Literal["text", "lines", "one", "any", "menu", "menu_any", "date", "time", "unknown"]
# How an element is drawn, and where Slack puts what was chosen.
_KINDS: Mapping[str, tuple[Kind, str]] = {
    "plain_text_input": ("text", "value"),
    "email_text_input": ("text", "value"),
    "url_text_input": ("text", "value"),
    "number_input": ("text", "value"),
    "radio_buttons": ("one", "selected_option"),
    "checkboxes": ("any", "selected_options"),
    "static_select": ("menu", "selected_option"),
    "overflow": ("menu", "selected_option"),
    "multi_static_select": ("menu_any", "selected_options"),
    "datepicker": ("date", "selected_date"),
    "timepicker": ("time", "selected_time"),
    "users_select": ("menu", "selected_user"),
    "multi_users_select": ("any", "selected_users"),
    "channels_select": ("menu", "selected_channel"),
    "conversations_select": ("menu", "selected_conversation"),
}
Reports = Literal["", "choice", "typing", "enter"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One input of a modal, ready to be drawn. `groups` are named lists of choices; a single list has no name.

    One that `reports` tells the app before anything is sent: each choice, each letter typed, or when Enter is pressed.
    """

    block: str
    action: str
    kind: Kind
    type: str
    label: str
    hint: str
    placeholder: str
    required: bool
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    longest: int | None
    most: int | None
    reports: Reports
    given: tuple[str, ...]
    problem: str = ""
    focus: bool = False

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Return all choices, whatever their group."""
        return tuple(choice for _, group in self.groups for choice in group)


Typed = Callable[[str], Sequence[str] | None]


def inputs_of(view: View, known: Known, typed: Typed | None, problems: Mapping[str, str]) -> tuple[Input, ...]:
    """Return the inputs of a modal in order: with what was `typed` under a block_id, or as the modal was opened.

    `typed` gives None for an input that was not there to be typed into.
    """
    return tuple(
        _input(block, known, typed, problems.get(block.get("block_id", ""), ""))
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
            values[one.block] = {one.action: {"type": one.type, **chosen(element, one.given)}}
    return values


def chosen(element: Mapping[str, Any], given: Sequence[str]) -> dict[str, Any]:
    """Return what Slack tells of an element in which this was chosen or typed."""
    _, place = _KINDS[element["type"]]
    match place:
        case "selected_options":
            return {place: [option for option in options_of(element) if option["value"] in given]}
        case "selected_option":
            return {place: next((option for option in options_of(element) if option["value"] in given), None)}
        case "selected_users":
            return {place: list(given)}
        case _:
            return {place: given[0] if given else None}


def is_known(kind: str) -> bool:
    """Whether something of this kind can be chosen or typed here."""
    return kind in _KINDS


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the options of a menu or of buttons, whatever their group."""
    groups = element.get("option_groups") or [{"options": element.get("options") or ()}]
    return [option for group in groups for option in group["options"]]


def offered(element: Mapping[str, Any], known: Known) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Return what an element offers, in groups; nothing where one types."""
    match element["type"]:
        case "users_select" | "multi_users_select":
            before = _initial(element)
            people = (
                Choice(value=one.value, label=one.label + " (deactivated)" * (one.value in known.gone))
                for one in known.people
                if one.value not in known.gone or one.value in before
            )
            return (("", tuple(people)),)
        case "channels_select" | "conversations_select":
            channels = (Choice(value=one.value, label=f"#{one.label}") for one in known.channels)
            return (("", tuple(channels)),)
    if "option_groups" in element:
        return tuple((group["label"]["text"], _choices(group["options"])) for group in element["option_groups"])
    return (("", _choices(element["options"])),) if "options" in element else ()


def _input(block: Mapping[str, Any], known: Known, typed: Typed | None, problem: str) -> Input:
    element = block["element"]
    kind, _ = _KINDS.get(element["type"], ("unknown", ""))
    name = block.get("block_id", "")
    now = typed(name) if typed else None
    given = _initial(element) if now is None else _clean(now)
    groups = offered(element, known)
    if groups:
        possible = {choice.value for _, group in groups for choice in group}
        given = tuple(value for value in given if value in possible)
    return Input(
        block=name,
        action=element.get("action_id", ""),
        kind="lines" if kind == "text" and element.get("multiline") else kind,
        type=element["type"],
        label=block["label"]["text"],
        hint=(block.get("hint") or {}).get("text", ""),
        placeholder=(element.get("placeholder") or {}).get("text", ""),
        required=not block.get("optional"),
        groups=groups,
        longest=element.get("max_length"),
        most=element.get("max_selected_items"),
        reports=_reports(block),
        given=given,
        problem=problem,
        focus=bool(element.get("focus_on_load")),
    )


def _reports(block: Mapping[str, Any]) -> Reports:
    if not block.get("dispatch_action"):
        return ""
    if _KINDS.get(block["element"]["type"], ("unknown",))[0] != "text":
        return "choice"
    # https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object
    wanted = (block["element"].get("dispatch_action_config") or {}).get("trigger_actions_on") or ("on_enter_pressed",)
    return "typing" if "on_character_entered" in wanted else "enter"


def _clean(typed: Sequence[str]) -> tuple[str, ...]:
    # A browser ends lines as in 1981; Slack does not.
    return tuple(value.replace("\r\n", "\n") for value in typed if value)


def _initial(element: Mapping[str, Any]) -> tuple[str, ...]:
    _, place = _KINDS.get(element["type"], ("unknown", "value"))
    initial = element.get(f"initial_{place.removeprefix('selected_')}") or ()
    several = initial if isinstance(initial, list | tuple) else (initial,)
    return tuple(str(one["value"] if isinstance(one, Mapping) else one) for one in several)


def _choices(options: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=one.get("value", ""), label=one["text"]["text"], hint=(one.get("description") or {}).get("text", "")
        )
        for one in options
    )
