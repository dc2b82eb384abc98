"""One command starts all of Fairsteps, says what is wrong in one line, and leaves nothing running."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from worker import embedded, up
from worker.settings import EXAMPLES

START_SECONDS = 90.0


def five_free_ports() -> int:
    """Local mode takes five ports in a row."""
    for first in range(20000 + os.getpid() % 8000, 60000, 5):
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


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    for name in EXAMPLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FAIRSTEPS_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("FAIRSTEPS_PORT", str(five_free_ports()))
    yield tmp_path
    if embedded.socket_for(tmp_path).exists():
        embedded.start(tmp_path).stop()


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_wrong_settings_are_named_and_nothing_starts(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAIRSTEPS_CLOCK", "sundial")
    assert up.run() == 2
    assert said(capsys).startswith("FAIRSTEPS_CLOCK is wrong: ")
    assert not (home / "redis").exists()


def test_an_address_for_others_without_slack_is_no_try_out(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAIRSTEPS_PUBLIC_URL", "https://fairsteps.example.org")
    assert up.run() == 2
    assert "FAIRSTEPS_LOCAL=0 for a group by email alone" in said(capsys)
    assert not (home / "redis").exists()


def test_one_part_alone_needs_a_redis_that_all_share(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAIRSTEPS_SECRET_KEYS", "x")
    assert up.run(only=("web",)) == 2
    assert "FAIRSTEPS_SECRET_KEYS" in said(capsys)
    assert up.run(only=("cook",)) == 2
    assert "--only takes web, worker, clock, mail, socket; not cook." in said(capsys)


def test_a_port_in_use_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = int(os.environ["FAIRSTEPS_PORT"])
    with socket.create_server(("127.0.0.1", port + 2)):
        assert up.run() == 1
    assert said(capsys).startswith(f"Port {port + 2} (for the local mailbox) is in use. ")
    assert not (home / "redis").exists()


def test_a_missing_tool_is_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(home))
    monkeypatch.setattr("worker.parts.importlib.util.find_spec", lambda name: None)
    assert up.run() == 1
    assert said(capsys) == "The local Slack needs Node 20 or newer. Run: make install"


class Running:
    """`fairsteps up` as a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.words = home, home / "words"
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker.up"], stdout=words, stderr=subprocess.STDOUT, start_new_session=True
            )

    def text(self) -> str:
        return self.words.read_text()

    def wait_until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while "Ctrl-C stops all of it." not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < end, self.text()
            time.sleep(0.1)

    def below(self) -> set[int]:
        """Every process under it, and under those."""
        parents: dict[int, int] = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.parent.name)] = int(fields[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def child(self, *words: str) -> int:
        """The process below it whose command line has all these words, the oldest of them."""
        for pid in sorted(self.below()):
            line = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            if all(word in line for word in words):
                return pid
        raise AssertionError(words)


def alive(pids: set[int]) -> set[int]:
    def lives(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if lives(pid)}


def gone(pids: set[int]) -> bool:
    end = time.monotonic() + 30
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.1)
    return not alive(pids)


def at(step: int, path: str) -> str:
    return f"http://127.0.0.1:{int(os.environ['FAIRSTEPS_PORT']) + step}{path}"


@pytest.mark.system
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ctrl_c_stops_everything_and_the_next_start_finds_it_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Running(home)
    first.wait_until_up()
    for step, path in enumerate(("/health/live", "/", "/")):
        assert httpx.get(at(step, path)).status_code == 200
    assert up.run() == 1
    assert said(capsys) == f"Fairsteps already runs on {home}. Stop that one first."
    credentials = json.loads((home / "local.json").read_text())
    people = httpx.get(at(1, "/")).text
    below = first.below()
    assert len(below) >= 9
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(timeout=40) == 0, first.text()
    assert alive(below) == set()

    second = Running(home)
    second.wait_until_up()
    assert json.loads((home / "local.json").read_text()) == credentials
    assert "Harbour Circle" in people
    assert "Harbour Circle" in httpx.get(at(1, "/")).text
    os.kill(second.child("worker.ready", "worker"), signal.SIGKILL)
    wait_for(lambda: "The worker stopped by itself (signal 9). It starts again." in second.text())
    wait_for((home / "worker.ready").exists)
    assert second.process.poll() is None
    below = second.below()
    os.kill(second.child("gunicorn"), signal.SIGKILL)
    assert second.process.wait(timeout=40) == 1
    assert "The web pages stopped by itself (signal 9). Its log is " in second.text()
    assert gone(below)


def wait_for(there: Callable[[], bool], seconds: float = 40) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@pytest.mark.system
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not end the children of a killed process")
def test_when_it_is_killed_only_the_record_lives_on_and_is_adopted(home: Path) -> None:
    first = Running(home)
    first.wait_until_up()
    record = embedded.start(home)
    below = first.below() - {record.pid}
    first.process.kill()
    first.process.wait()
    assert gone(below)
    assert record.alive()

    second = Running(home)
    second.wait_until_up()
    assert embedded.start(home).pid == record.pid
    second.process.terminate()
    assert second.process.wait(timeout=40) == 0, second.text()
    assert not record.alive()
