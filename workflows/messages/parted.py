"""A person hears that a facilitator took them out, and what becomes of what they answered. The last word to them."""

from workflows.message import Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "parted"


def compose(scene: Scene) -> Message:
    """Say it kindly and without a reason, for none was asked for."""
    w = scene.words
    return Message(
        kind=KIND,
        subject=w("parted.subject"),
        parts=tuple(Text(text=line) for line in w.lines("parted.body", partnership=scene.title)),
        why=w("parted.why", partnership=scene.title),
        locale=scene.locale,
    )


def request(scene: Scene) -> Message:
    """What a request for consent turns into when they were never in."""
    w = scene.words
    return Message(kind=KIND, subject=w("parted.subject"), parts=(Text(text=w("parted.request")),), locale=scene.locale)


def example(words: Words, programme: Programme) -> Message:
    """Gil is not part of it any more."""
    return compose(examples.scene(words, programme))
