"""What is due about the life of a workspace."""

from datetime import datetime
from functools import partial

from workflows import messages
from workflows.due import Decision, Send
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def wanting(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Whoever added the app hears that it must be added again. They may be nobody who takes part."""
    what, _, installer = due.subject.rpartition(".")
    message = partial(messages.wanting.compose, scene.words, what=what)
    return Decision(
        sends=(Send(channel="slack", person="", compose=message, name=f"wanting/{what}//slack", to=installer),)
    )
