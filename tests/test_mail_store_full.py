"""A store that cannot write for now, as a real one says it: mail is brought again, and goes out later."""

import shutil
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from tests import mail_home
from tests.mail_home import Keeping, mailing
from tests.test_mail_inbound import GOOD, Home
from worker import embedded
from worker.store.connection import connect, reachable
from workflows.errors import StoreUnavailable
from workflows.outcomes import Later, Sent

Unwell = Callable[[redis.Redis, Path], None]


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A server of one's own, for it is made unwell."""
    running = embedded.start(tmp_path)
    yield running.url
    connect(running.url).config_set("save", "")  # else one without its folder refuses to stop
    running.stop()


@pytest.fixture
def home(redis_url: str) -> Iterator[Home]:
    keeping = Keeping()
    with ExitStack() as stack:
        yield Home(redis_url, keeping, stack.enter_context(mail_home.server(keeping)), stack, "smtp")


def fill_the_memory(client: redis.Redis, state: Path) -> None:
    client.config_set("maxmemory", 1)


def lose_the_disk(client: redis.Redis, state: Path) -> None:
    """Its folder goes, so the snapshot that it tries fails; from then on it takes no writes."""
    shutil.rmtree(state / "redis")
    client.config_set("save", "3600 1")
    client.bgsave()
    end = time.monotonic() + 10
    while client.info("persistence")["rdb_last_bgsave_status"] != "err" and time.monotonic() < end:
        time.sleep(0.01)


@pytest.mark.parametrize("unwell", [fill_the_memory, lose_the_disk])
def test_a_reply_to_a_full_store_is_brought_again_and_counts_then(home: Home, tmp_path: Path, unwell: Unwell) -> None:
    mail = home.reply(GOOD)
    unwell(home.client, tmp_path)
    with pytest.raises(smtplib.SMTPDataError) as later:
        home.send(mail)
    assert later.value.smtp_code == 451
    home.client.config_set("maxmemory", 0)
    home.client.config_set("save", "")
    home.send(mail)
    assert home.answer() is not None


@pytest.mark.parametrize("unwell", [fill_the_memory, lose_the_disk])
def test_every_way_of_writing_to_a_full_store_says_that_it_is_away(home: Home, tmp_path: Path, unwell: Unwell) -> None:
    unwell(home.client, tmp_path)
    ways = {
        "a command": lambda: home.mailroom.done("a"),
        "a transaction": lambda: home.mailroom.hold("mail", b"a mail", why="nobody"),
        "a script": home.begin,
    }
    for way in ways.values():
        with pytest.raises(StoreUnavailable):
            way()


def test_mail_waits_for_a_full_store_and_goes_out_once_there_is_room(redis_url: str, tmp_path: Path) -> None:
    keeping, client = Keeping(), connect(redis_url)
    with mail_home.server(keeping) as url:
        post = mail_home.post(url, redis_url)
        fill_the_memory(client, tmp_path)
        assert [outcome.reason for outcome in post.send([mailing()]) if isinstance(outcome, Later)] == [
            "store_unavailable"
        ]
        client.config_set("maxmemory", 0)
        assert isinstance(post.send([mailing()])[0], Sent)


def test_a_store_held_up_by_a_script_is_away(redis_url: str) -> None:
    client, other = connect(redis_url), connect(redis_url)
    client.config_set("busy-reply-threshold", 1)
    endless = threading.Thread(target=_run_for_ever, args=(redis_url,))
    endless.start()
    try:
        with pytest.raises(StoreUnavailable):
            _ask_until_refused(other)
    finally:  # a server left running for ever would outlive the tests
        client.script_kill()
        endless.join(10)
    assert other.get("a") is None


def _ask_until_refused(client: redis.Redis) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with reachable():
            client.get("a")


def _run_for_ever(url: str) -> None:
    with connect(url) as client, pytest.raises(redis.ResponseError):
        client.eval("while true do end", 0)


@pytest.mark.parametrize("word", ["MISCONF", "OOM", "BUSY", "LOADING", "READONLY", "CLUSTERDOWN", "NOREPLICAS"])
@pytest.mark.parametrize("before", ["", "Command # 1 (SET a b) of pipeline caused error: "])
def test_a_refusal_that_passes_is_known_by_its_first_word(word: str, before: str) -> None:
    with pytest.raises(StoreUnavailable), reachable():
        raise redis.ResponseError(f"{before}{word} not now")


@pytest.mark.parametrize("said", ["NOPERM this user has no permissions", "WRONGTYPE no", "BUSYKEY there", "ERR OOM"])
def test_a_refusal_that_stays_is_no_absence(said: str) -> None:
    with pytest.raises(redis.ResponseError), reachable():
        raise redis.ResponseError(said)
