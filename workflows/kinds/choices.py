"""Any number of a few answers. Kept as the list of option values, in the order of the options."""

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean, picking, spoken
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_OPPOSITES = {"nobody", "none", "nothing", "unsure", "other"}  # beside one of these, "all" is not all of them


def fields(question: Question) -> tuple[Field, ...]:
    """One field in which several options can be picked; none while there is nothing to pick from."""
    if not question.options:
        return ()
    return (
        Field(
            id=question.id,
            widget="choices",
            label=question.label,
            hint=question.hint,
            required=question.required,
            options=question.options,
            menu=len(question.options) > picking.BUTTONS_MOST,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the values of the options. Raises AskPerson for anything that is none of them."""
    if not question.options:
        return None
    picked = clean.several(typed, question.id)
    if not picked:
        return clean.nothing(question)
    known = [option.value for option in question.options]
    if any(each not in known for each in picked):
        raise AskPerson({question.id: "Please pick from the answers given."})
    return [value for value in known if value in picked]


def typed(question: Question, value: Value) -> Typed:
    """Pick the options again."""
    return {question.id: picking.still(question, values(value))}


def from_text(question: Question, text: str) -> Typed:
    """Take "1, 3", "2 and 4", "all", or the words of the options, one a line or with commas. Raises AskPerson."""
    if spoken.is_all(text) and not _OPPOSITES & {option.value for option in question.options}:
        return {question.id: tuple(option.value for option in question.options)}
    try:
        picked = [option.value for option in picking.all_meant(question.options, text)]
    except picking.UnknownOption:
        raise AskPerson({question.id: picking.how_several(question.options)}) from None
    return {question.id: tuple(dict.fromkeys(picked))} if picked else {}


def show(question: Question, value: Value) -> str:
    """The words of the options; semicolons, for their words may hold commas."""
    return "; ".join(picking.label_of(question, each) for each in values(value))


def values(value: Value) -> list[str]:
    """The option values of an answer."""
    assert isinstance(value, list)
    return [each for each in value if isinstance(each, str)]


KIND = Kind(
    name="choices",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=picking.wrong_options,
)
