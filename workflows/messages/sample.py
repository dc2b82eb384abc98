"""A plausible answer to any question, for examples and simulations; never stored as anybody's."""

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from workflows.forms import Field, Option, Typed
from workflows.kinds import Value, kind_of, rows
from workflows.question import Question

_PEOPLE = (
    Option(value="person-ana", label="Ana"),
    Option(value="person-bo", label="Bo"),
    Option(value="person-chi", label="Chi"),
)
_LINES = (
    Option(value="row-1", label="Welcoming new people"),
    Option(value="row-2", label="Our member list"),
    Option(value="row-3", label="What we know about living with it"),
)


@lru_cache(maxsize=1000)  # a simulation asks the same question of everyone, week after week
def sample_value(question: Question) -> Value:
    """Return a value that the question's kind accepts. Raises AskPerson when there is none."""
    question = filled_in(question)
    value = kind_of(question).parse(question, sample_typed(question))
    assert value is not None, "every field was filled in"
    return value


def sample_typed(question: Question) -> Typed:
    """Return what somebody might type into the fields of a question."""
    question = filled_in(question)
    match question.kind:
        case "rows":
            cells = (sample_typed(rows.cell(question, 0, column)) for column in question.columns)
            return {field_id: typed for cell in cells for field_id, typed in cell.items()}
        case "dots":
            return {question.id: tuple(option.value for option in question.options[: question.most or 3])}
        case "ranked":
            fields = kind_of(question).fields(question)
            return {f.id: option.value for f, option in zip(fields, question.options, strict=False)}
        case "consent":
            return {question.id: "consent", f"{question.id}.why": "Please tell new members about it in plain words."}
        case _:
            return {field.id: _typed(question, field) for field in kind_of(question).fields(question)}


def filled_in(question: Question) -> Question:
    """Return the question with made-up options and a currency where only a real group could give them."""
    if question.kind == "rows":
        return replace(question, columns=tuple(filled_in(column) for column in question.columns))
    if question.kind == "money" and not question.currency:
        return replace(question, currency="EUR")
    if not question.options and question.kind == "person":
        return replace(question, options=_PEOPLE)
    if not question.options and question.options_from:
        return replace(question, options=_LINES)
    return question


def _typed(question: Question, field: Field) -> str | tuple[str, ...]:
    match field.widget:
        case "number":
            wanted = Decimal(4 if field.id.endswith(".high") else 2)
            at_least = wanted if question.low is None else max(wanted, question.low)
            return str(at_least if question.high is None else min(at_least, question.high))
        case "choice":
            return field.options[len(field.options) // 2].value
        case "choices":
            return tuple(option.value for option in field.options[:2])
        case "date":
            return "2027-01-15"
        case _ if field.id.endswith(".currency"):
            return question.currency
        case _:
            return "I welcome new members and answer messages in the evening."[: field.max_chars]
