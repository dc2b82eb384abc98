"""Starts all of Fairsteps on this machine, watches it, and stops it: `make up` and `fairsteps up`.

Promises: one start per state directory; every part is ready before its address is printed; each trouble is one
clear line, and none shows a password. Ctrl-C or TERM stops every process and gives 0. A worker, a clock or the way in
for mail that dies is started again, for a lost connection can end them, and what they had in hand is still due, or
still where it came from; any other part, or one that dies again and again, stops all the others and gives 1. Wrong
settings, a mistake in a programme or in the words, or a programme that changed without a new version, give 2. When
this process is killed outright, Linux ends its children, and the embedded server, which holds the state, lives on for
the next start to adopt.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from worker import embedded, parts
from worker.children import Child, Died, check_doors, end_session, launch, stop_all, wait_until_ready
from worker.files import programmes, words
from worker.local.home import Ports, make_environment, wants_local
from worker.mail.way_in import WayIn
from worker.settings import Settings, WrongSettings, load, places
from worker.store.connection import connect
from worker.store.programmes import Programmes
from worker.versions import Versions
from workflows.errors import StoreUnavailable, WrongInput

LOOK_EVERY = 0.25
REVIVED = ("worker", "clock", "mail")  # they hold nothing: what is due stands in Redis, a mail with who brings it
REVIVALS, WITHIN = 3, 600.0  # so often in so many seconds; more is no accident
TROUBLE = (Died, parts.MissingTool, embedded.EmbeddedFailed)


class Refused(Exception):
    """It cannot start; the message says why in one line."""


class Stopped(Exception):
    """Someone pressed Ctrl-C or sent TERM."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What is to be started: the settings of all parts, and the environment that gives each part the same ones."""

    settings: Settings
    environment: Mapping[str, str]
    only: tuple[str, ...]
    own_redis: bool


@dataclass(slots=True)
class Running:
    """What has been started so far, for whoever has to stop it, and whether someone asked to stop."""

    children: list[Child]
    redis: embedded.Embedded | None = None
    revived_at: list[float] = field(default_factory=list)
    asked_to_stop: bool = False


NOT_A_TRY_OUT = (
    "FAIRSTEPS_PUBLIC_URL is an address for others to reach, but Slack is not set. Set SLACK_CLIENT_ID,"
    " SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET; or FAIRSTEPS_LOCAL=0 for a group by email alone;"
    " or leave FAIRSTEPS_PUBLIC_URL out to try Fairsteps here, with a local Slack."
)


def lacking_for(only: tuple[str, ...], given: Mapping[str, str]) -> list[str]:
    """Parts that start one by one must be told what they share, and what they are for."""
    needs = [("FAIRSTEPS_REDIS_URL", "needs a Redis that all parts share")] if only else []
    needs += [("FAIRSTEPS_INBOUND_URL", "needs a place to take mail at")] if "mail" in only else []
    needs += [("SLACK_APP_TOKEN", "needs a token")] if "socket" in only else []
    return [f"{name} is missing: --only {','.join(only)} {why}." for name, why in needs if name not in given]


def read_start(only: tuple[str, ...]) -> Start:
    given = {name: value for name, value in os.environ.items() if value}
    local = not only and wants_local(given)
    if local and given.get("FAIRSTEPS_PUBLIC_URL", "").startswith("https:") and "FAIRSTEPS_LOCAL" not in given:
        raise WrongSettings(NOT_A_TRY_OUT)
    defaults = make_environment(*places(given)) if local else {}
    settings = load(defaults)
    if lacking := lacking_for(only, given):
        raise WrongSettings("\n".join(lacking))
    own_redis = "FAIRSTEPS_REDIS_URL" not in given
    environment = {
        **defaults,
        **given,
        "FAIRSTEPS_STATE_DIR": str(settings.state_dir),
        "FAIRSTEPS_REDIS_URL": settings.redis_url,
        "FAIRSTEPS_PORT": str(settings.port),
        "FAIRSTEPS_PUBLIC_URL": settings.public_url,
        "PROMETHEUS_MULTIPROC_DIR": given.get("PROMETHEUS_MULTIPROC_DIR") or str(settings.state_dir / "metrics"),
        "PYTHONUNBUFFERED": "1",
    }
    return Start(settings=settings, environment=environment, only=only, own_redis=own_redis)


def check_files() -> None:
    """Read what every part reads at its start: a mistake is named once and whole, and nothing is started."""
    programmes.load_all()
    words.load()


