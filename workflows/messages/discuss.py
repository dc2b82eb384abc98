"""The channel is asked to talk about a reading, in the thread of this message."""

from workflows.message import Heading, Link, Message, Part, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme, Reading
from workflows.words import Words

KIND = "discuss"


def compose(scene: Scene, *, reading: Reading) -> Message:
    """Ask the question of a reading, and say where to find it; who asked for it stays unsaid."""
    w = scene.words
    where: Part = Link(label=w("reading.link"), url=reading.url) if reading.url else Text(text=reading.where)
    return Message(
        kind=KIND,
        subject=w("home.discuss.subject", title=reading.title),
        parts=(
            Heading(text=reading.discuss),
            Text(text=w("home.discuss.body", title=reading.title, author=reading.author, minutes=reading.minutes)),
            where,
            Small(text=w("home.discuss.talk")),
        ),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """The first reading of the first step."""
    return compose(examples.scene(words, programme), reading=programme.steps[0].readings[0])
