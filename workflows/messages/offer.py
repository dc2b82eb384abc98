"""A person is asked whether they will facilitate; the channel hears when everybody was asked and nobody can."""

from dataclasses import replace

from workflows.message import Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "offer"
LEAD, NOT_LEAD = "lead", "lead-no"  # what a ticket is about: whether the person will facilitate


def compose(scene: Scene, *, person: str) -> Message:
    """Say who asks, what it is and what becomes of a no; yes and no weigh the same."""
    w, member, facts = scene.words, scene.walk.members[person], scene.facts()
    asker = scene.name(member.offered_by)
    first = "offer.asked_hands" if member.hands_over else "offer.asked"
    return Message(
        kind=KIND,
        subject=w("offer.subject_asked", asker=asker) if asker else w("offer.subject_next"),
        parts=(
            Heading(text=w("offer.heading")),
            Text(text=w(first, asker=asker, **facts) if asker else w("offer.next", **facts)),
            *(Text(text=line) for line in w.lines("offer.what", **facts)),
            Small(text=w("offer.no_hurry" if asker else "offer.no_hurry_next")),
        ),
        actions=(
            scene.button("lead_yes", "hosting.lead_yes", person=person, subject=LEAD, page="answer"),
            scene.button("lead_no", "hosting.lead_no", person=person, subject=NOT_LEAD, page="answer", main=False),
        ),
        why=scene.why(person),
        reply_hint=w("mail_in.hint_offer"),
        locale=scene.locale,
    )


def nobody(scene: Scene) -> Message:
    """The channel hears that everybody was asked."""
    w = scene.words
    return Message(kind=KIND, subject=w("offer.rest_subject"), parts=(Text(text=w("offer.rest")),), locale=scene.locale)


def example(words: Words, programme: Programme) -> Message:
    """Ana would like to share with Bo."""
    scene = examples.scene(words, programme)
    bo = replace(scene.walk.members[examples.BO], offer="open", offered_by=examples.ANA, offered_at=examples.NOW)
    walk = replace(scene.walk, members={**scene.walk.members, examples.BO: bo})
    return compose(replace(scene, walk=walk), person=examples.BO)
