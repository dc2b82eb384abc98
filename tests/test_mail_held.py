"""What waits for whoever runs Fairsteps: listed, looked at, dropped, or taken as somebody's."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from typer.testing import CliRunner

from tests import mail_home
from tests.mail_home import Keeping
from tests.test_mail_inbound import DARA, GOOD, OTHER, OWN, Home
from worker import embedded
from worker.commands import mail as commands
from worker.mail import inbound
from worker.store.connection import text


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


class Small:
    """The parts of a house that the commands use."""

    def __init__(self, home: Home) -> None:
        self.mailroom, self.cases, self.words = home.mailroom, home.cases, mail_home.words()


@pytest.fixture
def home(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    keeping = Keeping()
    with ExitStack() as stack:
        made = Home(redis_url, keeping, stack.enter_context(mail_home.server(keeping)), stack, "smtp")
        monkeypatch.setattr("worker.wiring.house", lambda: Small(made))
        monkeypatch.setattr(inbound, "replies_of", lambda _: made.replies)
        yield made


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(commands.mail, list(words))
    return done.exit_code, done.output


def held(home: Home, text: str = GOOD) -> str:
    home.send(home.reply(text, sender=OTHER), sender=OTHER)
    return home.mailroom.held()[0].id


def test_what_is_held_is_listed_with_the_reason_and_without_a_word_of_it(home: Home) -> None:
    assert run("held") == (0, "No mail is held.\n")
    mail = held(home)
    code, said = run("held", "--json")
    (row,) = json.loads(said)
    assert code == 0
    assert (row["id"], row["person"], row["partnership"]) == (mail, DARA.person, DARA.partnership)
    assert row["why"] == "it came from another address than the member's"
    assert "Keeping" not in said
    assert "@" not in said


def test_one_is_shown_when_it_is_asked_for(home: Home) -> None:
    mail = held(home)
    code, said = run("show", mail)
    assert code == 0
    assert OTHER in said
    assert "3 to 5 hours" in said
    assert "reply above this line" in run("show", mail, "--raw")[1]


def test_only_what_is_held_can_be_shown(home: Home) -> None:
    home.send(home.reply(GOOD))
    (key,) = home.client.keys("fairsteps:mail:letter:*")
    code, said = run("show", text(key).rpartition(":")[2])
    assert (code, "3 to 5" in said) == (2, False)


def test_dropped_it_is_gone(home: Home) -> None:
    mail = held(home)
    assert run("drop", mail)[0] == 0
    assert home.mailroom.held() == []
    assert home.client.keys("fairsteps:mail:letter:*") == []
    assert run("drop", mail)[0] == 2


def test_taken_it_is_theirs(home: Home) -> None:
    mail = held(home)
    assert home.answer() is None
    code, said = run("take", mail, "--partnership", DARA.partnership, "--person", DARA.person)
    assert (code, said.splitlines()[-1]) == (0, "Taken as theirs: answered.")
    assert "moderation" in str(home.answer())
    assert home.mailroom.held() == []
    assert run("take", mail, "--partnership", DARA.partnership, "--person", DARA.person)[0] == 2


def test_one_that_belonged_to_nothing_is_taken_for_what_is_open_to_them(home: Home) -> None:
    mail = home.reply(GOOD, sender=OTHER)
    home.replies.hold_strange(mail.as_bytes())
    (letter,) = home.mailroom.held()
    assert run("take", letter.id, "--partnership", DARA.partnership, "--person", DARA.person)[0] == 0
    assert home.answer() is not None


def test_what_cannot_be_read_stays_held_and_nobody_is_written_to(home: Home) -> None:
    mail = held(home, "Quite a lot, really.")
    before = len(home.out.mails)
    code, said = run("take", mail, "--partnership", DARA.partnership, "--person", DARA.person)
    assert code == 2
    assert said.startswith("fairsteps: ")
    assert [letter.id for letter in home.mailroom.held()] == [mail]
    assert len(home.out.mails) == before
    assert home.out.recipients == [OWN]


def test_a_stranger_to_the_partnership_is_refused(home: Home) -> None:
    mail = held(home)
    code, said = run("take", mail, "--partnership", DARA.partnership, "--person", "mnobody")
    assert (code, "no such person" in said) == (2, True)
    assert [letter.id for letter in home.mailroom.held()] == [mail]
