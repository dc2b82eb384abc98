"""What is due about a round that somebody put off."""

from datetime import datetime

from workflows.due import Decision
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def again(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person is asked once more, at the time they chose."""
    return Decision(left="not_yet")
