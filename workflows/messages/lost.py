"""A facilitator hears that nothing can be posted in the group's channel, why, and how to mend it."""

from dataclasses import replace

from workflows.message import Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "lost"
CHANNEL = "channel"  # what a ticket is about: which channel is the group's


def compose(scene: Scene, *, person: str) -> Message:
    """Say what goes on all the same, and offer to choose another channel."""
    w, facts = scene.words, scene.facts()
    return Message(
        kind=KIND,
        subject=w("lost.subject"),
        parts=(
            Heading(text=w("lost.heading")),
            Text(text=w(f"lost.{scene.walk.group.channel_lost}", **facts)),
            Text(text=w("lost.next")),
        ),
        actions=(scene.button("channel", "hosting.button_channel", person=person, subject=CHANNEL, page="answer"),),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Somebody archived the channel."""
    scene = examples.scene(words, programme)
    group = replace(scene.walk.group, channel_lost="archived")
    walk = replace(scene.walk, partnership=replace(scene.walk.partnership, group=group))
    return compose(replace(scene, walk=walk), person=examples.ANA)
