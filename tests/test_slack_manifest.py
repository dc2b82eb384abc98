"""The manifest, the code, the local Slack, the page and the README say the same of what Fairsteps may do in Slack."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from ruamel.yaml import YAML

from tests.slack_home import CLIENT_ID, CLIENT_SECRET, SECRET
from worker.files import words
from worker.slack import app as slack_app
from worker.slack import commands, events, oauth, shortcuts
from worker.web import permissions
from worker.web.app import create_with
from worker.wiring import House
from workflows.words import MissingWords, Words

ROOT = Path(__file__).parents[1]
SLACK = ROOT / "worker" / "slack"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((ROOT / "config" / "slack-manifest.yaml").read_text())
    return found


def explained(kind: str) -> set[str]:
    tree = YAML(typ="safe").load((ROOT / "templates" / "words" / "en" / "permissions.yaml").read_text())
    return set(tree["permissions"][kind])


def listeners() -> Iterator[tuple[str, str]]:
    """What Bolt is told to listen to, as it is written: (event, command, …; its argument)."""
    for path in sorted(SLACK.glob("*.py")):
        yield from re.findall(r"\bapp\.([a-z_]+)\(([^)\n]*)", path.read_text())


def test_the_scopes_are_the_same_everywhere(manifest: dict[str, Any]) -> None:
    asked = manifest["oauth_config"]["scopes"]["bot"]
    assert len(asked) == len(set(asked))
    assert set(asked) == set(oauth.SCOPES)
    assert "user" not in manifest["oauth_config"]["scopes"], "no token acts in a person's name"
    local = re.search(r"const SCOPES = \[(.*?)\]", (ROOT / "worker" / "local" / "slack.mjs").read_text(), re.DOTALL)
    assert local is not None
    assert set(re.findall(r'"([^"]+)"', local[1])) == set(oauth.SCOPES)


def test_each_scope_is_explained_and_nothing_else_is(manifest: dict[str, Any]) -> None:
    assert explained("scope") == {permissions.key_of(scope) for scope in oauth.SCOPES}
    section = (ROOT / "README.md").read_text().partition("### What it may do in Slack")[2].partition("\n### ")[0]
    table = "".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([^`]+)`", table)) == set(oauth.SCOPES)


def test_each_event_that_is_told_is_heard_and_explained(manifest: dict[str, Any]) -> None:
    told = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert len(told) == len(set(told))
    assert set(told) == set(events.EVENTS) == explained("event")
    assert set(slack_app.EVENTS) == set(events.EVENTS)


def test_each_command_and_shortcut_is_there_and_explained(manifest: dict[str, Any]) -> None:
    offered = manifest["features"]["slash_commands"]
    assert [one["command"] for one in offered] == [commands.COMMAND]
    assert explained("command") == {permissions.key_of(one["command"]) for one in offered}
    kinds = {one["callback_id"]: one["type"] for one in manifest["features"]["shortcuts"]}
    assert kinds == {shortcuts.ANSWER_WAITING: "global", shortcuts.KEEP_MESSAGE: "message"}
    assert explained("shortcut") == set(kinds)
    names = {one["callback_id"]: one["name"] for one in manifest["features"]["shortcuts"]}
    assert {kind: words.load()(f"permissions.shortcut_name.{kind}") for kind in kinds} == names
    assert set(permissions.SHORTCUTS) == set(kinds)


def test_nothing_is_listened_to_beside_that() -> None:
    """A new listener is written here too, and with it a line of the manifest."""
    wanted = {
        ("event", "kind"),  # for kind in events.EVENTS
        ("command", "commands.COMMAND"),
        ("global_shortcut", "shortcuts.ANSWER_WAITING"),
        ("message_shortcut", "shortcuts.KEEP_MESSAGE"),
    }
    kinds = ("event", "message", "command", "shortcut", "global_shortcut", "message_shortcut", "step", "function")
    assert {(kind, argument) for kind, argument in listeners() if kind in kinds} == wanted


def test_every_address_of_the_manifest_is_one_door(manifest: dict[str, Any]) -> None:
    door = "https://fairsteps.example.org/slack/events"
    assert manifest["settings"]["event_subscriptions"]["request_url"] == door
    assert manifest["settings"]["interactivity"] == {"is_enabled": True, "request_url": door}
    assert {one["url"] for one in manifest["features"]["slash_commands"]} == {door}
    assert manifest["oauth_config"]["redirect_urls"] == [f"https://fairsteps.example.org{oauth.REDIRECT_PATH}"]


def test_what_slack_limits_in_a_manifest_is_kept(manifest: dict[str, Any]) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    for one in manifest["features"]["shortcuts"]:
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150
    for one in manifest["features"]["slash_commands"]:
        assert len(one["description"]) <= 2000
        assert len(one.get("usage_hint", "")) <= 1000


@pytest.fixture
def page(house: House) -> FlaskClient:
    given = {"slack_client_id": CLIENT_ID, "slack_client_secret": CLIENT_SECRET, "slack_signing_secret": SECRET}
    connected = replace(house, settings=house.settings.model_copy(update=given))
    return create_with(connected).test_client()


def test_the_page_names_each_of_them_and_is_found_from_the_others(page: FlaskClient) -> None:
    answer = page.get(permissions.PATH)
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for name in (*oauth.SCOPES, *events.EVENTS, *permissions.COMMANDS):
        assert f"<code>{name}</code>" in answer.text
    for name in ("Answer what waits", "Keep in Fairsteps"):
        assert f"<dt>{name}</dt>" in answer.text
    for other in ("/", "/installed"):
        assert f'href="{permissions.PATH}"' in page.get(other).text


def test_a_scope_without_an_explanation_is_found_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "SCOPES", (*oauth.SCOPES, "files:read"))
    ours: Words = words.load()
    with pytest.raises(MissingWords):
        permissions.permissions_page(ours)
