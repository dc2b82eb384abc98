"""After three silent rounds we stop asking somebody, kindly, and say how to come back."""

from workflows.message import Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "resting"


def compose(scene: Scene, *, person: str) -> Message:
    """Say that nothing is expected, and that one press brings the questions back."""
    w = scene.words
    return Message(
        kind=KIND,
        subject=w("resting.subject"),
        parts=tuple(Text(text=line) for line in w.lines("resting.body", group=scene.walk.group.name)),
        actions=(scene.button("resume", "button.resume", person=person, subject="", page="preferences"),),
        why=scene.why(person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Fen has not answered for three weeks."""
    return compose(examples.scene(words, programme), person=examples.FEN)
