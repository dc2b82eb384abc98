"""The front for Slack with real parts behind it, as fixtures, and what people and browsers do at it."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import slack_home
from tests.slack_home import (
    ANA,
    BO,
    CHANNEL,
    DARA,
    TEAM,
    LocalSlack,
    interaction,
    local_slack,
    press,
    sending,
    signed,
    valkey,
)
from worker.slack import oauth
from worker.slack.app import FairstepsApp, build
from worker.slack.http import EVENTS_PATH, Answer, handle
from worker.slack.installations import FairstepsInstallationStore
from worker.store.connection import text
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import ids
from workflows.ticket import Ticket

TYPED = {
    "group": {"type": "plain_text_input", "value": "Harbour Circle"},
    "channel": {"type": "conversations_select", "selected_conversation": CHANNEL},
    "members": {"type": "multi_users_select", "selected_users": [BO, DARA]},
    "facilitators": {"type": "multi_users_select", "selected_users": [ANA]},
    "partner": {"type": "plain_text_input", "value": "Tidewater Apps"},
    "kind": {"type": "radio_buttons", "selected_option": {"value": "app"}},
    "weekday": {"type": "radio_buttons", "selected_option": {"value": "1"}},
    "hour": {"type": "static_select", "selected_option": {"value": "9"}},
    "zone": {"type": "static_select", "selected_option": {"value": "Europe/Lisbon"}},
    "digest": {"type": "radio_buttons", "selected_option": {"value": "4"}},
    "mail": {"type": "radio_buttons", "selected_option": {"value": "yes"}},
}
UNSAVED = "We couldn't save this just now. Your words are still here. Wait a minute, then press Start again."


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    with local_slack(tmp_path_factory.mktemp("slack")) as slack:
        yield slack


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.fixture(scope="module")
def front(state: str, harbour: LocalSlack) -> Iterator[FairstepsApp]:
    made = build_house(slack_home.settings(state, harbour.api_url))
    yield build(made)
    made.slack.close()


@pytest.fixture
def house(front: FairstepsApp) -> House:
    """An empty house: nobody has added Fairsteps yet."""
    front.house.redis.flushall()
    return front.house


@pytest.fixture
def app(front: FairstepsApp, house: House) -> FairstepsApp:
    return front


def get(app: FairstepsApp, path: str, query: str = "", cookie: str = "") -> Answer:
    return handle(app, "GET", path, query, {"Cookie": cookie} if cookie else {}, b"")


def post(app: FairstepsApp, body: str, headers: dict[str, str] | None = None) -> Answer:
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    given_headers = {"Content-Type": kind, **(signed(body) if headers is None else headers)}
    return handle(app, "POST", EVENTS_PATH, "", given_headers, body.encode())


def add(app: FairstepsApp, harbour: LocalSlack, user: str = ANA) -> Answer:
    """Ana presses Add to Slack and agrees."""
    first = get(app, oauth.INSTALL_PATH)
    back = urlsplit(harbour.agree(first.headers["location"][0], user))
    return get(app, back.path, back.query, cookie(first))


def cookie(answer: Answer) -> str:
    return answer.headers["set-cookie"][0].partition(";")[0]


@pytest.fixture
def installed(app: FairstepsApp, harbour: LocalSlack) -> FairstepsApp:
    assert add(app, harbour).status == 302
    return app


def token_of(house: House) -> str:
    return FairstepsInstallationStore(house.installations).bot_token(TEAM) or ""


def everything(house: House) -> dict[str, object]:
    return {text(key): house.redis.dump(key) for key in house.redis.keys("*")}


def newest_view(harbour: LocalSlack, kind: str = "modal") -> dict[str, Any]:
    return [view for view in harbour.views() if view["type"] == kind][-1]


def opened(app: FairstepsApp, harbour: LocalSlack, action: str, value: str, user: str) -> dict[str, Any]:
    """Somebody presses a button that opens a modal; return it."""
    trigger = harbour.trigger(token_of(app.house), user)
    assert post(app, interaction(press(action, value, user=user, trigger=trigger))).status == 200
    view = newest_view(harbour)
    assert view["user_id"] == user
    return view


def started(app: FairstepsApp, harbour: LocalSlack) -> str:
    view = opened(app, harbour, "start", "start", ANA)
    answer = post(app, interaction(sending(view, TYPED, user=ANA)))
    assert answer.status == 200
    shown = json.loads(answer.body)
    assert (shown["response_action"], shown["view"]["title"]["text"]) == ("update", "It has begun")
    (walk,) = app.house.workspaces.partnerships(TEAM)
    return walk


def ticket(walk: str, user: str, subject: str = "consent") -> str:
    person = ids.person_id(TEAM, user)
    return Ticket(workspace=TEAM, partnership=walk, person=person, subject=subject).encode()
