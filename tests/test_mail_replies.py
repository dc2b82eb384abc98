"""What a reply says beside answers, what is asked back, and what no mail can do to the listener."""

import dataclasses
import random
import smtplib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests import mail_home
from tests.imap_home import imap_server
from tests.mail_home import Keeping
from tests.test_mail_inbound import DARA, GOOD, OWN, Home, text_of
from worker import embedded
from worker.mail.imap import Mailbox
from worker.mail.way_in import WayIn
from workflows.messages import examples
from workflows.messages.consent import CONSENT
from workflows.messages.offer import LEAD
from workflows.people import Membership
from workflows.ticket import Ticket
from workflows.walk import Change, Milestone

MAILS = Path(__file__).parent / "mails"


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


def member(home: Home) -> Membership:
    return home.walk.members[examples.DARA]


def about(home: Home, subject: str) -> Ticket:
    """Let the address that Dara replies to stand for something else."""
    ticket = dataclasses.replace(DARA, subject=subject)
    home.mailroom.remember(home.token, ticket)
    return ticket


def now_is(home: Home, **changed: object) -> None:
    dara = dataclasses.replace(member(home), **changed)  # type: ignore[arg-type]  # a story names what it is about
    home.walks.change(DARA.partnership, lambda _: Change(members=(dara,)))


def subjects(home: Home) -> list[str]:
    return [str(mail["Subject"]) for mail in home.out.read()]


@pytest.mark.parametrize(("said", "consent"), [("Yes", "given"), ("no thanks.", "refused"), ("YES!", "given")])
def test_one_word_says_whether_somebody_takes_part(home: Home, said: str, consent: str) -> None:
    about(home, CONSENT)
    now_is(home, consent="asked", consent_at=None)
    home.send(home.reply(said))
    assert (member(home).consent, member(home).consent_via) == (consent, "mail")
    assert subjects(home) == ["You take part" if consent == "given" else "You do not take part"]
    assert "/answer/" in text_of(home.out.read()[0])


@pytest.mark.parametrize("said", ["Yes, but not before May", "Maybe", "yes no", "I would say no to that but yes"])
def test_more_than_one_word_is_no_consent(home: Home, said: str) -> None:
    about(home, CONSENT)
    now_is(home, consent="asked", consent_at=None)
    home.send(home.reply(said))
    assert member(home).consent == "asked"
    assert "and nothing else" in " ".join(text_of(home.out.read()[0]).split())


def test_a_yes_with_their_name_below_is_one(home: Home) -> None:
    about(home, CONSENT)
    now_is(home, consent="asked", consent_at=None)
    home.send(home.reply("Yes, gladly\n\nDara"))
    assert member(home).consent == "given"


def test_who_is_asked_for_one_word_hears_nothing_of_numbers(home: Home) -> None:
    about(home, CONSENT)
    now_is(home, consent="asked", consent_at=None)
    home.send(home.reply("Maybe"))
    assert "number" not in text_of(home.out.read()[0])


def test_who_is_asked_to_facilitate_may_say_so_by_mail(home: Home) -> None:
    about(home, LEAD)
    now_is(home, offer="open", offered_by=examples.ANA, offered_at=examples.NOW)
    home.send(home.reply("yes please"))
    assert member(home).role == "facilitator"
    assert subjects(home) == ["You facilitate now"]


def test_done_ends_the_reminders_of_a_milestone(home: Home) -> None:
    stone = Milestone(id="ms1", title="Our ledger", owner=examples.DARA, due=date(2027, 1, 8))
    home.walks.change(DARA.partnership, lambda _: Change(milestones=(stone,)))
    about(home, "ms1")
    home.send(home.reply("Not quite done"))
    assert home.walk.milestones[-1].done_on is None
    home.send(home.reply("Done!"))
    assert home.walk.milestones[-1].done_on is not None


