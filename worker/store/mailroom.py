"""What the mail room keeps: what each reply address stands for, which mails were handled, and mails as they came.

Promises: a reply token says nothing about its ticket and cannot be guessed, nor read off what is kept here; each
delivery has one for good, so that a mail that is sent again can still be answered, and it ends after four months. One
inbound mail is handled by one process at a time (`in_hand`), and is done once it is `done`; a process that dies in
between frees it after seconds, and whoever brought it, having got no yes, brings it again. Letters are encrypted and
end after thirty days. Raises StoreUnavailable when the state cannot be reached.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import redis

from worker.store import keys
from worker.store.breaking import Breaking
from worker.store.connection import reachable, text
from worker.store.in_hand import held as held_by_us
from worker.store.scripts import server_ms
from worker.vault import Vault
from workflows.addresses import folded
from workflows.errors import NotFound, Retry
from workflows.ids import made_of
from workflows.occurrences import from_ms, to_ms
from workflows.ticket import Ticket

_TOKEN_CHARS = 26  # 130 bits; with the plus sign well under the 64 characters of a local part
_REPLY_SECONDS = 120 * 24 * 3600  # a reply to a mail four months old answers nothing any more
_SEEN_SECONDS = _REPLY_SECONDS  # no replay while its token lives
_DAY_SECONDS = 24 * 3600
_LETTER_SECONDS = 30 * 24 * 3600
_HELD_AT_MOST = 200  # that are somebody's; then the senders' servers keep the rest until an operator looks
_OF_ONE, _OF_ONE_DAYS = 50, 7  # of these: whoever has one reply address does not fill the shelf for everybody
_STRANGERS_AT_MOST = 100  # that are nobody's, as spam is; the oldest goes
_SHELVES = ("somebody", "nobody")
_LETTER_BYTES = 256 * 1024  # enough for the words of any mail; attachments are not kept

Taking = Literal["ours", "busy", "done"]
# Why a mail waits for the operator: nobody's, from another address, not proved to be theirs, unclear twice, told too
# often already, a reply to a mail from before links were switched off, a report nobody can read.
Why = Literal["nobody", "other_sender", "unproved", "unclear", "too_many", "switched_off", "odd_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """What a reply token stands for: a ticket, and the mail that carried it, with the id of its thread.

    `to` is a hash of where it went.
    """

    ticket: Ticket
    delivery: str = ""
    to: str = ""
    at: datetime | None = None
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """A mail that waits for the operator. `ticket` is whose it seems to be, if anybody's."""

    id: str
    why: Why
    at: datetime
    ticket: Ticket | None
    raw: bytes


def reply_token(key: str, ticket: Ticket, delivery: str) -> str:
    """Return the token of a delivery: lower-case letters and digits, for servers that fold the case of a local part."""
    meaning = f"{ticket.encode()}\0{delivery}"
    digest = hmac.new(key.encode(), b"fairsteps.reply:" + meaning.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:_TOKEN_CHARS]


