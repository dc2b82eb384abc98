"""A mailbox that replies come into, fetched over IMAP.

Promises: a mail is fetched without marking it, handled, and only then moved to a folder of ours, "Fairsteps/Done" or
"Fairsteps/Held". A crash in between leaves it where it is: it is handled again, which changes nothing twice. Mails are
handled in the order in which they came; one that cannot be handled now stays and holds up no other, and one that breaks
on every try is held. A server that is away, refuses the login or has no such folder is named and asked again, later
each time. Nothing else in the mailbox is touched. No address, password or word of a mail is logged.
"""

import imaplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import structlog
from imap_tools import BaseMailBox, MailBox, MailboxFolderSelectError, MailboxLoginError, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from worker.mail.replies import Handled, Replies
from worker.mail.way_in import WayIn
from workflows.errors import NotFound, Retry, StoreUnavailable

log = structlog.get_logger()
DONE, HELD = "Done", "Held"
_OURS = "Fairsteps"
_MOST_BYTES = 2_000_000  # the words of a mail stand at its beginning; what follows are attachments
_TIMEOUT = 30.0  # seconds for any one answer of the server
_IDLE = 9 * 60.0  # seconds: some servers, and the boxes between, hang up on a line that is silent for ten minutes
_GLANCE = 1.0  # how long being told to stop may take while nothing comes in
_POLL = 20.0  # where the server cannot tell us that something came
_SOONEST, _LATEST = 2.0, 300.0  # seconds until the next try after one that failed; it doubles
AWAY = (ImapToolsError, imaplib.IMAP4.error, OSError)  # what is raised while a mailbox cannot be used
_TRIES = 5  # then a mail that breaks whatever is tried is held


