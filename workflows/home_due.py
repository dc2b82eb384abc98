"""When the Home tabs of a walk's people are drawn anew: a moment after it changed, once for what changes together."""

from datetime import datetime, timedelta

from workflows.occurrences import Occurrence, from_ms, to_ms
from workflows.walk import Walk

TOGETHER = timedelta(seconds=4)  # fifty people answering in a minute are fifteen drawings, not fifty


def redrawn(walk: Walk, *, now: datetime) -> Occurrence:
    """The next drawing after `now`: the same occurrence for everything that changes in the same few seconds."""
    span = int(TOGETHER.total_seconds() * 1000)
    return walk.occurrence("home", from_ms(to_ms(now) // span * span + span))
