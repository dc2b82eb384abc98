"""Something worth reading, brought to one person."""

from workflows.message import Heading, Link, Message, Part, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme, Reading
from workflows.words import Words

KIND = "reading"


def compose(scene: Scene, *, reading: Reading, person: str) -> Message:
    """Why it is worth it, where to find it, and a question to talk about."""
    w = scene.words
    kind = w(f"reading.kinds.{reading.kind}")
    where: tuple[Part, ...] = (Text(text=reading.where),) if reading.where else ()
    if reading.url:
        where = (*where, Link(label=w("reading.link"), url=reading.url))
    return Message(
        kind=KIND,
        subject=w("reading.subject", title=reading.title),
        parts=(
            Heading(text=w("reading.heading", title=reading.title)),
            Small(text=w("reading.by", author=reading.author, kind=kind, minutes=reading.minutes)),
            Text(text=reading.why),
            *where,
            Text(text=w("reading.discuss", question=reading.discuss)),
            Small(text=w("reading.optional")),
        ),
        why=scene.why(person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """The first reading of the first step."""
    return compose(examples.scene(words, programme), reading=programme.steps[0].readings[0], person=examples.BO)
