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
# A server refuses with one of these words while it cannot write, and the refusal passes: its disk or memory is full, a
# script holds it up, it still reads its file, or it is a copy. Most come as errors without a kind of their own.
# https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
_PASSING = frozenset(
    ("MISCONF", "OOM", "BUSY", "LOADING", "READONLY", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN")
)


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
    """Turn a server that is lost, or refuses for now (full, busy, loading, read-only), into `StoreUnavailable`."""
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError) as lost:
        raise StoreUnavailable("the state cannot be reached now") from lost
    except redis.ResponseError as refused:
        if _word(refused) not in _PASSING:
            raise
        raise StoreUnavailable("the state cannot be written now") from refused


def _word(refused: redis.ResponseError) -> str:
    """Return the word that a refusal begins with; a pipeline puts which of its commands it was before that."""
    return refused.status_code or str(refused).rpartition(" caused error: ")[2].partition(" ")[0]
