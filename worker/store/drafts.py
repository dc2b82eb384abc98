"""What somebody has typed and not sent yet, so that they can go on later, on any channel and any device.

One draft for each person and round, sealed. Keeping is one transaction: what a new one does not name stays as it was
(the fields that a short form or a folded follow-up does not show), and a field that was emptied is named with nothing
in it. A crash leaves the draft before or the draft after. A draft survives restarts and is gone once it is forgotten.
Every method raises StoreUnavailable when Redis is gone.
"""

import json
from collections.abc import Mapping

import redis

from worker.store import keys
from worker.store.connection import reachable
from worker.vault import Vault
from workflows.forms import Typed


class Drafts:
    """Keeps and gives back drafts."""

    def __init__(self, client: redis.Redis, vault: Vault) -> None:
        self._client = client
        self._vault = vault

    def keep(self, partnership: str, round_id: str, person: str, typed: Typed) -> None:
        """Keep what is typed; keeping the same twice changes nothing."""
        key, field = keys.drafts(partnership), f"{round_id}/{person}"

        def write(pipe: redis.client.Pipeline) -> None:
            before = self._opened(pipe.hget(key, field))
            pipe.multi()
            pipe.hset(key, field, self._sealed({**before, **typed}))

        with reachable():
            self._client.transaction(write, key)

    def get(self, partnership: str, round_id: str, person: str) -> Typed | None:
        """Return the draft, if there is one."""
        with reachable():
            sealed = self._client.hget(keys.drafts(partnership), f"{round_id}/{person}")
        return None if sealed is None else self._opened(sealed)

    def forget(self, partnership: str, round_id: str, person: str, *, leaving: Typed | None = None) -> None:
        """Forget the draft once it was sent or skipped; `leaving` is what was typed and is no part of what was sent."""
        key, field = keys.drafts(partnership), f"{round_id}/{person}"
        with reachable():
            if leaving:
                self._client.hset(key, field, self._sealed(leaving))
            else:
                self._client.hdel(key, field)

    def _sealed(self, typed: Typed) -> bytes:
        return self._vault.seal(json.dumps(dict(typed)))

    def _opened(self, sealed: object) -> Mapping[str, str | tuple[str, ...]]:
        if not isinstance(sealed, bytes | str):
            return {}
        kept: dict[str, str | list[str]] = json.loads(self._vault.open(sealed))
        return {field: given if isinstance(given, str) else tuple(given) for field, given in kept.items()}
