"""What a prompt turns into when its person puts it off, and once it has come again."""

from datetime import UTC, datetime

from workflows import say, snoozing
from workflows.message import Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.prompt import later
from workflows.messages.scene import Scene
from workflows.people import Snooze
from workflows.programme import Programme
from workflows.walk import Round
from workflows.words import Words

KIND = "snoozed"


def compose(scene: Scene, *, round_: Round, person: str, put_off: Snooze) -> Message:
    """Say until when, and keep the way to answer before that, or to choose another time."""
    w, title = scene.words, scene.prompt(round_).title
    until = say.moment(put_off.until, scene.walk.zone(person), scene.locale)
    key = "later.until" if put_off.times < snoozing.MOST else "later.until_last"
    now = scene.button("answer", "later.now", person=person, subject=round_.id, page="answer", main=False)
    skip = scene.button("skip", "button.skip", person=person, subject=f"{round_.id}-skip", page="answer", main=False)
    return Message(
        kind=KIND,
        subject=w("later.subject", title=title),
        parts=(
            Heading(text=title),
            Text(text=w(key, until=until)),
            Small(text=w("later.closes", closes=scene.until(round_, person))),
        ),
        actions=(now, later(scene, round_, person), skip),
        why=scene.why(person),
        locale=scene.locale,
    )


def pointer(scene: Scene, *, round_: Round, person: str) -> Message:
    """One line in the place of an older message, once the prompt has come again."""
    title = scene.prompt(round_).title
    return Message(
        kind=KIND,
        subject=scene.words("later.subject", title=title),
        parts=(Small(text=scene.words("later.pointer", title=title)),),
        why=scene.why(person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Fen is asked again in the evening."""
    scene = examples.scene(words, programme)
    round_ = scene.walk.rounds[0]
    put_off = Snooze(round=round_.id, until=datetime(2026, 12, 3, 18, 0, tzinfo=UTC))
    return compose(scene, round_=round_, person=examples.FEN, put_off=put_off)
