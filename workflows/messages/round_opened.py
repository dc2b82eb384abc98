"""The channel hears that a round is open, and how many have answered: a count, never names.

A small group talks in the channel itself, and reads there what a round came to. In a larger one the channel holds one
line a round: the talk goes into the thread of that line, and so does the summary, which the channel sees as well.
"""

from datetime import datetime

from workflows import say
from workflows.message import Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Round
from workflows.words import Words

KIND = "round_opened"
SMALL = 8  # people who count, up to whom everyone can follow everything in the channel


def in_threads(scene: Scene) -> bool:
    """Whether the group is large enough to talk about a round in its thread."""
    return len(scene.walk.counted()) > SMALL


def compose(scene: Scene, *, round_: Round) -> Message:
    """One opening message a round; its count is edited as answers come in, and it says so when the round has closed."""
    w, prompt = scene.words, scene.prompt(round_)
    have, of = scene.counts(round_)
    body = w("round_opened.body", minutes=prompt.minutes, until=scene.until(round_))
    nobody = w("round_opened.none") if round_.closed_at is None else w("round_opened.nobody")
    return Message(
        kind=KIND,
        subject=w("round_opened.subject", title=prompt.title),
        parts=(
            Heading(text=prompt.title),
            Text(text=body if round_.closed_at is None else _closed(scene, round_.closed_at)),
            Text(text=w("round_opened.count", have=have, of=of) if have else nobody),
            *((Text(text=w("round_opened.topic", topic=prompt.talk)),) if prompt.talk else ()),
            Small(text=w("round_opened.talk" if in_threads(scene) else "round_opened.talk_here")),
        ),
        locale=scene.locale,
    )


def _closed(scene: Scene, at: datetime) -> str:
    return scene.words("round_opened.closed", closed=say.moment(at, scene.walk.group.zone, scene.locale))


def example(words: Words, programme: Programme) -> Message:
    """Two of six have answered."""
    scene = examples.scene(words, programme)
    return compose(scene, round_=scene.walk.rounds[0])
