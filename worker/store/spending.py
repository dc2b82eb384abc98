"""How often something may be done in a while, counted over all processes: so many views of a link, so many mails.

Promises: at most `most` in any `seconds`, give or take what came in the same moment; counters end by themselves. They
count for nobody's safety but the server's, so that whatever is wrong with the store, everybody is let through, unless
the caller is `strict`: what reaches people who did not ask for it is not done uncounted. What is
counted is named by ids and digests, never by an address.
"""

import math
import time

import redis
import structlog
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from worker.store import keys
from worker.store.connection import reachable
from workflows.errors import StoreUnavailable

log = structlog.get_logger()


class Spending:
    """Counts what is spent."""

    def __init__(self, client: redis.Redis) -> None:
        # The address is never used: the connections are those of everything else. None is opened here.
        storage = RedisStorage("redis://", connection_pool=client.connection_pool, key_prefix=keys.spent())
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    def spend(self, what: str, most: int, seconds: int, *, strict: bool = False) -> int:
        """Spend one of the `most` that `what` has in `seconds`.

        Returns 0 where there was one left; else for how many seconds to wait, and then nothing was spent. Raises
        StoreUnavailable when it is `strict` and cannot be counted.
        """
        window = RateLimitItemPerSecond(most, seconds, namespace="in")
        try:
            with reachable():
                if self._limiter.hit(window, what):
                    return 0
                return max(1, math.ceil(self._limiter.get_window_stats(window, what).reset_time - time.time()))
        except (StoreUnavailable, redis.RedisError) as gone:
            if strict:
                raise StoreUnavailable("nothing can be counted now") from gone
            log.warning("Nothing is counted, for the store does not answer.", action="spending_uncounted")
            return 0
