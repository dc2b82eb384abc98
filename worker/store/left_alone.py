"""Who asked that no group ever invites them by mail.

Promises: only a digest of an address is kept, under the keys of FAIRSTEPS_SECRET_KEYS, so that nobody can be found or
listed by it; it is looked for under each of them, and ends with its key. An address is compared without case and
without what stands after a plus sign, so that nobody gets around it by such a tag. Each of these is done once however
often it is said. Raises StoreUnavailable.
"""

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress

from worker.store import keys
from worker.store.connection import Client, reachable
from workflows.addresses import folded


class LeftAlone:
    """The addresses of one installation that nobody is invited by. `secrets` are its keys, newest first."""

    def __init__(self, client: Client, secrets: Sequence[str]) -> None:
        self._redis, self._secrets = client, [one.encode() for one in secrets]

    def add(self, address: str) -> None:
        """Nobody is invited by this address any more."""
        with reachable():
            self._redis.sadd(keys.left_alone(), self._digests(address)[0])

    def remove(self, address: str) -> None:
        """Whoever has this address may be invited again."""
        with reachable():
            self._redis.srem(keys.left_alone(), *self._digests(address))

    def has(self, address: str) -> bool:
        """Whether somebody with this address asked to be left alone."""
        with reachable():
            return any(self._redis.smismember(keys.left_alone(), self._digests(address)))

    def _digests(self, address: str) -> list[str]:
        meaning = b"fairsteps.left_alone:" + _plain(address).encode()
        return [hmac.new(key, meaning, hashlib.sha256).hexdigest() for key in self._secrets]


def _plain(address: str) -> str:
    local, _, domain = folded(address).rpartition("@")
    with suppress(UnicodeError):  # no mail goes there
        domain = domain.encode("idna").decode()
    return f"{local.partition('+')[0] or local}@{domain}"
