"""What is due about mail that does not arrive."""

from datetime import datetime, timedelta
from functools import partial

from workflows import bounced, messages, reach
from workflows.due import Decision, Send, away, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence

_YES_BY, _YES_SOON = timedelta(days=14), timedelta(hours=1)


def mail_lost(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """They hear it in Slack, if they have it; who facilitates hears it as they hear anything else."""
    of, _, how = due.subject.partition(".")
    if of not in scene.walk.members:
        return Decision(left="mended")
    if how == bounced.IN_VAIN:
        return _in_vain(scene, due, of, now)
    if not scene.walk.people[of].mail_lost:
        return Decision(left="mended")
    message = partial(messages.mail_lost.compose, scene, person=due.person, of=of)
    if due.person != of:
        return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)
    if not reach.can_slack(scene.walk, of):
        return Decision(left="no_channel")
    name = f"mail_lost/{due.subject}/{of}/slack"
    return Decision(sends=(Send(channel="slack", person=of, compose=message, name=name),))


def _in_vain(scene: Scene, due: Occurrence, of: str, now: datetime) -> Decision:
    """Somebody could not be asked. Who is to facilitate hears it once they have said yes themselves."""
    lead = scene.walk.members[due.person]
    if scene.walk.members[of].consent not in ("unasked", "asked"):
        return Decision(left="mended")
    if lead.consent in ("unasked", "asked") and now - due.slot < _YES_BY:
        return Decision(wait=now + _YES_SOON)
    if gone := away(scene, due.person):
        return Decision(left=gone)
    message = partial(messages.mail_lost.compose, scene, person=due.person, of=of)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)
