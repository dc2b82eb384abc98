"""One number, with a unit if the question names one. Kept as plain decimal text: "1.5"."""

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean, decimals, spoken
from workflows.kinds.kind import Kind, Value
from workflows.question import Question


def fields(question: Question) -> tuple[Field, ...]:
    """One field; the unit stands in it until somebody types."""
    return (
        Field(
            id=question.id,
            widget="number",
            label=question.label,
            hint=question.hint,
            placeholder=question.unit,
            required=question.required,
            max_chars=60,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the number. Raises AskPerson when it is none, or beyond the limits."""
    given = clean.line(clean.one(typed, question.id))
    if not given:
        return clean.nothing(question)
    try:
        number = decimals.read(given, question.unit)
    except decimals.NotANumber as no:
        raise AskPerson({question.id: str(no)}) from None
    if problem := decimals.problem(question, number):
        raise AskPerson({question.id: problem})
    return number


def typed(question: Question, value: Value) -> Typed:
    """Fill the field with the number."""
    return {question.id: decimals.retype(str(value))}


def from_text(question: Question, text: str) -> Typed:
    """Take a number, with "about" or the unit around it. Raises AskPerson."""
    given = spoken.without_about(spoken.in_digits(clean.plain(text), question.unit))
    kept = parse(question, {question.id: given})
    return {} if kept is None else typed(question, kept)


def show(question: Question, value: Value) -> str:
    """The number and its unit."""
    return f"{value} {question.unit}".strip()


KIND = Kind(
    name="number",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=decimals.wrong_limits,
)
