"""What a prompt turns into when its round has closed without an answer: it asks for nothing any more."""

from dataclasses import replace

from workflows import rounds, say
from workflows.changes import applied
from workflows.message import Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Change, Round
from workflows.words import Words

KIND = "unanswered"


def compose(scene: Scene, *, round_: Round, person: str) -> Message:
    """Say that it is closed, and keep the way to answer for as long as a late answer counts."""
    late = rounds.takes_answers(scene.walk, round_.id)
    at = round_.closed_at or round_.closes_at
    closed = say.moment(at, scene.walk.zone(person), scene.locale)
    title = scene.prompt(round_).title
    answer = scene.button("answer", "button.answer", person=person, subject=round_.id, page="answer", main=False)
    return Message(
        kind=KIND,
        subject=scene.words("unanswered.subject", title=title),
        parts=(Text(text=scene.words("unanswered.late" if late else "unanswered.over", title=title, closed=closed)),),
        actions=(answer,) if late else (),
        why=scene.why(person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Fen did not answer before the round closed."""
    scene = examples.scene(words, programme)
    ended = replace(scene.walk.rounds[0], closed_at=scene.walk.rounds[0].closes_at, closings=1)
    after = replace(scene, walk=applied(scene.walk, Change(rounds=(ended,))))
    return compose(after, round_=ended, person=examples.FEN)