class Mailroom:
    """The mail room of one installation. `key` is the newest of FAIRSTEPS_SECRET_KEYS."""

    def __init__(self, *, redis: redis.Redis, vault: Vault, key: str) -> None:
        self._redis, self._vault, self._key = redis, vault, key
        self.breaking = Breaking(redis)

    # --- what we sent ---------------------------------------------------------------------------------------------

    def token(self, ticket: Ticket, delivery: str) -> str:
        """Return the reply token of one delivery."""
        return reply_token(self._key, ticket, delivery)

    def hashed(self, address: str) -> str:
        """Return what stands for a mail address where it must not be read."""
        meaning = b"fairsteps.address:" + folded(address).encode()
        return hmac.new(self._key.encode(), meaning, hashlib.sha256).hexdigest()[:24]

    def remember(
        self,
        token: str,
        ticket: Ticket,
        *,
        delivery: str = "",
        to: str = "",
        message_id: str = "",
        at: datetime | None = None,
        thread: str = "",
    ) -> None:
        """Keep what `token` stands for, and which mail carries it; a mail that is sent again starts its time anew."""
        kept = {"ticket": ticket.encode(), "delivery": delivery, "to": self.hashed(to) if to else ""}
        record = json.dumps({**kept, "at": to_ms(at) if at else 0, "thread": thread})
        with reachable(), self._redis.pipeline(transaction=False) as pipe:  # on a cluster these lie apart
            pipe.set(keys.reply_address(_hash_of(token)), record, ex=_REPLY_SECONDS)
            if message_id:
                pipe.set(keys.sent_mail(_hash_of(message_id)), self._vault.seal(token), ex=_REPLY_SECONDS)
            pipe.execute()

    def sent(self, token: str) -> SentMail:
        """Return what `token` stands for. Raises NotFound."""
        with reachable():
            # A version before this one kept tokens as they are; those end by themselves.
            kept = self._redis.get(keys.reply_address(_hash_of(token))) or self._redis.get(keys.reply_address(token))
        if not isinstance(kept, bytes):
            raise NotFound("no such reply address")
        if not kept.startswith(b"{"):  # written by a version that kept the ticket alone
            return SentMail(ticket=Ticket.decode(kept.decode()))
        found = json.loads(kept)
        at = from_ms(found["at"]) if found["at"] else None
        return SentMail(
            ticket=Ticket.decode(found["ticket"]),
            delivery=found["delivery"],
            to=found["to"],
            at=at,
            thread=found.get("thread", ""),  # a version before this one kept none
        )

    def token_of(self, message_id: str) -> str:
        """Return the token of the mail of ours with that Message-ID, empty when there is none."""
        with reachable():
            found = self._redis.get(keys.sent_mail(_hash_of(message_id)))
        return self._vault.open(found) if isinstance(found, bytes) else ""

    # --- what comes in --------------------------------------------------------------------------------------------

    @contextmanager
    def in_hand(self, mail: str) -> Iterator[Taking]:
        """Have an inbound mail to ourselves, unless another process has it now or it is done."""
        with held_by_us(self._redis, mail) as ours:
            yield "done" if self._is_done(mail) else "ours" if ours else "busy"

    def _is_done(self, mail: str) -> bool:
        with reachable():
            return self._redis.get(keys.seen_mail(mail)) == b"done"

    def done(self, mail: str) -> None:
        """Say that a mail was handled: bringing it again changes nothing."""
        with reachable():
            self._redis.set(keys.seen_mail(mail), b"done", ex=_SEEN_SECONDS)

    def may_write(self, what: str, mail: str, *, most: int, days: int) -> bool:
        """Whether `mail` may be answered in the matter `what`: it is among the first `most` within `days`.

        No two machines may answer each other all day. The same mail counts once, however often it is brought.
        """
        key = keys.written_back(made_of("back", what))
        now = self._now()
        with reachable(), self._redis.pipeline(transaction=True) as pipe:
            pipe.zremrangebyscore(key, "-inf", now - days * _DAY_SECONDS * 1000)
            pipe.zadd(key, {mail: now}, nx=True)
            pipe.expire(key, days * _DAY_SECONDS)
            pipe.zrank(key, mail)
            place = pipe.execute()[-1]
        return place is not None and int(place) < most

    # --- mails as they came ---------------------------------------------------------------------------------------

    def keep_original(self, mail: str, raw: bytes, ticket: Ticket) -> None:
        """Keep a mail as it came for thirty days. Nobody reads it; it is there when somebody says we got them wrong."""
        self._keep(mail, raw, ticket=ticket, why="")

    def hold(self, mail: str, raw: bytes, *, why: Why, ticket: Ticket | None = None) -> None:
        """Keep a mail for the operator. Raises Retry when too many wait: then it stays where it comes from."""
        shelf = keys.held_letters("somebody" if ticket else "nobody")
        whose = f"shelf {ticket.workspace}/{ticket.person}" if ticket else ""
        if whose and not self.may_write(whose, mail, most=_OF_ONE, days=_OF_ONE_DAYS):
            raise Retry("too_many_held")
        now, waiting = self._now(), self._waiting(shelf)
        if ticket and len(waiting) >= _HELD_AT_MOST and mail not in waiting:
            raise Retry("too_many_held")
        self._keep(mail, raw, ticket=ticket, why=why)
        with reachable():
            self._redis.zadd(shelf, {mail: now}, nx=True)
        if ticket is None:
            for oldest in sorted(waiting, key=lambda one: waiting[one])[: -_STRANGERS_AT_MOST + 1]:
                self.drop(oldest)

    def held(self) -> list[HeldLetter]:
        """Return the letters that wait for the operator, newest first."""
        waiting = self._all_waiting()
        found = (self._letter(mail, waiting[mail]) for mail in sorted(waiting, key=lambda one: -waiting[one]))
        return [letter for letter in found if letter]

    def held_one(self, mail: str) -> HeldLetter:
        """Return one of them. Raises NotFound."""
        waiting = self._all_waiting()
        found = self._letter(mail, waiting[mail]) if mail in waiting else None
        if found is None:
            raise NotFound("no such mail is held")
        return found

    def drop(self, mail: str) -> None:
        """Forget a letter; what is not there is forgotten already."""
        self.let_go(mail)
        with reachable():
            self._redis.delete(keys.letter(mail))

    def let_go(self, mail: str) -> None:
        """A held letter was handled: it waits no more, and is kept as any other is."""
        for whose in _SHELVES:
            with reachable():
                self._redis.zrem(keys.held_letters(whose), mail)

    def _keep(self, mail: str, raw: bytes, *, ticket: Ticket | None, why: Why | Literal[""]) -> None:
        whose = ticket.encode() if ticket else ""
        record = json.dumps({"ticket": whose, "why": why, "raw": raw[:_LETTER_BYTES].decode("latin-1")})
        with reachable():
            self._redis.set(keys.letter(mail), self._vault.seal(record), ex=_LETTER_SECONDS)

    def _now(self) -> int:
        """Milliseconds of the server's clock, by which letters end too."""
        with reachable():
            return server_ms(self._redis)

    def _all_waiting(self) -> dict[str, int]:
        return {mail: at for whose in _SHELVES for mail, at in self._waiting(keys.held_letters(whose)).items()}

    def _waiting(self, shelf: str) -> dict[str, int]:
        """Who waits since when; those whose thirty days are over are gone."""
        over = self._now() - _LETTER_SECONDS * 1000
        with reachable():
            self._redis.zremrangebyscore(shelf, "-inf", over)
            mails = [text(mail) for mail in self._redis.zrange(shelf, 0, -1)]
            since = self._redis.zmscore(shelf, mails) if mails else []
        return {mail: int(at) for mail, at in zip(mails, since, strict=True) if at is not None}

    def _letter(self, mail: str, since: int) -> HeldLetter | None:
        with reachable():
            sealed = self._redis.get(keys.letter(mail))
        if not isinstance(sealed, bytes):
            return None
        found = json.loads(self._vault.open(sealed))
        ticket = Ticket.decode(found["ticket"]) if found["ticket"] else None
        raw = found["raw"].encode("latin-1")
        return HeldLetter(id=mail, why=found["why"], at=from_ms(since), ticket=ticket, raw=raw)


def _hash_of(secret: str) -> str:
    """What a Message-ID or a token is kept under."""
    return made_of("message", secret.strip().strip("<>"))
