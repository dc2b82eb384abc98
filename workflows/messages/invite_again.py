"""The mail by which somebody who asked to be left alone can take that back. It goes out because they asked for it."""

from datetime import datetime

from workflows import say
from workflows.message import Heading, Link, Message, Text
from workflows.messages import examples
from workflows.programme import Programme
from workflows.words import Words

KIND = "invite_again"


def compose(words: Words, *, url: str, until: datetime) -> Message:
    """Give the link, and say that nothing changes without it."""
    return Message(
        kind=KIND,
        subject=words("invite_again.subject"),
        parts=(
            Heading(text=words("invite_again.heading")),
            Text(text=words("invite_again.body")),
            Link(label=words("invite_again.link"), url=url),
            Text(text=words("invite_again.until", until=say.moment(until, "UTC", words.locale))),
            Text(text=words("invite_again.not_you")),
        ),
        locale=words.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Somebody wants to be invited again."""
    return compose(words, url="https://fairsteps.example.org/never/EXAMPLE", until=examples.NOW)
