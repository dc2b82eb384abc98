"""Replies fetched from a mailbox: a real Dovecot, real Valkey, real SMTP out."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import pytest
from imap_tools import BaseMailBox, MailboxFolderSelectError, MailboxLoginError
from imap_tools.idle import IdleManager
from structlog.testing import capture_logs

from tests import mail_home
from tests.imap_home import PASSWORD, USER, ImapServer, imap_server
from tests.mail_home import Keeping
from tests.test_mail_inbound import GOOD, OTHER, OWN, Home, text_of
from worker import embedded
from worker.mail import imap
from worker.mail.imap import Mailbox, Swept
from worker.mail.way_in import WayIn
from worker.store.connection import connect

DONE, HELD = "Fairsteps/Done", "Fairsteps/Held"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


@pytest.fixture
def server(dovecot: ImapServer) -> ImapServer:
    """The mailbox, empty."""
    with dovecot.box() as box:
        for folder in ("INBOX", DONE, HELD):
            if box.folder.exists(folder):
                box.folder.set(folder)
                box.delete(box.uids())
    return dovecot


@pytest.fixture
def home(redis_url: str) -> Iterator[Home]:
    keeping = Keeping()
    with ExitStack() as stack:
        yield Home(redis_url, keeping, stack.enter_context(mail_home.server(keeping)), stack, "smtp")


def fetching(home: Home, url: str) -> Mailbox:
    return Mailbox(WayIn.of(url), replies=home.replies, poll=0.2, soonest=0.2)


@contextmanager
def running(mailbox: Mailbox) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=mailbox.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    assert is_so()


def revision(home: Home) -> int:
    found = home.walk.answer("r1", "person-dara") or next(iter(home.walk.answers), None)
    return found.revision if found else 0


def test_a_reply_is_fetched_stored_and_moved_away_unmarked(home: Home, server: ImapServer) -> None:
    server.bring(home.reply(GOOD).as_bytes())
    assert fetching(home, server.url).once() == Swept(gone=1, left=0)
    assert "moderation" in str(home.answer())
    assert (server.count(), server.count(DONE), server.seen(DONE)) == (0, 1, 0)


def test_what_comes_while_we_look_is_seen_though_the_server_has_told_of_it_already(
    home: Home, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, brought = Mailbox._listed, list[bool]()

    def meanwhile(self: Mailbox, box: BaseMailBox) -> list[str]:
        there = listed(self, box)
        if not brought:
            server.bring(home.reply(GOOD).as_bytes())
            until(lambda: server.count() == 1)
            box.client.noop()  # as the end of a look: the server tells of the mail, once
            brought.append(True)
        return there

    monkeypatch.setattr(Mailbox, "_listed", meanwhile)
    with running(Mailbox(WayIn.of(server.url), replies=home.replies, poll=60, soonest=0.2)):
        until(home.answer)


def test_what_comes_between_a_look_and_waiting_is_seen(
    home: Home, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, brought = IdleManager.start, list[bool]()

    def before(self: IdleManager) -> object:
        if not brought:
            server.bring(home.reply(GOOD).as_bytes())
            brought.append(True)
        return start(self)  # type: ignore[no-untyped-call]  # imap_tools leaves it so

    monkeypatch.setattr(IdleManager, "start", before)
    with running(Mailbox(WayIn.of(server.url), replies=home.replies, poll=60, soonest=0.2)):
        until(home.answer)


def test_what_answers_none_of_our_mails_is_held_and_its_writer_hears_nothing(home: Home, server: ImapServer) -> None:
    server.bring(b"From: offers@example.com\r\nTo: answers@example.org\r\nSubject: Cheap\r\n\r\nBuy now.\r\n")
    server.bring(home.reply(GOOD, sender=OTHER).as_bytes())
    fetching(home, server.url).once()
    assert (server.count(), server.count(HELD)) == (0, 2)
    assert sorted(letter.why for letter in home.mailroom.held()) == ["nobody", "other_sender"]
    assert home.out.recipients == [OWN]
    assert home.answer() is None


def test_a_crash_before_a_mail_is_moved_handles_it_again_and_changes_nothing_twice(
    home: Home, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(self: object, uid: str, to: str) -> None:
        raise ConnectionResetError

    server.bring(home.reply(GOOD).as_bytes(), home.reply("Quite a lot, really.").as_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(imap._Places, "move", crash)
        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                fetching(home, server.url).once()
    assert (server.count(), revision(home)) == (2, 1)
    fetching(home, server.url).once()
    assert (server.count(), server.count(DONE), revision(home)) == (0, 2, 1)
    assert len(home.out.mails) == 1


def test_many_mails_at_once_are_handled_in_the_order_in_which_they_came(home: Home, server: ImapServer) -> None:
    server.bring(*(home.reply(GOOD.replace("3 to 5", f"{n} to {n + 1}")).as_bytes() for n in range(1, 120)))
    assert fetching(home, server.url).once() == Swept(gone=119, left=0)
    assert revision(home) == 119
    assert "'119'" in str(home.answer())
    assert server.count(DONE) == 119


def test_a_mail_is_heard_of_at_once_and_a_server_that_comes_back_is_fetched_from_again(
    home: Home, server: ImapServer
) -> None:
    with capture_logs() as logs, running(fetching(home, server.url)):
        until(lambda: [line for line in logs if line["action"] == "mailbox_opened"])
        server.bring(home.reply(GOOD).as_bytes())
        until(home.answer)
        server.stop()
        until(lambda: [line for line in logs if line["action"] == "mailbox_unreachable"])
        server.start()
        server.bring(home.reply(GOOD.replace("3 to 5", "6 to 8")).as_bytes())
        until(lambda: "'6'" in str(home.answer()))
        until(lambda: server.count() == 0)
    said = str(logs)
    assert not [word for word in (USER, "answers%40", PASSWORD, "@", "3 to 5", home.token) if word in said]


@pytest.mark.parametrize(
    ("asked", "action"),
    [({"password": "wrong"}, "mailbox_login_refused"), ({"folder": "Replies"}, "mailbox_folder_missing")],
)
def test_a_refused_login_and_a_folder_that_is_lost_are_named_and_tried_again(
    home: Home, server: ImapServer, asked: dict[str, str], action: str
) -> None:
    with pytest.raises((MailboxLoginError, MailboxFolderSelectError)):
        fetching(home, server.url_of(**asked)).once()
    with capture_logs() as logs, running(fetching(home, server.url_of(**asked))):
        until(lambda: len([line for line in logs if line["action"] == action]) >= 2)
    waits = [line["seconds"] for line in logs if line["action"] == action]
    assert waits[:2] == [0.2, 0.4]
    assert "wrong" not in str(logs)
    assert "@" not in str(logs)


def test_one_that_cannot_be_handled_now_stays_and_holds_up_no_other(home: Home, server: ImapServer) -> None:
    home.out.says[OWN] = "450 4.2.0 Later"
    server.bring(home.reply("Quite a lot").as_bytes(), home.reply(GOOD).as_bytes())
    assert fetching(home, server.url).once() == Swept(gone=1, left=1)
    assert home.answer() is not None
    del home.out.says[OWN]
    assert fetching(home, server.url).once() == Swept(gone=1, left=0)
    assert "Quite a lot" in text_of(home.out.read()[0])


def test_the_state_away_leaves_every_mail_where_it_is(
    home: Home, server: ImapServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server.bring(home.reply(GOOD).as_bytes())
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(home.mailroom, "_redis", connect("unix:///tmp/nothing-here.sock"))
        with running(fetching(home, server.url)):
            until(lambda: [line for line in logs if line["action"] == "mailbox_store_away"])
    assert server.count() == 1
    fetching(home, server.url).once()
    assert home.answer() is not None


def test_where_folders_lie_below_the_inbox_ours_do_too(home: Home, server: ImapServer) -> None:
    class Below:
        """A server that makes folders below INBOX alone, with dots between."""

        def __init__(self) -> None:
            self.made: list[str] = []
            self.moved: list[tuple[list[str], str]] = []
            self.folder = self

        def exists(self, name: str) -> bool:
            return name in self.made

        def create(self, name: str) -> None:
            if not name.startswith("INBOX."):
                raise MailboxFolderSelectError(("NO", [b"no"]), "OK")
            self.made.append(name)

        def move(self, uids: list[str], to: str) -> None:
            self.moved.append((uids, to))

        def list(self) -> Sequence[object]:
            return [type("Folder", (), {"delim": "."})()]

    below = Below()
    places = imap._Places(below)  # type: ignore[arg-type]  # a part of a mailbox
    places.move("1", imap.DONE)
    places.move("2", imap.DONE)
    assert below.made == ["INBOX.Fairsteps.Done"]
    assert below.moved == [(["1"], "INBOX.Fairsteps.Done"), (["2"], "INBOX.Fairsteps.Done")]


def test_a_mail_that_somebody_took_meanwhile_is_passed_over(home: Home, server: ImapServer) -> None:
    class Gone(BaseMailBox):
        def __init__(self) -> None:
            self.client = self  # type: ignore[assignment]

        def uid(self, *words: str) -> tuple[str, list[None]]:
            return "OK", [None]

    assert imap._fetch(Gone(), "7") is None
