"""A plausible answer to any question, for examples and simulations; never stored."""

from workflows.kinds import Value
from workflows.programme import Question


def sample_value(question: Question) -> Value:
    """Return a value that the question's kind accepts."""
    low = question.low if question.low is not None else 2
    match question.kind:
        case "number":
            return str(low)
        case "range":
            return {"low": str(low), "high": str(question.high if question.high is not None else 4)}
        case "choice":
            return question.options[0].value
        case "choices":
            return [o.value for o in question.options[:2]]
        case "scale":
            return int(low) + 2
        case "yes_no":
            return {"answer": "not_sure", "note": ""}
        case "date":
            return "2027-01-15"
        case _:
            return "I welcome new members and answer messages in the evening."
