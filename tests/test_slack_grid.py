"""An organisation adds Fairsteps once for all its workspaces; teams come and go, and none sees another's."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Bot

from tests import slack_home
from tests.group import PEOPLE, members, partnership
from tests.slack_front import cookie, get, post
from tests.slack_home import ANA, BO, Moody, interaction, moody_slack, press, valkey
from worker.slack import oauth
from worker.slack.app import FairstepsApp, build
from worker.slack.http import Answer
from worker.slack.installations import FairstepsInstallationStore
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import ids, joining
from workflows.people import Group, Person
from workflows.ticket import Ticket

ORG, OTHER_ORG = "E0COAST", "E0HILLS"
NORTH, SOUTH, EAST = "T0NORTH", "T0SOUTH", "T0EAST"
CHANNEL = "C0SHARED"


def says(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
    """Slack's end: `code` says what is being added."""
    if method == "oauth.v2.access":
        whole = body["code"] == "whole"
        return 200, {}, {
            "ok": True,
            "app_id": "A0FAIRSTEPS",
            "access_token": f"xoxb-{body['code']}",
            "token_type": "bot",
            "scope": ",".join(oauth.SCOPES),
            "bot_user_id": "U0FAIRSTEPS",
            "team": None if whole else {"id": body["code"], "name": "A team of its own"},
            "enterprise": {"id": ORG, "name": "Coast"},
            "is_enterprise_install": whole,
            "authed_user": {"id": ANA},
        }  # fmt: skip
    if method == "auth.test":
        return 200, {}, {"ok": True, "bot_id": "B0FAIRSTEPS", "user_id": "U0FAIRSTEPS", "url": "https://example.org/"}
    if method == "users.info":
        return 200, {}, {"ok": True, "user": {"id": body["user"], "real_name": "Ana Ferreira", "profile": {}}}
    return 200, {}, {"ok": True, "channel": "D1", "ts": "1.1"}


@pytest.fixture(scope="module")
def slack() -> Iterator[Moody]:
    with moody_slack() as moody:
        moody.answer = says
        yield moody


@pytest.fixture(scope="module")
def front(slack: Moody, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FairstepsApp]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        house = build_house(slack_home.settings(url, slack.url))
        yield build(house)
        house.slack.close()


@pytest.fixture
def app(front: FairstepsApp, slack: Moody) -> FairstepsApp:
    front.house.redis.flushall()
    slack.asked.clear()
    return front


@pytest.fixture
def house(app: FairstepsApp) -> House:
    return app.house


@pytest.fixture
def added(app: FairstepsApp) -> FairstepsApp:
    """Somebody adds Fairsteps to the whole organisation."""
    assert add(app, "whole").status == 302
    return app


def add(app: FairstepsApp, code: str) -> Answer:
    first = get(app, oauth.INSTALL_PATH)
    state = first.headers["location"][0].partition("state=")[2].partition("&")[0]
    return get(app, oauth.REDIRECT_PATH, f"code={code}&state={state}", cookie(first))


def event(kind: str, *, team: str | None, org: str = ORG, whole: bool = True, at: float = 0, **more: Any) -> str:
    """News, as an organisation's installation gets them."""
    when = at or time.time() + 1
    allowed = {"enterprise_id": org, "team_id": team, "user_id": "U0FAIRSTEPS", "is_bot": True}
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": team,
            "enterprise_id": org,
            "api_app_id": "A0FAIRSTEPS",
            "event": {"type": kind, "event_ts": f"{when:.6f}", **more},
            "event_id": "Ev1",
            "event_time": int(when),
            "authorizations": [{**allowed, "is_enterprise_install": whole}],
        }
    )


def org_press(team: str, action: str, value: str, *, org: str = ORG, user: str = BO) -> str:
    """A press as Slack sends it where an organisation has us: the team stands beside the user alone."""
    return interaction(
        {
            **press(action, value, user=user, team=team),
            "team": None,
            "enterprise": {"id": org, "name": "Coast"},
            "is_enterprise_install": True,
            "user": {"id": user, "team_id": team},
        }
    )


