"""A form drawn as a Slack modal, and what people typed read back from it.

Promises: what a form holds in `typed` is in the modal when it opens, and comes back unchanged when nobody touches it.
A field's id is its block_id, so that a problem is shown beside the field. Nothing is stored here: a closed modal loses
only what was never sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ContextBlock,
    ConversationFilter,
    ConversationSelectElement,
    DatePickerElement,
    InputBlock,
    InputInteractiveElement,
    OptionGroup,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.blocks import Option as SlackOption
from slack_sdk.models.views import View

from worker.slack.blocks import paragraphs, plain
from worker.slack.cut import cut
from worker.slack.zones import OFFERED, city, is_offered
from workflows.forms import Field, Form, Option

TITLE_CHARS = 24
LABEL_CHARS = 2000
HINT_CHARS = 2000
PLACEHOLDER_CHARS = 150
INPUT_CHARS = 3000
OPTION_CHARS = 75
BUTTONS_MOST = 10  # radio buttons and checkboxes; more than that becomes a menu
MENU_MOST = 100
PROBLEM_CHARS = 300

# A modal's words are few and belong to Slack's own frame, so they stand here.
_CHOOSE = "Choose"


def render_modal(form: Form) -> dict[str, Any]:
    """Return the view of `form`. A form without fields has nothing to send and gets no send button."""
    blocks: list[Block] = [block for text in form.intro for block in paragraphs(text)]
    blocks += _problem(form.problems.get("", ""))
    for asked in form.fields:
        blocks.append(_input(asked, form.typed.get(asked.id)))
        blocks += _problem(form.problems.get(asked.id, ""))
    view = View(
        type="modal",
        callback_id=form.id,
        private_metadata=form.token or None,
        title=plain(cut(form.title, TITLE_CHARS)),
        submit=plain(cut(form.submit, TITLE_CHARS)) if form.fields else None,
        close=plain(cut(form.cancel, TITLE_CHARS)),
        blocks=blocks,
    )
    return view.to_dict()


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
    errors: dict[str, str] = {}
    for place, problem in problems.items():
        at = place if place in inputs else inputs[0]
        errors[at] = cut(f"{errors[at]} {problem}" if at in errors else problem, PROBLEM_CHARS)
    return {"response_action": "errors", "errors": errors}


def input_ids(view: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the block_ids of the inputs of a submitted view, in order."""
    return tuple(block["block_id"] for block in view["blocks"] if block["type"] == "input")


def _given(value: Mapping[str, Any]) -> str | tuple[str, ...] | None:
    match value.get("type"):
        case "plain_text_input":
            text = value.get("value") or ""
            return str(text) if str(text).strip() else None
        case "radio_buttons" | "static_select":
            chosen = value.get("selected_option")
            return str(chosen["value"]) if chosen else None
        case "checkboxes" | "multi_static_select":
            return tuple(str(option["value"]) for option in value.get("selected_options") or ())
        case "datepicker":
            return value.get("selected_date")
        case "multi_users_select":
            return tuple(map(str, value.get("selected_users") or ()))
        case "conversations_select":
            return value.get("selected_conversation")
        case _:
            return None


def _problem(text: str) -> list[Block]:
    return [ContextBlock(elements=[plain(f"⚠ {cut(text, PROBLEM_CHARS)}")])] if text.strip() else []


def _input(asked: Field, typed: str | tuple[str, ...] | None) -> Block:
    one = typed if isinstance(typed, str) else ""
    several = typed if isinstance(typed, tuple) else ((typed,) if typed else ())
    return InputBlock(
        block_id=asked.id,
        label=plain(cut(asked.label, LABEL_CHARS)),
        hint=plain(cut(asked.hint, HINT_CHARS)) if asked.hint.strip() else None,
        optional=not asked.required,
        element=_element(asked, one, several),
    )


