"""What is due about who looks after a group, and about its channel.

A request to facilitate goes out as long as it is the one that is open; what was said to it is told at once to who said
it, and to everybody else in their daytime.
"""

from datetime import datetime
from functools import partial

from workflows import messages, reach, schedule
from workflows.due import Decision, Send, away, to_channel, to_person
from workflows.due_people import requests
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence, to_ms


def offer(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person is asked to facilitate; without a person, the channel hears that nobody took it on."""
    if not due.person:
        if scene.walk.partnership.unled is None:
            return Decision(left="settled")
        return to_channel(scene, due, partial(messages.offer.nobody, scene), subject=due.subject)
    member = scene.walk.members[due.person]
    if member.offer != "open" or member.offered_at is None or to_ms(member.offered_at) != due.slot_ms:
        return Decision(left="settled")
    if gone := away(scene, due.person):
        return Decision(left=gone)
    message = partial(messages.offer.compose, scene, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject="")


def handed(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """What became of a request to facilitate: for who was asked, who asked, or the channel."""
    walk, asked = scene.walk, due.subject
    if asked not in walk.members:
        return Decision(left="not_a_member")
    if due.person == asked:
        return _settled(scene, due)
    daytime = walk.in_daytime(due.person, now) if due.person else schedule.in_daytime(now, walk.group.zone)
    if daytime > now:
        return Decision(wait=daytime)
    if not due.person:
        if walk.members[asked].role != "facilitator":
            return Decision(left="settled")
        return to_channel(scene, due, partial(messages.handed.told, scene, asked=asked), subject=asked)
    if gone := away(scene, due.person):
        return Decision(left=gone)
    message = partial(messages.handed.compose, scene, person=due.person, asked=asked)
    return to_person(due, message, reach.channels(walk, due.person), subject=asked)


def _settled(scene: Scene, due: Occurrence) -> Decision:
    """The request in Slack turns into what they said; a yes is confirmed to who was asked by mail alone."""
    message = partial(messages.handed.settled, scene, person=due.person)
    edit = Send(channel="slack", person=due.person, compose=message, name=f"offer//{due.person}/slack", edits=True)
    if "slack" in reach.channels(scene.walk, due.person):
        return Decision(sends=(edit,))
    if scene.walk.members[due.person].role != "facilitator":
        return Decision(left="no_slack")
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def parted(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person hears that a facilitator took them out; who had only been asked finds the request settled."""
    walk = scene.walk
    member = walk.members[due.person]
    if not member.taken_out:
        return Decision(left="settled")
    if not walk.reaches(due.person):
        return Decision(left="unreachable")
    if member.consent == "withdrawn":
        message = partial(messages.parted.compose, scene)
        return to_person(due, message, reach.channels(walk, due.person), subject="")
    request = partial(messages.parted.request, scene)
    sends = requests(due.person, request)
    return Decision(sends=sends) if reach.can_slack(walk, due.person) else Decision(left="no_slack")


def lost(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A facilitator hears that the group's channel is lost."""
    if not scene.walk.group.channel_lost or not scene.walk.may_lead(due.person):
        return Decision(left="settled")
    if gone := away(scene, due.person):
        return Decision(left=gone)
    message = partial(messages.lost.compose, scene, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject="")
