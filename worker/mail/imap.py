"""A mailbox that replies come into, fetched over IMAP.

Promises: a mail is fetched without marking it, handled, and only then moved to a folder of ours, "Fairsteps/Done" or
"Fairsteps/Held". A crash in between leaves it where it is: it is handled again, which changes nothing twice. Mails are
handled in the order in which they came; one that cannot be handled now, or that breaks by our own fault, stays where it
is, is tried again later each time, and holds up no other: only what is nobody's is held without a name. A server that
is away, refuses the login, has no such folder or says what nobody understands is named and asked again, later each
time. Nothing else in the mailbox is touched. No address, password or word of a mail is logged.
"""

import imaplib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from typing import NamedTuple, cast

import structlog
from imap_tools import OR, BaseMailBox, H, MailBox, MailboxFolderSelectError, MailboxLoginError, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from worker.mail.put_off import AGAIN, BROKEN, PutOff
from worker.mail.replies import Handled, Replies
from worker.mail.way_in import WayIn
from workflows.errors import NotFound, Retry, StoreUnavailable

log = structlog.get_logger()
DONE, HELD = "Done", "Held"
_OURS = "Fairsteps"
_MOST_BYTES = 2_000_000  # the words of a mail stand at its beginning; what follows are attachments
_AT_ONCE = 100  # mails between two looks at what there is
_TIMEOUT = 30.0  # seconds for any one answer of the server
# Seconds: some servers hang up on a line that is silent for ten minutes, and boxes between forget it after five,
# without a word to either side: what comes then is heard of when we look again.
_IDLE = 4 * 60.0
_GLANCE = 1.0  # how long being told to stop may take while nothing comes in
_POLL = 20.0  # where the server cannot tell us that something came
_SOONEST, _LATEST = 2.0, 300.0  # seconds until the next try after one that failed; it doubles
AWAY = (ImapToolsError, imaplib.IMAP4.error, OSError)  # what is raised while a mailbox cannot be used


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
        self._put_off = PutOff(soonest=soonest)

    def run(self, stop: threading.Event) -> None:
        """Fetch mail until told to stop."""
        wait = self._soonest
        while not stop.is_set():
            began = time.monotonic()
            try:
                with _opened(self._way) as box:
                    log.info("The mailbox is open.", action="mailbox_opened")
                    self._stay(box, stop)
            except Exception as failed:  # whatever a server says must not end us: what ends thrice ends all of `up`
                if time.monotonic() - began > _LATEST:  # it was well meanwhile
                    wait = self._soonest
                log.warning("The mailbox is tried again.", action=named(failed), seconds=wait)
                stop.wait(wait)
                wait = min(wait * 2, _LATEST)

    def once(self) -> "Swept":
        """Handle what is there now, also what was put off."""
        self._put_off.keep(())
        with _opened(self._way) as box:
            return self._empty(box, threading.Event())

    def _stay(self, box: BaseMailBox, stop: threading.Event) -> None:
        told = "IDLE" in box.client.capabilities
        while not stop.is_set():
            self._empty(box, stop)
            due = self._put_off.next_in(now=time.monotonic())
            if told:
                longest = min(self._poll * 27, _IDLE)
                _listen(box, stop, longest if due is None else min(due, longest), self._alive)
            else:
                stop.wait(self._poll if due is None else min(due, self._poll))

    def _empty(self, box: BaseMailBox, stop: threading.Event) -> "Swept":
        """Handle every mail in the folder but those that are put off. What comes meanwhile is not last."""
        self._alive()
        gone, tried, places = 0, set[str](), _Places(box)
        while True:
            there = self._listed(box)
            due = [uid for uid in there if uid not in tried and self._put_off.is_due(uid, now=time.monotonic())]
            if not due or stop.is_set():
                return Swept(gone=gone, left=len(there))
            for uid in due[:_AT_ONCE]:
                if stop.is_set():
                    break
                self._alive()
                tried.add(uid)
                gone += self._take(box, uid, places)

    def _listed(self, box: BaseMailBox) -> list[str]:
        """The mails in the folder, those first that seem to be replies: thousands of others do not keep them waiting.

        Of each kind the oldest comes first.
        """
        box.client.response("EXISTS")  # what was told until now is seen by this look
        uids = box.uids(charset=None)
        self._put_off.keep(set(uids))
        first = set[str]()
        with suppress(ImapToolsError):  # a server that cannot look into headers: then by age alone
            first = set(box.uids(_seems_ours(self._replies.address), charset=None)) if len(uids) > 1 else first
        return sorted(uids, key=lambda uid: (uid not in first, int(uid)))

    def _take(self, box: BaseMailBox, uid: str, places: "_Places") -> bool:
        """Handle one mail and move it away; whether it is gone."""
        raw = _fetch(box, uid)
        if raw is None:  # somebody else took it
            return False
        handled = self._handle(uid, raw)
        return handled is not None and self._move(places, uid, HELD if handled == "held" else DONE)

    def _move(self, places: "_Places", uid: str, to: str) -> bool:
        """Move what is handled away. A mailbox that is full keeps it where it is, and holds up no other mail."""
        try:
            places.move(uid, to)
        except ImapToolsError as refused:
            log.warning("A mail cannot be moved.", action="mailbox_move_refused", error=type(refused).__name__)
            self._put_off.put_off(uid, now=time.monotonic(), longest=AGAIN)
            return False
        return True

    def _handle(self, uid: str, raw: bytes) -> Handled | None:
        """Handle one mail; None when it must stay for another time. Raises StoreUnavailable, which is so for all."""
        try:
            try:
                return self._replies.handle(raw)
            except NotFound:
                return self._replies.hold_strange(raw)
        except Retry as later:
            log.info("A mail stays in the mailbox for now.", action="reply_postponed", reason=later.reason)
            least = min(later.after.total_seconds(), AGAIN)
            self._put_off.put_off(uid, now=time.monotonic(), longest=AGAIN, least=least)
        except StoreUnavailable:
            raise
        except Exception as error:
            self._replies.broke(raw, error)
            self._put_off.put_off(uid, now=time.monotonic(), longest=BROKEN)
        return None


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
        # Most say only now what they can do. One that can move a mail needs no copy and no clearing away, which would
        # take along what the owner of the mailbox has marked as deleted.
        box.client.capabilities = tuple(sorted(_capabilities(box)))
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


def _seems_ours(address: str) -> OR:
    """What a mail has that came to a reply address of ours, or answers a mail of ours."""
    local, _, domain = address.rpartition("@")
    return OR(header=[H("To", f"{local}+"), H("In-Reply-To", f"@{domain}")])


def _capabilities(box: BaseMailBox) -> set[str]:
    """What the server can do now: some say it only to who is logged in."""
    _, said = box.client.capability()
    return {
        word for line in said if isinstance(line, bytes) for word in line.decode("ascii", "replace").upper().split()
    }


def _listen(box: BaseMailBox, stop: threading.Event, seconds: float, alive: Callable[[], None]) -> None:
    """Wait until the server says that something came, or until it is time to look again all the same."""
    until = time.monotonic() + seconds
    with box.idle as idle:
        if box.client.response("EXISTS")[1] != [None]:  # something came while we looked, and is not told again
            return
        while not stop.is_set() and (now := time.monotonic()) < until:
            alive()
            if _has_said(box) or idle.poll(timeout=_GLANCE):
                return
            if time.monotonic() - now < _GLANCE / 2:  # nothing was said, and yet nothing was waited for
                raise ConnectionResetError


def _has_said(box: BaseMailBox) -> bool:
    """Whether something was read already: it came with an answer, so that waiting at the socket does not see it."""
    before = box.client.sock.gettimeout()
    box.client.sock.settimeout(0)
    try:
        return bool(cast(BufferedReader, box.client.file).peek(1))
    except ssl.SSLWantReadError:
        return False
    finally:
        box.client.sock.settimeout(before)


def named(failed: Exception) -> str:
    """A word for what keeps us from the mailbox."""
    match failed:
        case MailboxLoginError():
            return "mailbox_login_refused"
        case MailboxFolderSelectError():
            return "mailbox_folder_missing"
        case StoreUnavailable():
            return "mailbox_store_away"
        case imaplib.IMAP4.error() | ImapToolsError() | OSError():
            return "mailbox_unreachable"
    return f"mailbox_broke_{type(failed).__name__}"
