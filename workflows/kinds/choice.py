"""One of a few answers. Kept as the value of the option."""

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean, picking
from workflows.kinds.kind import Kind, Value
from workflows.question import Question


def fields(question: Question) -> tuple[Field, ...]:
    """One field with the options; none while there is nothing to choose from."""
    if not question.options:
        return ()
    return (
        Field(
            id=question.id,
            widget="choice",
            label=question.label,
            hint=question.hint,
            required=question.required,
            options=question.options,
            menu=question.kind == "person" or len(question.options) > picking.BUTTONS_MOST,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the value of the option. Raises AskPerson for anything that is none of them."""
    if not question.options:
        return None
    picked = clean.one(typed, question.id)
    if not picked:
        return clean.nothing(question)
    if picked not in {option.value for option in question.options}:
        raise AskPerson({question.id: "Please pick one of the answers."})
    return picked


def typed(question: Question, value: Value) -> Typed:
    """Pick the option again."""
    return {question.id: str(value)} if picking.still(question, [str(value)]) else {}


def from_text(question: Question, text: str) -> Typed:
    """Take an option's number or its words. Raises AskPerson."""
    if not clean.line(text):
        return {}
    option = picking.meant(question.options, text)
    if option is None:
        raise AskPerson({question.id: picking.how(question.options)})
    return {question.id: option.value}


def show(question: Question, value: Value) -> str:
    """The words of the option."""
    return picking.label_of(question, str(value))


KIND = Kind(
    name="choice",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=picking.wrong_options,
)
