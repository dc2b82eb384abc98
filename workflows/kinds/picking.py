"""Finding the option a person means: its words, its number in the list, or its value. Shared by the choosing kinds."""

import re

from workflows.forms import Option
from workflows.kinds import clean
from workflows.programme import Question

_NUMBER = re.compile(r"(?:\(|no\.? ?|number |option )?([0-9]{1,3})[.):]?")
_COPIED = re.compile(r"[0-9]{1,3}[.):] (.+)")
_LONGEST_LABEL = 75  # an option's text in Slack: https://docs.slack.dev/reference/block-kit/composition-objects
_MOST = 100  # options of a Slack select menu


def meant(options: tuple[Option, ...], text: str) -> Option | None:
    """The one option meant by a reply. Its exact words win over its number; a beginning counts if only one has it."""
    said = _bare(text)
    if not said:
        return None
    copied = _COPIED.fullmatch(said)  # "2. Moderation", copied from the list
    for option in options:
        if _bare(option.label) in {said, _bare(copied[1]) if copied else said}:
            return option
    if number := _NUMBER.fullmatch(said):
        place = int(number[1])
        return options[place - 1] if 1 <= place <= len(options) else None
    for option in options:
        if clean.plain(option.value) == said:
            return option
    begun = [option for option in options if len(said) >= 3 and _bare(option.label).startswith(said)]
    return begun[0] if len(begun) == 1 else None


def label_of(question: Question, value: str) -> str:
    """The words of an option; an option that a newer programme dropped shows its value."""
    return next((option.label for option in question.options if option.value == value), value)


def how(options: tuple[Option, ...]) -> str:
    """Say how to name an option in a reply."""
    return f"Please name one of the answers by its number (1 to {len(options)}) or its words."


def wrong_options(question: Question) -> tuple[str, ...]:
    """What is wrong with the options of a question as data."""
    problems = []
    if len(question.options) < 2:
        problems.append(f"a {question.kind} needs at least two options")
    if len(question.options) > _MOST:
        problems.append(f"a {question.kind} takes at most {_MOST} options")
    for what, seen in (("value", [o.value for o in question.options]), ("label", [o.label for o in question.options])):
        problems += [f"two options have the {what} {each!r}" for each in sorted({s for s in seen if seen.count(s) > 1})]
    for option in question.options:
        if not option.value or not option.label:
            problems.append("an option has no value or no label")
        if len(option.label) > _LONGEST_LABEL:
            problems.append(f"the label of option {option.value!r} is longer than {_LONGEST_LABEL} characters")
    return tuple(problems)


def _bare(text: str) -> str:
    return clean.plain(text).strip(" .\"'")
