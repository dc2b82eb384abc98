"""A few options, best first. Kept as the list of option values in that order.

Places left empty in between are closed up: who fills the first and the third place means a first and a second choice.
"""

import re

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import choices, clean, dots, picking
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_PLACES = 5  # when the question does not say how many; what one ranks below is mostly chance
_PLACE = re.compile(r"(?P<place>[0-9]{1,2})[.):]\s+(?P<words>.+)")
_NAMES = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


def fields(question: Question) -> tuple[Field, ...]:
    """A menu for each place; only the first is needed."""
    return tuple(
        Field(
            id=f"{question.id}.{place}",
            widget="choice",
            label=f"{_NAMES[place - 1]} choice" if place <= len(_NAMES) else f"Choice {place}",
            hint=question.hint if place == 1 else "",
            required=question.required and place == 1,
            options=question.options,
            menu=True,
            legend=question.label if place == 1 else "",
        )
        for place in range(1, places(question) + 1)
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the options, best first. Raises AskPerson with the problem of every place at once."""
    if not question.options:
        return None
    known = {option.value for option in question.options}
    problems: dict[str, str] = {}
    order: list[str] = []
    for place in range(1, places(question) + 1):
        field_id = f"{question.id}.{place}"
        try:
            picked = clean.one(typed, field_id)
        except AskPerson as asked:
            problems.update(asked.problems)
            continue
        if picked and picked not in known:
            problems[field_id] = "Please pick one of the answers."
        elif picked in order:
            problems[field_id] = "You have this one further up already. Please pick another, or leave this place empty."
        elif picked:
            order.append(picked)
    if problems:
        raise AskPerson(problems)
    return order or clean.nothing(question, f"{question.id}.1")


def typed(question: Question, value: Value) -> Typed:
    """Fill the places again; what is no option any more makes room for what comes after it."""
    order = picking.still(question, choices.values(value))
    return {f"{question.id}.{place}": option for place, option in enumerate(order, start=1)}


def from_text(question: Question, text: str) -> Typed:
    """Take "3, 1, 2", "3 > 1", or the words of the options, best first, their places before them or not.

    Raises AskPerson.
    """
    text = _without_places(text)
    try:
        try:
            order = picking.all_meant(question.options, text)
        except picking.UnknownOption:
            order = picking.all_meant(question.options, text.replace(">", "\n"))
    except picking.UnknownOption:
        how = f"{picking.how_several(question.options)} Begin with the one you like best."
        raise AskPerson({question.id: how}) from None
    if len(order) > places(question):
        raise AskPerson({question.id: f"Please name at most {places(question)}, the one you like best first."})
    if len(set(order)) < len(order):
        raise AskPerson({question.id: "You named one of them twice. Please name each only once."})
    return {f"{question.id}.{place}": option.value for place, option in enumerate(order, start=1)}


def show(question: Question, value: Value) -> str:
    """The words of the options with their places."""
    order = choices.values(value)
    return "; ".join(f"{place}. {picking.label_of(question, each)}" for place, each in enumerate(order, start=1))


def _without_places(text: str) -> str:
    """The lines of a list that somebody numbered 1, 2, 3 themselves, without those numbers."""
    lines = [line.strip() for line in re.split(r"[\n;]", clean.text(text)) if line.strip()]
    found = [_PLACE.fullmatch(line) for line in lines]
    words = [each["words"] for place, each in enumerate(found, start=1) if each and int(each["place"]) == place]
    return "\n".join(words if len(words) == len(lines) > 1 else lines)


def places(question: Question) -> int:
    """How many places there are to fill."""
    return min(question.most or _PLACES, len(question.options))


KIND = Kind(
    name="ranked",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=dots.check,
)
