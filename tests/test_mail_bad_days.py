"""Bad days of whoever runs Fairsteps by mail, on real parts: what breaks, dies, fills up or answers itself."""

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from imap_tools import MailboxFolderCreateError
from structlog.testing import capture_logs

from tests import mail_home
from tests.imap_home import ImapServer, imap_server
from tests.mail_home import Keeping
from tests.test_mail_inbound import DARA, GOOD, OTHER, OWN, Home
from tests.test_mail_store_full import Unwell, fill_the_memory, lose_the_disk
from worker import embedded
from worker.cases import Cases
from worker.mail import imap
from worker.mail.imap import Mailbox, Swept
from worker.mail.put_off import AGAIN, BROKEN, PutOff
from worker.mail.way_in import WayIn
from worker.store import in_hand, keys
from worker.store.connection import connect
from workflows.deciding import decide
from workflows.messages import examples
from workflows.messages.scene import Scene

NOBODYS = b"From: offers@example.com\r\nTo: answers@example.org\r\nSubject: Cheap\r\n\r\nBuy now.\r\n"
PEOPLE = f"fairsteps:{{w:{DARA.workspace}}}:people"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


@pytest.fixture
def home(redis_url: str) -> Iterator[Home]:
    keeping = Keeping()
    with ExitStack() as stack:
        yield Home(redis_url, keeping, stack.enter_context(mail_home.server(keeping)), stack, "smtp")


@pytest.fixture(scope="module")
def dovecot() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


@pytest.fixture
def server(dovecot: ImapServer) -> ImapServer:
    """The mailbox, empty."""
    with dovecot.box() as box:
        for folder in ("INBOX", "Fairsteps/Done", "Fairsteps/Held"):
            if box.folder.exists(folder):
                box.folder.set(folder)
                box.delete(box.uids())
    return dovecot


def fetching(home: Home, server: ImapServer) -> Mailbox:
    return Mailbox(WayIn.of(server.url), replies=home.replies, poll=0.2, soonest=0.1)


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


