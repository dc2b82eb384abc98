"""Draws the fields of a form for a web page and reads back what was typed.

Promises: every field has a label, its hint and its problem are tied to it by id, and whatever was typed comes back as
it was, also where it makes no sense. Nothing is cut short and nothing is judged here; the use case does that and says
why. It holds no state, so there is nothing a crash could lose.
"""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MultiDict

from workflows.forms import Field, Form, Option, Typed

NO_ANSWER = Option(value="", label="No answer")  # a radio button once pressed cannot be let go otherwise
SLACK_ONLY = ("people", "channel")
_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option to tick, with the id of its own input."""

    id: str
    value: str
    label: str
    hint: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One field ready to be drawn. `target` is the id of its first input, for links from the list of problems."""

    name: str
    id: str
    target: str
    widget: str
    label: str
    hint: str
    placeholder: str
    required: bool
    text: str
    choices: tuple[Choice, ...]
    zones: Mapping[str, tuple[tuple[str, str], ...]]
    problem: str
    described_by: str


def inputs(form: Form) -> tuple[Input, ...]:
    """Return the fields of `form` that a web page can show, in order."""
    return tuple(_input(form, field) for field in form.fields if field.widget not in SLACK_ONLY)


def _input(form: Form, field: Field) -> Input:
    typed = form.typed.get(field.id, "")
    text = typed if isinstance(typed, str) else ""
    element = f"f-{field.id}"
    problem = form.problems.get(field.id, "")
    choices = _choices(element, field, typed)
    parts = (f"{element}-hint" if field.hint else "", f"{element}-problem" if problem else "")
    return Input(
        name=field.id,
        id=element,
        target=choices[0].id if choices else element,
        widget=field.widget,
        label=field.label,
        hint=field.hint,
        placeholder=field.placeholder,
        required=field.required,
        text=text,
        choices=choices,
        zones=zones_with(text) if field.widget == "zone" else {},
        problem=problem,
        described_by=" ".join(part for part in parts if part),
    )


def _choices(element: str, field: Field, typed: str | tuple[str, ...]) -> tuple[Choice, ...]:
    if field.widget not in ("choice", "choices"):
        return ()
    chosen = (typed,) if isinstance(typed, str) else typed
    options = field.options if field.required or field.widget == "choices" else (*field.options, NO_ANSWER)
    return tuple(
        Choice(
            id=f"{element}-{number}",
            value=option.value,
            label=option.label,
            hint=option.hint,
            chosen=option.value in chosen and (option.value != "" or field.widget == "choice"),
        )
        for number, option in enumerate(options, start=1)
    )


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, tuple[tuple[str, str], ...]]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        area, _, place = name.partition("/")
        if area in _AREAS and place:
            grouped.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return {area: tuple(places) for area, places in grouped.items()}


def zones_with(current: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return zones by part of the world, with the one that was given before even when it is in no list."""
    known = _zones()
    if any(name == current for places in known.values() for name, _ in places):
        return known
    other = [("UTC", "UTC")] + ([(current, current)] if current not in ("", "UTC") else [])
    return {"Other": tuple(other), **known}


def typed_from(posted: MultiDict[str, str], form: Form) -> Typed:
    """Return what a person gave to the fields of `form`; a field left empty is absent."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for field in form.fields:
        if field.widget == "choices":
            given = tuple(value for value in posted.getlist(field.id) if value)
            if given:
                typed[field.id] = given
        elif text := posted.get(field.id, "").replace("\r\n", "\n").strip():
            typed[field.id] = text
    return typed


def problems_in_order(form: Form) -> tuple[tuple[str, str, str], ...]:
    """Return (id to jump to, label, words) for each problem in the order of the fields, those without one first."""
    shown = {one.name: one for one in inputs(form)}
    whole = [("", "", words) for name, words in form.problems.items() if name not in shown]
    return (*whole, *((one.target, one.label, one.problem) for one in shown.values() if one.problem))


def spoken(form: Form) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (label, lines) for each field that holds something, in the words a person read when choosing it."""
    said = []
    for field in form.fields:
        typed = form.typed.get(field.id, "")
        values = (typed,) if isinstance(typed, str) else typed
        labels = {option.value: option.label for option in field.options}
        lines = tuple(labels.get(value, value) for value in values if value)
        if lines:
            said.append((field.label, lines))
    return tuple(said)
