"""A facilitator hears what a step still misses, and what can be done about it: wait, ask for fewer answers, move on."""

from workflows import gates, steps
from workflows.message import Bullets, Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "stalled"


def compose(scene: Scene, *, step_id: str, person: str, tries: int) -> Message:
    """Name what is missing as counts, never who has not answered."""
    w, step = scene.words, scene.programme.step(step_id)
    lines = tuple(
        w(f"stalled.{m.what}", title=m.title, have=m.have, need=m.need)
        for m in gates.missing(scene.walk, scene.programme, step)
    )
    return Message(
        kind=KIND,
        subject=w("stalled.subject", title=step.title),
        parts=(
            Heading(text=w("stalled.heading", title=step.title)),
            Text(text=w("stalled.body")),
            Bullets(items=lines),
            Text(text=w(_next(scene, step_id, tries))),
        ),
        actions=(scene.button("move_on", "button.move_on", person=person, subject=step_id, page="answer", main=False),),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def _next(scene: Scene, step_id: str, tries: int) -> str:
    lacking = steps.lacking(scene.walk, scene.programme, scene.programme.step(step_id))
    if not lacking:
        return "stalled.yours"
    return "stalled.extended" if tries <= steps.EXTENSIONS else "stalled.last"


def example(words: Words, programme: Programme) -> Message:
    """Too few have answered the first step."""
    return compose(examples.scene(words, programme), step_id=programme.steps[0].id, person=examples.ANA, tries=1)
