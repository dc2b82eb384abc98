"""One way to reach Redis or Valkey.

redis-py by itself re-sends a command up to ten times when an answer is slow, so a script could run six times over.
Here nothing is repeated in silence: a lost connection is `StoreUnavailable`, and whoever asked decides whether asking
again is safe.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from workflows.errors import StoreUnavailable

Client = redis.Redis  # the one kind of connection there is, named for those who pass it on
_TIMEOUT = 5.0  # seconds: a person waits three for Slack, and the longest script takes milliseconds


def connect(url: str) -> redis.Redis:
    """Return a client for `url` (redis://, rediss:// or unix://). Opens no connection by itself."""
    return redis.Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        health_check_interval=0,
    )


def text(reply: object) -> str:
    """Return what Redis answered as text; the client's types leave bytes or str open."""
    return reply.decode() if isinstance(reply, bytes) else str(reply)


@contextmanager
def reachable() -> Iterator[None]:
    """Turn a lost, loading, full or read-only server into `StoreUnavailable`."""
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError, redis.ReadOnlyError, redis.OutOfMemoryError) as lost:
        raise StoreUnavailable("the state cannot be reached now") from lost
