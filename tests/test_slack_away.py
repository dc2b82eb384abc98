# ruff: noqa: F811 - fixtures come in by their names
"""A bad day: Redis or Slack is away, Fairsteps is taken out, a body is malformed. Nothing is lost, nothing breaks."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import slack_home
from tests.slack_front import (  # noqa: F401
    TYPED,
    UNSAVED,
    add,
    app,
    front,
    get,
    harbour,
    house,
    installed,
    opened,
    post,
    started,
    state,
    ticket,
    token_of,
)
from tests.slack_home import (
    ANA,
    BO,
    CHANNEL,
    TEAM,
    LocalSlack,
    event,
    free_port,
    interaction,
    moody_slack,
    press,
    sending,
)
from worker.slack import oauth
from worker.slack.app import FairstepsApp, build
from worker.slack.private_reply import may_reply
from worker.store.connection import connect
from worker.store.people import People
from worker.store.walks import Walks
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import ids

# --- when the state is away -------------------------------------------------------------------------------------------


def without_state(house: House) -> FairstepsApp:
    return build(build_house(house.settings.model_copy(update={"redis_url": "unix:///nowhere/fairsteps.sock"})))


def without_walks(house: House) -> FairstepsApp:
    """Redis is there when Bolt asks who is speaking, and gone a moment later."""
    gone = connect("unix:///nowhere/fairsteps.sock")
    walks = Walks(gone, house.vault, People(gone, house.vault))
    return build(replace(house, cases=replace(house.cases, walks=walks)))


@pytest.mark.parametrize("broken", [without_state, without_walks])
def test_redis_gone_keeps_the_words_in_the_modal_and_says_so(
    installed: FairstepsApp, house: House, harbour: LocalSlack, broken: Any
) -> None:
    view = opened(installed, harbour, "start", "start", ANA)
    answer = post(broken(house), interaction(sending(view, TYPED, user=ANA)))
    assert answer.status == 200
    assert json.loads(answer.body) == {"response_action": "errors", "errors": {"group": UNSAVED}}


@pytest.mark.parametrize("broken", [without_state, without_walks])
def test_redis_gone_when_a_button_is_pressed_is_told_to_the_one_who_pressed(
    installed: FairstepsApp, house: House, broken: Any
) -> None:
    with moody_slack() as hooks:
        address = hooks.url.replace("127.0.0.1", "localhost")
        there = replace(house, settings=house.settings.model_copy(update={"slack_api_url": address}))
        hooks.answer = lambda method, body: (200, {}, {"ok": True, "bot_id": "B1", "team_id": TEAM, "user_id": "U1"})
        body = press("consent_yes", ticket("p1", BO), response_url=f"{address}hook")
        assert post(broken(there), interaction(body)).status == 200
    (said,) = hooks.of("hook")
    assert said["text"].startswith("We could not do this just now")
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)


def test_a_private_word_goes_to_slack_alone() -> None:
    real = "https://slack.com/api/"
    assert may_reply("https://hooks.slack.com/actions/T1/1/x", real)
    for elsewhere in (
        "https://hooks.slack.com.example.org/x",
        "http://hooks.slack.com/x",
        "https://slack.com@example.org/x",
        "https://hooks.slack.com@example.org/x",
        "http://localhost:8001/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "",
    ):
        assert not may_reply(elsewhere, real)


def test_an_event_that_could_not_be_kept_is_asked_for_again(house: House) -> None:
    assert post(without_state(house), event("app_uninstalled")).status == 503


def test_nobody_is_installed_while_the_state_is_away(house: House) -> None:
    away = without_state(house)
    assert get(away, oauth.INSTALL_PATH).status == 503


def test_slack_away_after_the_press_is_told_too(installed: FairstepsApp, house: House) -> None:
    nowhere = f"http://localhost:{free_port()}/api/"
    gone = build(replace(house, settings=house.settings.model_copy(update={"slack_api_url": nowhere})))
    assert post(gone, interaction(press("start", "start", user=ANA))).status == 200


# --- leaving ----------------------------------------------------------------------------------------------------------


def revoked(**tokens: list[str]) -> str:
    return event("tokens_revoked", tokens=tokens)


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0, 1, 1), (1, 0, 1)])
def test_taking_fairsteps_out_works_in_any_order(installed: FairstepsApp, house: House, order: tuple[int, ...]) -> None:
    events = (revoked(bot=["U0FAIRSTEPS"]), event("app_uninstalled"))
    assert [post(installed, events[n]).status for n in order] == [200] * len(order)
    assert token_of(house) == ""
    workspace = house.workspaces.get(TEAM)
    assert workspace is not None
    assert not workspace.active


def test_taking_it_out_and_adding_it_again_finds_all_as_it_was(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = house.walks.get(started(installed, harbour))
    post(installed, event("app_uninstalled"))
    assert add(installed, harbour).status == 302
    assert token_of(house).startswith("xoxb-")
    assert house.walks.get(walk.partnership.id) == walk


def test_adding_it_again_enters_the_channel_of_a_group_again(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    started(installed, harbour)
    harbour.call("conversations.join", token_of(house), channel=CHANNEL)
    httpx.post(f"{harbour.url}/_local/life/remove", json={})
    post(installed, event("app_uninstalled"))
    assert add(installed, harbour, BO).status == 302
    assert harbour.messages()[-1]["text"] == house.words("welcome.subject_back")
    assert harbour.call("chat.postMessage", token_of(house), channel=CHANNEL, text="Here again")["ok"]


def test_an_old_event_does_not_take_out_what_was_added_since(installed: FairstepsApp, house: House) -> None:
    late = event("app_uninstalled", at=int(time.time()) - 300)
    assert post(installed, late).status == 200
    assert token_of(house).startswith("xoxb-")


def test_a_users_own_token_is_not_the_workspaces(installed: FairstepsApp, house: House) -> None:
    assert post(installed, revoked(oauth=[ANA], bot=[])).status == 200
    assert token_of(house).startswith("xoxb-")
    assert post(installed, interaction(press("consent_yes", ticket("p1", BO)))).status == 200
    workspace = house.workspaces.get(TEAM)
    assert workspace is not None
    assert workspace.active


def test_a_workspace_that_left_is_served_no_more(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk, bo = started(installed, harbour), ids.person_id(TEAM, BO)
    post(installed, event("app_uninstalled"))
    post(installed, interaction(press("consent_yes", ticket(walk, BO))))
    assert house.walks.get(walk).members[bo].consent != "given"


# --- malformed --------------------------------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
VIEW = {
    "type": "modal",
    "callback_id": "consent",
    "private_metadata": "x",
    "blocks": [{"type": "input", "block_id": "consent"}],
}
GOOD = (
    press("consent_yes", "T0HARBOUR/p1/m1/consent"),
    press("start", "start"),
    sending(VIEW, {"consent": {"type": "radio_buttons", "selected_option": {"value": "yes"}}}),
    json.loads(event("app_home_opened", user=BO, tab="home")),
    json.loads(event("tokens_revoked", tokens={"bot": ["U1"], "oauth": []})),
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _paths(item, (*path, key))


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A good body with something else in one place, or a hole."""
    body = json.loads(json.dumps(draw(st.sampled_from(GOOD))))
    path = draw(st.sampled_from([path for path in _paths(body) if path]))
    parent = body
    for key in path[:-1]:
        parent = parent[key]
    if draw(st.booleans()):
        parent[path[-1]] = draw(anything)
    else:
        del parent[path[-1]]
    return body


