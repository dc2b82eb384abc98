"""What is due about mail that does not arrive."""

from datetime import datetime
from functools import partial

from workflows import messages, reach
from workflows.due import Decision, Send, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def mail_lost(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """They hear it in Slack, if they have it; who facilitates hears it as they hear anything else."""
    of = due.subject.partition(".")[0]
    if of not in scene.walk.members or not scene.walk.people[of].mail_lost:
        return Decision(left="mended")
    message = partial(messages.mail_lost.compose, scene, person=due.person, of=of)
    if due.person != of:
        return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)
    if not reach.can_slack(scene.walk, of):
        return Decision(left="no_channel")
    name = f"mail_lost/{due.subject}/{of}/slack"
    return Decision(sends=(Send(channel="slack", person=of, compose=message, name=name),))
