"""The local Slack has a group in it, answers as the real one where it matters, and keeps its state over a restart."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from worker import parts
from worker.children import Child, launch, stop_all, wait_until_ready
from worker.local.home import make_environment
from worker.settings import Settings

SCOPES = "chat:write,im:write,im:history,channels:history,channels:join,channels:read,users:read,users:read.email"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Local:
    """One local Slack that can be started again on the same state."""

    def __init__(self, state_dir: Path) -> None:
        port = free_port() - 1
        made = make_environment(state_dir, port)
        self.client_id, self.client_secret = made["SLACK_CLIENT_ID"], made["SLACK_CLIENT_SECRET"]
        self.back = f"http://localhost:{port}/slack/oauth_redirect"
        self.settings = Settings(FAIRSTEPS_STATE_DIR=state_dir, **made)  # type: ignore[arg-type]
        self.environment = {**os.environ, **made, "FAIRSTEPS_STATE_DIR": str(state_dir)}
        self.at = f"http://127.0.0.1:{port + 1}"
        self.token = ""
        self.child = self.start()

    def start(self) -> Child:
        child = launch(parts.local_slack(self.settings), self.environment, self.settings.state_dir / "log")
        wait_until_ready(child, child.check)
        return child

    def call(self, method: str, **words: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx.post(f"{self.at}/api/{method}", data=words, headers=headers).json()

    def install(self) -> None:
        """What pressing Ana's button on the consent page does."""
        pressed = {"user_id": "U0ANA", "client_id": self.client_id, "redirect_uri": self.back, "scope": SCOPES}
        sent_back = httpx.post(f"{self.at}/oauth/v2/authorize/callback", data={**pressed, "state": "s"})
        code = parse_qs(urlsplit(sent_back.headers["Location"]).query)["code"][0]
        credentials = {"client_id": self.client_id, "client_secret": self.client_secret}
        self.token = self.call("oauth.v2.access", code=code, **credentials)["access_token"]


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Local]:
    local = Local(tmp_path)
    local.install()
    yield local
    stop_all([local.child])


def test_six_people_three_zones_one_gone(slack: Local) -> None:
    people = {user["id"]: user for user in slack.call("users.list")["members"] if not user["is_bot"]}
    assert {(p["profile"]["display_name"], p["tz"], p["deleted"]) for p in people.values()} == {
        ("Ana", "Europe/Lisbon", False),
        ("Bo", "Europe/London", False),
        ("Chi", "Europe/London", True),
        ("Dara", "Asia/Kathmandu", False),
        ("Eli", "America/New_York", False),
        ("Fen", "Europe/London", False),
    }
    dara = slack.call("users.info", user="U0DARA")["user"]
    assert (dara["tz"], dara["tz_offset"]) == ("Asia/Kathmandu", 20700)
    assert slack.call("users.info", user="U0CHI")["user"]["deleted"] is True
    assert slack.call("conversations.members", channel="C0PARTNERSHIPS")["members"] == sorted(people)


def test_a_message_keeps_its_metadata(slack: Local) -> None:
    channel = slack.call("conversations.open", users="U0BO")["channel"]["id"]
    metadata = {"event_type": "fairsteps", "event_payload": {"key": "abc"}}
    said = {"channel": channel, "text": "Hello", "metadata": metadata}
    headers = {"Authorization": f"Bearer {slack.token}"}
    assert httpx.post(f"{slack.at}/api/chat.postMessage", json=said, headers=headers).json()["ok"]
    history = slack.call("conversations.history", channel=channel, include_all_metadata="true")
    assert history["messages"][0]["metadata"] == metadata
    seen = httpx.get(f"{slack.at}/_local/messages").json()
    assert [(m["dm_with"], m["text"], m["metadata"]) for m in seen] == [("U0BO", "Hello", metadata)]


def test_an_opened_view_can_be_looked_at(slack: Local) -> None:
    trigger = slack.call("views.generateTriggerId", user_id="U0FEN")["trigger_id"]
    view = '{"type":"modal","callback_id":"start","title":{"type":"plain_text","text":"Start"},"blocks":[]}'
    opened = slack.call("views.open", trigger_id=trigger, view=view)["view"]
    (seen,) = httpx.get(f"{slack.at}/_local/views").json()
    assert (seen["view_id"], seen["callback_id"], seen["user_id"]) == (opened["id"], "start", "U0FEN")


def test_a_scope_that_was_not_asked_for_is_missed(slack: Local) -> None:
    assert slack.call("conversations.archive", channel="C0GENERAL")["error"] == "missing_scope"


