"""A contact who wants that is told which of the partner's promises are due, at most once a week."""

from collections.abc import Sequence
from datetime import date

from workflows import say
from workflows.contacts import Contact
from workflows.message import Bullets, Heading, Message, Text
from workflows.messages.partner_invite import example_contact, example_scene, facts_for, page_of
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.promises import Promise
from workflows.words import Words

KIND = "partner_due"


def compose(scene: Scene, *, contact: Contact, due: Sequence[Promise], today: date) -> Message:
    """Name each promise with its day."""
    w, facts = scene.words, facts_for(scene, contact)
    return Message(
        kind=KIND,
        subject=w("partner_due.subject", **facts),
        parts=(
            Heading(text=w("partner_due.heading")),
            Text(text=w("partner_due.body", **facts)),
            Bullets(items=tuple(_line(scene, promise, today) for promise in due)),
            Text(text=w("partner_due.how")),
        ),
        actions=(page_of(scene, contact),),
        why=w("partner_due.why", **facts),
        locale=scene.locale,
    )


def _line(scene: Scene, promise: Promise, today: date) -> str:
    assert promise.due is not None, "what has no day is not due"
    key = "partner_due.late" if promise.due < today else "partner_due.one"
    day = f"{say.day(promise.due, scene.locale)} ({say.place(scene.walk.group.zone)})"
    return scene.words(key, text=promise.text.rstrip("."), day=day)


def example(words: Words, programme: Programme) -> Message:
    """Robin promised a report, and money that has not come."""
    scene = example_scene(words, programme)
    due = (
        Promise(row="a", text="Pay the first half", whose="theirs", due=date(2026, 11, 30), ours="late"),
        Promise(row="b", text="A report in plain words", whose="theirs", due=date(2026, 12, 11), ours="not-due"),
    )
    return compose(scene, contact=example_contact(), due=due, today=date(2026, 12, 7))
