"""Some lines of the person's own words. Kept as text, line breaks and all."""

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean, short_text
from workflows.kinds.kind import Kind, Value
from workflows.question import Question


def fields(question: Question) -> tuple[Field, ...]:
    """A box with room for several lines."""
    return (
        Field(
            id=question.id,
            widget="lines",
            label=question.label,
            hint=question.hint,
            required=question.required,
            max_chars=question.max_chars,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the text as written. Raises AskPerson when it is missing or too long."""
    kept = clean.one(typed, question.id)
    if not kept:
        return clean.nothing(question)
    if problem := clean.too_long(kept, question.max_chars):
        raise AskPerson({question.id: problem})
    return kept


def from_text(question: Question, text: str) -> Typed:
    """Take the whole reply as the answer."""
    return {question.id: clean.text(text)}


KIND = Kind(
    name="long_text",
    fields=fields,
    parse=parse,
    typed=short_text.typed,
    from_text=from_text,
    show=short_text.show,
    check=short_text.check,
)
