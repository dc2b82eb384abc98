"""Mails that come back: what servers report, what that means for a person, and who hears of it."""

import dataclasses
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from tests import mail_home
from tests.group import walking
from tests.mail_home import Keeping
from tests.test_mail_inbound import DARA, GOOD, OWN, PROGRAMME, Home
from worker import embedded
from worker.mail.bounces import report_of
from worker.mail.outcomes import is_no_address, of_recipient
from worker.store.due import Due
from workflows import bounced
from workflows.deciding import decide
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.outcomes import Failed, Later
from workflows.people import Channel, Person

NOW = examples.NOW
BO = Person(id="bo", name="Bo", email="bo@example.org")


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


@pytest.fixture
def home(redis_url: str) -> Iterator[Home]:
    keeping = Keeping()
    with ExitStack() as stack:
        yield Home(redis_url, keeping, stack.enter_context(mail_home.server(keeping)), stack, "lmtp")


def report(
    action: str, status: str, code: str = "", *, kind: str = "delivery-status", about: str = "ours@example.org"
) -> bytes:
    diagnostic = f"Diagnostic-Code: smtp; {code}\r\n" if code else ""
    block = f"Final-Recipient: rfc822; dara@example.org\r\nAction: {action}\r\nStatus: {status}\r\n{diagnostic}"
    if kind == "feedback-report":
        block = f"Feedback-Type: {action}\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\n"
    return (
        "From: Mail Delivery <mailer-daemon@mx.example.com>\r\nTo: answers@example.org\r\nSubject: Undelivered\r\n"
        f"Message-ID: <{action}.{status}.{len(code)}@mx.example.com>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="=b"\r\n\r\n'
        "--=b\r\nContent-Type: text/plain\r\n\r\nYour mail.\r\n"
        f"--=b\r\nContent-Type: message/{kind}\r\n\r\n"
        + ("Reporting-MTA: dns; mx.example.com\r\n\r\n" if kind == "delivery-status" else "")
        + f"{block}\r\n--=b\r\nContent-Type: message/rfc822-headers\r\n\r\nMessage-ID: <{about}>\r\n\r\n--=b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "sort"),
    [
        (report("failed", "5.1.1", "550 5.1.1 No such user"), "hard"),
        (report("failed", "5.0.0", "550 unknown user"), "hard"),
        (report("failed", "5.4.4"), "hard"),
        (report("failed", "5.2.2", "552 5.2.2 Mailbox full"), "soft"),
        (report("failed", "5.7.1", "550 5.7.1 Our filter did not like it"), "soft"),
        (report("failed", "4.4.7"), "soft"),
        (report("delayed", "4.4.1"), "delayed"),
        (report("delivered", "2.0.0"), "arrived"),
        (report("relayed", "2.0.0"), "arrived"),
        (report("abuse", "", kind="feedback-report"), "complaint"),
        (report("not-spam", "", kind="feedback-report"), "arrived"),
        (b"From: mailer-daemon@example.com\r\n\r\nSomething happened.\r\n", "odd"),
        (b"", "odd"),
    ],
)
def test_what_a_report_says(raw: bytes, sort: str) -> None:
    assert report_of(raw).sort == sort


def test_a_report_that_older_servers_write_for_people_is_read_as_well() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example.com\r\nTo: answers@example.org\r\nSubject: failure notice\r\n\r\n"
        b"Hi. This is the qmail-send program at mx.example.com.\r\nI'm afraid I wasn't able to deliver your message to"
        b" the following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
        b"<dara@example.org>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        b"--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <ours@example.org>\r\n\r\nWell?\r\n"
    )
    assert report_of(raw).sort == "hard"
    assert report_of(raw).about == ("<ours@example.org>",)


def test_the_report_in_the_drawer_names_its_mail() -> None:
    raw = (Path(__file__).parent / "mails" / "bounce.eml").read_bytes()
    assert report_of(raw).sort == "hard"


@pytest.mark.parametrize(
    ("code", "said", "outcome"),
    [
        (550, "5.1.1 No such user", Failed(reason="smtp_550", mark="address")),
        (550, "No such user", Failed(reason="smtp_550", mark="address")),
        (550, "5.7.1 Blocked, see our list", Failed(reason="smtp_550")),
        (552, "5.2.2 Mailbox full", Failed(reason="smtp_552")),
        (554, "Transaction failed", Failed(reason="smtp_554")),
    ],
)
def test_what_a_server_says_while_a_mail_is_sent_counts_the_same(code: int, said: str, outcome: Failed) -> None:
    assert of_recipient(code, said) == outcome
    assert isinstance(of_recipient(450, "4.2.0 Greylisted"), Later)
    assert not is_no_address(550, "5.1.8 Your own sender is odd")


# --- a person ---------------------------------------------------------------------------------------------------------


def test_once_for_good_is_enough_and_for_now_takes_three_over_days() -> None:
    assert bounced.refused(BO, "hard", now=NOW).mail_lost == "hard"
    person = BO
    for hours in (0, 0.5, 20, 60):
        person = bounced.refused(person, "soft", now=NOW + timedelta(hours=hours))
        assert person.mail_lost == ""
    assert len(person.mail_late) == 3
    lost = bounced.refused(person, "soft", now=NOW + timedelta(hours=72))
    assert (lost.mail_lost, lost.mail_late) == ("soft", ())
    assert bounced.refused(lost, "soft", now=NOW + timedelta(days=9)) == lost
    assert bounced.arrives(lost) == BO


