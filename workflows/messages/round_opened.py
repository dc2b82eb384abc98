"""The channel hears that a round is open, and how many have answered: a count, never names."""

from workflows.message import Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Round
from workflows.words import Words

KIND = "round_opened"


def compose(scene: Scene, *, round_: Round) -> Message:
    """One opening message a round; its count is edited as answers come in."""
    w, prompt = scene.words, scene.prompt(round_)
    have, of = scene.counts(round_)
    return Message(
        kind=KIND,
        subject=w("round_opened.subject", title=prompt.title),
        parts=(
            Heading(text=prompt.title),
            Text(text=w("round_opened.body", minutes=prompt.minutes, until=scene.until(round_))),
            Text(text=w("round_opened.count", have=have, of=of) if have else w("round_opened.none")),
            *((Text(text=w("round_opened.topic", topic=prompt.talk)),) if prompt.talk else ()),
            Small(text=w("round_opened.talk")),
        ),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Two of six have answered."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0])
