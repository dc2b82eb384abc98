"""Somebody at the partner's is invited to the page that a group shows them: the only mail that comes unasked.

It names no member and nothing that is shared, for nobody has proved the address yet.
"""

from dataclasses import replace
from datetime import timedelta

from workflows.contacts import PROMISES, Contact, Share
from workflows.message import Action, Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "partner_invite"


def compose(scene: Scene, *, contact: Contact) -> Message:
    """Say who shows them something, that it asks nothing of them, and how to stop it; or that the link is a new one."""
    w, facts = scene.words, facts_for(scene, contact)
    if contact.links_since and contact.links_since > contact.at:
        return _new_link(scene, contact)
    return Message(
        kind=KIND,
        subject=w("partner_invite.subject", **facts),
        preheader=w("partner_invite.preheader"),
        parts=(
            Heading(text=w("partner_invite.heading", **facts)),
            *(Text(text=line) for line in w.lines("partner_invite.body", **facts)),
            Text(text=w("partner_invite.what")),
            Text(text=w("partner_invite.alone")),
        ),
        actions=(page_of(scene, contact),),
        why=w("partner_invite.why", **facts),
        locale=scene.locale,
    )


def _new_link(scene: Scene, contact: Contact) -> Message:
    """Somebody who was invited before gets another link: the first may be lost, or may have come into other hands."""
    w, facts = scene.words, facts_for(scene, contact)
    return Message(
        kind=KIND,
        subject=w("partner_link.subject", **facts),
        parts=(
            Heading(text=w("partner_link.heading")),
            *(Text(text=line) for line in w.lines("partner_link.body", **facts)),
            Text(text=w("partner_invite.alone")),
        ),
        actions=(page_of(scene, contact),),
        why=w("partner_link.why", **facts),
        locale=scene.locale,
    )


def facts_for(scene: Scene, contact: Contact) -> dict[str, str]:
    """Who is who, as a contact may read it."""
    partnership = scene.walk.partnership
    return {"group": partnership.group.name, "partner": partnership.partner.name, "name": contact.name}


def page_of(scene: Scene, contact: Contact) -> Action:
    """The way to the page of a contact."""
    return scene.button("partner", "partner_page.button", person="", subject=contact.subject, page="partner")


def example_contact() -> Contact:
    """Robin at the partner's."""
    asked = examples.NOW - timedelta(days=2)
    return Contact(id="crobin", name="Robin Tide", address="robin@example.com", by=examples.ANA, at=asked)


def example_scene(words: Words, programme: Programme) -> Scene:
    """The group shows its promises to Robin."""
    scene = examples.scene(words, programme)
    contact = example_contact()
    share = Share(what=PROMISES, by=examples.ANA, at=contact.at)
    partnership = replace(scene.walk.partnership, contacts=(contact,), shares=(share,))
    return replace(scene, walk=replace(scene.walk, partnership=partnership))


def example(words: Words, programme: Programme) -> Message:
    """Robin is invited."""
    return compose(example_scene(words, programme), contact=example_contact())
