"""A dot vote: one dot on each of a few options. Kept as the list of option values, in the order of the options.

An option may be taken out later, when it was the row of a worksheet; its dot stays kept and is not counted.
"""

from dataclasses import replace

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import choices, picking
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_DOTS = 3  # when the question does not say how many


def fields(question: Question) -> tuple[Field, ...]:
    """One field in which as many options can be picked as there are dots."""
    most = allowed(question)
    have = "You have one dot." if most == 1 else f"You have {most} dots. Put each on a different one."
    return choices.fields(replace(question, hint=f"{question.hint} {have}".strip()))


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the options with a dot. Raises AskPerson for too many, or for anything that is no option."""
    picked = choices.parse(question, typed)
    over = len(choices.values(picked)) - allowed(question) if picked is not None else 0
    if over > 0:
        most = allowed(question)
        have = "one dot" if most == 1 else f"{most} dots"
        raise AskPerson({question.id: f"You have {have} and used {most + over}. Please take {over} away."})
    return picked


def allowed(question: Question) -> int:
    """How many dots a person has; never more than there are options."""
    return min(question.most or _DOTS, len(question.options))


def check(question: Question) -> tuple[str, ...]:
    """Say what is wrong with the options or the number of dots."""
    return (*picking.wrong_options(question), *(("most is less than 0",) if question.most < 0 else ()))


KIND = Kind(
    name="dots",
    fields=fields,
    parse=parse,
    typed=choices.typed,
    from_text=choices.from_text,
    show=choices.show,
    check=check,
)
