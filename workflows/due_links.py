"""A new link for somebody whose own does not work any more: asked for on a page, sent to their own address alone."""

from datetime import datetime
from functools import partial

from workflows import reach
from workflows.due import Decision, Send
from workflows.messages import new_link
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def link(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Send the link by mail, or nothing: whoever held the old one may be a stranger, and hears nothing of it."""
    if scene.walk.members[due.person].consent != "given":
        return Decision(left="no_consent")
    if not reach.can_mail(scene.walk, due.person):
        return Decision(left="no_channel")
    page, _, subject = due.subject.partition(".")
    message = partial(new_link.compose, scene, person=due.person, page=page, subject=subject)
    name = f"link/{due.subject}/{due.person}/mail"
    return Decision(sends=(Send(channel="mail", person=due.person, compose=message, name=name),))
