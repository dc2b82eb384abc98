"""Which inbound mails broke by our own fault and wait to be tried again, so that whoever runs Fairsteps sees it.

Promises: keeps no word and no address of a mail, only a hash of its name. A mail that breaks no more, and one that
nobody tried for two hours, is gone from here. A mark that cannot be set is let go: what broke is in the log as well.
"""

import hashlib
import re
from contextlib import suppress

import redis

from worker.store import keys
from worker.store.connection import reachable
from worker.store.scripts import server_ms
from workflows.ids import made_of

_KEPT_SECONDS = 2 * 3600  # mail servers, and we ourselves, try again well within
_NAME = re.compile(rb"^message-id:\s*(\S{1,300})", re.IGNORECASE | re.MULTILINE)  # what reads mails may be what broke


class Breaking:
    """The mails that break now. Raises StoreUnavailable when Redis is gone."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def note(self, raw: bytes) -> None:
        """Note that a mail broke just now. Raises nothing: the same fault may keep us from it."""
        with suppress(redis.RedisError):
            now = server_ms(self._client)
            self._client.zadd(keys.breaking_mail(), {_name_of(raw): now})
            self._client.expire(keys.breaking_mail(), _KEPT_SECONDS)

    def clear(self, raw: bytes) -> None:
        """Note that a mail breaks no more."""
        with suppress(redis.RedisError):  # it is handled: that this says otherwise for two hours undoes nothing
            self._client.zrem(keys.breaking_mail(), _name_of(raw))

    def count(self) -> int:
        """How many there are."""
        with reachable():
            since = server_ms(self._client) - _KEPT_SECONDS * 1000
            return int(self._client.zcount(keys.breaking_mail(), since, "+inf"))


def _name_of(raw: bytes) -> str:
    found = _NAME.search(raw[:100_000])
    return made_of("breaking", hashlib.sha256(found[1] if found else raw).hexdigest())
