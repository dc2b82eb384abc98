"""The way in for mails: an SMTP or LMTP listener, or a mailbox that is fetched (`imap`), as FAIRSTEPS_INBOUND_URL says.
Run it with `python -m worker.mail.inbound`.

Promises: the sender's server hears 250 only once what the mail said is stored. When the state is away, or anything
unexpected happens, it hears 451 and brings the mail again, so a crash at any moment loses nothing. A mail that belongs
to none of ours is refused at once with a sentence for people, and so is one that is too big. One mail is for one
recipient: a server with two brings it twice. No address and no word of a mail is logged.
"""

import asyncio
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from worker import logs
from worker.mail.broken import tell
from worker.mail.finding import token_in
from worker.mail.imap import Mailbox
from worker.mail.replies import Replies
from worker.mail.way_in import WayIn
from worker.measures import count_mail_in
from worker.store.heartbeat import Heartbeat
from worker.store.mailroom import Mailroom
from worker.wiring import House, house
from workflows.errors import NotFound, Retry, StoreUnavailable

log = structlog.get_logger()
_MOST_BYTES = 12_000_000  # a photo or two ride along with an answer; only the words are read
_TOO_BIG = "552 5.3.4 This mail is too big, 12 MB at most. Please send your words alone, or use the link in our mail"
_AGAIN = "451 4.3.0 Not now, please send it again later"
_PULSE_SECONDS = 10.0
_ONE_EACH = "452 4.5.3 One recipient for each mail, please"
_NOBODY = "550 5.1.1 This reply address is unknown or too old. Please use the link in the mail that you replied to"


class Door:
    """What aiosmtpd asks at each command. Work that waits is done in a thread, so that one slow mail holds up no
    other.
    """

    def __init__(self, *, mail_from: str, mailroom: Mailroom, replies: Replies) -> None:
        self._ours, self._mailroom, self._replies = mail_from, mailroom, replies

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept addresses that we gave out, and our own: what comes there names the mail that it answers."""
        if envelope.rcpt_tos:
            return _ONE_EACH
        token = token_in(address, ours=self._ours)
        if token is None:
            return _refused()
        if token:
            try:
                await asyncio.to_thread(self._mailroom.sent, token)
            except NotFound:
                return _refused()
            except StoreUnavailable:
                return _AGAIN
            except Exception as error:
                return self._broke(token.encode(), error)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Handle one whole mail and say 250 when it is safe."""
        token = token_in(envelope.rcpt_tos[0], ours=self._ours) or ""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        return await asyncio.to_thread(self._answer, raw, token)

    async def handle_exception(self, error: Exception) -> str:
        """Answer for whatever else went wrong, at any command: aiosmtpd would say 500, with the error's own words, and
        the sender's server would give up.
        """
        tell(error)
        return _AGAIN

    def _answer(self, raw: bytes, token: str) -> str:
        try:
            self._replies.handle(raw, token)
        except NotFound:
            return _refused()
        except (StoreUnavailable, Retry):
            count_mail_in("postponed")
            log.warning("A mail could not be handled now.", action="reply_postponed")
            return _AGAIN
        except Exception as error:  # the sender's server keeps the mail
            return self._broke(raw, error)
        return "250 OK"

    def _broke(self, raw: bytes, error: Exception) -> str:
        self._replies.broke(raw, error)
        return _AGAIN


def _refused() -> str:
    count_mail_in("refused")
    return _NOBODY


class _PlainWords:
    """Says in words for people what aiosmtpd says in its own: the sender's server passes it on to whoever wrote."""

    line_length_limit = 1_000_000  # RFC 5321 has a thousand; programs write paragraphs, and a refusal is for good

    async def push(self, status: "str | bytes") -> None:
        too_big = status.startswith("552") if isinstance(status, str) else status.startswith(b"552")
        await super().push(_TOO_BIG if too_big else status)  # type: ignore[misc]  # mixed into the two below


class _OverSmtp(_PlainWords, SMTP):
    """One conversation in SMTP."""


class _OverLmtp(_PlainWords, LMTP):
    """One conversation in LMTP."""


class Listener(Controller):
    """aiosmtpd's own controller, speaking LMTP when the URL says so."""

    def __init__(self, door: Door, url: str) -> None:
        parts = urlsplit(url)
        self._class = _OverLmtp if parts.scheme == "lmtp" else _OverSmtp
        super().__init__(door, hostname=parts.hostname or "127.0.0.1", port=parts.port or 0)

    def factory(self) -> SMTP:
        """Make one conversation."""
        return self._class(self.handler, data_size_limit=_MOST_BYTES, enable_SMTPUTF8=True, ident="Fairsteps")


def replies_of(house: House) -> Replies:
    """What handles mails, made of the parts of a house."""
    url = house.settings.inbound_url
    return Replies(
        mailroom=house.mailroom,
        cases=house.cases,
        people=house.people,
        post=house.mail,
        words=house.words,
        mail_from=house.settings.mail_from,
        authserv=WayIn.of(url).authserv if url else "",
    )


def pulse(heartbeat: Heartbeat) -> Callable[[], None]:
    """What says that mail comes in, however often it is called, every ten seconds."""
    last = -_PULSE_SECONDS

    def alive() -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= _PULSE_SECONDS:
            last = now
            with suppress(StoreUnavailable):  # then the health page is red for that
                heartbeat.beat("mail")

    return alive


def main() -> int:
    """Take mails in until told to stop."""
    logs.start()
    for loud in ("mail.log", "flufl.bounce", "imap_tools"):  # these log addresses, at every level
        logging.getLogger(loud).setLevel(logging.CRITICAL + 1)
    home = house()
    url = home.settings.inbound_url
    if url is None:
        print("FAIRSTEPS_INBOUND_URL is missing. Example: lmtp://127.0.0.1:8004", file=sys.stderr)
        return 2
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    if WayIn.of(url).fetches:
        (home.settings.state_dir / "mail.ready").touch()
        Mailbox(WayIn.of(url), replies=replies_of(home), alive=pulse(home.heartbeat)).run(stop)
        return 0
    return _listen(home, url, stop)


def _listen(home: House, url: str, stop: threading.Event) -> int:
    door = Door(mail_from=home.settings.mail_from, mailroom=home.mailroom, replies=replies_of(home))
    listener = Listener(door, url)
    try:
        listener.start()
    except OSError as taken:
        print(f"Cannot listen at FAIRSTEPS_INBOUND_URL: {taken.strerror}", file=sys.stderr)
        return 1
    log.info("The door for replies is open.", action="inbound_opened")
    alive = pulse(home.heartbeat)
    while not stop.is_set():
        alive()
        stop.wait(_PULSE_SECONDS)
    listener.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
