"""A relay on its worst days: it falls silent or hangs up at any word, and what was not given to it goes out later."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests import mail_home
from tests.mail_home import mailing
from worker import embedded
from worker.mail import line
from workflows.outcomes import Failed, Later, Outcome, Sent, Unknown

WORDS = ("hello", "EHLO", "MAIL", "RCPT", "DATA", "the mail")
SAYS = {
    "hello": b"220 mx",
    "EHLO": b"250 mx",
    "MAIL": b"250 OK",
    "RCPT": b"250 OK",
    "DATA": b"354 Go",
    "the mail": b"250",
}


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


class Moody(socketserver.StreamRequestHandler):
    """Speaks SMTP until the word at which its mood comes over it."""

    at, mood, mails = "", "", 0
    over = threading.Event()

    def handle(self) -> None:
        if not self.answers("hello"):
            return
        while heard := self.rfile.readline():
            word = heard[:4].decode().upper()
            if word in ("RSET", "QUIT"):
                self.wfile.write(b"250 OK\r\n")
                continue
            if not self.answers(word):
                return
            if word == "DATA":
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                type(self).mails += 1
                if not self.answers("the mail"):
                    return

    def answers(self, word: str) -> bool:
        if word != self.at:
            self.wfile.write(SAYS[word] + b"\r\n")
            return True
        match self.mood:
            case "silent":
                self.over.wait(20)
            case "half":
                self.wfile.write(SAYS[word][:2])
            case "gone":
                pass
            case said:
                self.wfile.write(f"{said}\r\n".encode())
                return True
        return False


@contextmanager
def relay(at: str, mood: str) -> Iterator[tuple[str, type[Moody]]]:
    kind: type[Moody] = type("Today", (Moody,), {"at": at, "mood": mood, "mails": 0, "over": threading.Event()})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}", kind
        finally:
            kind.over.set()
            server.shutdown()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_LET_IN", 0.4)
    monkeypatch.setattr(line, "_TAKE", 0.4)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("mood", ["silent", "gone", "half"])
@pytest.mark.parametrize("at", WORDS)
def test_what_was_not_given_is_for_later_and_what_was_is_unknown(redis_url: str, at: str, mood: str) -> None:
    with relay(at, mood) as (url, kind):
        outcomes = mail_home.post(url, redis_url).send([mailing(number=n) for n in range(20)])
    first: Outcome = Later(reason="smtp_unreachable", after=timedelta(minutes=1))
    if at == "the mail":
        first = Unknown(reason="lost_after_data")
    assert outcomes == [first, *[Later(reason="smtp_unreachable", after=timedelta(minutes=1))] * 19]
    assert kind.mails == (at == "the mail")


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("at", "said", "outcome"),
    [
        ("hello", "450 4.7.1 Greylisted", Later(reason="smtp_unreachable", after=timedelta(minutes=1))),
        ("hello", "554 No", Later(reason="smtp_unreachable", after=timedelta(minutes=1))),
        ("MAIL", "451 4.7.1 Greylisted", Later(reason="smtp_451", after=timedelta(minutes=5))),
        ("MAIL", "550 5.7.1 Not you", Later(reason="smtp_sender_refused", after=timedelta(minutes=15))),
        ("RCPT", "450 4.2.0 Greylisted", Later(reason="smtp_450", after=timedelta(minutes=5))),
        ("RCPT", "421 4.3.2 Closing", Later(reason="smtp_unreachable", after=timedelta(minutes=1))),
        ("RCPT", "550 5.1.1 Nobody", Failed(reason="smtp_550", mark="address")),
        ("RCPT", "550 5.7.1 Your network is blocked", Failed(reason="smtp_550")),
        ("DATA", "451 4.3.0 Greylisted", Later(reason="smtp_451", after=timedelta(minutes=5))),
        ("the mail", "451 4.7.1 Greylisted", Later(reason="smtp_451", after=timedelta(minutes=5))),
        ("the mail", "554 5.7.1 Spam", Failed(reason="smtp_554")),
        ("the mail", "250 OK", Sent(ref="<delivery000000000001@example.org>")),
    ],
)
def test_each_refusal_has_its_meaning(redis_url: str, at: str, said: str, outcome: Outcome) -> None:
    with relay(at, said) as (url, _):
        assert mail_home.post(url, redis_url).send([mailing()]) == [outcome]
