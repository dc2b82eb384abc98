"""`fairsteps up` as a person starts it, on a folder and ports of its own, and a clock that the story moves.

Everything that happens goes through processes and doors of the installation. The story itself only looks into the
state (who is planned when, is anything still being worked on) and moves the virtual clock.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.slack_home import TEAM, LocalSlack
from worker import embedded, wiring
from worker.local.home import Ports, kept_environment
from worker.settings import EXAMPLES, Settings
from worker.slack.installations import FairstepsInstallationStore
from worker.wiring import House
from workflows.walk import Walk

COMMAND = str(Path(sys.executable).parent / "fairsteps")
UP_SECONDS = 90.0
STOP_SECONDS = 40.0
REST_SECONDS = 30.0
SLACK_SECONDS = 30.0
IS_UP = "Ctrl-C stops all of it."


@dataclass(frozen=True, kw_only=True)
class KeptLine(LocalSlack):
    """The local Slack, asked over one kept connection: a story asks hundreds of times."""

    line: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=SLACK_SECONDS, trust_env=False))

    def call(self, method: str, token: str, **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        said: dict[str, Any] = self.line.post(f"{self.api_url}{method}", json=body, headers=headers).json()
        return said

    def messages(self, since: str = "") -> list[dict[str, Any]]:
        return self._held("messages", since)

    def views(self, since: str = "") -> list[dict[str, Any]]:
        return self._held("views", since)

    def _held(self, what: str, since: str) -> list[dict[str, Any]]:
        """All it holds, or what has changed from one `updated_at` on: a walk ends with a thousand messages."""
        asked = {"since": since} if since else {}
        found: list[dict[str, Any]] = self.line.get(f"{self.url}/_local/{what}", params=asked).json()
        return found


class Installation:
    """One state directory, and the `fairsteps up` that runs on it now."""

    def __init__(self, state: Path, **settings: str) -> None:
        self.state = state
        self.ports = Ports(web=five_free_ports())
        self.given = {
            "FAIRSTEPS_STATE_DIR": str(state),
            "FAIRSTEPS_PORT": str(self.ports.web),
            "FAIRSTEPS_CLOCK": "virtual",
            "FAIRSTEPS_TICK_SECONDS": "0.1",
            **settings,
        }
        self.web = f"http://localhost:{self.ports.web}"
        self.slack = KeptLine(url=f"http://localhost:{self.ports.slack}")
        self.words = state / "up.words"
        self.process: subprocess.Popen[bytes] | None = None
        self.opened: dict[str, str] = {}  # the Slack views that stories have opened so far: when each had changed last
        self._house: House | None = None

    # --- starting and stopping ----------------------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        """What a person has in their shell: none of our settings but those given here."""
        return {**{k: v for k, v in os.environ.items() if k not in EXAMPLES}, **self.given}

    def start(self) -> None:
        """Start it and wait until it says that it is up."""
        self._house = None  # it may read other files from now on
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                [COMMAND, "up"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + UP_SECONDS
        while IS_UP not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return self.words.read_text(errors="replace")

    def stop(self) -> int:
        """Press Ctrl-C; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=STOP_SECONDS)

    def below(self) -> set[int]:
        """Every process under it, and under those."""
        assert self.process is not None
        parents = {pid: parent for pid, parent, _ in _processes()}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def process_of(self, *words: str) -> int:
        """The oldest process under it whose command line has all these words."""
        for pid in sorted(self.below()):
            line = _command_line(pid)
            if all(word in line for word in words):
                return pid
        raise AssertionError(f"no process of {words}")

    def run(self, *words: str) -> str:
        """Run another `fairsteps` command in a second terminal; return what it printed."""
        ended = subprocess.run([COMMAND, *words], env=self.environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    # --- looking into it ----------------------------------------------------------------------------------------------

    @property
    def house(self) -> House:
        """The same house as its processes have, over the same state."""
        if self._house is None:
            given = {**kept_environment(self.given, self.state), **self.given}
            self._house = wiring.build(Settings.model_validate(given))
        return self._house

    @property
    def secret(self) -> str:
        """What Slack signs its requests with."""
        return self.house.settings.slack_signing_secret or ""

    @property
    def token(self) -> str:
        """The token of the installed app."""
        return FairstepsInstallationStore(self.house.installations).bot_token(TEAM) or ""

    @property
    def partnership(self) -> str:
        """The id of its one partnership."""
        (found,) = self.house.workspaces.partnerships(TEAM)
        return found

    @property
    def walk(self) -> Walk:
        """The walk as it stands."""
        return self.house.walks.get(self.partnership)

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    def move(self, to: datetime) -> None:
        """Set the virtual clock and wait until everything that is due then has been seen to."""
        self.house.clock.move(to)
        self.rest()

    def rest(self, seconds: float = REST_SECONDS) -> None:
        """Wait until nothing is due and nothing is being worked on."""
        now, end = self.now, time.monotonic() + seconds
        while left := self.house.due.waiting(now=now):
            assert self.process is None or self.process.poll() is None, self.said()
            assert time.monotonic() < end, f"{left} left to do at {now}"
            time.sleep(0.02)


@contextmanager
def installation(state: Path, **settings: str) -> Iterator[Installation]:
    """Start one; whatever happens, leave no process behind."""
    made = Installation(state, **settings)
    try:
        made.start()
        yield made
    finally:
        _end(made)


def _end(made: Installation) -> None:
    if made.process is not None and made.process.poll() is None:
        left = made.below()
        made.process.terminate()
        try:
            made.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            made.process.kill()
            made.process.wait()
            for pid in alive(left):
                os.kill(pid, signal.SIGKILL)
    if "FAIRSTEPS_REDIS_URL" not in made.given and embedded.socket_for(made.state).exists():
        embedded.start(made.state).stop()


def five_free_ports() -> int:
    """Local mode takes five ports in a row."""
    for first in range(8500 + os.getpid() % 100 * 10, 60000, 5):
        doors = [socket.socket() for _ in range(5)]
        try:
            for step, door in enumerate(doors):
                door.bind(("127.0.0.1", first + step))
            return first
        except OSError:
            continue
        finally:
            for door in doors:
                door.close()
    raise AssertionError("no five free ports")


def alive(pids: set[int]) -> set[int]:
    """Those of `pids` that still run."""
    return {pid for pid, _, state in _processes() if pid in pids and state != "Z"}


def _processes() -> Iterator[tuple[int, int, str]]:
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield int(entry.parent.name), int(fields[1]), fields[0]


def _command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []
