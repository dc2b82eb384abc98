"""The only place where the time is read: the machine's clock, or a virtual one that a person moves.

A virtual clock stands in Redis, so that every process sees the same instant; it serves tests and the try-out. Untouched
it is the machine's clock. `move` sets it and it stands still, for a test that wants each instant to itself; `jump` sets
it and it goes on from there, for a person who does not want to wait until Tuesday.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

from worker.store import keys
from worker.store.connection import Client, reachable, text
from workflows.occurrences import from_ms, to_ms

_STILL, _AHEAD = "still", "ahead"


class Clock:
    """Tells the time as an aware UTC datetime."""

    def __init__(self, kind: Literal["system", "virtual"], client: Client) -> None:
        self._client = client if kind == "virtual" else None

    def now(self) -> datetime:
        """The instant it is now. Raises StoreUnavailable when the clock is virtual and Redis is gone."""
        if self._client is None:
            return datetime.now(UTC)
        with reachable():
            set_to = self._client.get(keys.virtual_now())
        if set_to is None:
            return datetime.now(UTC)
        how, _, ms = text(set_to).partition(":")
        return from_ms(int(ms)) if how == _STILL else datetime.now(UTC) + timedelta(milliseconds=int(ms))

    def move(self, to: datetime) -> None:
        """Set a virtual clock and let it stand. Raises ValueError for the machine's clock, which nobody moves."""
        self._set(f"{_STILL}:{to_ms(to)}")

    def jump(self, to: datetime) -> None:
        """Set a virtual clock and let it go on from there. Raises ValueError for the machine's clock."""
        self._set(f"{_AHEAD}:{to_ms(to) - to_ms(datetime.now(UTC))}")

    def _set(self, value: str) -> None:
        if self._client is None:
            raise ValueError("only a virtual clock can be moved: set FAIRSTEPS_CLOCK=virtual")
        with reachable():
            self._client.set(keys.virtual_now(), value)
