"""What Home tab each person was last shown, so that nothing is drawn twice and nothing newer is drawn over.

Kept for whoever has opened theirs: a digest of what was drawn and Slack's mark of it; no word of it, and no name. A
crash between publishing and keeping leaves an older mark: the next drawing meets a conflict and then draws anew. Every
method raises StoreUnavailable when Redis is gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import redis

from worker.store import keys
from worker.store.connection import reachable, text

_PICTURES_AGAIN = 24 * 3600  # seconds after which we try once more whether Slack can fetch our pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A Home tab as it was published: `digest` of the view, and `mark`, Slack's `hash` of it."""

    digest: str
    mark: str


class Homes:
    """Keeps and gives back what was drawn."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def any(self, workspace: str) -> bool:
        """Whether anybody in a workspace ever opened their Home."""
        with reachable():
            return bool(self._client.exists(keys.homes(workspace)))

    def some(self, workspace: str, people: Iterable[str]) -> Mapping[str, Drawn]:
        """Return what was drawn for those of `people` who have opened theirs."""
        wanted = list(people)
        if not wanted:
            return {}
        with reachable():
            found = self._client.hmget(keys.homes(workspace), wanted)
        return {person: _read(text(one)) for person, one in zip(wanted, found, strict=True) if one is not None}

    def keep(self, workspace: str, person: str, drawn: Drawn) -> None:
        """Keep what was just published."""
        with reachable():
            self._client.hset(keys.homes(workspace), person, f"{drawn.digest} {drawn.mark}")

    def forget(self, workspace: str, person: str) -> None:
        """Draw nothing more for a person until they open their Home again."""
        with reachable():
            self._client.hdel(keys.homes(workspace), person)

    def without_pictures(self, workspace: str) -> bool:
        """Whether Slack could not fetch our pictures for this workspace, a short while ago."""
        with reachable():
            return bool(self._client.exists(keys.no_pictures(workspace)))

    def refuse_pictures(self, workspace: str) -> None:
        """Note that Slack cannot fetch our pictures; we try again after a day."""
        with reachable():
            self._client.set(keys.no_pictures(workspace), "1", ex=_PICTURES_AGAIN)


def _read(kept: str) -> Drawn:
    digest, _, mark = kept.partition(" ")
    return Drawn(digest=digest, mark=mark)
