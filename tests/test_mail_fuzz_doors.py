"""Any bytes at all at the two ways in, a real LMTP listener and a real mailbox: each mail has its end, none is lost.

`FAIRSTEPS_CHAOS=2000 pytest tests/test_mail_fuzz_doors.py` tries that many, others each time.
"""

import smtplib
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests import mail_home
from tests.imap_home import ImapServer, imap_server
from tests.mail_corpus import CORPUS
from tests.mail_home import Keeping
from tests.test_mail_fuzz import BODIES, CHARSETS, ENCODINGS, TYPES, tried
from tests.test_mail_inbound import GOOD, OWN, Home
from worker import embedded
from worker.mail.imap import Mailbox, Swept
from worker.mail.way_in import WayIn
from worker.store import keys

WHOLE = sorted(CORPUS.glob("*.eml"))[:40]


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A mail as a program wrote it, with any bytes at all in some places of it."""
    raw = draw(st.sampled_from(WHOLE)).read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(raw))), draw(st.integers(0, 200))
        raw = raw[:at] + draw(st.binary(max_size=200)) + raw[at + length :]
    return raw


@st.composite
def lying(draw: st.DrawFn) -> bytes:
    """A mail from Dara that says of itself what it is not."""
    heads = f"Content-Type: {draw(st.sampled_from(TYPES))}; charset={draw(st.sampled_from(CHARSETS))}; boundary=b\n"
    heads += f"Content-Transfer-Encoding: {draw(st.sampled_from(ENCODINGS))}\n"
    about = (
        b"From: " + draw(st.sampled_from([OWN.encode(), b"", b"<>"])) + b"\nSubject: " + draw(st.binary(max_size=90))
    )
    return about + b"\n" + heads.encode() + b"\n" + draw(st.sampled_from(BODIES) | st.binary(max_size=900))


ANYTHING = st.binary(max_size=3000) | spoilt() | lying()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    store, keeping = embedded.start(tmp_path_factory.mktemp("valkey")), Keeping()
    with ExitStack() as stack:
        stack.callback(store.stop)
        yield Home(store.url, keeping, stack.enter_context(mail_home.server(keeping)), stack, "lmtp")


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


@given(raw=ANYTHING, to_us=st.booleans())
@tried
def test_the_listener_answers_every_mail_and_keeps_what_it_said_yes_to(home: Home, raw: bytes, to_us: bool) -> None:
    to = home.address if to_us else "answers@example.org"
    empty_the_shelves(home)
    with capture_logs() as logs, smtplib.LMTP("127.0.0.1", home.listener.port, local_hostname="mx") as lmtp:
        lmtp.timeout = 20
        assert [lmtp.docmd("LHLO", "mx")[0], lmtp.mail(OWN)[0], lmtp.rcpt(to)[0], lmtp.docmd("DATA")[0]] == [
            250,
            250,
            250,
            354,
        ]
        lmtp.send(as_lines(raw))
        code, _ = lmtp.getreply()
        assert lmtp.noop()[0] == 250, "it listens on"
    ends = [line["action"] for line in logs if "mail" in line]
    assert code in (250, 500, 550, 552)
    assert len(ends) == (code == 250)
    assert not [line for line in logs if line["action"] == "reply_broke"]


def empty_the_shelves(home: Home) -> None:
    """Full ones leave mails where they are, and that is another story."""
    found = [*home.client.keys(keys.held_letters("*")), *home.client.keys(keys.written_back("*"))]
    if found:
        home.client.delete(*found)


def as_lines(raw: bytes) -> bytes:
    """Bytes as SMTP carries them: lines that end as they must, and a dot doubled where a line begins with one."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines) + b".\r\n"


@given(mails=st.lists(ANYTHING, min_size=2, max_size=15, unique=True))
@tried
def test_the_mailbox_is_emptied_of_every_mail_into_a_folder_of_ours(
    home: Home, server: ImapServer, mails: list[bytes]
) -> None:
    empty_the_shelves(home)
    before = server.count("Fairsteps/Done") + server.count("Fairsteps/Held")
    server.bring(*mails)
    with capture_logs() as logs:
        assert Mailbox(WayIn.of(server.url), replies=home.replies).once() == Swept(gone=len(mails), left=0)
    assert server.count("Fairsteps/Done") + server.count("Fairsteps/Held") - before == len(mails)
    assert not [line for line in logs if line["action"] == "reply_broke"]


def test_after_all_that_a_reply_still_counts(home: Home) -> None:
    with smtplib.LMTP("127.0.0.1", home.listener.port, local_hostname="mx") as lmtp:
        lmtp.send_message(home.reply(GOOD.replace("3 to 5", "31 to 32")), OWN, [home.address])
    assert "'31'" in str(home.answer())
