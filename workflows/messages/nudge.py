"""One gentle reminder of an open round, to someone who has not answered: with the short way, and the way out."""

from workflows.message import Message, Text
from workflows.messages import examples
from workflows.messages.prompt import actions
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Round
from workflows.words import Words

KIND = "nudge"


def compose(scene: Scene, *, round_: Round, person: str) -> Message:
    """Say that it is still open, and that leaving it is fine."""
    prompt = scene.prompt(round_)
    until = scene.until(round_, person)
    return Message(
        kind=KIND,
        subject=scene.words("nudge.subject", title=prompt.title),
        parts=(Text(text=scene.words("nudge.body", title=prompt.title, minutes=prompt.minutes, until=until)),),
        actions=actions(scene, round_, prompt, person),
        why=scene.why(person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Fen has not answered yet."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0], person=examples.FEN)
