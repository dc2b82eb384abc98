"""Turns: how often, over all processes, one workspace may be asked one thing; and pauses that the other side wants.

A *lane* takes so many uses at once and then one every so many milliseconds. Whoever wants to call asks for turns first,
a whole batch in one step, and gets for each either an instant within its patience, which is then its own, or the wait
after which to ask again, and then nothing was handed out. A *pause* of a method holds for everybody until it ends.
All instants are the server's own, so that no machine's clock matters, and the virtual clock does not either.

A crash between the turn and the call leaves a turn that nobody uses: the lane is a second late once, and nothing else.
Whatever is kept here ends by itself within minutes, or with the pause. A server that lost it hands out a turn too many,
which the other side answers with a new pause. Raises StoreUnavailable: who gets no turn does not call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import redis

from worker.store import keys
from worker.store.connection import reachable
from worker.store.scripts import script, server_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """`at_once` uses without waiting, and one more every `every_ms` milliseconds."""

    name: str
    every_ms: int
    at_once: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Something that is about to be called, with the lanes it has to keep to, two at most."""

    method: str
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`mine`: call after `wait`. Otherwise nothing was handed out: ask again after `wait`."""

    mine: bool
    wait: timedelta


_NO_LANE = Lane(name="", every_ms=0)


class Pace:
    """The turns and pauses of all workspaces."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._turns = script(client, "turns")

    def turns(self, workspace: str, calls: Sequence[Call], *, patience: timedelta) -> list[Turn]:
        """Return a turn for each of `calls`, in order. Raises StoreUnavailable."""
        methods = list(dict.fromkeys(call.method for call in calls))
        wanted: list[str | int] = []
        for call in calls:
            wanted.append(methods.index(call.method) + 2)
            for lane in (*call.lanes, _NO_LANE, _NO_LANE)[:2]:
                wanted += [lane.name, lane.every_ms, lane.at_once]
        with reachable():
            flat = self._turns(
                keys=[keys.turns(workspace), *(keys.paused(workspace, method) for method in methods)],
                args=[server_ms(self._client), _ms(patience), *wanted],
            )
        return [
            Turn(mine=mine == 1, wait=timedelta(milliseconds=int(wait)))
            for mine, wait in zip(flat[::2], flat[1::2], strict=True)
        ]

    def pause(self, workspace: str, method: str, *, after: timedelta) -> None:
        """Let nobody call `method` in `workspace` before `after` has passed. Raises StoreUnavailable."""
        with reachable():
            self._client.set(keys.paused(workspace, method), 1, px=max(1, _ms(after)))


def _ms(span: timedelta) -> int:
    return int(span / timedelta(milliseconds=1))
