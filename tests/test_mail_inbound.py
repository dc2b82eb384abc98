"""A reply by mail is an answer like any other: real SMTP in, real Valkey, real SMTP out."""

import dataclasses
import smtplib
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests import mail_home, slack_home, web_programme
from tests.mail_home import Keeping
from worker import embedded
from worker.cases import Cases
from worker.mail.finding import on_its_way
from worker.mail.inbound import Door, Listener
from worker.mail.replies import Replies
from worker.slack.send import Slack
from worker.slack.turns import Turns
from worker.store import keys
from worker.store.connection import connect
from worker.store.drafts import Drafts
from worker.store.due import Due
from worker.store.mailroom import Mailroom
from worker.store.pace import Pace
from worker.store.people import People
from worker.store.programmes import Programmes
from worker.store.walks import Walks
from worker.store.workspaces import Workspaces
from worker.vault import Vault
from worker.versions import Versions
from workflows.errors import Retry
from workflows.forms import Option
from workflows.ids import made_of
from workflows.messages import examples
from workflows.programme import Prompt
from workflows.question import Question
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

DARA = Ticket(workspace="T0EXAMPLE", partnership="pexample", person=examples.DARA, subject="r1")
MAILED = Prompt(
    id="mailed",
    title="What did you do?",
    intro="Five short questions.",
    minutes=3,
    questions=(
        Question(
            id="activity",
            kind="choice",
            label="What kind of work was it?",
            options=(
                Option(value="welcome", label="Welcoming people"),
                Option(value="moderation", label="Keeping talks safe and kind"),
            ),
        ),
        Question(id="hours", kind="range", label="About how long?", unit="hours"),
        Question(id="people", kind="range", label="For how many people?", required=False),
        Question(id="gains", kind="choices", label="Who gains?", options=web_programme.GAINS),
        Question(id="story", kind="long_text", label="Anything else?", required=False),
    ),
)
_STEP = web_programme.programme().steps[0]
PROGRAMME = dataclasses.replace(
    web_programme.programme(),
    steps=(dataclasses.replace(_STEP, prompts=(MAILED, web_programme.EVERYTHING), worksheets=()),),
)
OWN, OTHER = "dara@example.org", "someone@elsewhere.example.org"


class SteadyClock:
    """The day of the made-up group's first round."""

    def now(self) -> datetime:
        return examples.NOW


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


