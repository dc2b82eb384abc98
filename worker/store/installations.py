"""Slack installations and the one-time states of an installation that is under way.

Promises: tokens are in Redis encrypted and in no other way. `save` writes all its parts at once or none. A state that
was given out can be used once, by one process, within ten minutes; `consume_state` takes it and tells in the same step.
`swap` puts a part in the place of the very one that was read, or nothing. A turn to renew a token is one process's
alone for as long as it lasts, and ends by itself. Raises StoreUnavailable when the state cannot be reached.
"""

import re
import secrets
from collections.abc import Mapping

import redis
import structlog
from cryptography.fernet import InvalidToken

from worker.store import keys
from worker.store.connection import reachable, text
from worker.store.scripts import server_ms
from worker.vault import Vault

log = structlog.get_logger()

STATE_SECONDS = 600  # as long as Bolt's cookie lives
_STATE = re.compile(r"[A-Za-z0-9_-]{43}")


class Installations:
    """The installations of every workspace: `bot`, `latest` and `user:ID` are its parts, each a JSON text."""

    def __init__(self, *, redis: redis.Redis, vault: Vault) -> None:
        self._redis, self._vault = redis, vault

    def save(self, workspace: str, parts: Mapping[str, str]) -> None:
        """Keep these parts; other parts of the workspace stay as they are."""
        sealed = [item for part, value in parts.items() for item in (part, self._vault.seal(value))]
        with reachable():
            self._redis.hset(keys.installation(workspace), items=sealed)

    def find(self, workspace: str, part: str) -> str | None:
        """Return one part, or None when it is not there or no key of ours opens it any more."""
        with reachable():
            sealed = self._redis.hget(keys.installation(workspace), part)
        if sealed is None:
            return None
        try:
            return self._vault.open(text(sealed).encode())
        except InvalidToken:
            log.error(
                "No key opens this installation; the app must be added again.",
                action="installation_unreadable",
                id=workspace,
            )
            return None

    def swap(self, workspace: str, part: str, *, before: str, after: str) -> bool:
        """Keep `after` as a part if it still is `before`; say whether it was."""
        key = keys.installation(workspace)
        swapped: list[bool] = []

        def write(pipe: redis.client.Pipeline) -> None:
            sealed = pipe.hget(key, part)
            swapped[:] = [isinstance(sealed, bytes | str) and self._vault.open(sealed) == before]
            pipe.multi()
            if swapped[0]:
                pipe.hset(key, part, self._vault.seal(after))

        with reachable():
            self._redis.transaction(write, key)
        return swapped[0]

    def take_turn(self, workspace: str, *, ms: int) -> bool:
        """Whether it is ours to renew the token now, for so many milliseconds; else somebody does, or just tried."""
        with reachable():
            return bool(self._redis.set(keys.renewing(workspace), "1", nx=True, px=ms))

    def now(self) -> float:
        """Seconds on the server's clock: the same for all processes, whatever their machines say."""
        with reachable():
            return server_ms(self._redis) / 1000

    def delete(self, workspace: str, *parts: str) -> None:
        """Forget these parts."""
        with reachable():
            self._redis.hdel(keys.installation(workspace), *parts)

    def delete_all(self, workspace: str) -> None:
        """Forget everything of a workspace's installation."""
        with reachable():
            self._redis.delete(keys.installation(workspace))

    def issue_state(self) -> str:
        """Give out a state."""
        state = secrets.token_urlsafe(32)
        with reachable():
            self._redis.set(keys.oauth_state(state), "1", nx=True, ex=STATE_SECONDS)
        return state

    def consume_state(self, state: str) -> bool:
        """Say whether `state` was given out, is young enough, and is used for the first time now."""
        if not _STATE.fullmatch(state):
            return False
        with reachable():
            return self._redis.getdel(keys.oauth_state(state)) is not None
