"""What is due about a reading beside bringing it: its question in the channel, and how a person marked it."""

from datetime import datetime
from functools import partial

from workflows import messages, reach, shelf
from workflows.due import Decision, Send, to_channel
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def discuss(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel is asked to talk about a reading."""
    found = shelf.reading_of(scene.walk, scene.programme, due.subject)
    if found is None:  # the partnership was moved to a version without it
        return Decision(left="gone")
    return to_channel(scene, due, partial(messages.discuss.compose, scene, reading=found), subject=due.subject)


def shelved(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The message that brought a reading shows how the person marked it."""
    found = shelf.reading_of(scene.walk, scene.programme, due.subject)
    if found is None or not reach.can_slack(scene.walk, due.person):
        return Decision(left="gone")
    message = partial(messages.reading.compose, scene, reading=found, person=due.person)
    name = f"reading/{found.id}/{due.person}/slack"
    return Decision(sends=(Send(channel="slack", person=due.person, compose=message, name=name, edits=True),))