class Home:
    """A door with all that is behind it; Dara, who has no Slack, is asked by mail."""

    def __init__(
        self,
        redis_url: str,
        going_out: Keeping,
        smtp_url: str,
        stack: ExitStack,
        scheme: str,
        *,
        authserv: str = "",
        **settings: str,
    ) -> None:
        client, vault = connect(redis_url), Vault([mail_home.KEY])
        client.flushdb()
        self.out, self.client, self.people = going_out, client, People(client, vault)
        self.walks = Walks(client, vault, self.people)
        self.mailroom = Mailroom(redis=client, vault=vault, key=mail_home.KEY)
        self.programme, all_words = PROGRAMME, mail_home.words()
        self.cases = Cases(
            walks=self.walks,
            workspaces=Workspaces(client),
            due=Due(client),
            people=self.people,
            drafts=Drafts(client, vault),
            programmes=Versions({PROGRAMME.id: PROGRAMME}, Programmes(client)),
            words=all_words,
            clock=SteadyClock(),
            slack=Slack(
                settings=slack_home.settings(redis_url, "http://127.0.0.1:9/api/"),
                tokens=lambda workspace: None,
                turns=Turns(Pace(client), local=True),
            ),
        )
        self.begin()
        self.post = mail_home.post(smtp_url, redis_url, set_up=settings)
        self.replies = Replies(
            mailroom=self.mailroom,
            cases=self.cases,
            people=self.people,
            post=self.post,
            words=all_words,
            mail_from="Fairsteps <answers@example.org>",
            authserv=authserv,
        )
        door = Door(mail_from="Fairsteps <answers@example.org>", mailroom=self.mailroom, replies=self.replies)
        self.listener = Listener(door, f"{scheme}://127.0.0.1:{mail_home.free_port()}")
        self.listener.start()
        stack.callback(self.listener.stop)
        self.token = self.mailroom.token(DARA, "delivery")
        self.mailroom.remember(self.token, DARA)

    def begin(self) -> None:
        walk = examples.walk(self.programme)
        self.walks.begin_walk(
            Change(
                partnership=walk.partnership,
                people=tuple(walk.people.values()),
                members=tuple(walk.members.values()),
                rounds=walk.rounds,
            )
        )

    @property
    def walk(self) -> Walk:
        return self.walks.get(DARA.partnership)

    @property
    def questions(self) -> int:
        return len(MAILED.questions)

    def answer(self) -> dict[str, object] | None:
        found = self.walk.answer("r1", examples.DARA)
        return None if found is None else dict(found.values)

    def send(self, mail: EmailMessage, to: str = "", sender: str = OWN) -> None:
        with smtplib.SMTP("127.0.0.1", self.listener.port, timeout=10) as smtp:
            smtp.send_message(mail, sender, [to or self.address])

    @property
    def address(self) -> str:
        return f"answers+{self.token}@example.org"

    def reply(self, text: str, *, sender: str = OWN, **headers: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Dara <{sender}>", self.address, "Re: a question"
        mail["Message-ID"] = make_msgid(domain="example.org")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(
            f"{text}\n\nOn Tue, 1 Dec 2026, Fairsteps <answers@example.org> wrote:\n> -- reply above this line --\n> ?"
        )
        return mail


@pytest.fixture
def home(redis_url: str) -> Iterator[Home]:
    keeping = Keeping()
    with ExitStack() as stack:
        smtp_url = stack.enter_context(mail_home.server(keeping))
        yield Home(redis_url, keeping, smtp_url, stack, "smtp")


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


GOOD = "1: Keeping talks safe and kind\n2: 3 to 5 hours\n4: Our members"


def test_a_reply_is_stored_before_the_server_hears_yes(home: Home) -> None:
    home.send(home.reply(GOOD))
    answer = home.answer()
    assert answer is not None
    assert "moderation" in str(answer)
    assert home.out.mails == []
    found = home.walk.answer("r1", examples.DARA)
    assert found is not None
    assert found.via == "mail"


def test_the_same_mail_brought_twice_changes_nothing(home: Home) -> None:
    mail = home.reply(GOOD)
    home.send(mail)
    home.send(mail)
    found = home.walk.answer("r1", examples.DARA)
    assert found is not None
    assert found.revision == 1


def test_a_second_reply_changes_the_answer(home: Home) -> None:
    home.send(home.reply(GOOD))
    home.send(home.reply(GOOD.replace("3 to 5", "6 to 8")))
    assert "'6'" in str(home.answer())


def waited(home: Home, text: str, *, minutes: int) -> EmailMessage:
    """A reply that our own mail server took some minutes ago, and could not hand on until now."""
    took = format_datetime(datetime.now(UTC) - timedelta(minutes=minutes))
    return home.reply(text, Received=f"from phone.example.org by mx.example.org with ESMTPS; {took} (UTC)")


def test_a_reply_that_had_to_wait_replaces_nothing_that_was_said_meanwhile(home: Home) -> None:
    home.send(home.reply(GOOD))
    home.send(waited(home, GOOD.replace("3 to 5", "6 to 8"), minutes=30))
    assert "'6'" not in str(home.answer())
    (asked,) = home.out.read()
    told = " ".join(text_of(asked).split())
    assert "We kept what you said last" in told
    assert "6 to 8" in told, "so that it can be sent again"


def test_a_reply_that_had_to_wait_still_adds_what_was_not_said_and_is_no_matter_said_twice(home: Home) -> None:
    home.send(home.reply(GOOD))
    home.send(waited(home, "5: It was a long night.", minutes=30))
    home.send(waited(home, GOOD, minutes=30))
    assert home.out.mails == []
    assert "a long night" in str(home.answer())
    assert "moderation" in str(home.answer())


@pytest.mark.parametrize("stamp", ["", "yesterday", "by mx; Mon, 99 Foo 99999999999999999999 99:99:99 +999999", "; 0"])
def test_a_mail_server_that_says_no_time_says_nothing(stamp: str) -> None:
    raw = f"Received: {stamp}\r\nFrom: {OWN}\r\n\r\nYes".encode()
    assert on_its_way(raw, now=datetime.now(UTC)) == timedelta()


def test_a_reply_from_elsewhere_is_held_and_the_member_told_once(home: Home) -> None:
    for _ in range(3):
        home.send(home.reply(GOOD, sender=OTHER), sender=OTHER)
    assert home.answer() is None
    assert len(home.mailroom.held()) == 3
    assert home.out.recipients == [OWN]
    assert "/answer/" in text_of(home.out.read()[0])
    assert "3 to 5" not in home.out.mails[0].decode()
    assert not [key for key in home.client.keys("fairsteps:mail:letter:*") if "3 to 5" in repr(home.client.get(key))]


def test_two_writers_are_nobodys_own_address(home: Home) -> None:
    mail = home.reply(GOOD)
    del mail["From"]
    mail["From"] = f"{OWN}, {OTHER}"
    home.send(mail)
    assert home.answer() is None


@pytest.mark.parametrize("header", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}])
def test_no_machine_is_ever_answered(home: Home, header: dict[str, str]) -> None:
    home.send(home.reply("I am away.", **header))
    home.send(home.reply("I am away.", sender=OTHER, **header), sender=OTHER)
    assert home.out.mails == []
    assert home.answer() is None


