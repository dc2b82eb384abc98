"""Whose a mail is: the token, the sender and the word of our own mail server together; never one of them alone."""

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest

from tests import mail_home
from tests.mail_home import Keeping
from tests.test_mail_inbound import DARA, GOOD, OTHER, OWN, Home, text_of
from worker import embedded
from worker.mail.authentication import verdict
from worker.mail.finding import head_of, token_of
from worker.store import keys
from workflows.ids import made_of
from workflows.messages import examples

MX = "mx.example.net"
GENUINE = f"{MX}; dkim=pass header.d=example.org; dmarc=pass (p=reject) header.from=example.org"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


@contextmanager
def at_home(redis_url: str, *, authserv: str = "", **settings: str) -> Iterator[Home]:
    keeping = Keeping()
    with ExitStack() as stack:
        smtp = stack.enter_context(mail_home.server(keeping))
        yield Home(redis_url, keeping, smtp, stack, "smtp", authserv=authserv, **settings)


@pytest.fixture
def home(redis_url: str) -> Iterator[Home]:
    with at_home(redis_url, authserv=MX) as made:
        yield made


def of(*headers: str, sender: str = OWN) -> str:
    raw = "".join(f"Authentication-Results: {one}\r\n" for one in headers) + "\r\n"
    return verdict(head_of(raw.encode()), authserv=MX, sender=sender)


