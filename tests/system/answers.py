"""What people say to a prompt, and how each door wants it said: a modal, a mail, a web page.

The same words go through every door, so that a story can look for them afterwards, whichever way they came.
"""

from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from workflows.followups import applies
from workflows.forms import Field, Typed
from workflows.kinds import Value, kind_of, rows
from workflows.programme import Prompt
from workflows.question import Question

LINES = {"work": 2, "assets": 2, "threats": 2}  # lines that people write; one for every other table
OURS = "ours & <only> ours"


def said_by(name: str, prompt: Prompt, round_id: str, *, turn: int = 0, short: bool = False) -> Typed:
    """What a person gives to the fields of a prompt that are asked of them; `turn` makes people differ."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for question in prompt.questions:
        if (short and question.id not in prompt.short) or not applies(prompt, question, typed):
            continue
        asked = replace(question, lines=LINES.get(question.id, 1))
        for field in kind_of(asked).fields(asked):
            line = int(field.id.split(".")[1]) if question.kind == "rows" else 0
            if not (field.widget in ("choice", "choices") and not field.options):  # nothing to choose from yet
                typed[field.id] = _given(name, question, field, round_id, turn + line)
    return typed


def _given(name: str, question: Question, field: Field, round_id: str, turn: int) -> str | tuple[str, ...]:
    if question.kind == "consent" and field.id == question.id:
        return "consent"
    if field.id.endswith(".currency"):
        return "EUR"
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
            return words_of(name, field.id, round_id)


def words_of(name: str, field: str, round_id: str) -> str:
    """What somebody writes into a box: it tells whose it is, where it stands and of which week."""
    return f"{name} on {field} in {round_id}: {OURS}"


def kept(prompt: Prompt, typed: Typed) -> dict[str, Value]:
    """What should be stored of it."""
    asked = (question for question in prompt.questions if applies(prompt, question, typed))
    parsed = {question.id: kind_of(question).parse(question, typed) for question in asked if _touched(question, typed)}
    return {question: value for question, value in parsed.items() if value is not None}


def _touched(question: Question, typed: Typed) -> bool:
    return any(field.partition(".")[0] == question.id for field in typed)


# --- a modal ----------------------------------------------------------------------------------------------------------


def in_modal(view: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Slack's value objects for what somebody types into an open modal; what was filled in already stays."""
    return {
        block["block_id"]: _value(block["element"], typed.get(block["block_id"]))
        for block in view["blocks"]
        if block["type"] == "input"
    }


def typed_in(view: Mapping[str, Any], field: str) -> str:
    """What stands in a box of a modal when it opens."""
    (element,) = [block["element"] for block in view["blocks"] if block.get("block_id") == field]
    return str(element.get("initial_value", ""))


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
    """A reply as people write it: numbered, choices by their number, a table line by line, a name at the end.

    A lone question has no number: all of the words answer it.
    """
    if len(prompt.questions) == 1:
        return f"{_told(prompt.questions[0], typed)}\n\n-- \n{name}"
    asked = [(n, question) for n, question in enumerate(prompt.questions, start=1) if _touched(question, typed)]
    lines = [f"{n}: {_told(question, typed)}" for n, question in asked]
    return "Hello,\n\n" + "\n".join(lines) + f"\n\n-- \n{name}"


def _told(question: Question, typed: Typed) -> str:
    fields = kind_of(question).fields(question)
    match question.kind:
        case "rows":
            lines = sorted({int(field.split(".")[1]) for field in typed if field.startswith(f"{question.id}.")})
            return "\n".join("; ".join(_cells(question, line, typed)) for line in lines)
        case "range":
            return f"{typed[fields[0].id]} to {typed[fields[1].id]}"
        case "money":
            return f"{typed[fields[0].id]} to {typed[fields[1].id]} {typed[fields[2].id]}"
        case "choice" | "choices" | "person" | "dots":
            given = typed[question.id]
            picked = (given,) if isinstance(given, str) else given
            places = {option.value: str(n) for n, option in enumerate(fields[0].options, start=1)}
            return ", ".join(places[value] for value in picked)
        case "yes_no" | "consent":
            labels = {option.value: option.label.partition(":")[0] for option in fields[0].options}
            return f"{labels[str(typed[question.id])]}. {typed[fields[1].id]}"
        case _:
            return str(typed[question.id])


def _cells(question: Question, line: int, typed: Typed) -> list[str]:
    """One line of a table, with a dash where somebody has nothing to say."""
    cells = [rows.cell(question, line, column) for column in question.columns]
    return [_told(one, typed) if _given_in(one, typed) else "-" for one in cells]


def _given_in(cell: Question, typed: Typed) -> bool:
    return any(f"{field}.".startswith(f"{cell.id}.") for field in typed)


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

    def takes(self, name: str) -> bool:
        """Whether there is a place for it."""
        return name in self.offered or name in self.sent

    def filled(self, typed: Typed) -> dict[str, list[str]]:
        """What the browser sends once somebody has typed this; only what the page has a place for."""
        for name, given in typed.items():
            values = [given] if isinstance(given, str) else [*given]
            assert self.takes(name), name
            assert set(values) <= set(self.offered.get(name, values)), name
            self.sent[name] = values
        return self.sent
