"""What every kind of question can do: draw itself as fields, read what was typed, show what was kept."""

from collections.abc import Callable
from dataclasses import dataclass

from workflows.forms import Field, Typed
from workflows.question import Question

# What is kept of one answer, as JSON: text, a whole number, a list of option values, or named texts.
Cell = str | int | list[str] | dict[str, str]
Value = Cell | list[dict[str, Cell]]  # the last: the lines of a `rows` question, cells by column id


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of question. Field ids are the question's id, or that and a dot and a part (`hours.low`).

    `parse` returns None where an optional question was left empty and raises AskPerson, with every problem of the
    question at once, where the answer cannot be used. `typed` is its inverse and fills a form again.
    `from_text` reads one answer out of a mail reply. `check` says what is wrong with the question itself.
    """

    name: str
    fields: Callable[[Question], tuple[Field, ...]]
    parse: Callable[[Question, Typed], Value | None]
    typed: Callable[[Question, Value], Typed]
    from_text: Callable[[Question, str], Typed]
    show: Callable[[Question, Value], str]
    check: Callable[[Question], tuple[str, ...]]
