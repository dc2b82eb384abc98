"""The kinds of question, in the order in which they are documented. A new kind is one file and one name in `KINDS`.

Each kind turns what a person typed into a value that can be kept as JSON, and back. It either understands the whole
answer or asks the person again with `AskPerson`; it never guesses, never cuts and never raises anything else.
"""

from workflows.kinds import (
    choice,
    choices,
    consent,
    date,
    dots,
    long_text,
    money,
    number,
    person,
    range,
    ranked,
    rows,
    scale,
    short_text,
    yes_no,
)
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

KINDS: tuple[Kind, ...] = (
    short_text.KIND,
    long_text.KIND,
    number.KIND,
    range.KIND,
    money.KIND,
    choice.KIND,
    choices.KIND,
    scale.KIND,
    yes_no.KIND,
    date.KIND,
    person.KIND,
    rows.KIND,
    dots.KIND,
    ranked.KIND,
    consent.KIND,
)
KIND_NAMES: tuple[str, ...] = tuple(kind.name for kind in KINDS)


def kind_of(question: Question) -> Kind:
    """The kind of a question. Raises KeyError for a kind that is not in `KINDS`."""
    for kind in KINDS:
        if kind.name == question.kind:
            return kind
    raise KeyError(question.kind)


__all__ = ["KINDS", "KIND_NAMES", "Kind", "Value", "kind_of"]
