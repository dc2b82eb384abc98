"""Whoever added the app hears that Slack wants it added again: a right is missing, or its key cannot be renewed."""

from workflows.living import RIGHT
from workflows.message import Heading, Message, Text
from workflows.programme import Programme
from workflows.words import Words

KIND = "wanting"


def compose(words: Words, *, what: str) -> Message:
    """`what` is KEY or RIGHT."""
    return Message(
        kind=KIND,
        subject=words("wanting.subject"),
        parts=(
            Heading(text=words("wanting.heading")),
            Text(text=words(f"wanting.{what}")),
            Text(text=words("wanting.how")),
        ),
        why=words("why.installer"),
        locale=words.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """A right is missing."""
    return compose(words, what=RIGHT)