def test_what_slack_refuses_is_refused(slack: Local) -> None:
    assert slack.call("chat.postMessage", channel="C0GENERAL", text="x")["error"] == "not_in_channel"
    assert slack.call("conversations.open", users="U0CHI")["error"] == "user_disabled"
    assert slack.call("users.lookupByEmail", email="chi@example.org")["error"] == "users_not_found"
    assert slack.call("users.lookupByEmail", email="dara@example.org")["user"]["tz"] == "Asia/Kathmandu"
    trigger = slack.call("views.generateTriggerId", user_id="U0FEN")["trigger_id"]
    view = '{"type":"modal","callback_id":"start","title":{"type":"plain_text","text":"Start"},"blocks":[]}'
    assert slack.call("views.open", trigger_id=trigger, view=view)["ok"]
    assert slack.call("views.open", trigger_id=trigger, view=view)["error"] == "exchanged_trigger_id"
    home = '{"type":"home","blocks":[]}'
    first = slack.call("views.publish", user_id="U0FEN", view=home)["view"]["hash"]
    assert slack.call("views.publish", user_id="U0FEN", view=home, hash=first)["ok"]
    assert slack.call("views.publish", user_id="U0FEN", view=home, hash=first)["error"] == "hash_conflict"
    slack.token = "xoxb-made-up"
    assert slack.call("auth.test")["error"] == "invalid_auth"


def test_a_thread_is_told_as_one(slack: Local) -> None:
    slack.call("conversations.join", channel="C0GENERAL")
    first = slack.call("chat.postMessage", channel="C0GENERAL", text="It opens")["ts"]
    slack.call("chat.postMessage", channel="C0GENERAL", text="It closes", thread_ts=first, reply_broadcast="true")
    whole = slack.call("conversations.replies", channel="C0GENERAL", ts=first)["messages"]
    assert [message["text"] for message in whole] == ["It opens", "It closes"]
    parent, reply = httpx.get(f"{slack.at}/_local/messages").json()
    assert (reply["thread_ts"], reply["broadcast"], parent["text"]) == (first, True, "It opens")


def test_what_changed_since_can_be_asked_for(slack: Local) -> None:
    slack.call("conversations.join", channel="C0GENERAL")
    first = slack.call("chat.postMessage", channel="C0GENERAL", text="It opens")["ts"]
    slack.call("chat.postMessage", channel="C0GENERAL", text="It goes on")
    time.sleep(0.01)  # the clock of what changed counts milliseconds
    slack.call("chat.update", channel="C0GENERAL", ts=first, text="It opened")
    every = httpx.get(f"{slack.at}/_local/messages").json()
    newest = max(message["updated_at"] for message in every)
    changed = httpx.get(f"{slack.at}/_local/messages", params={"since": newest}).json()
    assert ([m["text"] for m in every], [m["text"] for m in changed]) == (["It opened", "It goes on"], ["It opened"])


def test_a_restart_loses_nothing(slack: Local) -> None:
    slack.call("conversations.join", channel="C0PARTNERSHIPS")
    slack.call("chat.postMessage", channel="C0PARTNERSHIPS", text="We begin on Monday")
    before = httpx.get(f"{slack.at}/_local/messages").json()
    stop_all([slack.child])
    slack.child = slack.start()
    assert httpx.get(f"{slack.at}/_local/messages").json() == before
    assert slack.call("auth.test")["user_id"] == "U0FAIRSTEPS", "the installation still holds"
    again = slack.call("chat.postMessage", channel="C0PARTNERSHIPS", text="We have begun")
    assert again["ts"] > before[-1]["ts"]
    assert (slack.settings.state_dir / "slack.json").stat().st_mode & 0o077 == 0


def test_only_this_computer_reaches_it(slack: Local) -> None:
    port = urlsplit(slack.at).port
    with socket.socket(socket.AF_INET6) as line, pytest.raises(OSError, match=r"refused|unreachable|assign"):
        line.connect(("::1", port))


def test_a_killed_one_has_what_was_said_a_moment_before(slack: Local) -> None:
    slack.call("conversations.join", channel="C0PARTNERSHIPS")
    slack.call("chat.postMessage", channel="C0PARTNERSHIPS", text="Said before the kill")
    kept = slack.settings.state_dir / "slack.json"
    end = time.monotonic() + 10
    while not (kept.exists() and "Said before the kill" in kept.read_text()):
        assert time.monotonic() < end
        time.sleep(0.05)
    slack.child.process.kill()
    slack.child.process.wait()
    slack.child = slack.start()
    assert [m["text"] for m in httpx.get(f"{slack.at}/_local/messages").json()] == ["Said before the kill"]
