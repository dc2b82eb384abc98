"""One field of a form drawn as an input of a Slack modal: text, buttons, menus, dates, people.

Promises: the block_id is the field's id, and what was typed stands in it. An input on which follow-ups wait has an
action_id of its own, `DECIDES`, and tells of each change. Where a form keeps drafts, every other input does so too, as
`TYPES`: a text letter by letter. Slack keeps what is typed in an input while its block_id and action_id stay; a form
that was begun afresh has a `turn` behind its action_ids, so that it is empty again. Pure.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
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
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from worker.slack.blocks import plain
from worker.slack.cut import cut
from worker.slack.zones import OFFERED, city, is_offered
from workflows.forms import Field, Option

LABEL_CHARS = 2000
HINT_CHARS = 2000
PLACEHOLDER_CHARS = 150
INPUT_CHARS = 3000
OPTION_CHARS = 75
BUTTONS_MOST = 10  # radio buttons and checkboxes; more than that becomes a menu
MENU_MOST = 100
DECIDES, TYPES = "modal_decides", "modal_types"
LETS_GO = Option(value="_none", label="No answer")  # Slack's radio buttons and menus cannot be emptied again

_CHOOSE = "Choose"
_AT_EACH_LETTER = DispatchActionConfig(trigger_actions_on=["on_character_entered"])


class _Told(SlackOption):
    """An option that is turned into JSON once; the SDK looks it all through each time."""

    _told: dict[str, Any] | None = None

    def to_dict(self, option_type: str = "block") -> dict[str, Any]:
        if self._told is None:
            self._told = super().to_dict(option_type)
        return self._told


class Offered:
    """The options of one form. Ten lines offer the same people sixty times, and Slack waits three seconds."""

    def __init__(self) -> None:
        self._made: dict[Option, SlackOption] = {}

    def one(self, option: Option) -> SlackOption:
        """Return an option as Slack has it."""
        if option not in self._made:
            hint = plain(cut(option.hint, OPTION_CHARS)) if option.hint.strip() else None
            text = plain(cut(option.label, OPTION_CHARS))
            self._made[option] = _Told(value=option.value, text=text, description=hint)
        return self._made[option]

    def all(self, options: Iterable[Option]) -> list[SlackOption]:
        """Return options as Slack has them."""
        return [self.one(option) for option in options]


def draw_input(
    asked: Field,
    typed: str | tuple[str, ...] | None,
    *,
    decides: bool,
    reports: bool = False,
    turn: int = 0,
    offered: Offered | None = None,
) -> Block:
    """Return the block of one field; it `decides` when follow-ups wait for it, and `reports` what is typed.

    Fields of one form share what is `offered`.
    """
    made = offered or Offered()
    action = (DECIDES if decides else TYPES if reports else asked.id) + (f".{turn}" if turn else "")
    one = typed if isinstance(typed, str) else ""
    several = typed if isinstance(typed, tuple) else ((typed,) if typed else ())
    return InputBlock(
        block_id=asked.id,
        label=plain(cut(asked.label, LABEL_CHARS)),
        hint=plain(cut(asked.hint, HINT_CHARS)) if asked.hint.strip() else None,
        optional=not asked.required,
        dispatch_action=True if decides or reports else None,
        element=_element(asked, one, several, action, made, reports=reports),
    )


def _element(
    asked: Field, one: str, several: Sequence[str], action: str, made: Offered, *, reports: bool
) -> InputInteractiveElement:
    placeholder = plain(cut(asked.placeholder, PLACEHOLDER_CHARS)) if asked.placeholder.strip() else None
    match asked.widget:
        case "line" | "lines" | "number":
            return _text_input(asked, one, placeholder, action, reports=reports)
        case "choice":
            return _one_of(asked, one, action, made)
        case "choices":
            return _any_of(asked, several, action, made)
        case "date":
            return DatePickerElement(action_id=action, initial_date=one if _is_date(one) else None)
        case "people":
            return UserMultiSelectElement(
                action_id=action, initial_users=list(several) or None, placeholder=placeholder or plain(_CHOOSE)
            )
        case "channel":
            return ConversationSelectElement(
                action_id=action,
                initial_conversation=one or None,
                placeholder=placeholder or plain(_CHOOSE),
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            )
        case "zone":
            return _zone(one, action, made)


def _text_input(asked: Field, typed: str, placeholder: Any, action: str, *, reports: bool) -> InputInteractiveElement:
    # Slack refuses a maximum of less than 1, and an initial value beyond the maximum.
    most = max(1, min(asked.max_chars, INPUT_CHARS))
    return PlainTextInputElement(
        action_id=action,
        # https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object
        dispatch_action_config=_AT_EACH_LETTER if reports else None,
        multiline=True if asked.widget == "lines" else None,
        max_length=max(most, min(len(typed), INPUT_CHARS)),
        initial_value=typed[:INPUT_CHARS] or None,
        placeholder=placeholder,
    )


def _one_of(asked: Field, typed: str, action: str, made: Offered) -> InputInteractiveElement:
    offered = asked.options if asked.required else (*asked.options, LETS_GO)
    options = made.all(offered)
    chosen = next((option for option in options if option.value == typed), None)
    if len(options) <= BUTTONS_MOST and not asked.menu:
        return RadioButtonsElement(action_id=action, options=options, initial_option=chosen)
    return StaticSelectElement(
        action_id=action, initial_option=chosen, placeholder=plain(_CHOOSE), **_menu(offered, made)
    )


def _any_of(asked: Field, typed: Sequence[str], action: str, made: Offered) -> InputInteractiveElement:
    options = made.all(asked.options)
    chosen = [option for option in options if option.value in typed] or None
    if len(options) <= BUTTONS_MOST and not asked.most and not asked.menu:
        return CheckboxesElement(action_id=action, options=options, initial_options=chosen)
    return StaticMultiSelectElement(
        action_id=action,
        initial_options=chosen,
        # Slack refuses a start with more than one may pick, and what was typed is not ours to drop.
        max_selected_items=max(asked.most, len(chosen or ())) if asked.most else None,
        placeholder=plain(_CHOOSE),
        **_menu(asked.options, made),
    )


def _menu(options: Sequence[Option], made: Offered) -> dict[str, Any]:
    """Return one list, or groups of a hundred, named by their first and last."""
    if len(options) <= MENU_MOST:
        return {"options": made.all(options)}
    pages = [options[start : start + MENU_MOST] for start in range(0, len(options), MENU_MOST)]
    return {"option_groups": [_group(f"{cut(p[0].label, 30)} – {cut(p[-1].label, 30)}", p, made) for p in pages]}


def _group(label: str, options: Iterable[Option], made: Offered) -> OptionGroup:
    return OptionGroup(label=plain(cut(label, OPTION_CHARS)), options=made.all(options))


def _zone(typed: str, action: str, made: Offered) -> InputInteractiveElement:
    groups = [(name, zones) for name, zones in OFFERED]
    if typed and not is_offered(typed):
        groups.insert(0, ("Yours", (typed,)))
    chosen = made.one(_zone_option(typed)) if typed else None
    return StaticSelectElement(
        action_id=action,
        placeholder=plain(_CHOOSE),
        option_groups=[_group(name, map(_zone_option, zones), made) for name, zones in groups],
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
