"""Signs of life of each kind of process, so that somebody hears when one stops."""

from collections.abc import Mapping

import redis

from worker.store import keys
from worker.store.connection import reachable, text
from worker.store.scripts import server_ms

STOPPED_SECONDS = 60.0  # a busy process may be some seconds late; a minute without a sign is no accident


class Heartbeat:
    """Keeps and reads signs of life. Raises StoreUnavailable when Redis is gone."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def beat(self, *processes: str) -> None:
        """Say that each of `processes` ("clock", "worker", "mail") lives."""
        with reachable():
            now = str(server_ms(self._client))
            self._client.hset(keys.heartbeat(), mapping=dict.fromkeys(processes, now))

    def ages(self) -> Mapping[str, float]:
        """Seconds since each process last said that it lives."""
        with reachable():
            now = server_ms(self._client)
            beats = self._client.hgetall(keys.heartbeat())
        return {text(name): (now - int(text(at))) / 1000 for name, at in beats.items()}
