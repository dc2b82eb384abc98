"""When one tap is a whole answer, and which taps are offered.

That is so when a prompt asks exactly one thing that must be answered, and that is picked from at most MOST fixed
options. An option that needs words beside it (an objection and its reason) is not offered as a tap: it takes the form.
"""

from collections.abc import Mapping

from workflows.asking import typed_of
from workflows.errors import AskPerson
from workflows.forms import Option
from workflows.kinds import Value, kind_of
from workflows.programme import Prompt
from workflows.question import Question
from workflows.walk import Answer

MOST = 5  # buttons that are still read at a glance
_KINDS = ("choice", "yes_no", "scale", "consent")


def question(prompt: Prompt) -> Question | None:
    """The one question that a tap answers, or None."""
    needed = [q for q in prompt.questions if q.required]
    if len(needed) != 1 or needed[0].kind not in _KINDS or needed[0].when or needed[0].options_from:
        return None
    return needed[0] if len(_all(needed[0])) <= MOST and _offered(needed[0]) else None


def options(prompt: Prompt) -> tuple[Option, ...]:
    """What is offered to tap; nothing when a tap is not enough."""
    asked = question(prompt)
    return _offered(asked) if asked else ()


def needs_words(prompt: Prompt) -> bool:
    """Whether some of the answers take the form, for they need a reason."""
    asked = question(prompt)
    return asked is not None and len(_offered(asked)) < len(_all(asked))


def takes_more(prompt: Prompt) -> bool:
    """Whether there is something to add to a tap: a note, or another question."""
    asked = question(prompt)
    return asked is not None and (len(prompt.questions) > 1 or len(kind_of(asked).fields(asked)) > 1)


def tapped(prompt: Prompt, choice: str, before: Answer | None) -> Mapping[str, Value] | None:
    """The values of an answer once an option was tapped, or None when it is not offered.

    What was answered beside it stays, and so does a note: words are not lost by a tap.
    """
    asked = question(prompt)
    if asked is None or choice not in {option.value for option in _offered(asked)}:
        return None
    stood = {q.id: before.values[q.id] for q in prompt.questions if before and q.id in before.values}
    said = typed_of(prompt, {asked.id: stood[asked.id]}) if asked.id in stood else {}
    value = kind_of(asked).parse(asked, {**said, asked.id: choice})
    return stood if value is None else {**stood, asked.id: value}


def _all(asked: Question) -> tuple[Option, ...]:
    return next((field.options for field in kind_of(asked).fields(asked)), ())


def _offered(asked: Question) -> tuple[Option, ...]:
    return tuple(option for option in _all(asked) if _is_whole(asked, option.value))


def _is_whole(asked: Question, choice: str) -> bool:
    try:
        return kind_of(asked).parse(asked, {asked.id: choice}) is not None
    except AskPerson:
        return False
