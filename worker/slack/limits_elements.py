"""Slack's limits of the things inside blocks: texts, buttons, inputs, options, pictures. See `limits.py`.

Promises: each rule raises `SlackLimit` with the path of what breaks it; none repeats the text it looks at.
"""

from collections.abc import Callable, Mapping, Sequence, Sized
from datetime import date
from typing import Any

ACTION_ID_CHARS = 255
OPTION_TEXT_CHARS = 75
OPTION_VALUE_CHARS = 150
BUTTONS_MOST = 10  # radio buttons, checkboxes
MENU_MOST = 100


class SlackLimit(Exception):
    """A payload that Slack would refuse: `path` names the place, `reason` what is wrong with it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason


class Broken(Exception):
    """What a rule found, before the path is known."""


def need(fine: object, path: str, reason: str) -> None:
    """Raise SlackLimit unless `fine`."""
    if not fine:
        raise SlackLimit(path, reason)


def at_most(value: Sized, most: int, path: str, unit: str) -> None:
    """Raise SlackLimit when `value` holds more than `most`."""
    need(isinstance(value, Sized), path, "has no length")
    need(len(value) <= most, path, f"has {len(value)} {unit}, and {most} is the most")


def check_text(text: Any, most: int, path: str) -> None:
    """A text object of either kind: not empty, not too long, without the other kind's settings."""
    need(isinstance(text, Mapping), path, "is no text object")
    need(text.get("type") in ("plain_text", "mrkdwn"), path, "is neither plain_text nor mrkdwn")
    words = text.get("text")
    need(isinstance(words, str) and words.strip() != "", path, "is empty")
    at_most(words or "", most, path, "characters")
    stray = "emoji" if text["type"] == "mrkdwn" else "verbatim"
    need(stray not in text, f"{path}.{stray}", f"does not belong to {text['type']}")


def check_plain(text: Any, most: int, path: str) -> None:
    """A text object where Slack takes plain_text alone."""
    check_text(text, most, path)
    need(text["type"] == "plain_text", path, "is not plain_text")


def check_element(element: Any, path: str) -> None:
    """A button or an input."""
    need(isinstance(element, Mapping), path, "is missing")
    rule = _ELEMENTS.get(element.get("type"))
    if rule is None:
        raise SlackLimit(path, "is of a type we do not send")
    action_id = element.get("action_id")
    need(isinstance(action_id, str) and action_id != "", f"{path}.action_id", "is missing")
    at_most(action_id or "", ACTION_ID_CHARS, f"{path}.action_id", "characters")
    if "placeholder" in element:
        check_plain(element["placeholder"], 150, f"{path}.placeholder")
    rule(element, path)


def image(element: Mapping[str, Any], path: str) -> None:
    """A picture, as a block or inside one: it says what it shows to those who cannot see it."""
    need(str(element.get("alt_text") or "").strip(), f"{path}.alt_text", "is empty")
    at_most(element["alt_text"], 2000, f"{path}.alt_text", "characters")
    need("image_url" in element or "slack_file" in element, path, "has no picture")
    at_most(element.get("image_url") or "", 3000, f"{path}.image_url", "characters")


def rich_text(element: Any, path: str) -> None:
    """A section, list or quote of rich text, with whatever stands in it."""
    need(isinstance(element, Mapping), path, "is no object")
    kind = element.get("type")
    if kind == "text":
        need(isinstance(element.get("text"), str) and element["text"] != "", f"{path}.text", "is empty")
        return
    if kind == "link":
        need(str(element.get("url") or "").startswith(("https://", "http://")), f"{path}.url", "is no web address")
        at_most(element["url"], 3000, f"{path}.url", "characters")
        return
    known = ("rich_text_section", "rich_text_list", "rich_text_quote")
    need(kind in known, path, "is of a type we do not send")
    need(element.get("elements"), f"{path}.elements", "are none")
    if kind == "rich_text_list":
        need(element.get("style") in ("bullet", "ordered"), f"{path}.style", "is neither bullet nor ordered")
    for place, inner in enumerate(element["elements"]):
        rich_text(inner, f"{path}.elements[{place}]")


