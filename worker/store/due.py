"""The due index: what is due when, claimed with a lease, so that the broker is only a hint.

An occurrence is either due (waiting for its instant) or claimed (somebody works on it until a lease ends). Claiming is
one atomic step and gives a fence, a number that grows with each claim: whoever holds an older one is turned away. A
claim whose worker died comes back by itself when the lease ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import redis

from worker.store import keys
from worker.store.connection import reachable, text
from worker.store.scripts import script, server_ms
from workflows.occurrences import Kind, Occurrence, from_ms, to_ms

LEASE_MS = 60_000  # longer than the slowest batch (20 s for Slack, 35 s for mail), short enough to recover
_FEW = 99  # how far `next_at` looks past what it passes over
CHUNK = 500  # one claim never holds the server longer than a few milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An occurrence that is ours until its lease ends, with the fence that says so."""

    occurrence: Occurrence
    fence: int

    def encode(self) -> str:
        """What goes through the broker: `fence:occurrence`, opaque ids alone."""
        return f"{self.fence}:{self.occurrence.encode()}"

    @classmethod
    def decode(cls, text: str) -> "Claim":
        """Read what `encode` wrote. Raises ValueError on anything else."""
        fence, _, occurrence = text.partition(":")
        return cls(occurrence=Occurrence.decode(occurrence), fence=int(fence))


class Due:
    """The due index over all shards of one installation."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._claim = script(client, "claim")

    def claim(self, *, now: datetime, lease_ms: int = LEASE_MS) -> Iterator[tuple[Claim, ...]]:
        """Claim everything due at `now`, a chunk at a time. Raises StoreUnavailable."""
        with reachable():
            started = server_ms(self._client)
            waiting = self._shards_with_work(now, started)
        for shard in waiting:
            while chunk := self._chunk(shard, now=now, lease_ms=lease_ms):
                yield chunk
                if len(chunk) < CHUNK:
                    break

    def _shards_with_work(self, now: datetime, server_now: int) -> list[int]:
        pipe = self._client.pipeline(transaction=False)
        for shard in range(keys.SHARDS):
            pipe.zcount(keys.due(shard), "-inf", to_ms(now))
            pipe.zcount(keys.claimed(shard), "-inf", server_now)
        counts = pipe.execute()
        return [shard for shard in range(keys.SHARDS) if counts[2 * shard] or counts[2 * shard + 1]]

    def _chunk(self, shard: int, *, now: datetime, lease_ms: int) -> tuple[Claim, ...]:
        with reachable():
            flat = self._claim(
                keys=[keys.due(shard), keys.claimed(shard), keys.fences(shard)],
                args=[to_ms(now), server_ms(self._client), lease_ms, CHUNK],
            )
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return tuple(Claim(occurrence=Occurrence.decode(text(o)), fence=int(fence)) for o, fence in pairs)

    def waiting(self, *, now: datetime) -> int:
        """How many occurrences are due or being worked on at `now`; none means that everything is at rest."""
        with reachable():
            pipe = self._client.pipeline(transaction=False)
            for shard in range(keys.SHARDS):
                pipe.zcount(keys.due(shard), "-inf", to_ms(now))
                pipe.zcard(keys.claimed(shard))
            return sum(pipe.execute())

    def next_at(self, *, besides: Kind | None = None) -> datetime | None:
        """The instant of the next occurrence anywhere, or None when nothing is planned; `besides` is passed over."""
        with reachable():
            pipe = self._client.pipeline(transaction=False)
            for shard in range(keys.SHARDS):
                pipe.zrange(keys.due(shard), 0, _FEW if besides else 0, withscores=True)
            shards = pipe.execute()
        wanted = ([at for due, at in found if Occurrence.decode(text(due)).kind != besides] for found in shards)
        firsts = [found[0] for found in wanted if found]
        return from_ms(int(min(firsts))) if firsts else None

    def hasten(self, partnership: str, *, now: datetime) -> None:
        """Look at `now` at what was put off beyond its own instant; what is not due yet stays where it is.

        Nothing is lost or doubled: an occurrence that is being worked on is not in the index, and is not put there.
        """
        late = {o.encode(): to_ms(now) for o in self.planned(partnership) if o.slot <= now}
        if late:
            with reachable():
                self._client.zadd(keys.due(keys.shard_of(partnership)), late, xx=True, lt=True)

    def planned(self, partnership: str) -> tuple[Occurrence, ...]:
        """Everything planned for one partnership, soonest first."""
        with reachable():
            members = self._client.zrange(keys.due(keys.shard_of(partnership)), 0, -1)
        found = (Occurrence.decode(text(m)) for m in members)
        return tuple(o for o in found if o.partnership == partnership)
