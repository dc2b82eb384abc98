"""The only place where the time is read: the machine's clock, or a virtual one that a person moves.

A virtual clock stands in Redis, so that every process sees the same instant; it serves tests and the try-out. It moves
when told to and stands still otherwise.
"""

from datetime import UTC, datetime
from typing import Literal

from worker.store import keys
from worker.store.connection import Client, reachable
from workflows.occurrences import from_ms, to_ms


class Clock:
    """Tells the time as an aware UTC datetime."""

    def __init__(self, kind: Literal["system", "virtual"], client: Client) -> None:
        self._client = client if kind == "virtual" else None

    def now(self) -> datetime:
        """The instant it is now. Raises StoreUnavailable when the clock is virtual and Redis is gone."""
        if self._client is None:
            return datetime.now(UTC)
        with reachable():
            ms = self._client.get(keys.virtual_now())
        return from_ms(int(ms)) if ms else datetime.now(UTC)

    def move(self, to: datetime) -> None:
        """Set a virtual clock. Raises ValueError for the machine's clock, which nobody moves."""
        if self._client is None:
            raise ValueError("only a virtual clock can be moved: set FAIRSTEPS_CLOCK=virtual")
        with reachable():
            self._client.set(keys.virtual_now(), to_ms(to))
