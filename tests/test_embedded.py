"""The embedded server keeps what it was told, whatever happens to the process that started it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker import embedded
from worker.embedded import Embedded, EmbeddedFailed


def say(server: Embedded, *words: str) -> str:
    """One command in the server's own protocol."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(str(server.socket))
        line.sendall(" ".join(words).encode() + b"\r\n")
        return line.recv(65536).decode()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    embedded.start(tmp_path).stop()


def test_what_was_said_is_there_after_a_stop(home: Path) -> None:
    first = embedded.start(home)
    assert say(first, "SET", "ana", "here") == "+OK\r\n"
    first.stop()
    assert not first.alive()
    assert "here" in say(embedded.start(home), "GET", "ana")


def test_a_killed_server_loses_nothing_that_it_wrote(home: Path) -> None:
    first = embedded.start(home)
    say(first, "SET", "bo", "here")
    os.kill(first.pid, signal.SIGKILL)
    assert first.child is not None
    first.child.wait()
    assert not first.alive()
    assert "here" in say(embedded.start(home), "GET", "bo")


def test_a_server_whose_parent_was_killed_is_adopted(home: Path) -> None:
    program = (
        "import os,sys,pathlib; from worker import embedded; "
        "print(embedded.start(pathlib.Path(sys.argv[1])).pid, flush=True); os.kill(os.getpid(), 9)"
    )
    parent = subprocess.run([sys.executable, "-c", program, str(home)], capture_output=True, text=True, check=False)
    left = int(parent.stdout)
    adopted = embedded.start(home)
    assert (adopted.pid, adopted.adopted, adopted.alive()) == (left, True, True)
    adopted.stop()
    assert not adopted.alive()


def test_it_listens_on_no_port_and_forgets_nobody(home: Path) -> None:
    server = embedded.start(home)
    for name, value in [("port", "0"), ("maxmemory-policy", "noeviction"), ("appendonly", "yes")]:
        assert f"\r\n{value}\r\n" in say(server, "CONFIG", "GET", name)
    assert server.socket.parent.stat().st_mode & 0o077 == 0
    assert (home / "redis" / "redis.pid").read_text().strip() == str(server.pid)


def test_each_state_directory_has_its_own_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 200)
    assert embedded.socket_for(deep) != embedded.socket_for(tmp_path)
    assert len(str(embedded.socket_for(deep)).removeprefix(str(embedded.socket_for(deep).parent.parent))) < 50


def test_a_directory_of_someone_else_is_not_trusted(tmp_path: Path) -> None:
    directory = embedded.socket_for(tmp_path).parent
    directory.mkdir(mode=0o755)
    directory.chmod(0o755)
    try:
        with pytest.raises(EmbeddedFailed, match="is not only yours"):
            embedded.start(tmp_path)
    finally:
        directory.rmdir()


def test_a_server_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    files = tmp_path / "redis" / "appendonlydir"
    files.mkdir(parents=True)
    (files / "appendonly.aof.manifest").write_text("no manifest\n")
    with pytest.raises(EmbeddedFailed, match=r"stopped at once. Its reason: .*redis\.log"):
        embedded.start(tmp_path)
