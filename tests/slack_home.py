"""Real parts around the Slack side: a Valkey of its own, the local Slack, and a server that misbehaves."""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from cryptography.fernet import Fernet

from worker import embedded
from worker.parts import LOCAL, find_node
from worker.settings import Settings

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CLIENT_ID, CLIENT_SECRET = "1234.5678", "not-a-real-client-secret"
TEAM = "T0HARBOUR"
ANA, BO, CHI, DARA, ELI, FEN = "U0ANA", "U0BO", "U0CHI", "U0DARA", "U0ELI", "U0FEN"
CHANNEL = "C0PARTNERSHIPS"


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A Valkey for one test module."""
    server = embedded.start(folder)
    try:
        yield server.url
    finally:
        server.stop()


def settings(redis_url: str, api_url: str, *, public_url: str = "http://localhost:8000") -> Settings:
    """The settings of a house that speaks to `api_url`."""
    given = {
        "FAIRSTEPS_REDIS_URL": redis_url,
        "FAIRSTEPS_PUBLIC_URL": public_url,
        "FAIRSTEPS_SECRET_KEYS": Fernet.generate_key().decode(),
        "FAIRSTEPS_LOCAL": "1",
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": api_url,
    }
    return Settings.model_validate(given)


# --- the local Slack ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LocalSlack:
    """The local Slack as tests see it."""

    url: str

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def call(self, method: str, token: str, **body: Any) -> dict[str, Any]:
        answer = httpx.post(
            f"{self.api_url}{method}", json=body, headers={"Authorization": f"Bearer {token}"} if token else {}
        )
        said: dict[str, Any] = answer.json()
        return said

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_local/messages").json()
        return found

    def views(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_local/views").json()
        return found

    def agree(self, authorize_url: str, user: str) -> str:
        """Choose `user` on Slack's page; return where the browser is sent then."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        answer = httpx.post(f"{self.url}/oauth/v2/authorize/callback", data={**asked, "user_id": user})
        return answer.headers["location"]

    def trigger(self, token: str, user: str) -> str:
        trigger: str = self.call("views.generateTriggerId", token, user_id=user)["trigger_id"]
        return trigger


@contextlib.contextmanager
def local_slack(folder: Path) -> Iterator[LocalSlack]:
    """The local Slack of `make up`, on a port of its own."""
    port = free_port()
    environment = {
        **os.environ,
        "FAIRSTEPS_PORT": str(port - 1),
        "FAIRSTEPS_STATE_DIR": str(folder),
        "FAIRSTEPS_PUBLIC_URL": "http://localhost:8000",
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SECRET,
    }
    with (folder / "slack.log").open("w") as said:
        child = subprocess.Popen([find_node(), str(LOCAL / "slack.mjs")], env=environment, stdout=said, stderr=said)
    try:
        slack = LocalSlack(url=f"http://127.0.0.1:{port}")
        _wait(lambda: httpx.get(f"{slack.url}/_local/views").status_code == 200, child)
        yield slack
    finally:
        child.terminate()
        child.wait(10)


def _wait(there: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        assert child.poll() is None, "the local Slack ended"
        with contextlib.suppress(httpx.TransportError):
            if there():
                return
        time.sleep(0.05)
    raise AssertionError("the local Slack did not answer")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


# --- a server that misbehaves ---------------------------------------------------------------------------------------


@dataclass
class Moody:
    """A Slack API that answers as it is told: a status, headers and JSON; or None, to hang up without a word."""

    url: str = ""
    answer: Callable[[str, dict[str, Any]], tuple[int, dict[str, str], Any] | None] = lambda method, body: (200, {}, {})
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)  # with which each of it was asked
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, method: str) -> list[dict[str, Any]]:
        return [body for name, body in self.asked if name == method]


@contextlib.contextmanager
def moody_slack() -> Iterator[Moody]:
    """Serve a `Moody` over real HTTP."""
    moody = Moody()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(raw).items()}
            body = json.loads(raw) if raw.startswith("{") else form
            method = self.path.removeprefix("/api/")
            with moody.lock:
                moody.asked.append((method, body))
                moody.tokens.append((self.headers.get("Authorization") or "").removeprefix("Bearer "))
                moody.at_once += 1
                moody.most_at_once = max(moody.most_at_once, moody.at_once)
            try:
                answer = moody.answer(method, body)
            finally:
                with moody.lock:
                    moody.at_once -= 1
            if answer is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, headers, said = answer
            content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            kind = "text/html" if isinstance(said, str) else "application/json"
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests say what they see."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    moody.url = f"http://127.0.0.1:{server.server_port}/api/"
    try:
        yield moody
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# --- what Slack posts to us -----------------------------------------------------------------------------------------


def signed(body: str, *, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """The headers that Slack sends along."""
    timestamp = str(int(time.time()) if at is None else at)
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={mac}"}


def interaction(payload: Mapping[str, Any]) -> str:
    return urlencode({"payload": json.dumps(payload)})


def press(
    action: str, value: str, *, user: str = BO, trigger: str = "", team: str = TEAM, **more: Any
) -> dict[str, Any]:
    """Somebody presses a button in a direct message."""
    return {
        "type": "block_actions",
        "team": {"id": team, "domain": "harbour-circle"},
        "user": {"id": user, "team_id": team},
        "api_app_id": "A0FAIRSTEPS",
        "trigger_id": trigger or f"{secrets.token_hex(4)}.1.abc",
        "channel": {"id": "D0DM", "name": "directmessage"},
        "container": {"type": "message", "channel_id": "D0DM", "message_ts": "1.1"},
        "actions": [{"type": "button", "block_id": "b", "action_id": action, "value": value, "action_ts": "1.1"}],
        **more,
    }


def sending(view: Mapping[str, Any], values: Mapping[str, Any], *, user: str = BO, team: str = TEAM) -> dict[str, Any]:
    """Somebody fills an opened modal and sends it. `values` are Slack's value objects by block_id."""
    state = {block: {block: value} for block, value in values.items()}
    return {
        "type": "view_submission",
        "team": {"id": team, "domain": "harbour-circle"},
        "user": {"id": user, "team_id": team},
        "api_app_id": "A0FAIRSTEPS",
        "view": {"id": "V0VIEW", "hash": "1.a", **view, "state": {"values": state}},
        "response_urls": [],
    }


def event(kind: str, *, at: int | None = None, team: str = TEAM, **more: Any) -> str:
    """Something happened in the workspace."""
    body = {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A0FAIRSTEPS",
        "event_id": f"Ev{secrets.token_hex(4)}",
        "event_time": int(time.time()) if at is None else at,
        "event": {"type": kind, **more},
        "authorizations": [{"team_id": team, "enterprise_id": None, "user_id": "U0FAIRSTEPS", "is_bot": True}],
    }
    return json.dumps(body)
