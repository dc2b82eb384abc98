"""A form as a value: what is asked of a person in a Slack modal or on a web page, what they typed, what was wrong.

Renderers (`worker/slack/modals.py`, `worker/web/forms.py`) draw a form; nobody else builds inputs. Typed text is
carried in `typed`, problems in `problems`, so that a form that comes back still holds everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Widget = Literal[
    "line",  # one line of text
    "lines",  # several lines of text
    "number",  # a number as text, decimal point or comma
    "choice",  # one of `options`
    "choices",  # any of `options`
    "date",  # ISO date
    "people",  # several people of the workspace: Slack user ids (Slack only)
    "channel",  # one channel of the workspace: Slack channel id (Slack only)
    "zone",  # IANA time zone name
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: `value` is stored, `label` is read (at most 75 characters), `hint` explains."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input. `max_chars` bounds text; `options` belong to choice and choices; a `menu` folds a choice up.

    `most` is how many of the options one may pick, 0 for all.

    A `legend` begins a group of fields under a heading of its own. `when` is the field and `when_values` the values
    that call for this one; a channel may hide it until then, and must never lose what is in it. What is `in_line` may
    be left empty only as long as nothing else stands in its line.
    """

    id: str
    widget: Widget
    label: str
    hint: str = ""
    placeholder: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    menu: bool = False
    most: int = 0
    max_chars: int = 3000
    legend: str = ""
    when: str = ""
    when_values: tuple[str, ...] = ()
    in_line: bool = False


# What a person gave, field by field: text for one, a tuple for several. A field left empty is absent.
Typed = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form to draw. `intro` stands above the fields; `token` names what it is about and comes back with it.

    Besides `submit` there may be: `keep`, which stores what is typed as a draft; `more`, which draws the form again
    with one more line to fill; `other`, which opens the form of `other_token` instead (a shorter or the full one);
    `fresh`, which throws the draft away that is shown. Each is the label of its button, empty when there is none.

    A form with `drafts` keeps what is typed as it is typed, where a channel can. One that has `next` and `back` may be
    split over pages, `a_page` questions on each (0: as many as there is room for); `place` says which page this is,
    with `{number}` and `{count}` in it.
    """

    id: str  # which form: "answer", "start", "consent", "move_on", "preferences"
    title: str
    submit: str
    fields: tuple[Field, ...]
    intro: tuple[str, ...] = ()
    token: str = ""
    typed: Typed = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    cancel: str = "Close"
    keep: str = ""
    more: str = ""
    other: str = ""
    other_token: str = ""
    fresh: str = ""
    drafts: bool = False
    next: str = ""
    back: str = ""
    place: str = ""
    a_page: int = 0


def one(typed: Typed, field_id: str) -> str:
    """Return what was typed into a field, trimmed; empty when it was left empty."""
    value = typed.get(field_id, "")
    return value.strip() if isinstance(value, str) else ""


def several(typed: Typed, field_id: str) -> tuple[str, ...]:
    """Return what was picked in a field."""
    value = typed.get(field_id, ())
    return tuple(value) if not isinstance(value, str) else ((value,) if value else ())


def with_empty(typed: Typed, field_ids: Iterable[str]) -> Typed:
    """Return what was typed, naming each field that was shown: one that was left empty holds nothing."""
    return {**dict.fromkeys(field_ids, ""), **typed}


def is_same(before: str | tuple[str, ...] | None, after: str | tuple[str, ...] | None) -> bool:
    """Whether two values of a field say the same: nothing is nothing, and what is picked has no order."""
    first, second = before or (), after or ()
    if isinstance(first, tuple) and isinstance(second, tuple):
        return sorted(first) == sorted(second)
    return first == second


def is_called_for(form: Form, asked: Field) -> bool:
    """Whether a field is asked, by what is typed: always, or because of the answer that it follows."""
    if not asked.when:
        return True
    first = next((f for f in form.fields if f.id == asked.when), None)
    if first is not None and not is_called_for(form, first):
        return False
    return any(value in asked.when_values for value in several(form.typed, asked.when))


def at_fields(problems: Mapping[str, str], field_ids: Sequence[str]) -> Mapping[str, str]:
    """Return problems by the field where each is shown: its own, the first of its question, else the whole form, ""."""
    placed: dict[str, str] = {}
    for place, problem in problems.items():
        near = (f for f in field_ids if f == place or (place and f.startswith(f"{place}.")))
        at = next(near, "")
        placed[at] = f"{placed[at]} {problem}" if at in placed else problem
    return placed
