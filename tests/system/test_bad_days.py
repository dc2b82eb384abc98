"""Bad days of a running installation: somebody forges a request, Redis stops, the mail server is away, a worker is
killed in the middle of sending, the broker forgets everything, a programme has a mistake in it.

One installation lives through all of them in turn, on a Valkey and with a mail server that the story can stop. Each
story goes on from where the one before it left the virtual clock.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from tests.mail_home import free_port
from tests.slack_home import ANA, BO, CHANNEL, FEN, interaction, press, sending, signed
from tests.system import answers, doors
from tests.system.arrivals import Inbox, presses_of
from tests.system.group import GROUP, GROUP_ZONE, PARTNER, START, plain_title
from tests.system.installation import COMMAND, Installation, installation
from worker import embedded
from worker.local.mailbox import Letterbox
from worker.store import keys
from worker.store.connection import connect, text

pytestmark = pytest.mark.system

EVERYONE = {f"{name}@example.org" for name in ("ana", "bo", "dara", "eli", "fen")}
SETTLE_SECONDS = 30.0
MANY = 500  # more instants than a story has
LEASE_SECONDS = 100.0  # a claim of a dead worker comes back after a minute


class MailServer(Letterbox):
    """A mail server that can be stopped, and that can make whoever brings a mail wait."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()
        self.holds = False
        self.waiting = 0
        self._running: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.waiting += 1
        try:
            while self.holds:
                await asyncio.sleep(0.02)
        finally:  # whoever waits may hang up, or be killed
            self.waiting -= 1
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def start(self) -> None:
        self._running = Controller(self, hostname="127.0.0.1", port=self.port)
        self._running.start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None


@dataclass(kw_only=True)
class Days:
    """The installation, what it stands on, and what arrived."""

    place: Installation
    inbox: Inbox
    mail: MailServer
    home: Path  # of the Valkey
    record: embedded.Embedded

    def until(self, kind: str) -> datetime:
        """Let everything come that is due before the next occurrence of `kind`; return its instant."""
        due = self.place.house.due
        for _ in range(MANY):
            next_at = due.next_at()
            assert next_at is not None
            if kind in {o.kind for o in due.planned(self.place.partnership) if o.slot == next_at}:
                self.inbox.look()
                return next_at
            self.place.move(next_at)
        raise AssertionError(f"no {kind} is planned")

    def came(self) -> Counter[tuple[str, str]]:
        """Who got what since the last look."""
        return Counter((one.who, plain_title(self.place.house.words, one.title)) for one in self.inbox.look())

    def snapshot(self) -> dict[str, object]:
        """All of the state but the signs of life that the processes give."""
        redis = self.place.house.redis
        return {text(key): redis.dump(key) for key in redis.keys("*") if text(key) != keys.heartbeat()}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """A group that has said yes to a partnership."""
    state, home = tmp_path_factory.mktemp("bad-days"), tmp_path_factory.mktemp("record")
    mail, record = MailServer(state / "mail"), embedded.start(home)
    mail.start()
    settings = {"FAIRSTEPS_REDIS_URL": record.url, "FAIRSTEPS_SMTP_URL": f"smtp://127.0.0.1:{mail.port}"}
    try:
        with installation(state, **settings) as place:
            place.house.clock.move(START)
            made = Days(place=place, inbox=Inbox(place), mail=mail, home=home, record=record)
            add_to_slack(place)
            begin(made)
            yield made
    finally:
        mail.stop()
        embedded.start(home).stop()


@pytest.fixture(autouse=True)
def nothing_is_held(days: Days) -> Iterator[None]:
    """A story that fails in the middle leaves the mail server in order for the next."""
    yield
    days.mail.holds = False


def add_to_slack(place: Installation) -> None:
    with httpx.Client(base_url=place.web, timeout=doors.SECONDS) as browser:
        agreed = place.slack.agree(browser.get("/slack/install").headers["location"], ANA)
        assert browser.get(agreed).headers["location"] == f"{place.web}/installed"