def test_what_was_weeks_ago_is_forgotten() -> None:
    person = BO
    for days in (0, 1, 20):
        person = bounced.refused(person, "soft", now=NOW + timedelta(days=days))
    assert (person.mail_lost, len(person.mail_late)) == ("", 1)


# --- who hears of it --------------------------------------------------------------------------------------------------


def lost_in_walk(person: str) -> tuple[Scene, list[tuple[str, Channel, str]]]:
    walk = walking()
    who = bounced.refused(walk.people[person], "hard", now=NOW)
    walk = dataclasses.replace(walk, people={**walk.people, person: who})
    scene = Scene(words=mail_home.words(), walk=walk, programme=PROGRAMME)
    told: list[tuple[str, Channel, str]] = []
    for due in bounced.told(walk, person, now=NOW).plan:
        if due.kind == "mail_lost":
            told += [(due.person, send.channel, send.message.subject) for send in decide(scene, due, now=NOW).sends]
    return scene, told


def test_they_hear_it_in_slack_and_who_facilitates_hears_it_too() -> None:
    _, told = lost_in_walk("bo")
    assert sorted(told) == [
        ("ana", "slack", "Mails to Bo Lindqvist do not arrive"),
        ("bo", "slack", "Our mails do not reach you"),
    ]


def test_who_has_no_slack_cannot_be_told_and_who_facilitates_is() -> None:
    scene, told = lost_in_walk("dara")
    assert told == [("ana", "slack", "Mails to Dara Sharma do not arrive")]
    assert not scene.walk.mails("dara")


def test_once_it_is_mended_nobody_is_told() -> None:
    scene, _ = lost_in_walk("bo")
    plan = bounced.told(scene.walk, "bo", now=NOW).plan
    people = {**scene.walk.people, "bo": bounced.arrives(scene.walk.people["bo"])}
    mended = dataclasses.replace(scene.walk, people=people)
    assert {decide(dataclasses.replace(scene, walk=mended), due, now=NOW).left for due in plan} == {"mended"}


# --- through the door -------------------------------------------------------------------------------------------------


def bring(home: Home, raw: bytes, *, to: str = "") -> None:
    with smtplib.LMTP("127.0.0.1", home.listener.port) as lmtp:
        lmtp.sendmail("", [to or home.address], raw)


def planned(home: Home) -> list[str]:
    return [due.person for due in Due(home.client).planned(DARA.partnership) if due.kind == "mail_lost"]


def dara(home: Home) -> Person:
    return home.people.get(DARA.workspace, DARA.person)


def test_a_report_to_the_address_of_a_delivery_finds_its_person(home: Home) -> None:
    bring(home, report("failed", "5.1.1"))
    assert (dara(home).mail_lost, dara(home).mail_lost_at) == ("hard", NOW)
    assert home.out.mails == []
    told = planned(home)
    assert examples.ANA in told
    bring(home, report("failed", "5.1.1", "told by another server"))
    assert planned(home) == told


def test_a_report_to_our_own_address_finds_its_person_by_the_mail_that_came_back(home: Home) -> None:
    home.mailroom.remember(home.token, DARA, to=OWN, message_id="<ours@example.org>", at=NOW)
    bring(home, report("failed", "5.1.1", about="other@example.org"), to="answers@example.org")
    assert dara(home).mail_lost == ""
    bring(home, report("failed", "5.1.1", "again"), to="answers@example.org")
    assert dara(home).mail_lost == "hard"


def test_a_report_about_an_address_that_they_have_left_says_nothing_of_the_new_one(home: Home) -> None:
    home.mailroom.remember(home.token, DARA, to="dara@old.example.org", at=NOW)
    bring(home, report("failed", "5.1.1"))
    assert dara(home).mail_lost == ""


def test_a_complaint_stops_their_mail_and_a_delay_nothing(home: Home) -> None:
    bring(home, report("delayed", "4.4.1"))
    assert not dara(home).mail_stopped
    bring(home, report("abuse", "", kind="feedback-report"))
    assert dara(home).mail_stopped
    assert dara(home).mail_lost == ""


def test_a_mail_of_theirs_shows_that_mail_arrives(home: Home) -> None:
    bring(home, report("failed", "5.1.1"))
    home_send = home.reply(GOOD)
    with smtplib.LMTP("127.0.0.1", home.listener.port) as lmtp:
        lmtp.send_message(home_send, OWN, [home.address])
    assert (dara(home).mail_lost, dara(home).mail_lost_at) == ("", None)


def test_a_report_that_nobody_can_read_waits_for_whoever_runs_it(home: Home) -> None:
    bring(home, b"From: mailer-daemon@mx.example.com\r\nSubject: Hm\r\n\r\nSomething happened.\r\n")
    assert [letter.why for letter in home.mailroom.held()] == ["odd_report"]
    assert home.out.mails == []
