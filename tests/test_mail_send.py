"""Mail goes out over real SMTP: what the server says decides what becomes of a delivery, and nothing is lost or sent
twice.
"""

import dataclasses
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from structlog.testing import capture_logs

from tests import mail_home
from tests.mail_home import Keeping, mailing
from worker import embedded
from worker.mail import line, send
from worker.mail.send import Post
from worker.store.due import LEASE_MS
from worker.vault import Vault
from workflows.outcomes import Failed, Later, Sent, Unknown


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


def test_a_batch_goes_over_one_connection_and_each_has_its_outcome(redis_url: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        outcomes = mail_home.post(url, redis_url).send([mailing(number=n) for n in range(3)])
    assert outcomes == [Sent(ref=f"<delivery{n:012d}@example.org>") for n in range(3)]
    assert keeping.recipients == ["bo@example.org"] * 3
    assert keeping.connections == 1


def test_a_prompt_carries_an_address_at_which_a_reply_finds_its_ticket(redis_url: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        mail_home.post(url, redis_url).send([mailing()])
    local = keeping.read()[0]["Reply-To"].addresses[0].username
    assert local.startswith("answers+")
    assert len(local) <= 64
    assert mail_home.mailroom(redis_url).sent(local.partition("+")[2]).ticket == mail_home.BO


def test_where_no_mail_comes_in_nobody_is_told_to_reply(redis_url: str) -> None:
    here = mail_home.settings()
    post = Post(
        settings=here.model_copy(update={"inbound_url": None}),
        links=mail_home.links(),
        mailroom=mail_home.mailroom(redis_url),
        left_alone=mail_home.left_alone(redis_url),
        vault=Vault([mail_home.KEY]),
        words=mail_home.words(),
        clock=mail_home.StandingClock(),
    )
    mail = post.compose(mailing())
    assert mail["Reply-To"] is None
    assert "reply above" not in mail.as_string()
    assert "/answer/" in mail.as_string()


def test_a_line_that_starts_with_a_dot_arrives(redis_url: str) -> None:
    keeping = Keeping()
    message = mail_home.digest()
    dotted = mail_home.mailing(message=type(message)(kind="x", subject="x", parts=(), why="a\n.\n..b\n.c"))
    with mail_home.server(keeping) as url:
        assert isinstance(mail_home.post(url, redis_url).send([dotted])[0], Sent)
    part = keeping.read()[0].get_body(("plain",))
    assert part is not None
    assert "a\n.\n..b\n.c" in part.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("550 5.1.1 No such user", Failed(reason="smtp_550", mark="address")),
        ("450 4.2.0 Greylisted", Later(reason="smtp_450", after=timedelta(minutes=5))),
    ],
)
def test_one_refused_recipient_does_not_touch_the_others(redis_url: str, said: str, outcome: Failed | Later) -> None:
    keeping = Keeping()
    keeping.says["gone@example.org"] = said
    with mail_home.server(keeping) as url:
        post = mail_home.post(url, redis_url)
        outcomes = post.send([mailing(to="gone@example.org"), mailing(number=2)])
    assert outcomes[0] == outcome
    assert isinstance(outcomes[1], Sent)
    assert keeping.connections == 1


