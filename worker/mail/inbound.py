"""The door for replies: an SMTP or LMTP listener at FAIRSTEPS_INBOUND_URL. Run it with `python -m
worker.mail.inbound`.

Promises: the sender's server hears 250 only once what the mail said is stored. When the state is away, or anything
unexpected happens, it hears 451 and brings the mail again, so a crash at any moment loses nothing. An address that
stands for nothing is refused at once with a sentence for people. One mail is for one recipient: a server with two
brings it twice. No address and no word of a mail is logged.
"""

import asyncio
import logging
import signal
import sys
import threading
from urllib.parse import urlsplit

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from worker.mail.render import address_of, domain_of
from worker.mail.replies import Replies
from worker.store.mailroom import Mailroom
from workflows.errors import NotFound, Retry, StoreUnavailable

log = structlog.get_logger()
_MOST_BYTES = 12_000_000  # a photo or two ride along with an answer; only the words are read
_FROM_NOBODY = ("", "<>", None)  # the sender of delivery reports
_AGAIN = "451 4.3.0 Not now, please send it again later"
_ONE_EACH = "452 4.5.3 One recipient for each mail, please"
_NOBODY = "550 5.1.1 This reply address is unknown or too old. Please use the link in the mail that you replied to"


class Door:
    """What aiosmtpd asks at each command. Work that waits is done in a thread, so that one slow mail holds up no
    other.
    """

    def __init__(self, *, mail_from: str, mailroom: Mailroom, replies: Replies) -> None:
        self._ours = address_of(mail_from).lower()
        self._mailroom, self._replies = mailroom, replies

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept addresses that we gave out, and reports from mail servers to our own."""
        if envelope.rcpt_tos:
            return _ONE_EACH
        token = self._token(address)
        if token is None or (not token and envelope.mail_from not in _FROM_NOBODY):
            return _NOBODY
        if token:
            try:
                await asyncio.to_thread(self._mailroom.ticket_of, token)
            except NotFound:
                return _NOBODY
            except StoreUnavailable:
                return _AGAIN
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Handle one whole mail and say 250 when it is safe."""
        token = self._token(envelope.rcpt_tos[0])
        if not token:
            log.info("A report of a mail server came in.", action="reply_dropped", kind="bounce")
            return "250 OK"
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        return await asyncio.to_thread(self._answer, raw, token)

    async def handle_exception(self, error: Exception) -> str:
        """Answer for whatever else went wrong, at any command: aiosmtpd would say 500, with the error's own words, and
        the sender's server would give up.
        """
        return _broke(error)

    def _answer(self, raw: bytes, token: str) -> str:
        try:
            self._replies.handle(raw, token)
        except NotFound:
            return _NOBODY
        except (StoreUnavailable, Retry):
            log.warning("A mail could not be handled now.", action="reply_postponed")
            return _AGAIN
        except Exception as error:  # the sender's server keeps the mail
            return _broke(error)
        return "250 OK"

    def _token(self, address: str) -> str | None:
        """Return the token in an address of ours, empty when it carries none, None when it is not ours."""
        local, plus, tag = address.rpartition("@")[0].lower().partition("+")
        if f"{local}@{domain_of(address).lower()}" != self._ours:
            return None
        return tag if plus else ""


def _broke(error: Exception) -> str:
    """Log the kind of an unforeseen error alone: its text may hold words of the mail or an address."""
    log.error("A mail could not be handled.", action="reply_broke", error=type(error).__name__)
    return _AGAIN


class Listener(Controller):
    """aiosmtpd's own controller, speaking LMTP when the URL says so."""

    def __init__(self, door: Door, url: str) -> None:
        parts = urlsplit(url)
        self._class = LMTP if parts.scheme == "lmtp" else SMTP
        super().__init__(door, hostname=parts.hostname or "127.0.0.1", port=parts.port or 0)

    def factory(self) -> SMTP:
        """Make one conversation."""
        return self._class(self.handler, data_size_limit=_MOST_BYTES, enable_SMTPUTF8=True, ident="Fairsteps")


def main() -> int:
    """Listen until told to stop."""
    from worker.wiring import house  # here, so that a test of the door needs no whole house

    logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd logs addresses at every level
    home = house()
    if home.settings.inbound_url is None:
        print("FAIRSTEPS_INBOUND_URL is missing. Example: lmtp://127.0.0.1:8004", file=sys.stderr)
        return 2
    mailroom = home.mailroom
    replies = Replies(mailroom=mailroom, cases=home.cases, people=home.people, post=home.mail, words=home.words)
    listener = Listener(
        Door(mail_from=home.settings.mail_from, mailroom=mailroom, replies=replies), home.settings.inbound_url
    )
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    try:
        listener.start()
    except OSError as taken:
        print(f"Cannot listen at FAIRSTEPS_INBOUND_URL: {taken.strerror}", file=sys.stderr)
        return 1
    log.info("The door for replies is open.", action="inbound_opened")
    stop.wait()
    listener.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