def walk(house: House, team: str) -> str:
    """The same group in a team: every id the same but the team's, and what is made of it."""
    pid = "p" + team.lower()
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL)
    users = {"ana": ANA, "bo": BO}
    people = tuple(replace(p, id=ids.person_id(team, users[p.id]), slack_user=users[p.id]) for p in PEOPLE[:2])
    mine = tuple(replace(m, person=p.id) for m, p in zip(members(), people, strict=False))
    begun = partnership(id=pid, workspace=team, group=group, version=house.programmes["five-steps"].version)
    house.workspaces.add_partnership(team, pid)
    house.walks.begin_walk(replace(joining.started(begun, mine, everyone=False, now=house.clock.now()), people=people))
    return pid


def person(house: House, team: str, user: str = BO) -> Person:
    return house.people.get(team, ids.person_id(team, user))


def served(house: House, team: str) -> bool:
    found = house.workspaces.get(team)
    return found is not None and found.active and house.tokens.bot_token(team) is not None


def hears_of(app: FairstepsApp, *teams: str) -> None:
    for team in teams:
        assert post(app, event("app_home_opened", team=team, user=BO, tab="messages")).status == 200


# --- adding -----------------------------------------------------------------------------------------------------------


def test_an_organisation_adds_it_once_and_its_teams_are_known_from_their_first_news(
    added: FairstepsApp, house: House, slack: Moody
) -> None:
    assert house.tokens.bot_token(ORG) == "xoxb-whole"
    assert slack.of("chat.postMessage")[0]["channel"] == ANA, "whoever added it is welcomed"
    assert house.tokens.bot_token(NORTH) is None, "nobody knows yet that it is one of theirs"
    hears_of(added, NORTH)
    assert house.tokens.bot_token(NORTH) == "xoxb-whole"
    found = house.workspaces.get(NORTH)
    assert found is not None
    assert (found.enterprise, found.installer, found.active) == (ORG, ANA, True)


def test_a_press_where_slack_names_no_team_is_the_presser_s_team(added: FairstepsApp, house: House) -> None:
    pid = walk(house, NORTH)
    bo = ids.person_id(NORTH, BO)
    ticket = Ticket(workspace=NORTH, partnership=pid, person=bo, subject="consent").encode()
    assert post(added, org_press(NORTH, "consent_yes", ticket)).status == 200
    assert house.walks.get(pid).members[bo].consent == "given"


def test_a_team_s_own_installation_comes_first(added: FairstepsApp, house: House) -> None:
    assert add(added, NORTH).status == 302
    hears_of(added, NORTH, SOUTH)
    assert house.tokens.bot_token(NORTH) == f"xoxb-{NORTH}"
    assert house.tokens.bot_token(SOUTH) == "xoxb-whole"


def test_another_organisation_s_team_is_not_served(added: FairstepsApp, house: House) -> None:
    assert post(added, event("app_home_opened", team=EAST, org=OTHER_ORG, user=BO, tab="messages")).status == 200
    assert house.tokens.bot_token(EAST) is None
    assert house.workspaces.get(EAST) is None


# --- teams come and go ------------------------------------------------------------------------------------------------


def access(app: FairstepsApp, what: str, *teams: str, at: float = 0, named: str | None = None) -> None:
    body = event(f"team_access_{what}", team=named, at=at, team_ids=list(teams))
    assert post(app, body).status == 200


@pytest.mark.parametrize("named", [None, NORTH])
def test_a_team_is_let_in_and_taken_away(added: FairstepsApp, house: House, named: str | None) -> None:
    access(added, "granted", NORTH, SOUTH, named=named)
    assert served(house, NORTH)
    access(added, "revoked", SOUTH, at=time.time() + 2, named=named)
    assert (served(house, NORTH), served(house, SOUTH)) == (True, False)
    hears_of(added, SOUTH)
    assert not served(house, SOUTH), "late news from there change nothing"
    access(added, "granted", SOUTH, at=time.time() + 3, named=named)
    assert served(house, SOUTH)


def test_news_of_access_in_any_order_end_the_same(added: FairstepsApp, house: House) -> None:
    now = time.time()
    for what, at in (("granted", 3), ("revoked", 2), ("granted", 3), ("granted", 1), ("revoked", 2)):
        access(added, what, NORTH, at=now + at)
        assert served(house, NORTH), "the newest word holds"
    access(added, "revoked", NORTH, at=now - 500)
    assert served(house, NORTH), "older than the installation"


def test_what_an_organisation_takes_away_is_not_a_team_s_own(added: FairstepsApp, house: House) -> None:
    assert add(added, NORTH).status == 302
    access(added, "revoked", NORTH)
    assert served(house, NORTH)


