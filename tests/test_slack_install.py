# ruff: noqa: F811 - fixtures come in by their names
"""Ana adds Fairsteps to her workspace; what Slack did not sign changes nothing; tokens lie encrypted."""

import json
import logging
import secrets
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from ruamel.yaml import YAML

from tests import slack_home
from tests.slack_front import (  # noqa: F401
    add,
    app,
    cookie,
    everything,
    front,
    get,
    harbour,
    house,
    installed,
    post,
    state,
    token_of,
)
from tests.slack_home import (
    ANA,
    BO,
    TEAM,
    LocalSlack,
    event,
    signed,
)
from worker.files import bundled
from worker.slack import (
    filling,
    listeners,
    oauth,
    presses_commands,
    presses_home,
    presses_hosting,
    presses_keeping,
    presses_later,
    sent_commands,
    sent_hosting,
)
from worker.slack.app import EVENTS, FairstepsApp
from worker.slack.http import EVENTS_PATH, handle
from worker.slack.installations import FairstepsInstallationStore
from worker.store.connection import text
from worker.wiring import House
from worker.wiring import build as build_house

# --- adding the app ---------------------------------------------------------------------------------------------------


def test_ana_adds_fairsteps_and_is_welcomed(app: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    landed = add(app, harbour)
    assert (landed.status, landed.headers["location"]) == (302, ["http://localhost:8000/installed"])
    workspace = house.workspaces.get(TEAM)
    assert workspace is not None
    assert (workspace.name, workspace.installer, workspace.active) == ("Harbour Circle", ANA, True)
    welcome = harbour.messages()[-1]
    assert welcome["dm_with"] == ANA
    assert welcome["blocks"][-1]["elements"][0]["action_id"] == "start"


def test_tokens_lie_encrypted_and_nowhere_in_clear(installed: FairstepsApp, house: House) -> None:
    token = token_of(house)
    assert token.startswith("xoxb-")
    for key in house.redis.keys("*"):
        kept = house.redis.hvals(key) if text(house.redis.type(key)) == "hash" else [house.redis.dump(key)]
        assert not any(part in str(value) for value in kept for part in (token, token[5:]))


def test_a_callback_counts_once_and_in_the_browser_that_began(app: FairstepsApp, harbour: LocalSlack) -> None:
    first = get(app, oauth.INSTALL_PATH)
    back = urlsplit(harbour.agree(first.headers["location"][0], ANA))
    assert get(app, back.path, back.query, "slack-app-oauth-state=somebody-elses").body == "invalid_browser"
    assert get(app, back.path, back.query).status == 400
    assert get(app, back.path, back.query, cookie(first)).status == 302
    again = get(app, back.path, back.query, cookie(first))
    assert (again.status, again.body) == (401, "invalid_state")
    made_up = "A" * 43
    forged = get(app, oauth.REDIRECT_PATH, f"code=x&state={made_up}", f"slack-app-oauth-state={made_up}")
    assert forged.body == "invalid_state"


def test_the_way_to_slack_names_our_scopes_and_our_address(app: FairstepsApp, harbour: LocalSlack) -> None:
    answer = get(app, oauth.INSTALL_PATH)
    place = urlsplit(answer.headers["location"][0])
    asked = parse_qs(place.query)
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{harbour.url}/oauth/v2/authorize"
    assert asked["scope"] == [",".join(oauth.SCOPES)]
    assert asked["redirect_uri"] == ["http://localhost:8000/slack/oauth_redirect"]
    assert "Secure" not in answer.headers["set-cookie"][0], "a local house has no https"
    assert "SameSite=Lax; Path=/slack" in answer.headers["set-cookie"][0]
    assert oauth.authorization_url("https://slack.com/api/") == "https://slack.com/oauth/v2/authorize"


def test_a_cancelled_installation_changes_nothing(app: FairstepsApp, house: House) -> None:
    answer = get(app, oauth.REDIRECT_PATH, "error=access_denied&state=x")
    assert (answer.status, answer.body) == (400, "access_denied")
    assert get(app, oauth.REDIRECT_PATH, "error=%3Cscript%3E").body == "other"
    assert everything(house) == {}


def test_other_doors_are_shut(app: FairstepsApp) -> None:
    assert get(app, EVENTS_PATH).status == 405
    assert handle(app, "POST", oauth.INSTALL_PATH, "", {}, b"").status == 405
    assert get(app, "/slack/elsewhere").status == 404


# --- signatures -------------------------------------------------------------------------------------------------------

UNINSTALLED = event("app_uninstalled")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(UNINSTALLED, secret="another secret"),
        signed(UNINSTALLED + " "),
        signed(UNINSTALLED, at=int(time.time()) - 301),
        signed(UNINSTALLED, at=int(time.time()) + 86_400),
        {**signed(UNINSTALLED), "X-Slack-Request-Timestamp": "yesterday"},
        {**signed(UNINSTALLED), "X-Slack-Request-Timestamp": "٣٣٣"},
        {**signed(UNINSTALLED), "X-Slack-Request-Timestamp": "9" * 400},
        {**signed(UNINSTALLED), "X-Slack-Signature": "v0=ünïcode"},
        {**signed(UNINSTALLED), "X-Slack-Signature": ""},
    ],
)
def test_what_slack_did_not_sign_just_now_changes_nothing(
    installed: FairstepsApp, house: House, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    before = everything(house)
    with caplog.at_level(logging.DEBUG):
        assert post(installed, UNINSTALLED, headers).status == 401
    assert everything(house) == before
    assert "app_uninstalled" not in caplog.text, "a body that failed is nobody's business"


def test_bytes_that_are_no_text_are_not_signed_by_slack(app: FairstepsApp) -> None:
    headers = {**signed("x"), "Content-Type": "application/json"}
    assert handle(app, "POST", EVENTS_PATH, "", headers, b"\xff\xfe{}").status == 401


def test_slack_checks_our_address(app: FairstepsApp) -> None:
    answer = post(app, json.dumps({"type": "url_verification", "challenge": "here-we-are", "token": "x"}))
    assert answer.status == 200
    assert "here-we-are" in answer.body


# --- the stores -------------------------------------------------------------------------------------------------------


def test_a_state_is_used_once_however_many_ask(house: House) -> None:
    state = house.installations.issue_state()
    assert 0 < int(house.redis.ttl(house.redis.keys("*oauth*")[0])) <= 600
    assert [house.installations.consume_state(state) for _ in range(3)] == [True, False, False]
    assert not house.installations.consume_state(secrets.token_urlsafe(32))
    assert not house.installations.consume_state("x" * 100_000)


def test_an_installation_that_no_key_opens_is_none(installed: FairstepsApp, house: House) -> None:
    assert token_of(house)
    other = build_house(slack_home.settings(house.settings.redis_url, house.settings.slack_api_url))
    assert token_of(other) == ""


def test_an_installation_comes_back_as_it_was_kept(installed: FairstepsApp, house: House) -> None:
    store = FairstepsInstallationStore(house.installations)
    for found in (
        store.find_installation(enterprise_id=None, team_id=TEAM),
        store.find_installation(enterprise_id=None, team_id=TEAM, user_id=ANA),
    ):
        assert found is not None
        assert (found.user_id, found.bot_token, found.app_id) == (ANA, token_of(house), "A0FAIRSTEPS")
        assert sorted(found.bot_scopes or ()) == sorted(oauth.SCOPES)
    assert store.find_installation(enterprise_id=None, team_id=TEAM, user_id=BO) is None
    bot = store.find_bot(enterprise_id=None, team_id=TEAM)
    assert bot is not None
    bot.bot_token = "xoxb-rotated"
    store.save_bot(bot)
    assert token_of(house) == "xoxb-rotated"
    store.delete_installation(enterprise_id=None, team_id=TEAM, user_id=ANA)
    assert store.find_installation(enterprise_id=None, team_id=TEAM) is None
    assert token_of(house) == "xoxb-rotated"
    store.delete_all(enterprise_id=None, team_id=TEAM)
    assert token_of(house) == ""


# --- the manifest -----------------------------------------------------------------------------------------------------


def test_the_manifest_asks_for_what_the_code_uses() -> None:
    manifest = YAML(typ="safe").load(bundled.find("config/slack-manifest.yaml").read_text())
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(oauth.SCOPES)
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(EVENTS)
    (redirect,) = manifest["oauth_config"]["redirect_urls"]
    assert urlsplit(redirect).path == oauth.REDIRECT_PATH
    for part in ("event_subscriptions", "interactivity"):
        assert urlsplit(manifest["settings"][part]["request_url"]).path == EVENTS_PATH


def test_every_button_and_modal_has_its_listener(house: House) -> None:
    with_page = {
        "answer",
        "change",
        "consent_yes",
        "consent_no",
        "met",
        "milestone_done",
        "move_on",
        "settings",
        "board",
    }
    rooms = (presses_commands, presses_home, presses_hosting, presses_keeping, presses_later)
    theirs = [action for room in rooms for action in room.PRESSES]
    assert set(listeners.PRESSES) == {"start", "short", "skip", "resume", *with_page, *theirs}
    assert len(set(theirs)) == len(theirs), "no action stands for two things"
    sent = {*sent_commands.MODALS, *sent_hosting.MODALS}
    assert set(filling.MODALS) == {"consent", "start", "preferences", *sent}, "every other form is its ticket's"
