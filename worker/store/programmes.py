"""Every version of every programme that ever started, as the text of its files: running partnerships keep theirs.

A structure is written once for each version and never changes under it; whoever comes second gets the first one back.
Words may be written again. A crash between the two leaves a version without words, which nobody walks yet; the next
start writes them. Plain text: nothing here is about anybody. Every method raises StoreUnavailable when Redis is gone.
"""

import redis

from worker.store import keys
from worker.store.connection import reachable, text

_STRUCTURE = "/structure"


class Programmes:
    """Keeps and gives back the files of programmes."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def keep_structure(self, programme: str, version: str, structure: str) -> str:
        """Keep the structure of a version unless there is one; return the one that holds."""
        name, field = keys.programme(programme), f"{version}{_STRUCTURE}"
        with reachable():
            if self._client.hsetnx(name, field, structure):
                return structure
            return text(self._client.hget(name, field))

    def keep_words(self, programme: str, version: str, locale: str, words: str) -> None:
        """Keep the words of a version in one language, in place of older ones."""
        with reachable():
            self._client.hset(keys.programme(programme), f"{version}/words/{locale}", words)

    def get(self, programme: str, version: str, locale: str) -> tuple[str, str] | None:
        """Return structure and words of a version, or None when they were never kept."""
        with reachable():
            found = self._client.hmget(
                keys.programme(programme), [f"{version}{_STRUCTURE}", f"{version}/words/{locale}"]
            )
        structure, words = found
        return None if structure is None or words is None else (text(structure), text(words))

    def versions(self, programme: str) -> tuple[str, ...]:
        """Return the versions that are kept of a programme, in no order that means anything."""
        with reachable():
            fields = [text(field) for field in self._client.hkeys(keys.programme(programme))]
        return tuple(sorted(f.removesuffix(_STRUCTURE) for f in fields if f.endswith(_STRUCTURE)))