@pytest.mark.parametrize("said", ["stop", "STOP.", "Unsubscribe"])
def test_stop_stops_all_mail_whatever_it_replies_to(home: Home, said: str) -> None:
    about(home, "")
    home.send(home.reply(said))
    assert home.people.get(DARA.workspace, DARA.person).mail_stopped
    assert "/unsubscribe/" in text_of(home.out.read()[0])


def test_pause_is_a_break(home: Home) -> None:
    home.send(home.reply("Pause"))
    assert member(home).paused
    assert home.answer() is None


def test_stop_in_the_middle_of_words_stops_nothing(home: Home) -> None:
    home.send(home.reply(f"{GOOD}\n5: I could not stop for a week. Unsubscribe, I thought."))
    assert not home.people.get(DARA.workspace, DARA.person).mail_stopped
    assert home.answer() is not None


def test_what_is_unclear_is_asked_back_once_then_held_with_a_short_mail_and_then_in_silence(home: Home) -> None:
    for _ in range(4):
        home.send(home.reply("Quite a lot, really."))
    assert subjects(home) == ["We could not read all of your answer", "Please answer on the page"]
    assert [letter.why for letter in home.mailroom.held()] == ["unclear"] * 3
    assert "/answer/" in text_of(home.out.read()[1])
    home.send(home.reply(GOOD))
    assert home.answer() is not None


def test_each_prompt_is_asked_back_for_itself(home: Home) -> None:
    home.send(home.reply("Quite a lot, really."))
    about(home, "r2")
    home.walks.change(
        DARA.partnership, lambda walk: Change(rounds=(dataclasses.replace(walk.rounds[0], id="r2", number=2),))
    )
    home.send(home.reply("Quite a lot, really."))
    assert len(home.out.mails) == 2


def test_a_reply_to_a_mail_that_asked_nothing_comes_back_with_its_words(home: Home) -> None:
    about(home, "")
    home.send(home.reply("Thank you for the digest, I liked it."))
    assert subjects(home) == ["That mail asked you nothing"]
    assert "I liked it" in text_of(home.out.read()[0])
    assert "reply above this line" not in text_of(home.out.read()[0])


def test_pictures_are_not_kept_and_the_writer_hears_it_once(home: Home) -> None:
    for hours in ("3 to 5", "4 to 6"):
        mail = home.reply(GOOD.replace("3 to 5", hours))
        mail.add_attachment(b"\x89PNG" * 50, maintype="image", subtype="png", filename="list.png")
        home.send(mail)
    assert "'4'" in str(home.answer())
    assert subjects(home) == ["What you attached was not kept"]


def test_pictures_alone_are_no_answer_and_that_is_said(home: Home) -> None:
    mail = home.reply("")
    mail.add_attachment(b"\x89PNG" * 50, maintype="image", subtype="png", filename="list.png")
    home.send(mail)
    assert "we can read words alone" in " ".join(text_of(home.out.read()[0]).split())


def test_a_mail_that_is_too_big_is_refused_with_words_for_people(home: Home) -> None:
    with smtplib.SMTP("127.0.0.1", home.listener.port, timeout=30) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused) as announced:
            smtp.sendmail(OWN, [home.address], b"x" * 100, mail_options=["SIZE=13000000"])
        assert announced.value.smtp_code == 552
        assert b"too big" in bytes(announced.value.smtp_error)
    with smtplib.SMTP("127.0.0.1", home.listener.port, timeout=30) as smtp:
        smtp.ehlo()
        smtp.mail(OWN)
        smtp.rcpt(home.address)
        code, said = smtp.data(b"Subject: big\r\n\r\n" + b"A long line of words.\r\n" * 600_000)
        assert (code, b"use the link" in said) == (552, True)


def test_what_came_is_kept_sealed_for_thirty_days(home: Home) -> None:
    home.send(home.reply(GOOD))
    (key,) = home.client.keys("fairsteps:mail:letter:*")
    assert "Keeping talks" not in repr(home.client.get(key))
    assert 29 * 86400 < home.client.ttl(key) <= 30 * 86400
    assert home.mailroom.held() == []


