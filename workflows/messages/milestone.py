"""A reminder of a milestone to the one who looks after it."""

from datetime import date

from workflows import say
from workflows.message import Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Milestone
from workflows.words import Words

KIND = "milestone"


def compose(scene: Scene, *, milestone: Milestone, today: date) -> Message:
    """Name the day, and offer to end the reminders."""
    due = say.day(milestone.due, scene.locale)
    subject = "milestone.subject_today" if milestone.due == today else "milestone.subject_ahead"
    return Message(
        kind=KIND,
        subject=scene.words(subject, title=milestone.title, due=due),
        parts=(
            Heading(text=milestone.title),
            Text(text=scene.words("milestone.body", title=milestone.title, due=due)),
            Text(text=scene.words("milestone.how")),
        ),
        actions=(
            scene.button("milestone_done", "button.done", person=milestone.owner, subject=milestone.id, page="answer"),
        ),
        why=scene.why(milestone.owner),
        reply_hint=scene.words("mail_in.hint_milestone"),
        locale=scene.locale,
    )


def settled(scene: Scene, *, milestone: Milestone, today: date) -> Message:
    """What the reminder turns into once it is done."""
    text = scene.words("milestone.done", title=milestone.title, day=say.day(today, scene.locale))
    return Message(kind=KIND, subject=text, parts=(Text(text=text),), locale=scene.locale)


def example(words: Words, programme: Programme) -> Message:
    """A week before it is due."""
    scene = examples.scene(words, programme)
    return compose(scene, milestone=scene.walk.milestones[0], today=date(2026, 12, 3))