def _button(element: Mapping[str, Any], path: str) -> None:
    check_plain(element.get("text"), 75, f"{path}.text")
    at_most(element.get("value") or "", 2000, f"{path}.value", "characters")
    at_most(element.get("url") or "", 3000, f"{path}.url", "characters")
    need(element.get("style", "primary") in ("primary", "danger"), f"{path}.style", "is neither primary nor danger")


def _text_input(element: Mapping[str, Any], path: str) -> None:
    most = element.get("max_length", 3000)
    need(isinstance(most, int) and 1 <= most <= 3000, f"{path}.max_length", "is not from 1 to 3000")
    need(0 <= element.get("min_length", 0) <= most, f"{path}.min_length", "is not from 0 to max_length")
    at_most(element.get("initial_value") or "", most, f"{path}.initial_value", "characters")


def _date(element: Mapping[str, Any], path: str) -> None:
    if "initial_date" in element:
        try:
            date.fromisoformat(element["initial_date"])
        except (TypeError, ValueError):
            raise SlackLimit(f"{path}.initial_date", "is no date") from None


def _buttons(element: Mapping[str, Any], path: str) -> None:
    offered = _options(element.get("options"), BUTTONS_MOST, f"{path}.options")
    _initial(element, offered, path)


def _menu(element: Mapping[str, Any], path: str) -> None:
    need(("options" in element) != ("option_groups" in element), path, "needs either options or option_groups")
    if "options" in element:
        offered = _options(element["options"], MENU_MOST, f"{path}.options")
    else:
        groups = element["option_groups"]
        need(bool(groups), f"{path}.option_groups", "are none")
        at_most(groups, MENU_MOST, f"{path}.option_groups", "groups")
        offered = []
        for place, group in enumerate(groups):
            where = f"{path}.option_groups[{place}]"
            check_plain(group.get("label"), OPTION_TEXT_CHARS, f"{where}.label")
            offered += _options(group.get("options"), MENU_MOST, f"{where}.options")
    _initial(element, offered, path)
    if "max_selected_items" in element:
        most = element["max_selected_items"]
        need(element["type"] == "multi_static_select", f"{path}.max_selected_items", "belongs to a menu of several")
        need(isinstance(most, int) and most >= 1, f"{path}.max_selected_items", "is not at least 1")
        at_most(element.get("initial_options") or (), most, f"{path}.initial_options", "options")


def _options(options: Any, most: int, path: str) -> list[Mapping[str, Any]]:
    need(isinstance(options, Sequence) and bool(options), path, "are none")
    at_most(options, most, path, "options")
    for place, option in enumerate(options):
        where = f"{path}[{place}]"
        need(isinstance(option, Mapping), where, "is no object")
        check_text(option.get("text"), OPTION_TEXT_CHARS, f"{where}.text")
        if "description" in option:
            check_text(option["description"], OPTION_TEXT_CHARS, f"{where}.description")
        need(isinstance(option.get("value"), str) and option["value"] != "", f"{where}.value", "is empty")
        at_most(option["value"], OPTION_VALUE_CHARS, f"{where}.value", "characters")
    values = [option["value"] for option in options]
    need(len(set(values)) == len(values), path, "hold a value twice")
    return list(options)


def _initial(element: Mapping[str, Any], offered: Sequence[Mapping[str, Any]], path: str) -> None:
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options") or []
    for option in chosen:
        need(option in offered, f"{path}.initial_option", "is not one of the options")


def _chosen_by_slack(element: Mapping[str, Any], path: str) -> None:
    for name in ("initial_users", "initial_channels", "initial_conversations"):
        for place, chosen in enumerate(element.get(name) or ()):
            need(isinstance(chosen, str) and chosen != "", f"{path}.{name}[{place}]", "is empty")


_ELEMENTS: Mapping[Any, Callable[[Mapping[str, Any], str], None]] = {
    "button": _button,
    "plain_text_input": _text_input,
    "datepicker": _date,
    "radio_buttons": _buttons,
    "checkboxes": _buttons,
    "static_select": _menu,
    "multi_static_select": _menu,
    "multi_users_select": _chosen_by_slack,
    "conversations_select": _chosen_by_slack,
}
