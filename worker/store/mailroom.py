"""What the mail room keeps: which reply address stands for which ticket, which mails were handled, and mail that is
held.

Promises: a reply token says nothing about its ticket and cannot be guessed, and one ticket always gets the same one,
so that a mail that is sent again can still be answered. One inbound mail is handled by one process at a time
(`take`), and is done once it is `done`; a process that dies in between frees it after two minutes, and the sender's
server, which got no yes, brings it again. Held mail is encrypted and bounded: the oldest goes first. Raises
StoreUnavailable when the state cannot be reached.
"""

import base64
import hashlib
import hmac
from typing import Literal

import redis

from worker.store import keys
from worker.store.connection import reachable
from worker.vault import Vault
from workflows.errors import NotFound
from workflows.ids import made_of
from workflows.ticket import Ticket

_TOKEN_CHARS = 26  # 130 bits; with the plus sign well under the 64 characters of a local part
_REPLY_SECONDS = 120 * 24 * 3600  # a reply to a mail four months old answers nothing any more
_SEEN_SECONDS = 30 * 24 * 3600  # servers give up on a mail after days; some people's archives re-send after weeks
_WORKING_SECONDS = 120  # longer than any handling takes
_DAY_SECONDS = 24 * 3600
_HELD_AT_MOST = 200
_HELD_BYTES = 256 * 1024  # enough for the words of any mail; attachments are not kept

Taking = Literal["ours", "busy", "done"]


def reply_token(key: str, ticket: Ticket) -> str:
    """Return the token of `ticket`: lower-case letters and digits, for servers that fold the case of a local part."""
    digest = hmac.new(key.encode(), b"fairsteps.reply:" + ticket.encode().encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:_TOKEN_CHARS]


class Mailroom:
    """The mail room of one installation. `key` is the newest of FAIRSTEPS_SECRET_KEYS."""

    def __init__(self, *, redis: redis.Redis, vault: Vault, key: str) -> None:
        self._redis, self._vault, self._key = redis, vault, key

    def token(self, ticket: Ticket) -> str:
        """Return the reply token of `ticket`."""
        return reply_token(self._key, ticket)

    def remember(self, token: str, ticket: Ticket) -> None:
        """Keep what `token` stands for; a mail that asks again starts its time anew."""
        with reachable():
            self._redis.set(keys.reply_address(token), ticket.encode(), ex=_REPLY_SECONDS)

    def ticket_of(self, token: str) -> Ticket:
        """Return the ticket of `token`. Raises NotFound."""
        with reachable():
            kept = self._redis.get(keys.reply_address(token))
        if not isinstance(kept, bytes):
            raise NotFound("no such reply address")
        return Ticket.decode(kept.decode())

    def take(self, mail: str) -> Taking:
        """Take an inbound mail to handle it, unless another process has it now or it is done."""
        with reachable():
            if self._redis.set(keys.seen_mail(mail), b"working", nx=True, ex=_WORKING_SECONDS):
                return "ours"
            return "done" if self._redis.get(keys.seen_mail(mail)) == b"done" else "busy"

    def done(self, mail: str) -> None:
        """Say that a mail was handled: bringing it again changes nothing."""
        with reachable():
            self._redis.set(keys.seen_mail(mail), b"done", ex=_SEEN_SECONDS)

    def release(self, mail: str) -> None:
        """Give a mail back that could not be handled now."""
        with reachable():
            self._redis.delete(keys.seen_mail(mail))

    def spend(self, what: str, *, most: int) -> bool:
        """Count one more of `what` today and say whether it is within `most`: no two machines may answer each other
        all day.
        """
        key = keys.seen_mail(made_of("count", what))
        with reachable(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(key, 0, nx=True, ex=_DAY_SECONDS)
            pipe.incr(key)
            return int(pipe.execute()[1]) <= most

    def give_back(self, what: str) -> None:
        """Undo one `spend`, for what was not done after all."""
        with reachable():
            self._redis.decr(keys.seen_mail(made_of("count", what)))

    def hold(self, raw: bytes) -> None:
        """Keep a mail that could not be tied to a person, encrypted, for the operator to look at."""
        sealed = self._vault.seal(raw[:_HELD_BYTES].decode("latin-1"))
        with reachable(), self._redis.pipeline(transaction=True) as pipe:
            pipe.lpush(keys.held_mail(), sealed)
            pipe.ltrim(keys.held_mail(), 0, _HELD_AT_MOST - 1)
            pipe.execute()

    def held(self) -> list[bytes]:
        """Return the held mails, newest first."""
        with reachable():
            kept = self._redis.lrange(keys.held_mail(), 0, -1)
        return [self._vault.open(sealed).encode("latin-1") for sealed in kept]
