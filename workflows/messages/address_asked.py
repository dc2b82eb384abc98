"""A word to the address that somebody has, when another one was asked for: mails are not moved in silence."""

from workflows.message import Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.moving_mail import KEEP
from workflows.programme import Programme
from workflows.words import Words

KIND = "address_asked"


def compose(scene: Scene, *, person: str, mark: str) -> Message:
    """Say that it was asked for, and how to leave everything as it is."""
    w = scene.words
    keep = scene.button(
        "address", "address.asked.button", person=person, subject=f"{KEEP}{mark}", page="address", main=False
    )
    return Message(
        kind=KIND,
        subject=w("address.asked.subject"),
        preheader=w("address.asked.preheader"),
        parts=(
            Heading(text=w("address.asked.heading")),
            *(Text(text=line) for line in w.lines("address.asked.body")),
        ),
        actions=(keep,),
        why=scene.why(person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Dara wants her mails elsewhere."""
    return compose(examples.scene(words, programme), person=examples.DARA, mark="examplemark")