def _element(asked: Field, one: str, several: Sequence[str]) -> InputInteractiveElement:
    placeholder = plain(cut(asked.placeholder, PLACEHOLDER_CHARS)) if asked.placeholder.strip() else None
    match asked.widget:
        case "line" | "lines" | "number":
            return _text_input(asked, one, placeholder)
        case "choice":
            return _one_of(asked, one)
        case "choices":
            return _any_of(asked, several)
        case "date":
            return DatePickerElement(action_id=asked.id, initial_date=one if _is_date(one) else None)
        case "people":
            return UserMultiSelectElement(
                action_id=asked.id, initial_users=list(several) or None, placeholder=placeholder or plain(_CHOOSE)
            )
        case "channel":
            return ConversationSelectElement(
                action_id=asked.id,
                initial_conversation=one or None,
                placeholder=placeholder or plain(_CHOOSE),
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            )
        case "zone":
            return _zone(asked, one)


def _text_input(asked: Field, typed: str, placeholder: Any) -> InputInteractiveElement:
    # Slack refuses a maximum of less than 1, and an initial value beyond the maximum.
    most = max(1, min(asked.max_chars, INPUT_CHARS))
    return PlainTextInputElement(
        action_id=asked.id,
        multiline=True if asked.widget == "lines" else None,
        max_length=max(most, min(len(typed), INPUT_CHARS)),
        initial_value=typed[:INPUT_CHARS] or None,
        placeholder=placeholder,
    )


def _one_of(asked: Field, typed: str) -> InputInteractiveElement:
    options = [_option(option) for option in asked.options]
    chosen = next((option for option in options if option.value == typed), None)
    if len(options) <= BUTTONS_MOST and not asked.menu:
        return RadioButtonsElement(action_id=asked.id, options=options, initial_option=chosen)
    return StaticSelectElement(
        action_id=asked.id, initial_option=chosen, placeholder=plain(_CHOOSE), **_menu(asked.options)
    )


def _any_of(asked: Field, typed: Sequence[str]) -> InputInteractiveElement:
    options = [_option(option) for option in asked.options]
    chosen = [option for option in options if option.value in typed] or None
    if len(options) <= BUTTONS_MOST:
        return CheckboxesElement(action_id=asked.id, options=options, initial_options=chosen)
    return StaticMultiSelectElement(
        action_id=asked.id, initial_options=chosen, placeholder=plain(_CHOOSE), **_menu(asked.options)
    )


def _menu(options: Sequence[Option]) -> dict[str, Any]:
    """Return one list, or groups of a hundred, named by their first and last."""
    if len(options) <= MENU_MOST:
        return {"options": [_option(option) for option in options]}
    pages = [options[start : start + MENU_MOST] for start in range(0, len(options), MENU_MOST)]
    return {"option_groups": [_group(f"{cut(p[0].label, 30)} – {cut(p[-1].label, 30)}", p) for p in pages]}


def _group(label: str, options: Iterable[Option]) -> OptionGroup:
    return OptionGroup(label=plain(cut(label, OPTION_CHARS)), options=[_option(option) for option in options])


def _option(option: Option) -> SlackOption:
    hint = plain(cut(option.hint, OPTION_CHARS)) if option.hint.strip() else None
    return SlackOption(value=option.value, text=plain(cut(option.label, OPTION_CHARS)), description=hint)


def _zone(asked: Field, typed: str) -> InputInteractiveElement:
    groups = [(name, zones) for name, zones in OFFERED]
    if typed and not is_offered(typed):
        groups.insert(0, ("Yours", (typed,)))
    chosen = _option(_zone_option(typed)) if typed else None
    return StaticSelectElement(
        action_id=asked.id,
        placeholder=plain(_CHOOSE),
        option_groups=[_group(name, map(_zone_option, zones)) for name, zones in groups],
        initial_option=chosen,
    )


def _zone_option(zone: str) -> Option:
    return Option(value=zone, label=city(zone))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-31")
