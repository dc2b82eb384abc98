"""What is due about a message that somebody kept."""

from datetime import datetime

from workflows.due import Decision
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def keep(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """An author is asked whether their message may be kept."""
    return Decision(left="not_yet")


def kept(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Who kept a message hears what its author said."""
    return Decision(left="not_yet")