def test_a_reply_that_names_no_question_is_asked_back_with_its_own_words(home: Home) -> None:
    assert home.questions > 1
    home.send(home.reply("Quite a lot, really."))
    assert home.out.recipients == [OWN]
    mail = home.out.read()[0]
    assert "Quite a lot, really." in text_of(mail)
    assert "/answer/" in text_of(mail)
    again = home.mailroom.sent(mail["Reply-To"].addresses[0].addr_spec.partition("+")[2].partition("@")[0])
    assert again.ticket == DARA
    assert home.answer() is None


def test_an_empty_reply_is_asked_back(home: Home) -> None:
    home.send(home.reply(""))
    assert "found no answer" in " ".join(text_of(home.out.read()[0]).split())


def test_a_reply_that_is_too_long_is_asked_back_and_half_of_it_is_no_answer(home: Home) -> None:
    home.send(home.reply(GOOD + "\n5: " + "A long week. " * 2000))
    mail = home.out.read()[0]
    said = " ".join(text_of(mail).split())
    assert "too long: at most 20000 letters" in said
    assert "1: Keeping talks safe and kind" in said
    assert "/answer/" in said
    assert home.answer() is None


def test_a_machine_that_does_not_say_so_gets_no_endless_answers(home: Home) -> None:
    for _ in range(9):
        home.send(home.reply("Your ticket was received."))
    assert len(home.out.mails) == 2


def test_a_closed_round_says_so_kindly(home: Home) -> None:
    closed = dataclasses.replace(home.walk.rounds[0], closed_at=datetime(2026, 12, 2, tzinfo=UTC))
    again = dataclasses.replace(home.walk.rounds[0], id="r2", number=2)
    home.walks.change(DARA.partnership, lambda _: Change(rounds=(closed, again)))
    home.send(home.reply(GOOD))
    mail = home.out.read()[0]
    assert mail["Subject"] == "These questions are closed"
    assert "reply above this line" not in text_of(mail)


def test_an_unknown_address_is_refused_with_a_sentence(home: Home) -> None:
    for address in (
        "answers+nothing@example.org",
        "other@example.org",
        "answers+a@elsewhere.org",
    ):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            home.send(home.reply(GOOD), to=address)
        ((code, said),) = refused.value.recipients.values()
        assert code == 550
        assert b"link" in said