def clear_counters(folder: Path, *, whole: bool) -> None:
    """A whole start counts from nothing; parts that start one by one add to what others have counted."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for counted in folder.glob("*.db") if whole else ():
        counted.unlink(missing_ok=True)


@contextlib.contextmanager
def sole_start(settings: Settings, only: tuple[str, ...]) -> Iterator[None]:
    """A lock that ends with the process, however it ends."""
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = "-".join(("up", *sorted(only)))
    with (settings.state_dir / f"{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Fairsteps already runs on {settings.state_dir}. Stop that one first.") from None
        yield


def start_all(start: Start, running: Running, console: Console) -> None:
    every = parts.wanted(start.settings, start.only)
    check_doors(every)
    if start.own_redis:
        with step(console, "embedded Valkey"):
            running.redis = embedded.start(start.settings.state_dir)
    keep_programmes(start.settings)
    clear_counters(Path(start.environment["PROMETHEUS_MULTIPROC_DIR"]), whole=not start.only)
    for part in every:
        running.children.append(launch(part, start.environment, start.settings.state_dir / "log"))
    # All start side by side, for most of a start is Python importing; then each is waited for.
    for child in running.children:
        with step(console, child.part.title):
            wait_until_ready(child, lambda: look(running))


def keep_programmes(settings: Settings) -> None:
    """Keep each programme as it stands under its version, before anybody can begin it. Raises Changed, or Died."""
    kept = Programmes(connect(settings.redis_url))
    try:
        Versions(programmes.load_all(), kept).keep()
    except StoreUnavailable:
        raise Died("Redis does not answer. Start it, or look at FAIRSTEPS_REDIS_URL.") from None


@contextlib.contextmanager
def step(console: Console, title: str) -> Iterator[None]:
    with console.status(f"Starting: {title} …"):
        yield
    console.print(f"  ready: {title}")


def look(running: Running) -> None:
    """Raises if someone asked to stop, or if anything that should run does not."""
    if running.asked_to_stop:
        raise Stopped
    for child in running.children:
        child.check()
    if running.redis is not None and not running.redis.alive():
        raise Died("The embedded Valkey stopped by itself. All that was told to it is kept.")


def revive(start: Start, running: Running, console: Console) -> None:
    """Start a worker or a clock again that died, unless that happens too often."""
    for place, child in enumerate(running.children):
        if child.part.name not in REVIVED or child.process.poll() is None:
            continue
        now = time.monotonic()
        running.revived_at = [at for at in running.revived_at if now - at < WITHIN]
        if len(running.revived_at) >= REVIVALS:
            return  # the next look says that it died
        running.revived_at.append(now)
        console.print(f"{child.died()} It starts again.", markup=False, soft_wrap=True)
        end_session(child)
        running.children[place] = launch(child.part, start.environment, start.settings.state_dir / "log")


def addresses(settings: Settings, only: tuple[str, ...]) -> list[tuple[str, str]]:
    ports = Ports(web=settings.port)
    rows = [("Fairsteps", settings.public_url)] if not only or "web" in only else []
    if settings.local and not only:
        rows.append(("Local Slack", f"http://localhost:{ports.mailbox}/slack/"))
        rows.append(("Local mailbox", f"http://localhost:{ports.mailbox}"))
    if settings.inbound_url and (not only or "mail" in only):
        rows.append(("Mail comes in at", WayIn.of(settings.inbound_url).place))
    return [*rows, ("State and logs", str(settings.state_dir))]


def show(console: Console, rows: list[tuple[str, str]]) -> None:
    table = Table.grid(padding=(0, 2))
    for what, where in rows:
        table.add_row(f"  {what}", where)
    console.print("\nFairsteps is up.")
    console.print(table, soft_wrap=True)
    console.print("Ctrl-C stops all of it.\n")


@contextlib.contextmanager
def signals_noted(running: Running) -> Iterator[None]:
    """Ctrl-C and TERM are noted and acted upon at the next look: no start and no stop is ever cut in half."""

    def note(number: int, frame: FrameType | None) -> None:
        running.asked_to_stop = True

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def walk(start: Start, console: Console) -> int:
    running, code = Running(children=[]), 0
    with signals_noted(running):
        try:
            start_all(start, running, console)
            show(console, addresses(start.settings, start.only))
            while True:
                revive(start, running, console)
                look(running)
                time.sleep(LOOK_EVERY)
        except Stopped:
            console.print("\nStopping …")
        except TROUBLE as trouble:
            console.print(str(trouble), markup=False, soft_wrap=True)
            code = 1
        finally:
            stop_all(running.children)
            if running.redis is not None:
                running.redis.stop()
    if code == 0:
        console.print("All of it has stopped. What was said is kept.")
    return code


def run(*, only: tuple[str, ...] = ()) -> int:
    console = Console(highlight=False)
    unknown = [name for name in only if name not in parts.NAMES]
    if unknown:
        console.print(f"--only takes {', '.join(parts.NAMES)}; not {', '.join(unknown)}.", markup=False)
        return 2
    try:
        start = read_start(only)
        check_files()
        with sole_start(start.settings, only):
            return walk(start, console)
    except WrongInput as wrong:
        console.print(str(wrong), markup=False, soft_wrap=True)
        return 2
    except Refused as reason:
        console.print(str(reason), markup=False, soft_wrap=True)
        return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m worker.up", description="Starts all of Fairsteps.")
    parser.add_argument("--only", default="", help="some parts only, with commas: web,worker,clock,mail,socket")
    chosen = parser.parse_args().only
    return run(only=tuple(name for name in chosen.split(",") if name))


if __name__ == "__main__":
    sys.exit(main())
