"""What is due about the life of a workspace."""

from datetime import datetime
from functools import partial

from workflows import messages, reach
from workflows.due import Decision, Send, away, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def wanting(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Whoever added the app hears that it must be added again. They may be nobody who takes part."""
    what, _, installer = due.subject.rpartition(".")
    message = partial(messages.wanting.compose, scene.words, what=what)
    return Decision(
        sends=(Send(channel="slack", person="", compose=message, name=f"wanting/{what}//slack", to=installer),)
    )


def without_slack(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A facilitator hears by mail that Slack took us out, unless it has us back by then."""
    if not scene.walk.away:
        return Decision(left="back")
    if gone := away(scene, due.person):
        return Decision(left=gone)
    message = partial(messages.without_slack.compose, scene, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject="")
