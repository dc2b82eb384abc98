"""Bad days of a running installation: somebody forges a request, Redis stops, the mail server is away, a worker is
killed in the middle of sending or while the group's decision is made, the broker forgets everything, a programme has
a mistake in it or changes while people walk it.

One installation, with a small programme of its own, lives through all of them in turn, on a Valkey and with a mail
server that the story can stop. Each story goes on from where the one before it left the virtual clock.
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
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from tests.mail_home import free_port
from tests.slack_home import ANA, BO, CHANNEL, DARA, FEN, interaction, press, sending, signed
from tests.system import answers, doors, small
from tests.system.arrivals import Arrival, Inbox, presses_of, text_of
from tests.system.group import GROUP, GROUP_ZONE, PARTNER, START, plain_title
from tests.system.installation import COMMAND, Installation, installation
from worker import embedded
from worker.local.mailbox import Letterbox
from worker.slack.modals import KEEP
from worker.store import keys
from worker.store.connection import connect, text
from workflows.ticket import Ticket
from workflows.walk import Edit

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
    own: Path  # the data folder with the small programme
    record: embedded.Embedded

    def until(self, kind: str) -> datetime:
        """Let everything come that is due before the next occurrence of `kind`; return its instant."""
        due = self.place.house.due
        for _ in range(MANY):
            next_at = due.next_at(besides="home")
            assert next_at is not None
            if kind in {o.kind for o in due.planned(self.place.partnership) if o.slot == next_at}:
                self.inbox.look()
                return next_at
            self.place.move(next_at)
        raise AssertionError(f"no {kind} is planned")

    def asked(self, user: str) -> Arrival:
        """The newest prompt that somebody got in Slack."""
        return [one for one in self.inbox.all if one.who == user and "answer" in one.presses][-1]

    def page(self, kind: str, subject: str = "", *, of: str = "ana@example.org") -> str:
        """The address of somebody's page."""
        walk = self.place.walk
        (pid,) = [p.id for p in walk.people.values() if p.email == of]
        ticket = Ticket(
            workspace=walk.partnership.workspace, partnership=self.place.partnership, person=pid, subject=subject
        )
        return self.place.house.links.url(kind, ticket)

    def edits(self) -> tuple[Edit, ...]:
        """What was corrected in worksheets so far."""
        return self.place.walk.partnership.edits

    def while_redis_is_gone(self, act: Callable[[], httpx.Response]) -> httpx.Response:
        """Do something while the state is away; have it back afterwards."""
        self.record.stop()
        try:
            return act()
        finally:
            self.record = embedded.start(self.home)

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
    state, home, own = (tmp_path_factory.mktemp(name) for name in ("bad-days", "record", "own"))
    small.write(own)
    mail, record = MailServer(state / "mail"), embedded.start(home)
    mail.start()
    settings = {
        "FAIRSTEPS_REDIS_URL": record.url,
        "FAIRSTEPS_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        "FAIRSTEPS_DATA_DIR": str(own),
    }
    try:
        with pytest.MonkeyPatch.context() as patch, installation(state, **settings) as place:
            patch.setenv("FAIRSTEPS_DATA_DIR", str(own))  # the story looks into the same house
            place.house.clock.move(START)
            made = Days(place=place, inbox=Inbox(place), mail=mail, home=home, own=own, record=record)
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
    rhythm = {"programme": small.ID, "hour": "8", "digest": "6"}  # digests go out in the minute in which rounds close
    assert doors.send_modal(place, ANA, modal, named | rhythm) == {}
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
    place.move(days.until("nudge"))  # by then everybody was asked
    asked = days.asked(BO)
    modal = doors.open_modal(place, BO, "answer", asked.presses["answer"])
    prompt = place.house.programmes[small.ID].prompt("your-week")
    typed = answers.said_by("Bo", prompt, "r1")
    modal = doors.made_room(place, BO, modal, typed)
    sent = interaction(sending(modal, answers.in_modal(modal, typed), user=BO))

    def send() -> httpx.Response:
        refused = doors.post(place, sent)
        assert doors.get(f"{place.web}/health/ready").status_code == 503
        return refused

    first = next(block["block_id"] for block in modal["blocks"] if block["type"] == "input")
    unsaved = place.house.words("slack.unsaved", send=modal["submit"]["text"])
    refused = days.while_redis_is_gone(send)
    assert refused.json() == {"response_action": "errors", "errors": {first: unsaved}}
    assert (again := doors.post(place, sent)).text == "", again.text
    place.rest(60)
    days.inbox.look_again()
    (answer,) = place.walk.answers
    assert answer.values == answers.kept(prompt, typed)
    assert {*presses_of(days.inbox.shown(asked.ref))} == {"change", "board"}


