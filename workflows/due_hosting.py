"""What is due about who looks after a group, and about its channel."""

from datetime import datetime

from workflows.due import Decision
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def offer(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person is asked to facilitate."""
    return Decision(left="not_yet")


def handed(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person hears what became of a request to facilitate."""
    return Decision(left="not_yet")


def parted(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person hears that a facilitator took them out."""
    return Decision(left="not_yet")


def lost(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A facilitator hears that the group's channel is lost."""
    return Decision(left="not_yet")
