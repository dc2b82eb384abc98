"""When a mail that could not be handled is tried again: later each time.

Promises: knows what this process tried, and nothing else: a new process tries every mail at once. What is in the
mailbox no more is forgotten. Times are seconds of whatever clock the caller reads.
"""

from collections.abc import Collection
from dataclasses import dataclass

AGAIN, BROKEN = 300.0, 3600.0  # seconds: the longest pause of a mail that must wait, and of one that breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    pause: float
    until: float


class PutOff:
    """The mails that wait, by their UID; `soonest` is the first pause."""

    def __init__(self, *, soonest: float) -> None:
        self._soonest = soonest
        self._waits: dict[str, _Wait] = {}

    def put_off(self, uid: str, *, now: float, longest: float, least: float = 0.0) -> None:
        """Try a mail again after a pause twice as long as the one before, `least` at least and `longest` at most."""
        before = self._waits.get(uid)
        pause = min(max(before.pause * 2 if before else self._soonest, least), longest)
        self._waits[uid] = _Wait(pause=pause, until=now + pause)

    def is_due(self, uid: str, *, now: float) -> bool:
        """Whether a mail may be tried now."""
        wait = self._waits.get(uid)
        return wait is None or wait.until <= now

    def keep(self, uids: Collection[str]) -> None:
        """Forget every mail but these."""
        self._waits = {uid: wait for uid, wait in self._waits.items() if uid in uids}

    def next_in(self, *, now: float) -> float | None:
        """Seconds until one of them may be tried; None when none waits."""
        return max(0.0, min(wait.until for wait in self._waits.values()) - now) if self._waits else None
