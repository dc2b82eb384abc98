"""Somebody asked for a new link, because theirs was too old or switched off. By mail alone."""

from workflows.message import Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "new_link"


def compose(scene: Scene, *, person: str, page: str, subject: str) -> Message:
    """A button to the page they wanted."""
    w = scene.words
    return Message(
        kind=KIND,
        subject=w("new_link.subject"),
        parts=(
            Heading(text=w("new_link.heading")),
            *(Text(text=line) for line in w.lines("new_link.body")),
        ),
        actions=(scene.button(page, f"new_link.to_{page}", person=person, subject=subject, page=page),),
        why=w("new_link.why"),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Dara's link to the board was too old."""
    return compose(examples.scene(words, programme), person=examples.DARA, page="board", subject="")
