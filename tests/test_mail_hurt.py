"""What would hurt people about mail that comes in: somebody kept out, not heard, overruled, or given away.

Each story is one that went wrong once. A real Valkey, real SMTP in and out.
"""

import contextlib
import dataclasses
import itertools
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage

import pytest

from tests import mail_home
from tests.mail_home import Keeping
from tests.test_mail_bounces import report
from tests.test_mail_inbound import DARA, GOOD, OTHER, OWN, Home
from worker import embedded
from workflows.contacts import CONTACT, Contact
from workflows.errors import Retry
from workflows.messages import examples
from workflows.ticket import Ticket
from workflows.walk import Change

ROBIN = Ticket(workspace=DARA.workspace, partnership=DARA.partnership, subject=f"{CONTACT}crobin")


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


def test_a_stranger_with_one_reply_address_does_not_fill_the_shelf_for_everybody(home: Home) -> None:
    for number in range(300):
        try:
            home.mailroom.hold(f"m{number}", b"hello", why="other_sender", ticket=DARA)
        except Retry:
            break
    bo = dataclasses.replace(DARA, person=examples.BO)
    home.mailroom.hold("bos", b"From: bo@example.com\r\n\r\nmine", why="other_sender", ticket=bo)
    assert "bos" in {letter.id for letter in home.mailroom.held()}


def test_no_reply_address_can_be_read_off_what_lies_in_the_store(home: Home) -> None:
    mailing = mail_home.mailing(to=OWN)
    home.post.send([dataclasses.replace(mailing, ticket=DARA)])
    (sent,) = home.out.read()
    token = sent["Reply-To"].addresses[0].addr_spec.partition("+")[2].partition("@")[0]
    assert home.mailroom.sent(token).ticket == DARA
    assert home.mailroom.token_of(str(sent["Message-ID"])) == token
    names = home.client.keys("*")
    assert not [name for name in names if token.encode() in name]
    kept = [home.client.get(name) for name in names if home.client.type(name) == b"string"]
    assert not [value for value in kept if token.encode() in (value or b"")]


def test_what_was_put_right_on_the_page_stays_while_the_mail_server_is_away(home: Home) -> None:
    """The reply is kept, the note about its picture cannot go out, and the mail is brought again hours later."""
    mail = home.reply(GOOD)
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="us.png")
    home.out.says[OWN] = "450 4.2.0 Later"
    raw = mail.as_bytes()
    assert home.replies.handle(raw, home.token) == "answered"
    right = {**home.cases.answer_form(DARA).typed, "activity": "welcome"}
    home.cases.submit_answer(DARA, right, via="web")
    assert home.replies.handle(raw, home.token) == "seen_before"
    assert "welcome" in str(home.answer())


def invited(home: Home) -> str:
    """Robin of the partner's has a page, and a mail about it; return the token of that mail."""
    contact = Contact(id="crobin", name="Robin", address="robin@example.com", by=examples.ANA, at=examples.NOW)
    home.walks.change(
        DARA.partnership,
        lambda walk: Change(partnership=dataclasses.replace(walk.partnership, contacts=(contact,))),
    )
    token = home.mailroom.token(ROBIN, "invitation")
    home.mailroom.remember(token, ROBIN, delivery="invitation", to="robin@example.com")
    return token


def contact(home: Home) -> Contact:
    found = home.walk.partnership.contact("crobin")
    assert found is not None
    return found


def test_a_contact_who_calls_our_mail_spam_gets_no_more(home: Home) -> None:
    token = invited(home)
    assert home.replies.handle(report("abuse", "", kind="feedback-report"), token) == "complained"
    assert contact(home).stopped


@pytest.mark.parametrize(("sender", "stops"), [("robin@example.com", True), (OTHER, False)])
def test_a_contact_can_stop_our_mail_by_a_word(home: Home, sender: str, stops: bool) -> None:
    token = invited(home)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, f"answers+{token}@example.org", "Re: A page for you"
    mail["Message-ID"] = "<stop@example.com>"
    mail.set_content("Stop\n")
    said = contextlib.nullcontext() if stops else pytest.raises(smtplib.SMTPDataError, match="use the link")
    with said:
        home.send(mail, to=f"answers+{token}@example.org", sender=sender)
    assert contact(home).stopped is stops


def test_nothing_of_a_mail_shows_in_what_is_logged(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    words = "canary in the coal mine"
    mails = (
        home.reply(f"{GOOD}\n5: {words}"),
        home.reply(words),
        home.reply(words, sender=OTHER),
        home.reply(words, Auto_Submitted="auto-replied"),
    )
    for mail in mails:
        home.send(mail)
    home.replies.handle(report("failed", "5.1.1", "550 5.1.1 <dara@example.org> canary"), home.token)
    told = "".join(itertools.chain(*capsys.readouterr()))
    assert "A mail came in" in told
    for secret in ("canary", OWN, OTHER, home.token, "Dara"):
        assert secret not in told


@pytest.mark.parametrize("where", ["to_name", "list_name", "topic", "subject"])
def test_nobody_writes_a_header_of_ours_by_what_they_call_themselves(home: Home, where: str) -> None:
    name, mailing = "=?utf-8?q?Eve=0d=0aBcc:_x@example.com?=", mail_home.mailing(to=OWN)
    if where == "subject":
        sent = dataclasses.replace(mailing, message=dataclasses.replace(mailing.message, subject=name))
    else:
        sent = dataclasses.replace(mailing, follows="<a@example.org>", **{where: name})  # type: ignore[arg-type]
    home.post.send([sent])
    (raw,) = home.out.mails
    assert b"\nBcc:" not in raw.partition(b"\r\n\r\n")[0]