def test_our_own_mail_that_comes_back_is_dropped(home: Home) -> None:
    home.post.send([dataclasses.replace(mail_home.mailing(to=OWN), ticket=DARA)])
    with smtplib.SMTP("127.0.0.1", home.listener.port, timeout=10) as smtp:
        smtp.sendmail(OWN, [home.address], home.out.mails[0])
    assert len(home.out.mails) == 1
    assert home.answer() is None
    assert home.mailroom.held() == []


# --- anything at all --------------------------------------------------------------------------------------------------

ENDS = {"answered", "skipped", "settled", "asked_back", "held", "bounced", "complained", "dropped", "seen_before"}


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The mail as a broken server, a broken program or somebody unkind might make it."""
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(raw) + 1), chance.randint(1, 200)
        match chance.randrange(8):
            case 0:
                raw = raw[:at] + chance.randbytes(length) + raw[at:]
            case 1:
                raw = raw[:at] + raw[at + length :]
            case 2:
                raw = raw[:at]
            case 3:
                raw = raw[:at] + raw[at : at + length] * chance.randint(2, 40) + raw[at + length :]
            case 4:
                raw = raw.replace(b"utf-8", chance.choice([b"x-none", b"utf-16", b"idna", b"\xff"]))
            case 5:
                raw = raw.replace(b"boundary=", chance.choice([b"boundary==", b'boundary="', b"boundary*0*="]))
            case 6:
                raw = raw.replace(b"\n\n", chance.choice([b"\n", b"\r", b"\n\x00\n", b"\n\n\n"]), 1)
            case 7:
                name = chance.choice([b"From", b"To", b"Message-ID", b"Content-Type", b"Authentication-Results"])
                raw = name + b": " + chance.randbytes(length).replace(b"\n", b"<") + b"\r\n" + raw
    return raw


def seeds(home: Home) -> list[bytes]:
    whole = home.reply(GOOD)
    whole.add_alternative(f"<p>{GOOD}</p>", subtype="html")
    whole.add_attachment(b"\x89PNG" * 50, maintype="image", subtype="png", filename="list.png")
    found = [path.read_bytes() for path in sorted(MAILS.rglob("*.eml"))[:30]]
    return [home.reply(GOOD).as_bytes(), whole.as_bytes(), home.reply("Quite a lot").as_bytes(), *found]


def test_no_mail_breaks_the_listener_and_each_has_its_end(home: Home) -> None:
    chance, said, whole = random.Random(5), Counter[int](), seeds(home)
    with capture_logs() as logs:
        for n in range(250):
            raw = mutated(chance.choice(whole), chance)
            with smtplib.SMTP("127.0.0.1", home.listener.port, timeout=20) as smtp:
                smtp.ehlo()
                smtp.mail(OWN if n % 9 else "")
                to = home.address if n % 3 else "answers@example.org"
                code, _ = smtp.rcpt(to)
                if code == 250:
                    code, _ = smtp.data(raw.replace(b"\x00", b"?"))
                said[code] += 1
    ended = Counter(str(line["action"]).removeprefix("reply_") for line in logs if "mail" in line)
    assert set(said) <= {250, 550, 552, 500, 501}, said
    assert not [line for line in logs if line["action"] == "reply_broke"]
    assert set(ended) <= ENDS
    assert sum(ended.values()) == said[250]
    home.send(home.reply(GOOD.replace("3 to 5", "31 to 32")))
    assert "'31'" in str(home.answer())


def test_no_mail_breaks_the_mailbox_and_each_leaves_it(home: Home) -> None:
    chance, whole = random.Random(6), seeds(home)
    with imap_server() as server, capture_logs() as logs:
        server.bring(*(mutated(chance.choice(whole), chance) for _ in range(150)))
        swept = Mailbox(WayIn.of(server.url), replies=home.replies).once()
        assert (swept.gone, swept.left, server.count()) == (150, 0, 0)
        assert server.count("Fairsteps/Done") + server.count("Fairsteps/Held") == 150
    assert not [line for line in logs if line["action"] == "reply_broke"]
