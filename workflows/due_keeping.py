"""What is due about a message that somebody kept: its author is asked, and who kept it hears what came of it.

The question goes to an author who takes part the way they prefer, and to anybody else as a direct message. Looked at
as it is now: what was answered or dropped meanwhile asks nothing and tells nothing that holds no more.
"""

from datetime import datetime, timedelta
from functools import partial

from workflows import keeping, messages, reach
from workflows.due import Decision, Send, away, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.walk import Kept

_NEXT_LOOK = timedelta(days=1)  # at somebody who pauses


def keep(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """An author is asked whether their message may be kept. While they pause it waits, until it is dropped."""
    found = keeping.found(scene.walk, due.subject)
    if found is None or found.state != "asked" or now - found.at >= keeping.PATIENCE:
        return Decision(left="settled")
    message = partial(messages.keep.compose, scene, kept=found)
    if due.person not in scene.walk.members:
        ask = Send(
            channel="slack", person=due.person, compose=message, name=_question(found, "slack"), to=found.slack_user
        )
        return Decision(sends=(ask,))
    gone = away(scene, due.person)
    if gone == "paused":
        return Decision(wait=now + _NEXT_LOOK)
    if gone:
        return Decision(left=gone)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=found.id)


def kept(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The question says what was said; who kept the message hears it."""
    kept_id, _, state = due.subject.partition(".")
    found = keeping.found(scene.walk, kept_id)
    if found is None or found.state != state:
        return Decision(left="said_again")
    if not due.person:
        message = partial(messages.keep.settled, scene, kept=found)
        name = _question(found, "slack")
        edit = Send(channel="slack", person=found.author, compose=message, name=name, edits=True, to=found.slack_user)
        return Decision(sends=(edit,))
    if gone := away(scene, due.person):
        return Decision(left=gone)
    message = partial(messages.kept.compose, scene, kept=found)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=found.id)


def _question(found: Kept, channel: str) -> str:
    """How the reference of the question is kept: the same for whoever takes part and for anybody else."""
    return f"keep/{found.id}/{found.author}/{channel}"
