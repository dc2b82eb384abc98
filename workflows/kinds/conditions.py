"""Whether a follow-up is called for by an earlier answer to a choice, to choices, or to a yes/no question."""

from collections.abc import Mapping

from workflows.kinds.kind import Value
from workflows.programme import Condition


def met(condition: Condition | None, values: Mapping[str, Value]) -> bool:
    """Return whether the answer to the condition's question is one of its values; no condition is always met."""
    if condition is None:
        return True
    match values.get(condition.question):
        case str() | int() as said:
            return str(said) in condition.values
        case list() as several:
            return any(each in condition.values for each in several if isinstance(each, str))
        case dict() as named:  # yes_no keeps what was said beside a note, consent its word beside a reason
            return named.get("said", named.get("word", "")) in condition.values
        case _:
            return False