def test_redis_gone_while_a_draft_is_kept_on_the_web_keeps_the_words_on_the_page(days: Days) -> None:
    link = days.page("answer", "r1", of="fen@example.org")
    with httpx.Client(follow_redirects=True, timeout=doors.SECONDS) as browser:
        typed = {"work.0.activity": "welcome", "work.0.worth": "Somebody is there & <listens>", "quiet": "Nights"}
        filled = {**answers.Page(browser.get(link).text).filled(typed), "_do": "keep"}
        refused = days.while_redis_is_gone(lambda: browser.post(link, data=filled))
        assert refused.status_code == 503
        assert "not kept yet" in unescape(refused.text)
        still = answers.Page(refused.text)
        assert {field: still.sent[field] for field in typed} == {field: [given] for field, given in typed.items()}
        assert "Kept for later" in browser.post(link, data={**still.sent, "_do": "keep"}).text
    assert doors.opened_page(link).sent["work.0.worth"] == [typed["work.0.worth"]]
    assert [answer.via for answer in days.place.walk.answers] == ["slack"]


def test_redis_gone_while_a_draft_is_kept_in_slack_leaves_the_modal_as_it_is(days: Days) -> None:
    place = days.place
    modal = doors.open_modal(place, DARA, "answer", days.asked(DARA).presses["answer"])
    typed = {"work.0.worth": "Half a thought"}
    keeping = interaction(doors.in_modal(place, DARA, modal, KEEP, typed))
    refused = days.while_redis_is_gone(lambda: doors.post(place, keeping))
    assert (refused.status_code, refused.text) == (503, "")  # Slack says so in the modal, and lets every word stand
    assert doors.shown_again(place, modal) == modal
    assert doors.post(place, keeping).status_code == 200
    assert place.house.words("slack.kept") in text_of(doors.shown_again(place, modal))
    again = doors.open_modal(place, DARA, "answer", days.asked(DARA).presses["answer"])
    assert answers.typed_in(again, "work.0.worth") == "Half a thought"


def test_redis_gone_while_a_row_is_corrected_keeps_the_words_on_the_page(days: Days) -> None:
    board = doors.get(days.page("board")).text
    (link, *_) = re.findall(r'<a href="([^"]+)" aria-label="Correct ', board)
    with httpx.Client(follow_redirects=True, timeout=doors.SECONDS) as browser:
        typed = {"hours.low": "1", "hours.high": "3", "correction.reason": "Ana asked & Bo <agreed>"}
        filled = answers.Page(browser.get(link).text).filled(typed)
        refused = days.while_redis_is_gone(lambda: browser.post(link, data=filled))
        assert refused.status_code == 503
        assert "not kept yet" in unescape(refused.text)
        still = answers.Page(refused.text)
        assert {field: still.sent[field] for field in typed} == {field: [given] for field, given in typed.items()}
        assert days.edits() == ()
        assert browser.post(link, data={**still.sent, "_do": "send"}).status_code == 200
    (edit,) = days.edits()
    assert (edit.column, edit.after) == ("hours", {"low": "1", "high": "3"})
    assert edit.reason == typed["correction.reason"]


# --- the mail server is away ------------------------------------------------------------------------------------------


def digests_of_the_day(days: Days, move: Callable[[datetime], None]) -> dict[str, int]:
    """Go on for half a day, in which each zone has its eight in the morning; return how many digests each one got."""
    due, seen = days.place.house.due, days.came()
    evening = days.place.now + timedelta(hours=12)
    while (next_at := due.next_at(besides="home")) is not None and next_at <= evening:
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
    """Come to eight in London and stop in the middle: Slack has its messages, and Fen's mail is being handed over.

    Returns what is asked.
    """
    place = days.place
    eight = days.until("announce")
    days.came()
    days.mail.holds = True
    place.house.clock.move(eight)
    wait_until(lambda: days.mail.waiting > 0)
    title = place.house.programmes[small.ID].prompt(place.walk.rounds[-1].prompt).title
    opened = place.house.words("round_opened.subject", title=title)
    assert {(ANA, title): 1, (BO, title): 1, (CHANNEL, opened): 1}.items() <= days.came().items()
    assert place.house.due.waiting(now=eight) > 0
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


