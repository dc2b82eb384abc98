"""A contact who wants that hears that the group shares something else now. What it is stands on their page alone."""

from workflows.contacts import Contact
from workflows.message import Heading, Message, Text
from workflows.messages.partner_invite import example_contact, example_scene, facts_for, page_of
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "partner_shared"


def compose(scene: Scene, *, contact: Contact) -> Message:
    """Say that it changed."""
    w, facts = scene.words, facts_for(scene, contact)
    return Message(
        kind=KIND,
        subject=w("partner_shared.subject", **facts),
        parts=(Heading(text=w("partner_shared.heading")), Text(text=w("partner_shared.body", **facts))),
        actions=(page_of(scene, contact),),
        why=w("partner_shared.why", **facts),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Robin's page has changed."""
    return compose(example_scene(words, programme), contact=example_contact())
