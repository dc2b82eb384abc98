"""One of those who take part. Kept as the person's id; the options are filled in when the question is put.

Nothing can be picked, and nothing is needed, while nobody takes part.
"""

from workflows.kinds import choice
from workflows.kinds.kind import Kind, Value
from workflows.question import Question


def show(question: Question, value: Value) -> str:
    """The person's name; who is no option any more has left, and an id is nobody's business."""
    return next((option.label for option in question.options if option.value == value), "someone who has left")


def check(question: Question) -> tuple[str, ...]:
    """Say when options are named: nobody knows yet who will take part."""
    return ("a person needs no options: it offers everyone who takes part",) if question.options else ()


KIND = Kind(
    name="person",
    fields=choice.fields,
    parse=choice.parse,
    typed=choice.typed,
    from_text=choice.from_text,
    show=show,
    check=check,
)
