"""One line of the person's own words. Kept as text."""

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_LONGEST = 3000  # what a text input of Slack takes: https://docs.slack.dev/reference/block-kit/block-elements


def fields(question: Question) -> tuple[Field, ...]:
    """One line to type into."""
    return (
        Field(
            id=question.id,
            widget="line",
            label=question.label,
            hint=question.hint,
            required=question.required,
            max_chars=question.max_chars,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the text on one line. Raises AskPerson when it is missing or too long."""
    kept = clean.line(clean.one(typed, question.id))
    if not kept:
        return clean.nothing(question)
    if problem := clean.too_long(kept, question.max_chars):
        raise AskPerson({question.id: problem})
    return kept


def typed(question: Question, value: Value) -> Typed:
    """Fill the line with what was kept."""
    return {question.id: str(value)}


def from_text(question: Question, text: str) -> Typed:
    """Take the whole reply as the answer."""
    return {question.id: clean.line(text)}


def show(question: Question, value: Value) -> str:
    """The person's words."""
    return str(value)


def check(question: Question) -> tuple[str, ...]:
    """Say whether the room for the answer makes sense."""
    if 1 <= question.max_chars <= _LONGEST:
        return ()
    return (f"max_chars must be from 1 to {_LONGEST}",)


KIND = Kind(name="short_text", fields=fields, parse=parse, typed=typed, from_text=from_text, show=show, check=check)
