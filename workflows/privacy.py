"""The one gate before every output: which answers may reach whom.

Every digest, summary, board, log and export asks here; nothing reads `Answer.values` for output in any other way.
An unnamed answer is shown without its person, in an order that tells nothing, and only when at least MINIMUM people
gave one; below that nothing is shown at all, not even how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.kinds.kind import Value
from workflows.programme import Audience, Question
from workflows.walk import Answer

MINIMUM = 5  # fewer than five answers could be guessed back to people of a small group
_WIDTH: tuple[Audience, ...] = ("me", "facilitators", "group", "partner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One answer to one question as an audience may see it; `person` is empty when the answer is unnamed."""

    value: Value
    person: str = ""


def reaches(question: Question, audience: Audience) -> bool:
    """Whether answers to `question` may reach `audience` at all."""
    return _WIDTH.index(question.sees) >= _WIDTH.index(audience)


def shown(question: Question, answers: Sequence[Answer], audience: Audience) -> tuple[Shown, ...]:
    """Return the answers to `question` that `audience` may see."""
    if not reaches(question, audience):
        return ()
    given = [(a.person, a.values[question.id]) for a in answers if a.values.get(question.id) is not None]
    if question.named:
        return tuple(Shown(value=value, person=person) for person, value in given)
    if len(given) < MINIMUM:
        return ()
    return tuple(Shown(value=value) for value in sorted((v for _, v in given), key=str))


def own(question: Question, answer: Answer) -> Value | None:
    """Return what a person answered themselves; everyone may see their own."""
    return answer.values.get(question.id)
