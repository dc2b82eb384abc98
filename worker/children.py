"""The processes that `up` starts: each in a session of its own, its words in a log, ended when the supervisor ends.

States of a child: *launched*, *ready*, *dead*. `stop_all` asks each to stop with TERM, waits, and then kills what
is left of its whole session, so that a grandchild never outlives it. On Linux the kernel sends TERM to a child when
its supervisor is killed.
"""

import contextlib
import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from worker.parts import Part

READY_SECONDS = 60.0
# A worker that runs a task may take this long to finish it before it is killed.
GRACE_SECONDS = 12.0
TAIL_LINES = 6
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Died(Exception):
    """A part is not there any more or never came; the message names it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    part: Part
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise Died(f"{self.died()} Its log is {self.log}{_tail(self.log)}")

    def died(self) -> str:
        """How a process ended that nobody stopped."""
        code = self.process.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"The {self.part.title} stopped by itself ({how})."


def _tail(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return ", and ends with:\n" + "\n".join(f"  {line}" for line in lines[-TAIL_LINES:]) if lines else "."


def check_doors(parts: Iterable[Part]) -> None:
    """Every port is tried before anything starts: one clear line is better than a half start."""
    for part in parts:
        for host, port in part.doors:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    door.bind((host, port))
                except OSError as error:
                    raise Died(_shut(part, port, error)) from None


def _shut(part: Part, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} (for the {part.title}) is in use. "
            "Stop what uses it, or set FAIRSTEPS_PORT to another number; it and the four after it must be free."
        )
    return f"Port {port} (for the {part.title}) cannot be opened: {error.strerror}."


def _die_with(parent: int) -> Callable[[], None]:
    def before_exec() -> None:
        assert LIBC is not None
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        # It may have died before the line above: then nobody is left to send anything.
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


def launch(part: Part, environment: Mapping[str, str], logs: Path) -> Child:
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = logs / f"{part.name}.log"
    if log.exists():
        log.replace(logs / f"{part.name}.log.1")
    if part.file is not None:
        part.file.unlink(missing_ok=True)
    with log.open("wb") as words:
        process = subprocess.Popen(  # noqa: S603
            part.command,
            env={**environment, **part.extra},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()) if LIBC is not None else None,
        )
    return Child(part=part, process=process, log=log)


def _is_ready(part: Part) -> bool:
    for host, port in part.doors:
        try:
            socket.create_connection(("127.0.0.1" if host == "0.0.0.0" else host, port), timeout=1).close()  # noqa: S104
        except OSError:
            return False
    return (part.page is None or _says_ok(part.page)) and (part.file is None or part.file.exists())


def _says_ok(page: str) -> bool:
    where = urlsplit(page)
    line = http.client.HTTPConnection(where.netloc, timeout=5)
    try:
        line.request("GET", where.path)
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def wait_until_ready(child: Child, look: Callable[[], None]) -> None:
    end = time.monotonic() + READY_SECONDS
    while not _is_ready(child.part):
        look()
        if time.monotonic() > end:
            raise Died(
                f"The {child.part.title} was not ready after {READY_SECONDS:.0f} seconds. "
                f"Its log is {child.log}{_tail(child.log)}"
            )
        time.sleep(0.1)


def end_session(child: Child) -> None:
    """Kill what is left of a child's whole session: its pool outlives a leader that was killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)


def stop_all(children: list[Child]) -> None:
    """The leaders hear TERM and look after their own; Celery's pool would drop its task if it heard TERM itself."""
    for child in reversed(children):
        with contextlib.suppress(ProcessLookupError):
            child.process.send_signal(signal.SIGTERM)
    end = time.monotonic() + GRACE_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(timeout=max(0.0, end - time.monotonic()))
        end_session(child)
        child.process.wait()
