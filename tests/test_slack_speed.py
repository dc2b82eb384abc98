"""Every interaction is acknowledged well within Slack's three seconds while all workers are stuck in a slow Slack.

Real web process, real workers and clock, a real Valkey, and a Slack over HTTP that keeps each message waiting for
seconds and answers look-ups slowly. What counts first is how often Slack is called: a press that opens a modal calls it
once and nothing else calls it at all, so nobody waits for a second round trip or for a worker. The times have room.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation

from tests.group import START, partnership
from tests.slack_home import (
    BO,
    CHANNEL,
    CLIENT_ID,
    CLIENT_SECRET,
    SECRET,
    TEAM,
    Moody,
    event,
    free_port,
    interaction,
    moody_slack,
    press,
    sending,
    signed,
    valkey,
)
from worker import parts, wiring
from worker.parts import Part
from worker.settings import EXAMPLES, Settings
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.modals import render_modal
from worker.wiring import House
from workflows import ids, joining
from workflows.people import Group, Membership, Person
from workflows.ticket import Ticket

pytestmark = pytest.mark.system

WALKS, MEMBERS = 12, 20  # more messages than all workers together can have on the way for as long as this takes
HELD = 9.0  # seconds: longer than all presses together take, shorter than our own patience with Slack
SLOW = 1.2  # seconds that a look-up takes; two of them would be most of what Slack allows
EACH, AT_ONCE = 6, 4
READY = 60.0
MAIN = "p0"
USERS = (BO, *(f"U0P{n}" for n in range(1, MEMBERS)))


@dataclass(kw_only=True)
class SlowSlack:
    """What our processes take for Slack."""

    moody: Moody
    go_on: threading.Event
    held: int = 0

    def answer(self, method: str, body: dict[str, Any]) -> Any:
        if method in ("chat.postMessage", "chat.update"):
            self._hold()
        elif not method.startswith("views."):
            time.sleep(SLOW)
        profile = {"real_name": "Somebody", "email": "somebody@example.org"}
        user = {"id": body.get("user", ""), "tz": "Europe/Lisbon", "profile": profile}
        said = {"ok": True, "channel": "D1", "ts": "1.1", "user": user, "messages": [], "view": {"hash": "1.a"}}
        return 200, {}, said

    def _hold(self) -> None:
        with self.moody.lock:
            self.held += 1
        self.go_on.wait(HELD)
        with self.moody.lock:
            self.held -= 1

    def called(self) -> Counter[str]:
        """What was called so far, but for messages: those are the workers'."""
        with self.moody.lock:
            return Counter(method for method, _ in self.moody.asked if not method.startswith("chat."))


@dataclass(kw_only=True)
class Running:
    """An installation whose workers are stuck."""

    house: House
    slack: SlowSlack
    url: str
    line: httpx.Client


@contextlib.contextmanager
def processes(settings: Settings, environment: dict[str, str], *wanted: Part) -> Iterator[None]:
    """Start parts as `fairsteps up` does, and leave none of them behind."""
    started = []
    for part in wanted:
        log = (settings.state_dir / f"{part.name}.log").open("wb")
        env = {**environment, **part.extra}
        started.append(subprocess.Popen(part.command, env=env, stdout=log, stderr=log, start_new_session=True))
    try:
        for part in wanted:
            _until(lambda part=part: _is_ready(part), settings.state_dir / f"{part.name}.log")  # type: ignore[misc]
        yield
    finally:
        for child in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _is_ready(part: Part) -> bool:
    if part.page is not None:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(part.page).status_code == 200
        return False
    return part.file is None or part.file.exists()


def _until(there: Callable[[], bool], log: Path | None = None) -> None:
    end = time.monotonic() + READY
    while not there():
        assert time.monotonic() < end, log.read_text() if log else "it did not happen"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("state")
    with valkey(tmp_path_factory.mktemp("valkey")) as redis_url, moody_slack() as moody:
        slow = SlowSlack(moody=moody, go_on=threading.Event())
        moody.answer = slow.answer
        given = {
            "FAIRSTEPS_REDIS_URL": redis_url,
            "FAIRSTEPS_STATE_DIR": str(folder),
            "FAIRSTEPS_PORT": str(free_port()),
            "FAIRSTEPS_SECRET_KEYS": Fernet.generate_key().decode(),
            "FAIRSTEPS_CLOCK": "virtual",
            "FAIRSTEPS_TICK_SECONDS": "0.2",
            "FAIRSTEPS_LOCAL": "1",
            "SLACK_CLIENT_ID": CLIENT_ID,
            "SLACK_CLIENT_SECRET": CLIENT_SECRET,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": moody.url,
        }
        settings = Settings.model_validate(given)
        environment = {**{k: v for k, v in os.environ.items() if k not in EXAMPLES}, **given}
        house = wiring.build(settings)
        furnish(house)
        with processes(settings, environment, parts.web(settings), parts.worker(settings), parts.clock(settings)):
            _until(lambda: slow.held >= 20)  # ten on the way from each of two workers
            with httpx.Client(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False) as line:
                yield Running(house=house, slack=slow, url=str(line.base_url), line=line)
            slow.go_on.set()