def test_a_refused_mail_has_failed_and_a_full_disk_is_for_later(redis_url: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        post = mail_home.post(url, redis_url)
        keeping.says["DATA"] = "554 5.7.1 Not wanted"
        assert post.send([mailing()]) == [Failed(reason="smtp_554")]
        keeping.says["DATA"] = "452 4.3.1 Full"
        assert isinstance(post.send([mailing()])[0], Later)
        keeping.says["DATA"] = "250 OK"
        assert isinstance(post.send([mailing()])[0], Sent)


def test_nobody_there_delays_the_whole_batch_and_loses_nothing(redis_url: str) -> None:
    port = mail_home.free_port()
    outcomes = mail_home.post(f"smtp://127.0.0.1:{port}", redis_url).send([mailing(number=n) for n in range(50)])
    assert {type(outcome) for outcome in outcomes} == {Later}
    assert len(outcomes) == 50


def test_a_connection_that_broke_after_the_mail_is_unknown_and_keeps_its_name(redis_url: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        post = mail_home.post(url, redis_url)
        keeping.says["DATA"] = "hang up"
        assert post.send([mailing()]) == [Unknown(reason="lost_after_data")]
        keeping.says["DATA"] = "250 OK"
        assert post.send([mailing()]) == [Sent(ref="<delivery000000000001@example.org>")]


def test_a_connection_that_the_server_gave_up_is_opened_again(redis_url: str) -> None:
    keeping = Keeping()
    port = mail_home.free_port()
    post = mail_home.post(f"smtp://127.0.0.1:{port}", redis_url)
    for _ in range(2):
        controller = Controller(keeping, hostname="127.0.0.1", port=port)
        controller.start()
        assert isinstance(post.send([mailing()])[0], Sent)
        controller.stop()
    assert isinstance(post.send([mailing()])[0], Later)


def test_a_server_that_says_421_on_an_idle_connection_is_called_again(redis_url: str) -> None:
    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        talking = threading.Thread(target=_two_callers, args=(listening, said))
        talking.start()
        post = mail_home.post(f"smtp://127.0.0.1:{listening.getsockname()[1]}", redis_url)
        assert [type(o) for o in post.send([mailing(), mailing(number=2)])] == [Sent, Sent]
        talking.join(5)
    assert sum(line == b"MAIL" for line in said) == 3


def _two_callers(listening: socket.socket, said: list[bytes]) -> None:
    """A server of few words: takes one mail from each caller, then says 421 to whatever comes and hangs up."""
    for patient in (True, False):
        caller, _ = listening.accept()
        with caller, caller.makefile("rwb", buffering=0) as line:
            _one_mail(line, said, patient)


def _one_mail(line: "socket.SocketIO", said: list[bytes], patient: bool) -> None:
    line.write(b"220 hello\r\n")
    mails = 0
    while command := line.readline():
        said.append(command[:4].upper())
        if mails:
            line.write(b"421 idle\r\n")
            return
        if command.upper().startswith(b"DATA"):
            line.write(b"354 go\r\n")
            while line.readline() != b".\r\n":
                pass
            mails += 1
        line.write(b"250 ok\r\n")
        if mails and not patient:
            return


def test_a_forked_child_opens_a_connection_of_its_own(redis_url: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        post = mail_home.post(url, redis_url)
        assert isinstance(post.send([mailing()])[0], Sent)
        child = os.fork()
        if child == 0:
            os._exit(0 if isinstance(post.send([mailing(number=2)])[0], Sent) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert isinstance(post.send([mailing(number=3)])[0], Sent)
    assert keeping.connections == 2
    assert len(keeping.mails) == 3


def test_a_wrong_password_delays_mail_and_loses_none(redis_url: str) -> None:
    keeping = Keeping()
    nobody = AuthResult(success=False, handled=False)
    refuse = {"authenticator": lambda *_: nobody, "auth_require_tls": False}
    with mail_home.server(keeping, **refuse) as url:
        outcomes = mail_home.post(url.replace("smtp://", "smtp://us:wrong%21@"), redis_url).send([mailing()])
    assert outcomes == [Later(reason="smtp_login", after=timedelta(minutes=15))]


def test_a_password_in_letters_that_no_server_takes_delays_mail_too(redis_url: str) -> None:
    refuse = {"authenticator": lambda *_: AuthResult(success=False), "auth_require_tls": False}
    with mail_home.server(Keeping(), **refuse) as url:
        outcomes = mail_home.post(url.replace("smtp://", "smtp://us:sch%C3%B6n@"), redis_url).send([mailing()])
    assert outcomes == [Later(reason="smtp_login", after=timedelta(minutes=15))]


def test_no_encryption_offered_means_no_mail_in_clear(redis_url: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        outcomes = mail_home.post(url.replace("smtp://", "smtp+starttls://us:secret@"), redis_url).send([mailing()])
    assert outcomes == [Later(reason="smtp_tls", after=timedelta(minutes=15))]
    assert keeping.mails == []


def test_the_state_away_delays_a_mail_whose_reply_could_not_be_understood(tmp_path: Path) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        outcomes = mail_home.post(url, f"unix://{tmp_path}/nothing.sock").send([mailing()])
    assert outcomes == [Later(reason="store_unavailable", after=timedelta(seconds=30))]
    assert keeping.mails == []


def test_an_address_no_mail_can_go_to_has_failed(redis_url: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        assert mail_home.post(url, redis_url).send([mailing(to="jörg@example.org")]) == [
            Failed(reason="address_not_ascii", mark="address")
        ]


ODD_LOCAL = ["b..x", "bo.", "bo,c", "bo;c", "a@b", "b o", "(c)bo", '"', "", "b" * 250, "(" * 999]
ODD_DOMAIN = ["example..org", "example.org.", "exa mple.org", "x.org, c@x.org", "[1", ""]
ODD = [*(f"{local}@example.org" for local in ODD_LOCAL), *(f"bo@{domain}" for domain in ODD_DOMAIN), "bo", "@", ""]
USUAL = ["o'neil@example.org", "bo+walk@example.org", '"b o"@example.org', "bo@bücher.example"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_address_fails_alone_and_the_others_get_their_mail(redis_url: str, odd: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url, capture_logs() as logs:
        outcomes = mail_home.post(url, redis_url).send([mailing(to=odd), mailing(number=2)])
    refused, sent = Failed(reason="address_unusable", mark="address"), Sent(ref="<delivery000000000002@example.org>")
    assert outcomes == [refused, sent]
    assert keeping.recipients == ["bo@example.org"]
    assert "@" not in str(logs)


@pytest.mark.parametrize("usual", USUAL)
def test_an_unusual_address_is_no_odd_one(redis_url: str, usual: str) -> None:
    keeping = Keeping()
    with mail_home.server(keeping) as url:
        assert isinstance(mail_home.post(url, redis_url).send([mailing(to=usual)])[0], Sent)


def test_a_mail_that_cannot_be_drawn_fails_alone_and_says_nothing_of_itself(redis_url: str) -> None:
    keeping, message = Keeping(), mail_home.digest()
    half_a_letter = dataclasses.replace(message, subject="Hello \ud83d bo@example.org")
    with mail_home.server(keeping) as url, capture_logs() as logs:
        outcomes = mail_home.post(url, redis_url).send([mailing(message=half_a_letter), mailing(number=2)])
    assert outcomes == [Failed(reason="mail_unusable"), Sent(ref="<delivery000000000002@example.org>")]
    assert [line["action"] for line in logs] == ["mail_broke", "mail_failed", "mail_sent"]
    assert "@" not in str(logs)
    assert "Hello" not in str(logs)


class SlowServer(Keeping):
    """Each mail takes it six seconds, on a clock of its own."""

    now = 0.0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.now += 6.0
        return await super().handle_DATA(server, session, envelope)


def test_a_batch_ends_before_its_claims_do_and_the_rest_is_for_soon(redis_url: str) -> None:
    slow = SlowServer()
    with mail_home.server(slow) as url:
        post = mail_home.post(url, redis_url, seconds=lambda: slow.now)
        outcomes = post.send([mailing(number=n) for n in range(50)])
        assert [type(outcome) for outcome in outcomes] == [Sent] + [Later] * 49
        assert set(outcomes[1:]) == {Later(reason="out_of_time", after=timedelta(seconds=5))}
        assert isinstance(post.send([mailing(number=1)])[0], Sent)
    assert len(slow.mails) == 2


def test_a_batch_and_the_slack_messages_before_it_fit_into_their_lease() -> None:
    slack = 20.0
    assert slack + send.BUDGET < LEASE_MS / 1000
    assert line.LONGEST < send.BUDGET


def test_a_server_that_says_one_letter_at_a_time_is_not_listened_to_for_ever(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "_LET_IN", 0.3)
    hung_up = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        talking = threading.Thread(target=_spell, args=(listening, hung_up))
        talking.start()
        post = mail_home.post(f"smtp://127.0.0.1:{listening.getsockname()[1]}", redis_url)
        (outcome,) = post.send([mailing()])
        talking.join(20)
    assert outcome == Later(reason="smtp_unreachable", after=timedelta(minutes=1))
    assert hung_up.is_set()


def _spell(listening: socket.socket, hung_up: threading.Event) -> None:
    """Say a greeting that has no end, a letter every twentieth of a second, for ten seconds at most."""
    caller, _ = listening.accept()
    with caller:
        caller.sendall(b"220-")
        for _ in range(200):
            try:
                caller.sendall(b".")
            except OSError:
                hung_up.set()
                return
            time.sleep(0.05)


def test_a_kept_connection_that_fell_silent_is_replaced(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_AWAKE", 0.1)
    with ExitStack() as callers, socket.create_server(("127.0.0.1", 0)) as listening:
        talking = threading.Thread(target=_silent_after_one, args=(listening, callers))
        talking.start()
        post = mail_home.post(f"smtp://127.0.0.1:{listening.getsockname()[1]}", redis_url)
        assert [type(o) for o in post.send([mailing(), mailing(number=2)])] == [Sent, Sent]
        talking.join(10)


def _silent_after_one(listening: socket.socket, callers: ExitStack) -> None:
    """Take one mail from each caller; never speak to them again, and never hang up."""
    for _ in range(2):
        caller, _ = listening.accept()
        line = callers.enter_context(callers.enter_context(caller).makefile("rwb", buffering=0))
        _one_mail(line, [], patient=False)


def test_without_a_mail_server_set_mail_has_failed(redis_url: str) -> None:
    assert mail_home.post("", redis_url).send([mailing()]) == [Failed(reason="mail_not_set_up")]


def test_no_address_is_ever_logged(redis_url: str) -> None:
    keeping = Keeping()
    keeping.says["gone@example.org"] = "550 5.1.1 gone@example.org is not here"
    with mail_home.server(keeping) as url, capture_logs() as logs:
        mail_home.post(url, redis_url).send([mailing(), mailing(to="gone@example.org"), mailing(to="ö@example.org")])
    assert [line["action"] for line in logs] == ["mail_sent", "mail_failed", "mail_failed"]
    assert "@" not in str(logs)
