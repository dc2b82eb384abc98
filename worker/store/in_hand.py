"""An inbound mail in one process's hands, so that no two handle it at the same time.

Promises: whoever holds a mail says every few seconds that they still do, however long the handling takes; a process
that dies frees what it held within LEASE seconds. Whoever lost a mail that way, having stood still, takes it from
nobody when they wake. Raises StoreUnavailable when the state cannot be reached as the mail is taken.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import redis
from redis.exceptions import LockError
from redis.lock import Lock

from worker.store import keys
from worker.store.connection import reachable

LEASE = 10.0  # seconds; a mailbox waits that long for a mail that a killed process had in hand
_RENEWALS = 3  # in each lease: one may be lost on the way


@contextmanager
def held(client: redis.Redis, mail: str) -> Iterator[bool]:
    """Hold a mail for as long as the block lasts; False when somebody else holds it."""
    lock = client.lock(keys.mail_in_hand(mail), timeout=LEASE, blocking=False, thread_local=False)
    with reachable():
        ours = lock.acquire()
    if not ours:
        yield False
        return
    done = threading.Event()
    renewing = threading.Thread(target=_renew, args=(lock, done), name="mail-in-hand", daemon=True)
    renewing.start()
    try:
        yield True
    finally:
        done.set()
        renewing.join()  # else it could hold on to what is let go
        with suppress(redis.RedisError, LockError):  # it comes free by itself
            lock.release()


def _renew(lock: Lock, done: threading.Event) -> None:
    while not done.wait(LEASE / _RENEWALS):
        try:
            lock.reacquire()
        except LockError:  # we stood still, and somebody else has it now
            return
        except redis.RedisError:
            continue