def furnish(house: House) -> None:
    """A workspace with many walks, in each of which everybody is to be asked now."""
    house.clock.move(START)
    added = Installation(
        app_id="A0FAIRSTEPS", team_id=TEAM, team_name="Harbour Circle", user_id=BO, bot_token="xoxb-1",
        bot_id="B0FAIRSTEPS", bot_user_id="U0FAIRSTEPS",
    )  # fmt: skip
    FairstepsInstallationStore(house.installations).save(added)
    house.cases.workspace_installed(TEAM, "Harbour Circle", BO)
    people = tuple(
        Person(id=ids.person_id(TEAM, user), name=f"Member {n}", slack_user=user, zone="Europe/Lisbon")
        for n, user in enumerate(USERS)
    )
    members = tuple(
        Membership(person=p.id, role="member" if n else "facilitator", prefers="slack") for n, p in enumerate(people)
    )
    for number in range(WALKS):
        group = Group(id=f"g{number}", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL)
        version = house.programmes["five-steps"].version
        start = partnership(id=f"p{number}", workspace=TEAM, group=group, version=version, started_by=people[0].id)
        house.walks.begin_walk(replace(joining.started(start, members, everyone=False, now=START), people=people))
    enrols = [claim for chunk in house.due.claim(now=START) for claim in chunk]
    for claim in enrols:
        house.walks.change(
            claim.occurrence.partnership, lambda walk: joining.enrolled(walk, people, now=START), claim=claim
        )


# --- what Slack posts -----------------------------------------------------------------------------------------------


def ticket(user: str, subject: str = "") -> str:
    return Ticket(workspace=TEAM, partnership=MAIN, person=ids.person_id(TEAM, user), subject=subject).encode()


def pressing(action: str, subject: str = "") -> Callable[[str], str]:
    return lambda user: interaction(press(action, ticket(user, subject), user=user))


def starting(user: str) -> str:
    return interaction(press("start", "start", user=user))


def choosing(running: Running) -> Callable[[str], str]:
    def body(user: str) -> str:
        form = running.house.cases.preferences_form(Ticket.decode(ticket(user)))
        values = {
            "prefers": {"type": "radio_buttons", "selected_option": {"value": "slack"}},
            "zone": {"type": "static_select", "selected_option": {"value": "Europe/Lisbon"}},
        }
        known = {field.id for field in form.fields}
        filled = {name: value for name, value in values.items() if name in known}
        return interaction(sending(render_modal(form), filled, user=user))

    return body


def typing(text: str) -> Callable[[str], str]:
    def body(user: str) -> str:
        typed = {"command": "/fairsteps", "text": text, "team_id": TEAM, "user_id": user, "channel_id": CHANNEL}
        more = {"trigger_id": f"{time.monotonic_ns()}.1.a", "response_url": "https://hooks.slack.com/commands/1"}
        return urlencode({**typed, **more, "api_app_id": "A0FAIRSTEPS"})

    return body


def changing(user: str) -> str:
    profile = {"real_name": "Somebody New", "email": "new@example.org"}
    return event("user_change", user={"id": user, "team_id": TEAM, "tz": "Europe/Lisbon", "profile": profile})


def looking(user: str) -> str:
    return event("app_home_opened", user=user, tab="home", channel="D0DM")


def timed(running: Running, body: str) -> float:
    """Post as Slack does; return how long the acknowledgement took, in seconds."""
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    began = time.monotonic()
    answer = running.line.post("/slack/events", content=body, headers={**signed(body), "Content-Type": kind})
    took = time.monotonic() - began
    assert answer.status_code == 200, (answer.status_code, answer.text[:300])
    return took


def several(running: Running, body: Callable[[str], str]) -> list[float]:
    """Some people do the same, several at a time."""
    bodies = [body(user) for user in USERS[:EACH]]
    with ThreadPoolExecutor(AT_ONCE) as people:
        return list(people.map(lambda one: timed(running, one), bodies))


def test_every_interaction_is_acknowledged_at_once_while_the_workers_are_stuck(running: Running) -> None:
    # (what somebody does, what it may call of Slack)
    deeds: dict[str, tuple[Callable[[str], str], Counter[str]]] = {
        "settings": (pressing("settings"), Counter({"views.open": EACH})),
        "answer": (pressing("answer", "consent"), Counter({"views.open": EACH})),
        "start": (starting, Counter({"views.open": EACH})),
        "say yes": (pressing("consent_yes", "consent"), Counter()),
        "send": (choosing(running), Counter()),
        "status": (typing("status"), Counter()),
        "help": (typing("help"), Counter()),
        "change": (changing, Counter()),
    }
    running.slack.go_on.clear()
    timed(running, pressing("settings")(BO))  # whatever a process does once, it has done now
    took: dict[str, list[float]] = {}
    for name, (body, calls) in deeds.items():
        before = running.slack.called()
        took[name] = several(running, body)
        assert running.slack.called() - before == calls, name
    assert running.slack.held >= 11, "both workers are still stuck: this was about them"
    every = sorted(one for some in took.values() for one in some)
    told = {name: round(max(some), 2) for name, some in took.items()}
    # Slack waits three seconds. On a free machine all of them are under a tenth; a busy one must not fail this.
    assert statistics.median(every) < 1, told
    assert statistics.quantiles(every, n=20)[-1] < 3, told


def test_a_look_at_the_home_tab_is_acknowledged_in_time_though_slack_is_asked_for_it(running: Running) -> None:
    before = running.slack.called()
    took = several(running, looking)
    called = running.slack.called() - before
    assert called["views.publish"] >= EACH
    assert max(took) < 2.9, took