def everybody_decides(days: Days) -> None:
    """Ana, Bo and Dara say what they think of the list in Slack; Fen writes that it would be better with less."""
    place = days.place
    for user, says in (
        (ANA, {"say": "consent"}),
        (BO, {"say": "consent"}),
        (DARA, {"say": "aside", "say.why": "Busy"}),
    ):
        modal = doors.open_modal(place, user, "answer", days.asked(user).presses["answer"])
        assert doors.send_modal(place, user, modal, says) == {}
    assert doors.send_page(days.page("answer", "r2", of="fen@example.org"), {"say": "consent"}).status_code == 200
    place.rest()


def start_with_a_newer_programme(days: Days) -> None:
    """A question more: refused under the old version, which people walk; taken under a new one."""
    place = days.place
    changed = small.write(days.own, version="1", more=True)
    refused = subprocess.run([COMMAND, "up"], env=place.environment, capture_output=True, text=True, timeout=90)
    assert refused.returncode == 2
    assert f"{changed}: this is no longer what began as version 1 of '{small.ID}'. Raise its version" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr
    small.write(days.own, version="2", more=True)
    place.start()


def test_a_worker_killed_while_the_group_decides_makes_the_outcome_once(days: Days) -> None:
    """The round closes and the digests go out in the same minute; the worker dies with the mails in its hand.

    Whoever starts it again has a newer programme by now, which costs this walk nothing. This one takes a minute of real
    time: so long is the lease of what the dead worker had claimed.
    """
    place = days.place
    everybody_decides(days)
    closes = days.until("close")
    days.came()
    days.mail.holds = True
    place.house.clock.move(closes)
    wait_until(lambda: days.mail.waiting > 0)
    assert place.process is not None
    os.kill(place.process_of("worker.ready", "worker"), signal.SIGKILL)
    wait_until(lambda: "The worker stopped by itself (signal 9). It starts again." in place.said())
    days.mail.holds = False
    assert place.stop() == 0
    before = place.walk
    start_with_a_newer_programme(days)
    assert (place.walk.partnership, place.walk.answers) == (before.partnership, before.answers)
    place.rest(LEASE_SECONDS)
    decided = place.house.words("decided.subject_agreed", title="Our list")
    done = place.house.words("step_done.subject", title="Our work")
    in_london_and_lisbon = {("ana@example.org", "digest"): 1, ("bo@example.org", "digest"): 1}
    once = {(CHANNEL, decided): 1, (CHANNEL, done): 1, ("fen@example.org", "digest"): 1, **in_london_and_lisbon}
    assert days.came() == once
    walk = place.walk
    (outcome,) = walk.partnership.outcomes
    (sheet,) = walk.partnership.sheets
    assert (outcome.result, outcome.number, len(outcome.took_part)) == ("agreed", 1, 4)
    assert (sheet.version, sheet.text_hash) == (outcome.sheet_version, outcome.text_hash)
    assert [(d.word, d.reason) for d in outcome.dissent] == [("aside", "Busy")]
    assert [run.how for run in walk.partnership.steps] == ["gate"]
    records = place.house.walks.records(place.partnership).values()
    assert not [record for record in records if record.state in ("attempting", "failed", "missed")]


# --- the broker forgets -----------------------------------------------------------------------------------------------


def test_an_emptied_broker_costs_nobody_a_message(days: Days) -> None:
    place = days.place
    place.move(days.until("digest"))  # the last one of that Sunday, Eli's
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


# --- a programme changes while people walk it -------------------------------------------------------------------------


def test_a_running_walk_keeps_its_version_until_it_is_moved(days: Days) -> None:
    """Since the worker was killed, the files say version 2."""
    place = days.place
    place.move(days.until("ask"))
    before = place.walk
    assert (before.partnership.version, place.house.programmes.newest(small.ID).version) == ("1", "2")
    pulse = days.page("answer", before.rounds[-1].id)
    assert "Why is that?" not in doors.get(pulse).text
    shown = place.run("partnership", "move", place.partnership, "--to", "2", "--dry-run")
    assert "Why is that?" in shown
    assert place.walk == before
    moved = place.run("partnership", "move", place.partnership, "--to", "2", "--yes")
    assert "version 1 to 2" in moved
    assert place.walk.partnership.version == "2"
    assert place.walk.answers == before.answers
    assert place.walk.partnership.outcomes == before.partnership.outcomes
    assert "Why is that?" in doors.get(pulse).text
    assert doors.send_page(pulse, {"how": "4", "why": "It got calmer"}).status_code == 200
    (newest,) = [answer for answer in place.walk.answers if answer.round == before.rounds[-1].id]
    assert newest.values == {"how": 4, "why": "It got calmer"}


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
    column = lines[number].index("rainge") + 1
    assert f"{broken}:{number + 1}:{column}: kind of column 'hours' cannot be 'rainge'" in ended.stdout
    assert not embedded.socket_for(place.state).exists()
