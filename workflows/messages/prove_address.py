"""The one mail to an address that is not proved yet. Whoever reads it may be a stranger: it tells of nobody."""

from workflows.message import Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "prove_address"


def compose(scene: Scene, *, person: str, mark: str) -> Message:
    """A button to say that the address is theirs."""
    w = scene.words
    return Message(
        kind=KIND,
        subject=w("address.prove.subject"),
        preheader=w("address.prove.preheader"),
        parts=(
            Heading(text=w("address.prove.heading")),
            *(Text(text=line) for line in w.lines("address.prove.body")),
        ),
        actions=(scene.button("address", "address.prove.button", person=person, subject=mark, page="address"),),
        why=w("address.prove.why"),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Dara wants her mails elsewhere."""
    return compose(examples.scene(words, programme), person=examples.DARA, mark="examplemark")