@pytest.mark.parametrize("teams", [None, "T0NORTH", [7, None, {}], {"T0NORTH": 1}, []])
def test_access_of_no_shape_that_slack_sends_changes_nothing(added: FairstepsApp, house: House, teams: Any) -> None:
    hears_of(added, NORTH)
    assert post(added, event("team_access_revoked", team=None, team_ids=teams)).status == 200
    assert served(house, NORTH)


@pytest.mark.parametrize("kinds", [("app_uninstalled",), ("tokens_revoked", "app_uninstalled"), ("tokens_revoked",)])
def test_taken_out_of_the_organisation_it_is_out_of_all_its_teams(
    added: FairstepsApp, house: House, kinds: tuple[str, ...]
) -> None:
    hears_of(added, NORTH, SOUTH)
    assert add(added, EAST).status == 302
    for kind in kinds * 2:
        assert post(added, event(kind, team=NORTH, tokens={"bot": ["U0FAIRSTEPS"], "oauth": []})).status == 200
    assert [served(house, team) for team in (NORTH, SOUTH, EAST)] == [False, False, True]
    assert not served(house, ORG)
    assert add(added, "whole").status == 302
    assert [served(house, team) for team in (NORTH, SOUTH, EAST)] == [True, True, True]


def test_one_team_s_own_installation_ends_alone(added: FairstepsApp, house: House) -> None:
    assert add(added, NORTH).status == 302
    hears_of(added, SOUTH)
    assert post(added, event("app_uninstalled", team=NORTH, whole=False)).status == 200
    assert not served(house, NORTH)
    assert served(house, SOUTH)
    hears_of(added, NORTH)
    assert served(house, NORTH), "the organisation's covers it"


# --- nobody sees another's --------------------------------------------------------------------------------------------


def test_two_teams_of_one_organisation_never_touch_each_other(added: FairstepsApp, house: House) -> None:
    north, south = walk(house, NORTH), walk(house, SOUTH)
    hears_of(added, NORTH, SOUTH)
    before = house.walks.get(south)
    account = {"id": BO, "deleted": True, "profile": {"real_name": "Bo of the north"}}
    assert post(added, event("user_change", team=NORTH, user=account)).status == 200
    assert post(added, event("channel_archive", team=NORTH, channel=CHANNEL, user=ANA)).status == 200
    assert post(added, event("member_left_channel", team=NORTH, channel=CHANNEL, user="U0FAIRSTEPS")).status == 200
    changed = house.walks.get(north)
    assert (person(house, NORTH).name, person(house, NORTH).slack_gone) == ("Bo of the north", True)
    assert changed.group.channel_lost == "removed"
    after = house.walks.get(south)
    assert (after.partnership, after.people) == (before.partnership, before.people)
    theirs = ids.person_id(SOUTH, BO)
    ticket = Ticket(workspace=SOUTH, partnership=south, person=theirs, subject="consent").encode()
    assert post(added, org_press(NORTH, "consent_yes", ticket)).status == 200
    assert house.walks.get(south).members[theirs].consent == "unasked"


def test_an_account_that_slack_tells_the_whole_organisation_of_changes_wherever_it_is(
    added: FairstepsApp, house: House
) -> None:
    walk(house, NORTH), walk(house, SOUTH), walk(house, EAST)
    hears_of(added, NORTH, SOUTH)
    account = {"id": BO, "deleted": False, "profile": {"real_name": "Bo L."}}
    assert post(added, event("user_change", team=None, user=account)).status == 200
    assert [person(house, team).name for team in (NORTH, SOUTH, EAST)] == ["Bo L.", "Bo L.", "Bo Lindqvist"]


def test_an_organisation_s_installation_comes_back_as_it_was_kept(added: FairstepsApp, house: House) -> None:
    store = FairstepsInstallationStore(house.installations)
    bot = store.find_bot(enterprise_id=ORG, team_id=NORTH, is_enterprise_install=True)
    assert isinstance(bot, Bot)
    assert (bot.is_enterprise_install, bot.team_id, bot.enterprise_id) == (True, None, ORG)
    assert store.find_bot(enterprise_id=ORG, team_id=NORTH) is None
    found = store.find_installation(enterprise_id=ORG, team_id=None, is_enterprise_install=True)
    assert found is not None
    assert (found.user_id, found.bot_token) == (ANA, "xoxb-whole")
