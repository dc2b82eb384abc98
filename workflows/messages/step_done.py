"""The group hears that a step is done, and which comes next: in its channel or, without one, each by themselves."""

from dataclasses import replace
from datetime import date

from workflows import say
from workflows.changes import applied
from workflows.message import Heading, Message, Part, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Change
from workflows.words import Words

KIND = "step_done"


def compose(scene: Scene, *, step_id: str, person: str = "") -> Message:
    """Say what was reached in the programme's own words, or why a facilitator ended it. For the channel or a person."""
    w, step, number = scene.words, scene.programme.step(step_id), scene.place_of(step_id)
    run = next(r for r in scene.walk.partnership.steps if r.step == step_id)
    ended: tuple[Part, ...] = ()
    if run.how == "facilitator":
        ended = (Text(text=w("step_done.by_facilitator", reason=run.reason)),)
    return Message(
        kind=KIND,
        subject=w("step_done.subject", title=step.title),
        parts=(
            Heading(text=w("step_done.heading", number=number, title=step.title)),
            *(ended or (Text(text=step.done),)),
            scene.progress(),
            Text(text=_next(scene, number)),
        ),
        actions=scene.to_board(person),
        why=scene.why(person) if person else "",
        locale=scene.locale,
    )


def _next(scene: Scene, number: int) -> str:
    day = scene.walk.next_round_on
    if number >= len(scene.programme.steps) or day is None:
        return scene.words("step_done.last")
    title = scene.programme.steps[number].title
    return scene.words("step_done.next", when=say.day(day, scene.locale), title=title)


def example(words: Words, programme: Programme) -> Message:
    """The first step is done."""
    return _first_done(words, programme, person="")


def example_by_mail(words: Words, programme: Programme) -> Message:
    """Dara hears it by mail."""
    return _first_done(words, programme, person=examples.DARA)


def _first_done(words: Words, programme: Programme, *, person: str) -> Message:
    scene = examples.scene(words, programme)
    partnership = scene.walk.partnership
    done = replace(partnership.steps[0], closed_on=date(2026, 12, 6), how="gate")
    after = applied(scene.walk, Change(partnership=replace(partnership, steps=(done,))))
    return compose(replace(scene, walk=after), step_id=done.step, person=person)
