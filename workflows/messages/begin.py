"""The mail to an address that somebody gave on /begin. Whoever reads it may be a stranger, and is nobody here."""

from datetime import datetime

from workflows import say
from workflows.message import Heading, Link, Message, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.words import Words

KIND = "begin"


def compose(words: Words, *, url: str, until: datetime) -> Message:
    """Say what this is about, give the link that proves the address, and what to do when it was somebody else."""
    return Message(
        kind=KIND,
        subject=words("begin.subject"),
        parts=(
            Heading(text=words("begin.heading")),
            Text(text=words("begin.body")),
            Link(label=words("begin.link"), url=url),
            Text(text=words("begin.until", until=say.moment(until, "UTC", words.locale))),
            Text(text=words("begin.not_you")),
        ),
        locale=words.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Somebody wants to begin."""
    return compose(words, url="https://fairsteps.example.org/begin/EXAMPLE", until=examples.NOW)