@pytest.mark.parametrize(
    ("said", "verdict_"),
    [
        (GENUINE, "pass"),
        (f"{MX}; dkim=pass header.d=example.org header.i=@example.org; spf=fail; dmarc=none", "pass"),
        (f"{MX}; spf=pass smtp.mailfrom=dara@example.org", "pass"),
        (f"{MX};\r\n dkim=pass (2048-bit key)\r\n header.d=EXAMPLE.org", "pass"),
        (f"{MX}; dmarc=fail (p=none) header.from=example.org; spf=pass smtp.mailfrom=example.org", "fail"),
        (f"{MX}; dmarc=pass header.from=example.com", "fail"),
        (f"{MX}; dkim=pass header.d=example.com; spf=pass smtp.mailfrom=list@example.com", "fail"),
        (f"{MX}; dkim=pass header.d=below.example.org", "fail"),
        (f"{MX}; dkim=pass header.d=org", "fail"),
        (f"{MX}; none", "fail"),
        ("mx.elsewhere.example; dmarc=pass header.from=example.org", "unknown"),
        ("mx.exam((((", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_our_mail_server_says_of_a_sender(said: str, verdict_: str) -> None:
    assert of(said) == verdict_


def test_who_writes_such_a_header_further_down_is_not_heard() -> None:
    assert of(f"{MX}; dmarc=fail header.from=example.org", GENUINE) == "fail"
    assert of("mx.elsewhere.example; none", GENUINE) == "unknown"
    assert of() == "unknown"


def test_a_mail_one_step_below_a_domain_is_signed_by_the_domain() -> None:
    assert of(f"{MX}; dkim=pass header.d=example.org", sender="dara@mail.example.org") == "pass"


def test_a_genuine_reply_counts_and_one_that_is_not_is_held_and_told(home: Home) -> None:
    home.send(home.reply(GOOD, Authentication_Results=f"{MX}; dmarc=fail header.from=example.org"))
    home.send(home.reply(GOOD))
    assert home.answer() is None
    assert [letter.why for letter in home.mailroom.held()] == ["unproved", "unproved"]
    assert home.out.recipients == [OWN]
    assert "could not tell us" in " ".join(text_of(home.out.read()[0]).split())
    home.send(home.reply(GOOD, Authentication_Results=GENUINE))
    assert home.answer() is not None


@pytest.mark.parametrize("sender", [OTHER, "bo@example.org", "dara@example.org.example.com", "ddara@example.org"])
def test_the_token_alone_lets_nobody_answer(home: Home, sender: str) -> None:
    domain = sender.partition("@")[2]
    home.send(home.reply(GOOD, sender=sender, Authentication_Results=f"{MX}; dmarc=pass header.from={domain}"))
    assert home.answer() is None
    assert [letter.why for letter in home.mailroom.held()] == ["other_sender"]


def test_somebody_copied_in_who_replies_to_all_is_not_taken_for_the_member(home: Home) -> None:
    mail = home.reply(GOOD, sender="bo@example.org", Authentication_Results=GENUINE)
    mail["Cc"] = OWN
    home.send(mail, sender="bo@example.org")
    assert home.walk.answers == ()


def test_the_sender_alone_lets_nobody_answer(home: Home) -> None:
    mail = home.reply(GOOD, Authentication_Results=GENUINE)
    del mail["To"]
    mail["To"] = "answers@example.org"
    with pytest.raises(Exception, match="550"):
        home.send(mail, to="answers@example.org")
    assert home.walk.answers == ()


def test_replayed_weeks_later_it_changes_nothing(home: Home) -> None:
    first = home.reply(GOOD, Authentication_Results=GENUINE)
    home.send(first)
    home.send(home.reply(GOOD.replace("3 to 5", "6 to 8"), Authentication_Results=GENUINE))
    home.send(first)
    assert "'6'" in str(home.answer())
    seen = [key for key in home.client.keys("fairsteps:mail:seen:*") if home.client.get(key) == b"done"]
    lives = {home.client.ttl(key) for key in seen}
    assert min(lives) >= int(home.client.ttl(keys.reply_address(made_of("message", home.token)))) - 5


def test_who_switched_off_old_links_switched_off_old_mails_too(home: Home) -> None:
    home.mailroom.remember(home.token, DARA, at=examples.NOW)
    dara = home.people.get(DARA.workspace, DARA.person)
    home.people.keep(DARA.workspace, [dataclasses.replace(dara, links_since=examples.NOW + timedelta(minutes=1))])
    home.send(home.reply(GOOD, Authentication_Results=GENUINE))
    assert home.answer() is None
    assert [letter.why for letter in home.mailroom.held()] == ["switched_off"]


def test_where_nobody_vouches_the_token_and_the_sender_do(redis_url: str) -> None:
    with at_home(redis_url) as home:
        home.send(home.reply(GOOD))
        assert home.answer() is not None


# --- a server without plus addresses ----------------------------------------------------------------------------------


def sent(home: Home) -> bytes:
    home.post.send([mail_home.mailing(to=OWN)])
    mailing = dataclasses.replace(mail_home.mailing(to=OWN, number=2), ticket=DARA)
    home.post.send([mailing])
    return home.out.mails[-1]


def test_without_plus_addresses_a_reply_is_found_by_the_mail_that_it_answers(redis_url: str) -> None:
    with at_home(redis_url, FAIRSTEPS_INBOUND_URL="lmtp://127.0.0.1:8004?plus=no") as home:
        ours = head_of(sent(home))
        assert ours["Reply-To"].endswith("<answers@example.org>")
        assert home.out.senders[-1] == "answers@example.org"
        for number, header in enumerate(("In-Reply-To", "References"), start=1):
            mail = home.reply(GOOD.replace("3 to 5", f"{number} to 9"))
            del mail["To"]
            mail["To"], mail[header] = "answers@example.org", f"<other@example.com> {ours['Message-ID']}"
            home.send(mail, to="answers@example.org")
            assert f"'{number}'" in str(home.answer())


def test_without_plus_addresses_and_headers_it_is_found_by_the_line_in_what_it_quotes(redis_url: str) -> None:
    with at_home(redis_url, FAIRSTEPS_INBOUND_URL="lmtp://127.0.0.1:8004?plus=no") as home:
        quoted = "\n".join(f"> {line}" for line in text_of(mail_home.read_one(sent(home))).splitlines())
        mail = home.reply(GOOD)
        del mail["To"]
        mail["To"] = "answers@example.org"
        mail.set_content(f"{GOOD}\n\nOn Tue, Fairsteps <answers@example.org> wrote:\n{quoted}", cte="base64")
        home.send(mail, to="answers@example.org")
        assert home.answer() is not None


def test_where_there_are_plus_addresses_the_envelope_names_the_delivery(redis_url: str) -> None:
    with at_home(redis_url) as home:
        raw = sent(home)
        reply_to = head_of(raw)["Reply-To"].partition("<")[2].rstrip(">")
        assert home.out.senders[-1] == reply_to
        token = token_of(f"To: {reply_to}\r\n\r\n".encode(), ours="answers@example.org", by_message=lambda _: "")
        assert home.mailroom.sent(token).ticket == DARA
        assert b"Ref:" not in raw


def test_a_server_that_takes_one_sender_only_gets_that_one(redis_url: str) -> None:
    with at_home(redis_url) as home:
        home.out.says["MAIL"] = "553 5.7.1 Sender address rejected: not owned by user"
        sent(home)
        assert home.out.senders == ["answers@example.org"] * 2
