"""What people say to a prompt, and how each door wants it said: a modal, a mail, a web page.

The same words go through every door, so that a story can look for them afterwards, whichever way they came.
"""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from workflows.forms import Field, Typed
from workflows.kinds import Value, kind_of
from workflows.programme import Prompt, Question

BOX = "plain_text_input"


def said_by(name: str, prompt: Prompt, round_id: str, *, turn: int = 0) -> dict[str, str | tuple[str, ...]]:
    """What a person gives to every field of a prompt; `turn` makes people differ."""
    return {
        field.id: _given(name, question, field, round_id, turn)
        for question in prompt.questions
        for field in kind_of(question).fields(question)
    }


def _given(name: str, question: Question, field: Field, round_id: str, turn: int) -> str | tuple[str, ...]:
    match field.widget:
        case "number":
            return str((5 if field.id.endswith(".high") else 2) + turn)
        case "choice":
            return field.options[turn % len(field.options)].value
        case "choices":
            first = turn % len(field.options)
            return tuple(o.value for o in (*field.options[first:], *field.options[:first])[:2])
        case "date":
            return f"2027-03-{turn + 1:02d}"
        case _:
            return f"{name} on {field.id} in {round_id}: ours & <only> ours"


def kept(prompt: Prompt, typed: Typed) -> dict[str, Value]:
    """What should be stored of it."""
    parsed = {question.id: kind_of(question).parse(question, typed) for question in prompt.questions}
    return {question: value for question, value in parsed.items() if value is not None}


# --- a modal ----------------------------------------------------------------------------------------------------------


def in_modal(view: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Slack's value objects for what somebody types into an open modal; what was filled in already stays."""
    return {
        block["block_id"]: _value(block["element"], typed.get(block["block_id"]))
        for block in view["blocks"]
        if block["type"] == "input"
    }


def _value(element: Mapping[str, Any], given: str | tuple[str, ...] | None) -> dict[str, Any]:
    kind = element["type"]
    several = given if isinstance(given, tuple) else (given,)
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value") if given is None else given}
        case "radio_buttons" | "static_select":
            chosen = element.get("initial_option") if given is None else _option(element, str(given))
            return {"type": kind, "selected_option": chosen}
        case "checkboxes" | "multi_static_select":
            before = element.get("initial_options", [])
            return {
                "type": kind,
                "selected_options": before if given is None else [_option(element, v) for v in several],
            }
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date") if given is None else given}
        case "multi_users_select":
            return {"type": kind, "selected_users": element.get("initial_users", []) if given is None else [*several]}
        case "conversations_select":
            return {
                "type": kind,
                "selected_conversation": element.get("initial_conversation") if given is None else given,
            }
    raise AssertionError(kind)


def _option(element: Mapping[str, Any], value: str | None) -> Mapping[str, Any]:
    """The option with that value: one cannot choose what is not offered."""
    groups = element.get("option_groups") or [element]
    (found,) = [option for group in groups for option in group["options"] if option["value"] == value]
    return dict(found)


# --- a mail -----------------------------------------------------------------------------------------------------------


def in_mail(name: str, prompt: Prompt, typed: Typed) -> str:
    """A reply as people write it: numbered, choices by their number, a name at the end."""
    lines = [f"{n}: {_told(question, typed)}" for n, question in enumerate(prompt.questions, start=1)]
    return "Hello,\n\n" + "\n".join(lines) + f"\n\n-- \n{name}"


def _told(question: Question, typed: Typed) -> str:
    fields = kind_of(question).fields(question)
    match question.kind:
        case "range":
            return f"{typed[fields[0].id]} to {typed[fields[1].id]}"
        case "choice" | "choices":
            given = typed[question.id]
            picked = (given,) if isinstance(given, str) else given
            places = {option.value: str(n) for n, option in enumerate(fields[0].options, start=1)}
            return ", ".join(places[value] for value in picked)
        case "yes_no":
            labels = {option.value: option.label for option in fields[0].options}
            return f"{labels[str(typed[question.id])]}. {typed[fields[1].id]}"
        case _:
            return str(typed[question.id])


# --- a web page -------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The one form of a page, as a browser reads it: what would be sent, and what one may choose from."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.offered: dict[str, list[str]] = {}
        self._area = self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "textarea":
            self._area = name
            self.sent[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self.offered.setdefault(self._select, []).append(given["value"])
            if "selected" in given:
                self.sent[self._select] = [given["value"]]
        elif tag == "input" and given["type"] in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(given["value"])
            if "checked" in given:
                self.sent.setdefault(name, []).append(given["value"])
        elif tag == "input":
            self.sent[name] = [given.get("value", "")]

    def handle_data(self, text: str) -> None:
        if self._area:
            self.sent[self._area][0] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self._area] = [self.sent[self._area][0].removeprefix("\n")]
            self._area = ""

    def filled(self, typed: Typed) -> dict[str, list[str]]:
        """What the browser sends once somebody has typed this; only what the page has a place for."""
        for name, given in typed.items():
            values = [given] if isinstance(given, str) else [*given]
            assert name in self.offered or name in self.sent, name
            assert set(values) <= set(self.offered.get(name, values)), name
            self.sent[name] = values
        return self.sent