def test_a_report_of_a_mail_server_to_our_own_address_is_taken_and_dropped(home: Home) -> None:
    bounce = (Path(__file__).parent / "mails" / "bounce.eml").read_bytes()
    with smtplib.SMTP("127.0.0.1", home.listener.port, timeout=10) as smtp:
        smtp.sendmail("", ["answers@example.org"], bounce)
    assert home.out.mails == []


def test_mail_out_of_order_is_brought_again_and_nothing_is_told_twice(home: Home) -> None:
    home.out.says[OWN] = "450 4.2.0 Later"
    mail = home.reply(GOOD, sender=OTHER)
    with pytest.raises(smtplib.SMTPDataError) as later:
        home.send(mail, sender=OTHER)
    assert later.value.smtp_code == 451
    del home.out.says[OWN]
    home.send(mail, sender=OTHER)
    assert home.out.recipients == [OWN]
    assert len(home.mailroom.held()) == 1


def test_the_state_away_means_come_again(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mail = home.reply(GOOD)
    monkeypatch.setattr(home.mailroom, "_redis", connect(f"unix://{tmp_path}/nothing.sock"))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        home.send(mail)
    ((code, _),) = refused.value.recipients.values()
    assert code == 451
    monkeypatch.undo()
    home.send(mail)
    assert home.answer() is not None


def test_an_unforeseen_fault_keeps_the_mail_at_the_senders_server(home: Home) -> None:
    mail = home.reply(GOOD)
    key = f"fairsteps:{{w:{DARA.workspace}}}:people"
    kept = home.client.hget(key, DARA.person)
    assert kept is not None
    home.client.hset(key, DARA.person, b"damaged")
    with capture_logs() as logs, pytest.raises(smtplib.SMTPDataError) as later:
        home.send(mail)
    assert later.value.smtp_code == 451
    assert "3 to 5" not in str(logs)
    home.client.hset(key, DARA.person, kept)
    home.send(mail)
    assert home.answer() is not None


def test_a_fault_at_the_recipient_keeps_the_mail_at_the_senders_server_too(home: Home) -> None:
    key = keys.reply_address(made_of("message", home.token))
    home.client.delete(key)
    home.client.lpush(key, b"what does not belong here")
    with capture_logs() as logs, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        home.send(home.reply(GOOD))
    ((code, said),) = refused.value.recipients.values()
    assert code == 451
    assert b"WRONGTYPE" not in said
    assert [(line["action"], line["error"]) for line in logs] == [("reply_broke", "ResponseError")]
    assert home.token not in str(logs)


def test_each_mail_is_for_one_recipient(home: Home) -> None:
    with smtplib.SMTP("127.0.0.1", home.listener.port, timeout=10) as smtp:
        smtp.ehlo()
        smtp.mail(OWN)
        assert smtp.rcpt(home.address)[0] == 250
        assert smtp.rcpt(home.address)[0] == 452


def test_a_mail_of_letters_in_capitals_still_finds_its_ticket(home: Home) -> None:
    home.send(home.reply(GOOD), to=home.address.upper(), sender="DARA@EXAMPLE.ORG")
    assert home.answer() is not None


def test_lmtp_is_spoken_where_the_url_says_so(redis_url: str) -> None:
    keeping = Keeping()
    with ExitStack() as stack:
        smtp_url = stack.enter_context(mail_home.server(keeping))
        home = Home(redis_url, keeping, smtp_url, stack, "lmtp")
        with smtplib.LMTP("127.0.0.1", home.listener.port) as lmtp:
            lmtp.send_message(home.reply(GOOD), OWN, [home.address])
        assert home.answer() is not None


def test_a_token_says_nothing_and_lasts(home: Home) -> None:
    assert home.token == home.mailroom.token(DARA, "delivery") != home.mailroom.token(DARA, "another")
    assert home.token.isalnum()
    assert home.token.islower()
    assert len(home.token) <= 30
    other = dataclasses.replace(DARA, person="mbo")
    assert home.mailroom.token(other, "delivery") != home.token
    assert 119 * 86400 < int(home.client.ttl(keys.reply_address(made_of("message", home.token)))) <= 120 * 86400


def test_a_mail_in_hand_is_not_handled_twice_at_once(home: Home) -> None:
    with home.mailroom.in_hand("a") as first, home.mailroom.in_hand("a") as second:
        assert (first, second) == ("ours", "busy")
    with home.mailroom.in_hand("a") as again:
        assert again == "ours"
        home.mailroom.done("a")
    with home.mailroom.in_hand("a") as late:
        assert late == "done"


def test_held_mail_is_bounded(home: Home) -> None:
    for n in range(230):
        home.mailroom.hold(f"stranger{n:03}", b"mail %d" % n, why="nobody")
    held = home.mailroom.held()
    assert len(held) == 100
    assert held[0].raw == b"mail 229"
    for n in range(200):
        whose = dataclasses.replace(DARA, person=f"m{n // 50}")  # nobody fills it alone
        home.mailroom.hold(f"dara{n:03}", b"mail %d" % n, why="unclear", ticket=whose)
    with pytest.raises(Retry):  # nobody's words are let go for somebody else's: the rest waits where it comes from
        home.mailroom.hold("dara200", b"mail 200", why="unclear", ticket=DARA)
    home.mailroom.hold("dara199", b"mail 199", why="unclear", ticket=whose)
    assert len(home.mailroom.held()) == 300


def test_nothing_of_a_mail_is_logged(home: Home) -> None:
    with capture_logs() as logs:
        home.send(home.reply(GOOD))
        home.send(home.reply("Quite a lot"))
        home.send(home.reply("secret", sender=OTHER), sender=OTHER)
        end = time.monotonic() + 5
        while len([line for line in logs if line["action"].startswith("reply_")]) < 3 and time.monotonic() < end:
            time.sleep(0.01)
    said = str(logs)
    assert {"reply_answered", "reply_asked_back", "reply_held"} <= {line["action"] for line in logs}
    assert not [word for word in ("@", "3 to 5", "Quite", "secret", home.token) if word in said]


# --- every kind of question, and leaving it out -----------------------------------------------------------------------


@pytest.fixture
def everything(home: Home) -> Home:
    """Dara is asked in every way there is."""
    first = home.walk.rounds[0]
    home.walks.change(
        DARA.partnership,
        lambda _: Change(rounds=(dataclasses.replace(first, prompt=web_programme.EVERYTHING.id),)),
    )
    return home


def test_every_kind_of_question_is_answered_by_its_number(everything: Home) -> None:
    everything.send(
        everything.reply(
            "1: Being there in a crisis; 2 to 3; calls at night\n1; 1\n2: yes, my brother works there\n3: 2020-05-01\n"
            "4: skip\n5: 1, 3\n6: 2, 1\n7: consent. A shorter text would be nicer.\n8: 12 to 15 EUR"
        )
    )
    assert everything.out.mails == []
    assert everything.answer() == {
        "work": [
            {"task": "crisis", "hours": {"low": "2", "high": "3"}, "name": "calls at night"},
            {"task": "welcome", "hours": {"low": "1", "high": "1"}},
        ],
        "tie": {"said": "yes", "note": "my brother works there"},
        "since": "2020-05-01",
        "dots": ["g1", "g3"],
        "order": ["g2", "g1"],
        "say": {"word": "consent", "why": "A shorter text would be nicer."},
        "pay": {"low": "12", "high": "15", "currency": "EUR"},
    }


def test_what_is_wrong_names_the_question(everything: Home) -> None:
    everything.send(everything.reply("1: juggling\n2: yes\n5: 1, 2, 3\n7: veto"))
    said = " ".join(text_of(everything.out.read()[0]).split())
    for question in ("What did you do?", "Which matter most?", "Do you consent?"):
        assert question in said
    assert everything.answer() is None


@pytest.mark.parametrize("word", ["skip", "Pass.", " SKIP THIS "])
def test_a_word_leaves_the_whole_prompt_out(everything: Home, word: str) -> None:
    everything.send(everything.reply(word))
    assert everything.out.mails == []
    found = everything.walk.answer("r1", examples.DARA)
    assert found is not None
    assert (found.skipped, found.values) == (True, {})