@pytest.fixture(scope="module")
def fronts(state: str) -> Iterator[tuple[FairstepsApp, ...]]:
    """A front whose Slack takes everything, so that malformed bodies get as far as they can."""
    with moody_slack() as easy:
        easy.answer = lambda method, body: (
            200,
            {},
            {"ok": True, "channel": "C", "ts": "1.1", "user": {"id": "U1", "name": "bo", "profile": {}}},
        )
        ours = build_house(slack_home.settings(state, easy.url))
        ours.redis.flushall()  # what others kept is sealed with keys of theirs
        bot = json.dumps(
            {"bot_token": "xoxb-1", "bot_id": "B1", "bot_user_id": "U1", "team_id": TEAM, "installed_at": 1.0}
        )
        ours.installations.save(TEAM, {"bot": bot})
        yield (build(ours),)
        ours.slack.close()


@settings(max_examples=150, deadline=None)
@given(body=spoilt() | anything)
def test_a_malformed_body_never_breaks_us(fronts: tuple[FairstepsApp, ...], body: Any) -> None:
    (front,) = fronts
    for sent in (json.dumps(body), interaction(body)):
        assert post(front, sent).status < 500, body


@pytest.mark.parametrize(
    "text", ["", "{", "payload=", "payload={", "payload=[]", "payload=5", "[]", '"x"', "null", "\0"]
)
def test_a_body_that_is_no_object_is_refused(fronts: tuple[FairstepsApp, ...], text: str) -> None:
    (front,) = fronts
    assert post(front, text).status in (200, 400)


def test_tokens_of_no_shape_that_slack_sends_take_nothing_away(fronts: tuple[FairstepsApp, ...]) -> None:
    (front,) = fronts
    shapes: tuple[Any, ...] = (True, [], {"oauth": True}, {"oauth": 7, "bot": []})
    for tokens in shapes:
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0FAIRSTEPS",
            "event_id": "Ev1",
            "event_time": 1_795_459_612,
            "event": {"type": "tokens_revoked", "tokens": tokens},
        }
        assert post(front, json.dumps(body)).status == 200, tokens
