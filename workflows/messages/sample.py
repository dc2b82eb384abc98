"""A plausible answer to any question, for examples and simulations; never stored as anybody's."""

from decimal import Decimal

from workflows.forms import Field, Typed
from workflows.kinds import Value, kind_of
from workflows.programme import Question


def sample_value(question: Question) -> Value:
    """Return a value that the question's kind accepts. Raises AskPerson when there is none."""
    kind = kind_of(question)
    value = kind.parse(question, sample_typed(question))
    assert value is not None, "every field was filled in"
    return value


def sample_typed(question: Question) -> Typed:
    """Return what somebody might type into the fields of a question."""
    return {field.id: _typed(question, field) for field in kind_of(question).fields(question)}


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
        case _:
            return "I welcome new members and answer messages in the evening."[: field.max_chars]
