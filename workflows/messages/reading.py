"""Something worth reading, brought to one person, who may mark it or put its question to the group."""

from collections.abc import Iterator
from dataclasses import replace

from workflows import shelf
from workflows.message import Action, Heading, Link, Message, Part, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme, Reading
from workflows.words import Words

KIND = "reading"


def compose(scene: Scene, *, reading: Reading, person: str) -> Message:
    """Why it is worth it, where to find it, and a question to talk about."""
    w = scene.words
    where: tuple[Part, ...] = (Text(text=reading.where),) if reading.where else ()
    if reading.url:
        where = (*where, Link(label=w("reading.link"), url=reading.url))
    return Message(
        kind=KIND,
        subject=w("reading.subject", title=reading.title),
        parts=(
            Heading(text=w("reading.heading", title=reading.title)),
            Small(text=by(scene, reading)),
            Text(text=reading.why),
            *where,
            Text(text=w("reading.discuss", question=reading.discuss)),
            Small(text=_remark(scene, reading, person)),
        ),
        actions=actions(scene, reading, person),
        why=scene.why(person),
        locale=scene.locale,
    )


def by(scene: Scene, reading: Reading) -> str:
    """Who made it, what it is, and how long it takes."""
    kind = scene.words(f"reading.kinds.{reading.kind}")
    return scene.words("reading.by", author=reading.author, kind=kind, minutes=reading.minutes)


def marked(scene: Scene, reading: Reading, person: str) -> str:
    """How a person marked it, in words, or nothing."""
    mark = shelf.mark_of(scene.walk.members[person], reading.id)
    return scene.words(f"home.shelf.is_{mark}") if mark else ""


def actions(scene: Scene, reading: Reading, person: str) -> tuple[Action, ...]:
    """Mark it, take the mark back, or put its question into the channel. Each word of a mark is one button."""
    return tuple(_actions(scene, reading, person))


def _actions(scene: Scene, reading: Reading, person: str) -> Iterator[Action]:
    mark = shelf.mark_of(scene.walk.members[person], reading.id)
    offered = {None: shelf.MARKS, "saved": ("read",)}.get(mark, ())
    shelve = scene.button("shelf", "home.shelf.undo", person=person, subject=reading.id, main=False)
    for choice in offered:
        yield replace(shelve, label=scene.words(f"home.shelf.{choice}"), choice=choice)
    if mark:
        yield replace(shelve, choice=shelf.NONE)
    if mark != "unwanted" and shelf.may_discuss(scene.walk, person, reading.id):
        yield scene.button("discuss", "home.shelf.discuss", person=person, subject=reading.id, main=False)


def _remark(scene: Scene, reading: Reading, person: str) -> str:
    return marked(scene, reading, person) or scene.words("reading.optional")


def example(words: Words, programme: Programme) -> Message:
    """The first reading of the first step."""
    return compose(examples.scene(words, programme), reading=programme.steps[0].readings[0], person=examples.BO)
