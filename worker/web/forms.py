"""Draws the fields of a form for a web page and reads back what was typed.

Promises: every field has a label, its hint and its problem are tied to it by id, and whatever was typed comes back as
it was, also where it makes no sense. Nothing is cut short and nothing is judged here; the use case does that and says
why. It holds no state, so there is nothing a crash could lose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import tzdata
from werkzeug.datastructures import MultiDict

from workflows.forms import Field, Form, Option, Typed, at_fields, is_called_for

NO_ANSWER = Option(value="", label="No answer")  # a radio button once pressed cannot be let go otherwise
SLACK_ONLY = ("people", "channel")
MOST_BUTTONS = 10  # more options than that fold up into a menu
FOLDED_KINDS = 9  # as many conditions as the style sheet has rules for; beyond that follow-ups always stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option to tick, with the id of its own input. `calls` are the classes of conditions that it meets."""

    id: str
    value: str
    label: str
    hint: str
    chosen: bool
    calls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One field ready to be drawn. `target` is the id of its first input, for links from the list of problems.

    One that is `optional` says so; what a line or a follow-up needs does not. A `menu` shows its choices folded up.
    `follows` is the class of the condition that a follow-up waits for.
    """

    name: str
    id: str
    target: str
    widget: str
    label: str
    hint: str
    placeholder: str
    required: bool
    optional: bool
    text: str
    choices: tuple[Choice, ...]
    zones: Mapping[str, tuple[tuple[str, str], ...]]
    problem: str
    described_by: str
    menu: bool = False
    follow_up: bool = False
    follows: str = ""
    focus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Inputs that stand together under a `legend`, or one by itself without."""

    legend: str
    inputs: tuple[Input, ...]


def inputs(form: Form, focus: str = "") -> tuple[Input, ...]:
    """Return the fields of `form` that a web page can show, in order; `focus` is the one to go on with."""
    problems = at_fields(form.problems, [f.id for f in form.fields])
    conditions = _conditions(form)
    return tuple(
        _input(form, field, problems.get(field.id, ""), conditions, field.id == focus)
        for field in form.fields
        if field.widget not in SLACK_ONLY
    )


def groups(form: Form, focus: str = "") -> tuple[Group, ...]:
    """Return the inputs in groups: a legend begins one, and it ends with its question or the next legend."""
    found: list[Group] = []
    legends = {field.id: field.legend for field in form.fields}
    for one in inputs(form, focus):
        last = found[-1] if found else None
        if last and last.legend and not legends[one.name] and _question(one) == _question(last.inputs[0]):
            found[-1] = Group(legend=last.legend, inputs=(*last.inputs, one))
        else:
            found.append(Group(legend=legends[one.name], inputs=(one,)))
    return tuple(found)


def _question(one: Input) -> str:
    return one.name.partition(".")[0]


def _conditions(form: Form) -> Mapping[tuple[str, tuple[str, ...]], str]:
    """Number the conditions of a form. The style sheet folds what waits for one until an input that calls is chosen."""
    wanted = dict.fromkeys((f.when, f.when_values) for f in form.fields if f.when)
    return {condition: str(n) for n, condition in enumerate(wanted, start=1) if n <= FOLDED_KINDS}


def _input(
    form: Form, field: Field, problem: str, conditions: Mapping[tuple[str, tuple[str, ...]], str], focus: bool
) -> Input:
    typed = form.typed.get(field.id, "")
    text = typed if isinstance(typed, str) else ""
    element = f"f-{field.id}"
    choices = _choices(element, field, typed, conditions)
    menu = bool(choices) and field.widget == "choice" and (field.menu or len(field.options) > MOST_BUTTONS)
    parts = (f"{element}-hint" if field.hint else "", f"{element}-problem" if problem else "")
    return Input(
        name=field.id,
        id=element,
        target=choices[0].id if choices and not menu else element,
        widget=field.widget,
        label=field.label,
        hint=field.hint,
        placeholder=field.placeholder,
        required=field.required,
        optional=not (field.required or field.when or field.in_line),
        text=text,
        choices=choices,
        zones=zones_with(text) if field.widget == "zone" else {},
        problem=problem,
        described_by=" ".join(part for part in parts if part),
        menu=menu,
        follow_up=bool(field.when),
        follows=conditions.get((field.when, field.when_values), ""),
        focus=focus,
    )


def _choices(
    element: str, field: Field, typed: str | tuple[str, ...], conditions: Mapping[tuple[str, tuple[str, ...]], str]
) -> tuple[Choice, ...]:
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
            calls=" ".join(f"calls-{n}" for c, n in conditions.items() if c[0] == field.id and option.value in c[1]),
        )
        for number, option in enumerate(options, start=1)
    )


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The zones that people live in, each by one name: older names of the same place would make the list twice as long.

    https://data.iana.org/time-zones/tz-link.html: `zone.tab` names them by country, in its third column.
    """
    table = resources.files(tzdata).joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#")):
        area, _, place = name.partition("/")
        grouped.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return {area: tuple(places) for area, places in grouped.items()}


def zones_with(current: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return zones by part of the world, with the one that was given before even when it is in no list."""
    known = _zones()
    listed = current in ("", "UTC") or any(name == current for places in known.values() for name, _ in places)
    other = () if listed else ((current, current),)
    return {**known, "Other": (("UTC", "UTC"), *other)}


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
    placed = at_fields(form.problems, [field.id for field in form.fields])
    whole = [("", "", words) for name, words in placed.items() if name not in shown]
    legends = {one.name: group.legend for group in groups(form) for one in group.inputs}
    told = ((one, _named(legends[one.name], one.label)) for one in shown.values() if one.problem)
    return (*whole, *((one.target, label, one.problem) for one, label in told))


def spoken(form: Form) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (label, lines) for each field that holds something, in the words a person read when choosing it.

    What is kept of a follow-up that is not called for now was not sent, and is left out.
    """
    said = []
    legend = ""
    for field in form.fields:
        legend = field.legend or (legend if "." in field.id else "")
        typed = form.typed.get(field.id, "")
        values = (typed,) if isinstance(typed, str) else typed
        labels = {option.value: option.label for option in field.options}
        lines = tuple(labels.get(value, value) for value in values if value)
        if lines and is_called_for(form, field):
            said.append((_named(legend, field.label), lines))
    return tuple(said)


def _named(legend: str, label: str) -> str:
    """A label that says whose it is, where several groups have one like it."""
    return f"{legend}: {label}" if legend else label