def begin(days: Days) -> None:
    """Ana starts it, everybody says yes, and Fen wants mail."""
    place = days.place
    (welcome,) = days.inbox.look()
    modal = doors.open_modal(place, ANA, "start", welcome.presses["start"])
    named = {"group": GROUP, "channel": CHANNEL, "partner": PARTNER, "kind": "app", "zone": GROUP_ZONE}
    assert doors.send_modal(place, ANA, modal, named) == {}
    place.rest()
    place.move(START + timedelta(hours=2))  # eight in the morning for Eli
    asked = [one for one in days.inbox.look() if "consent_yes" in one.presses]
    assert len(asked) == 5
    for one in asked:
        doors.press_button(place, one.who, "consent_yes", one.presses["consent_yes"])
    place.rest()
    days.inbox.look_again()
    (fens,) = [one for one in asked if one.who == FEN]
    settings = presses_of(days.inbox.shown(fens.ref))["settings"]
    modal = doors.open_modal(place, FEN, "settings", settings)
    assert doors.send_modal(place, FEN, modal, {"prefers": "mail"}) == {}


def wait_until(there: Callable[[], bool], seconds: float = SETTLE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def below(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


# --- forged -----------------------------------------------------------------------------------------------------------


def test_what_slack_did_not_sign_is_refused_and_changes_nothing(days: Days) -> None:
    place = days.place
    ticket = f"{place.walk.partnership.workspace}/{place.partnership}/{place.walk.partnership.started_by}/consent"
    body = interaction(press("consent_no", ticket, user=ANA))
    now = int(time.time())
    before = days.snapshot()
    for headers in (
        signed(body, secret="somebody else's secret"),
        signed(body, secret=place.secret, at=now - 301),
        signed(body, secret=place.secret, at=now + 3600),
        signed(body + " ", secret=place.secret),
        signed(body, secret=place.secret) | {"X-Slack-Signature": "v0=" + "0" * 64},
        signed(body, secret=place.secret) | {"X-Slack-Request-Timestamp": "yesterday"},
        {},
    ):
        assert doors.post(place, body, headers).status_code == 401
    place.rest()
    assert days.snapshot() == before
    assert days.came() == {}


# --- the state is away ------------------------------------------------------------------------------------------------


def test_redis_gone_while_a_modal_is_sent_keeps_the_words_and_the_same_press_works_later(days: Days) -> None:
    place = days.place
    place.move(days.until("ask"))
    place.move(days.until("reading"))  # by then everybody was asked
    (asked,) = [o for o in days.inbox.all if o.who == BO and "answer" in o.presses]
    modal = doors.open_modal(place, BO, "answer", asked.presses["answer"])
    prompt = place.house.programmes["five-steps"].prompt("your-week")
    typed = answers.said_by("Bo", prompt, "r1")
    sent = interaction(sending(modal, answers.in_modal(modal, typed), user=BO))
    days.record.stop()
    refused = doors.post(place, sent)
    first = next(block["block_id"] for block in modal["blocks"] if block["type"] == "input")
    unsaved = place.house.words("slack.unsaved", send=modal["submit"]["text"])
    assert refused.json() == {"response_action": "errors", "errors": {first: unsaved}}
    assert doors.get(f"{place.web}/health/ready").status_code == 503

    days.record = embedded.start(days.home)
    assert (again := doors.post(place, sent)).text == "", again.text
    place.rest(60)
    (answer,) = place.walk.answers
    assert answer.values == answers.kept(prompt, typed)
    assert {*presses_of(days.inbox.shown(asked.ref))} == {"change", "board"}


# --- the mail server is away ------------------------------------------------------------------------------------------


def digests_of_the_day(days: Days, move: Callable[[datetime], None]) -> dict[str, int]:
    """Go on for half a day, in which each zone has its eight in the morning; return how many digests each one got."""
    due, seen = days.place.house.due, days.came()
    evening = days.place.now + timedelta(hours=12)
    while (next_at := due.next_at()) is not None and next_at <= evening:
        move(next_at)
        seen += days.came()
    return {who: n for (who, title), n in seen.items() if title == "digest"}


def test_digests_wait_for_the_mail_server_and_come_once(days: Days) -> None:
    place = days.place
    first = days.until("digest")
    days.mail.stop()
    place.move(first)
    assert not [who for who, title in days.came() if title == "digest"]
    place.move(first + timedelta(minutes=1))
    assert not [who for who, title in days.came() if title == "digest"]
    days.mail.start()
    place.move(first + timedelta(minutes=2))
    assert digests_of_the_day(days, place.move) == dict.fromkeys(EVERYONE, 1)
    states = Counter(record.state for record in place.house.walks.records(place.partnership).values())
    assert not states.keys() & {"failed", "missed", "attempting"}


# --- a worker is killed in the middle ---------------------------------------------------------------------------------


def sent_half(days: Days) -> str:
    """Come to nine in London and stop in the middle: Slack has its messages, and Fen's mail is being handed over.

    Returns what is asked.
    """
    place = days.place
    nine = days.until("announce")
    days.came()
    days.mail.holds = True
    place.house.clock.move(nine)
    wait_until(lambda: days.mail.waiting > 0)
    title = place.house.programmes["five-steps"].prompt(place.walk.rounds[-1].prompt).title
    opened = place.house.words("round_opened.subject", title=title)
    assert {(ANA, title): 1, (BO, title): 1, (CHANNEL, opened): 1}.items() <= days.came().items()
    assert place.house.due.waiting(now=nine) > 0
    return title


def the_rest_came(days: Days, title: str) -> None:
    """Fen has the mail, nobody got anything a second time, and the ledger is settled."""
    assert days.came() == {("fen@example.org", title): 1}
    records = days.place.house.walks.records(days.place.partnership).values()
    assert not [record for record in records if record.state in ("attempting", "failed", "missed")]


def test_a_killed_pool_process_leaves_nothing_out_and_nothing_twice(days: Days) -> None:
    title = sent_half(days)
    for pid in below(days.place.process_of("worker.ready", "worker")):
        os.kill(pid, signal.SIGKILL)
    days.mail.holds = False
    days.place.rest(LEASE_SECONDS)
    the_rest_came(days, title)


def test_a_killed_worker_is_made_up_for_after_the_next_start(days: Days) -> None:
    """This one takes a minute of real time: so long is the lease of what the dead worker had claimed."""
    title = sent_half(days)
    place = days.place
    assert place.process is not None
    os.kill(place.process_of("worker.ready", "worker"), signal.SIGKILL)
    assert place.process.wait(timeout=SETTLE_SECONDS) == 1
    assert "The worker stopped by itself (signal 9)." in place.said()
    days.mail.holds = False
    place.start()
    place.rest(LEASE_SECONDS)
    the_rest_came(days, title)


# --- the broker forgets -----------------------------------------------------------------------------------------------


def test_an_emptied_broker_costs_nobody_a_message(days: Days) -> None:
    place = days.place
    first = days.until("digest")
    days.came()
    broker = connect(re.sub(r"db=\d+", "db=1", days.record.url))
    worker = place.process_of("worker.ready", "worker")
    stopped = [worker, *below(worker)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        broker.flushdb()
        place.house.clock.move(first)
        wait_until(lambda: any(broker.type(key) == b"list" for key in broker.keys("*")))
        broker.flushdb()
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    place.rest(LEASE_SECONDS)
    for _ in range(20):
        broker.flushdb()
        time.sleep(0.05)

    def forgetting(next_at: datetime) -> None:
        place.house.clock.move(next_at)
        broker.flushdb()
        place.rest(LEASE_SECONDS)

    assert digests_of_the_day(days, forgetting) == dict.fromkeys(EVERYONE, 1)


# --- a mistake in a programme -----------------------------------------------------------------------------------------


def test_a_mistake_in_a_programme_stops_the_start_with_file_line_and_reason(tmp_path: Path) -> None:
    source = Path("config/programmes/five-steps/programme.yaml")
    broken = tmp_path / "data" / source
    broken.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / source, broken)
    lines = broken.read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if "kind: range" in line)
    lines[number] = lines[number].replace("range", "rainge")
    broken.write_text("\n".join(lines))
    place = Installation(tmp_path / "state", FAIRSTEPS_DATA_DIR=str(tmp_path / "data"))
    place.state.mkdir()
    ended = subprocess.run([COMMAND, "up"], env=place.environment, capture_output=True, text=True, timeout=90)
    assert ended.returncode == 2
    assert f"{broken}:{number + 1}: kind of question 'hours' cannot be 'rainge'" in ended.stdout
    assert not embedded.socket_for(place.state).exists()