def until(is_so: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    assert is_so()


@contextmanager
def damaged(home: Home) -> Iterator[None]:
    """Our own fault: nobody of the workspace can be read."""
    kept = home.client.hgetall(PEOPLE)
    for person in kept:
        home.client.hset(PEOPLE, person, b"damaged")
    yield
    for person, whole in kept.items():
        home.client.hset(PEOPLE, person, whole)


# --- what breaks by our own fault -------------------------------------------------------------------------------------


def test_what_breaks_stays_in_the_mailbox_is_told_and_counts_once_it_is_mended(home: Home, server: ImapServer) -> None:
    mails = [home.reply(GOOD.replace("3 to 5", f"{n} to {n + 1}")).as_bytes() for n in range(1, 4)]
    mailbox = fetching(home, server)
    with damaged(home), capture_logs() as logs:
        server.bring(*mails)
        for _ in range(7):
            assert mailbox.once() == Swept(gone=0, left=3)
        assert home.mailroom.breaking.count() == 3
    assert home.mailroom.held() == []
    assert server.seen() == 0
    broke = [line for line in logs if line["action"] == "reply_broke"]
    assert broke[0]["at"].startswith(("worker/", "store/"))
    assert "3 to 4" not in str(logs)
    assert mailbox.once() == Swept(gone=3, left=0)
    assert "'3'" in str(home.answer())
    assert home.mailroom.breaking.count() == 0


def test_what_breaks_is_tried_again_by_itself_and_holds_up_nobody(home: Home, server: ImapServer) -> None:
    with running(fetching(home, server)):
        with damaged(home):
            server.bring(home.reply(GOOD).as_bytes())
            until(lambda: home.mailroom.breaking.count() == 1)
            server.bring(NOBODYS)
            until(lambda: server.count("Fairsteps/Held") == 1)
            assert server.count() == 1
        until(home.answer)
    assert server.count() == 0


def test_pauses_grow_end_somewhere_and_are_forgotten_with_their_mail() -> None:
    put_off, now, pauses = PutOff(soonest=2), 0.0, []
    for _ in range(15):
        put_off.put_off("7", now=now, longest=BROKEN)
        pause = put_off.next_in(now=now) or 0
        assert not put_off.is_due("7", now=now + pause - 1)
        assert put_off.is_due("7", now=now + pause)
        pauses.append(pause)
        now += pause
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses[-1] == BROKEN
    put_off.put_off("8", now=now, longest=AGAIN, least=60)
    assert not put_off.is_due("8", now=now + 59)
    put_off.keep(["7"])
    assert put_off.is_due("8", now=now)
    put_off.keep([])
    assert put_off.next_in(now=now) is None


def test_a_mailbox_where_nothing_can_be_moved_still_lets_every_reply_count(
    home: Home, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, uid: str, to: str) -> None:
        raise MailboxFolderCreateError(("NO", [b"[OVERQUOTA]"]), "OK")

    server.bring(*(home.reply(GOOD.replace("3 to 5", f"{n} to {n + 1}")).as_bytes() for n in range(1, 4)))
    monkeypatch.setattr(imap._Places, "move", full)
    with capture_logs() as logs:
        assert fetching(home, server).once() == Swept(gone=0, left=3)
    assert "'3'" in str(home.answer())
    assert len([line for line in logs if line["action"] == "mailbox_move_refused"]) == 3
    monkeypatch.undo()
    assert fetching(home, server).once() == Swept(gone=3, left=0)


def test_a_server_that_says_what_nobody_understands_ends_nothing(
    home: Home, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(*_: object) -> bytes:
        raise KeyError("bo@example.org")

    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(imap, "_fetch", odd)
        server.bring(NOBODYS)
        with running(fetching(home, server)):
            until(lambda: [line for line in logs if line["action"] == "mailbox_broke_KeyError"])
            patched.undo()
            server.bring(home.reply(GOOD).as_bytes())
            until(home.answer)
    assert "bo@example.org" not in str(logs)


# --- what dies --------------------------------------------------------------------------------------------------------


class Hanging(Keeping):
    """A mail server that, while it is told to, takes a mail and says nothing more."""

    hangs = False

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        while self.hangs:
            await asyncio.sleep(0.05)
        return await super().handle_DATA(server, session, envelope)


def started(redis_url: str, inbound: str, smtp: str, state: Path) -> subprocess.Popen[bytes]:
    """The way in for mail as `fairsteps up` starts it, in a process of its own."""
    given = {
        "FAIRSTEPS_STATE_DIR": str(state),
        "FAIRSTEPS_REDIS_URL": redis_url,
        "FAIRSTEPS_PUBLIC_URL": "https://fairsteps.example.org",
        "FAIRSTEPS_SECRET_KEYS": mail_home.KEY,
        "FAIRSTEPS_MAIL_FROM": "Fairsteps <answers@example.org>",
        "FAIRSTEPS_INBOUND_URL": inbound,
        "FAIRSTEPS_SMTP_URL": smtp,
        "FAIRSTEPS_LOCAL": "0",
    }
    said = (state / "mail.log").open("ab")
    command = [sys.executable, "-m", "worker.mail.inbound"]
    return subprocess.Popen(command, env={**os.environ, **given}, stdout=said, stderr=said)


def test_a_mailbox_whose_reader_is_killed_is_read_again_at_once_and_what_it_had_in_hand_soon(
    home: Home, server: ImapServer, redis_url: str, tmp_path: Path
) -> None:
    hanging = Hanging()
    hanging.hangs = True
    with mail_home.server(hanging) as smtp:
        process = started(redis_url, server.url, smtp, tmp_path)
        try:
            until((tmp_path / "mail.ready").exists)
            server.bring(home.reply(GOOD, sender=OTHER).as_bytes())
            until(lambda: home.client.keys(keys.mail_in_hand("*")))
            process.kill()
            process.wait()
            hanging.hangs = False
            server.bring(NOBODYS)
            (tmp_path / "mail.ready").unlink()
            process = started(redis_url, server.url, smtp, tmp_path)
            until((tmp_path / "mail.ready").exists)
            until(lambda: server.count() <= 1, 5)
            until(lambda: server.count() == 0, in_hand.LEASE + 5)
        finally:
            process.kill()
            process.wait()
    assert len(home.mailroom.held()) == 2
    assert len({mail["Message-ID"] for mail in hanging.read()}) == 1


def test_a_door_that_is_killed_in_the_middle_of_a_mail_is_brought_it_again_and_nothing_is_double(
    home: Home, redis_url: str, tmp_path: Path
) -> None:
    hanging, port = Hanging(), mail_home.free_port()
    hanging.hangs = True
    whole = home.reply(GOOD, sender=OTHER).as_bytes()
    with mail_home.server(hanging) as smtp:
        process = started(redis_url, f"lmtp://127.0.0.1:{port}", smtp, tmp_path)
        try:
            with brought(port, home.address, whole[: len(whole) // 2]):
                process.kill()  # it has half of the mail
                process.wait()
            process = started(redis_url, f"lmtp://127.0.0.1:{port}", smtp, tmp_path)
            with brought(port, home.address, whole + b"\r\n.\r\n"):
                until(lambda: home.client.keys(keys.mail_in_hand("*")))
                process.kill()  # it has kept the mail, and nobody has heard so
                process.wait()
            hanging.hangs = False
            process = started(redis_url, f"lmtp://127.0.0.1:{port}", smtp, tmp_path)
            until(lambda: given(port, home.address, whole) == 250, in_hand.LEASE + 20)
            assert given(port, home.address, whole) == 250
        finally:
            process.kill()
            process.wait()
    assert len(home.mailroom.held()) == 1
    assert len({mail["Message-ID"] for mail in hanging.read()}) == 1


@contextmanager
def brought(port: int, to: str, mail: bytes) -> Iterator[None]:
    """A mail server that is in the middle of bringing a mail."""
    until(lambda: opens(port))
    with smtplib.LMTP("127.0.0.1", port, local_hostname="mx.example.org") as lmtp:
        lmtp.timeout = 20
        assert (lmtp.docmd("LHLO", "mx.example.org")[0], lmtp.mail(OTHER)[0], lmtp.rcpt(to)[0]) == (250, 250, 250)
        assert lmtp.docmd("DATA")[0] == 354
        lmtp.send(mail)
        try:
            yield
        finally:
            lmtp.close()


def given(port: int, to: str, mail: bytes) -> int:
    """What the door says to a whole mail, 0 while nobody is there."""
    if not opens(port):
        return 0
    with smtplib.LMTP("127.0.0.1", port, local_hostname="mx.example.org") as lmtp:
        try:
            lmtp.sendmail(OTHER, [to], mail)
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        return 250


def opens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Home]:
    """A home with a store of its own, for it is made unwell."""
    store, keeping = embedded.start(tmp_path), Keeping()
    with ExitStack() as stack:
        yield Home(store.url, keeping, stack.enter_context(mail_home.server(keeping)), stack, "smtp")
    connect(store.url).config_set("save", "")  # else one without its folder refuses to stop
    embedded.start(tmp_path).stop()


def test_a_store_that_starts_anew_while_a_reply_is_handled_has_it_once(
    apart: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = Cases.submit_answer

    def in_between(self: Cases, *given: object, **more: object) -> None:
        submit(self, *given, **more)  # type: ignore[arg-type]  # handed on as it is
        embedded.start(tmp_path).stop()
        embedded.start(tmp_path)

    mail = apart.reply(GOOD)
    with monkeypatch.context() as patched:
        patched.setattr(Cases, "submit_answer", in_between)
        with suppress(smtplib.SMTPDataError):
            apart.send(mail)
    until(lambda: accepted(apart, mail), in_hand.LEASE + 5)
    found = apart.walk.answer("r1", DARA.person)
    assert found
    assert found.revision == 1


def accepted(home: Home, mail: EmailMessage) -> bool:
    try:
        home.send(mail)
    except smtplib.SMTPException:
        return False
    return True


@pytest.mark.parametrize("unwell", [fill_the_memory, lose_the_disk])
def test_a_reply_stays_in_the_mailbox_while_the_store_is_full_and_counts_then(
    apart: Home, server: ImapServer, tmp_path: Path, unwell: Unwell
) -> None:
    server.bring(apart.reply(GOOD).as_bytes())
    unwell(apart.client, tmp_path)
    with capture_logs() as logs, running(fetching(apart, server)):
        until(lambda: len([line for line in logs if line["action"] == "mailbox_store_away"]) > 2)
        assert (server.count(), server.seen()) == (1, 0)
        apart.client.config_set("maxmemory", 0)
        apart.client.config_set("save", "")
        until(lambda: server.count() == 0)
    assert apart.answer() is not None


def test_a_mail_is_in_hand_as_long_as_it_takes_and_no_longer(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_hand, "LEASE", 0.3)
    with home.mailroom.in_hand("a") as first:
        time.sleep(0.8)
        with home.mailroom.in_hand("a") as second:
            assert (first, second) == ("ours", "busy")
        home.client.set(keys.mail_in_hand("a"), b"somebody who took it while we stood still")
    assert home.client.get(keys.mail_in_hand("a")) == b"somebody who took it while we stood still"


# --- what answers itself ----------------------------------------------------------------------------------------------


def test_two_machines_do_not_answer_each_other_and_each_word_is_heard(home: Home) -> None:
    for _ in range(3):
        for said in ("stop", "Pause please.", "unsubscribe"):
            home.send(home.reply(said))
    assert home.people.get(DARA.workspace, DARA.person).mail_stopped
    assert home.walk.members[DARA.person].paused_at
    assert len(home.out.mails) == 2
    assert len(home.client.keys(keys.letter("*"))) == 9


def test_the_same_word_brought_again_while_mail_is_away_is_still_confirmed(home: Home) -> None:
    mail = home.reply("stop")
    home.out.says[OWN] = "450 4.2.0 Later"
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError):
            home.send(mail)
    del home.out.says[OWN]
    home.send(mail)
    assert len(home.out.mails) == 1


def test_a_machine_that_answers_each_confirmation_is_not_told_for_ever(home: Home) -> None:
    told = []
    for n in range(1, 24):
        home.send(home.reply(GOOD.replace("3 to 5", f"{n} to {n + 1}")))
        walk = home.walk
        scene = Scene(words=mail_home.words(), walk=walk, programme=home.programme)
        due = walk.occurrence("follow", examples.NOW, subject=f"r1.{n}", person=DARA.person)
        told.append(any(send.channel == "mail" for send in decide(scene, due, now=examples.NOW).sends))
    assert told == [True] * 20 + [False] * 3
    assert "'23'" in str(home.answer())


def test_a_programme_that_is_lost_loses_no_answer(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = home.reply(GOOD)
    monkeypatch.setattr(home.cases.programmes, "_newest", {})
    with pytest.raises(smtplib.SMTPDataError) as later:
        home.send(mail)
    assert later.value.smtp_code == 451
    assert home.mailroom.breaking.count() == 1
    assert home.out.mails == []
    monkeypatch.undo()
    home.send(mail)
    assert home.answer() is not None
    assert home.mailroom.breaking.count() == 0


def test_three_replies_between_hundreds_of_mails_of_strangers_do_not_wait_for_them(
    home: Home, server: ImapServer
) -> None:
    spam = [b"Message-ID: <%d@example.com>\r\n" % n + NOBODYS for n in range(300)]
    replies = [home.reply(GOOD.replace("3 to 5", f"{n} to {n + 1}")).as_bytes() for n in (1, 2, 3)]
    server.bring(replies[0], *spam[:200], replies[1], *spam[200:], replies[2])
    with capture_logs() as logs:
        assert fetching(home, server).once() == Swept(gone=303, left=0)
    said = [line["action"] for line in logs if line["action"] in ("reply_answered", "reply_held")]
    assert said[:3] == ["reply_answered"] * 3
    assert "'3'" in str(home.answer())
    assert len(home.mailroom.held()) == 100


def test_what_the_owner_of_the_mailbox_marked_as_deleted_stays(home: Home, server: ImapServer) -> None:
    server.bring(NOBODYS)
    with server.box() as box:
        (uid,) = box.uids()
        box.client.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
        server.bring(home.reply(GOOD).as_bytes())
    mailbox = fetching(home, server)
    mailbox._put_off.put_off(uid, now=time.monotonic(), longest=AGAIN, least=60)
    with running(mailbox):
        until(home.answer)
        until(lambda: server.count("Fairsteps/Done") == 1)
    assert server.count() == 1


def test_a_program_that_writes_a_paragraph_on_one_line_is_read(home: Home) -> None:
    story = "We welcomed many people and kept the talks kind. " * 30
    raw = home.reply(f"{GOOD}\n5: {story}").as_bytes().replace(b"=\n", b"").replace(b"quoted-printable", b"8bit")
    assert max(len(line) for line in raw.split(b"\n")) > 1001
    with smtplib.SMTP("127.0.0.1", home.listener.port, timeout=10) as smtp:
        smtp.sendmail(OWN, [home.address], raw)
    assert story.strip() in str(home.answer())