class Mailbox:
    """The mailbox of FAIRSTEPS_INBOUND_URL. `poll` and `soonest` are seconds: between looks, and before a new try.

    `alive` is called again and again while the mailbox is open, and never while it is not.
    """

    def __init__(
        self,
        way: WayIn,
        *,
        replies: Replies,
        poll: float = _POLL,
        soonest: float = _SOONEST,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._way, self._replies, self._alive = way, replies, alive
        self._poll, self._soonest = poll, soonest
        self._broken: dict[str, int] = {}  # how often a mail broke, by its UID

    def run(self, stop: threading.Event) -> None:
        """Fetch mail until told to stop."""
        wait = self._soonest
        while not stop.is_set():
            try:
                with _opened(self._way) as box:
                    log.info("The mailbox is open.", action="mailbox_opened")
                    wait = self._soonest
                    self._stay(box, stop)
            except (*AWAY, StoreUnavailable) as failed:
                log.warning("The mailbox is tried again.", action=named(failed), seconds=wait)
                stop.wait(wait)
                wait = min(wait * 2, _LATEST)

    def once(self) -> "Swept":
        """Handle what is there now."""
        with _opened(self._way) as box:
            return self._empty(box, threading.Event())

    def _stay(self, box: BaseMailBox, stop: threading.Event) -> None:
        told = "IDLE" in _capabilities(box)
        while not stop.is_set():
            swept = self._empty(box, stop)
            if told and not swept.left:
                _listen(box, stop, self._poll, self._alive)
            else:
                stop.wait(self._poll)

    def _empty(self, box: BaseMailBox, stop: threading.Event) -> "Swept":
        """Handle every mail in the folder, the oldest first."""
        self._alive()
        gone, left, places = 0, 0, _Places(box)
        for uid in sorted(box.uids(charset=None), key=int):
            if stop.is_set():
                break
            self._alive()
            raw = _fetch(box, uid)
            if raw is None:  # somebody else took it
                continue
            handled = self._handle(uid, raw)
            if handled is None:
                left += 1
            else:
                places.move(uid, HELD if handled == "held" else DONE)
                gone += 1
        return Swept(gone=gone, left=left)

    def _handle(self, uid: str, raw: bytes) -> Handled | None:
        """Handle one mail; None when it must stay for another time. Raises StoreUnavailable, which is so for all."""
        try:
            try:
                return self._replies.handle(raw)
            except NotFound:
                return self._replies.hold_strange(raw, why="nobody")
        except Retry as later:
            log.info("A mail stays in the mailbox for now.", action="reply_postponed", reason=later.reason)
            return None
        except StoreUnavailable:
            raise
        except Exception as error:  # its text may hold words of the mail or an address
            return self._broke(uid, raw, error)

    def _broke(self, uid: str, raw: bytes, error: Exception) -> Handled | None:
        log.error("A mail could not be handled.", action="reply_broke", error=type(error).__name__)
        self._broken[uid] = self._broken.get(uid, 0) + 1
        if self._broken[uid] < _TRIES:
            return None
        return self._replies.hold_strange(raw, why="broken")


class Swept(NamedTuple):
    """How many mails went out of the folder, and how many stayed for another time."""

    gone: int
    left: int


class _Places:
    """The folders that mails are moved to, made when they are first needed."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box
        self._names: dict[str, str] = {}

    def move(self, uid: str, to: str) -> None:
        """Move one mail. Servers that cannot move copy it, and only then take the old one away."""
        if to not in self._names:
            self._names[to] = self._made(to)
        self._box.move([uid], self._names[to])

    def _made(self, to: str) -> str:
        """Find or make a folder; some servers keep all of a person's folders below INBOX."""
        delimiter = next((one.delim for one in self._box.folder.list() if one.delim), "/")
        names = [delimiter.join((_OURS, to)), delimiter.join(("INBOX", _OURS, to))]
        for name in names:
            if self._box.folder.exists(name):
                return name
        for name in names[:-1]:
            with suppress(ImapToolsError):
                self._box.folder.create(name)
                return name
        self._box.folder.create(names[-1])
        return names[-1]


def look(way: WayIn) -> None:
    """Log in and open the folder, and touch nothing. Raises one of AWAY."""
    with _opened(way):
        return


@contextmanager
def _opened(way: WayIn) -> Iterator[BaseMailBox]:
    box: BaseMailBox
    if way.scheme == "imaps":
        box = MailBox(way.host, way.port, timeout=_TIMEOUT)
    else:
        box = MailBoxUnencrypted(way.host, way.port, timeout=_TIMEOUT)
    try:
        if way.user.isascii() and way.password.isascii():
            box.login(way.user, way.password, initial_folder=None)
        else:
            box.login_utf8(way.user, way.password, initial_folder=None)
        box.folder.set(way.folder)
        yield box
    finally:
        with suppress(*AWAY):
            box.logout()


def _fetch(box: BaseMailBox, uid: str) -> bytes | None:
    """The beginning of a mail, as it is, unmarked."""
    answer, parts = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{_MOST_BYTES}>)")
    if answer != "OK":
        raise imaplib.IMAP4.error("a mail cannot be fetched")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _capabilities(box: BaseMailBox) -> set[str]:
    """What the server can do now: some say it only to who is logged in."""
    _, said = box.client.capability()
    return {
        word for line in said if isinstance(line, bytes) for word in line.decode("ascii", "replace").upper().split()
    }


def _listen(box: BaseMailBox, stop: threading.Event, seconds: float, alive: Callable[[], None]) -> None:
    """Wait until the server says that something came, or until it is time to look again all the same."""
    until = time.monotonic() + min(seconds * 27, _IDLE)
    with box.idle as idle:
        while not stop.is_set() and (now := time.monotonic()) < until:
            alive()
            if idle.poll(timeout=_GLANCE):
                return
            if time.monotonic() - now < _GLANCE / 2:  # nothing was said, and yet nothing was waited for
                raise ConnectionResetError


def named(failed: Exception) -> str:
    """A word for what keeps us from the mailbox."""
    match failed:
        case MailboxLoginError():
            return "mailbox_login_refused"
        case MailboxFolderSelectError():
            return "mailbox_folder_missing"
        case StoreUnavailable():
            return "mailbox_store_away"
    return "mailbox_unreachable"
