"""Every event that we take, as Slack sends it; then malformed, replayed, out of order, and about what nobody knows."""

import copy
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.oauth.installation_store import Bot

from tests import slack_home
from tests.group import PEOPLE, members, partnership
from tests.slack_front import everything, post
from tests.slack_home import ANA, BO, DARA, ELI, Moody, event, interaction, moody_slack, press, valkey
from worker.clock import Clock
from worker.deliver import deliver
from worker.slack.app import EVENTS, FairstepsApp, build
from worker.slack.installations import FairstepsInstallationStore
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import ids, joining
from workflows.people import Group, Membership, Person
from workflows.walk import Change, Walk

HERE, THERE, NOBODYS = "T0HARBOUR", "T0MIRROR", "T0UNKNOWN"
CHANNEL, PRIVATE, ELSEWHERE = "C0PARTNERSHIPS", "G0PRIVATE", "C0RANDOM"
BOT = "U0FAIRSTEPS"
USERS = {"ana": ANA, "bo": BO}


@pytest.fixture(scope="module")
def slack() -> Iterator[Moody]:
    with moody_slack() as moody:
        moody.answer = lambda method, body: (200, {}, {"ok": True, "channel": "D1", "ts": "1.1"})
        yield moody


@pytest.fixture(scope="module")
def front(slack: Moody, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FairstepsApp]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        house = build_house(slack_home.settings(url, slack.url))
        yield build(house)
        house.slack.close()


@pytest.fixture
def app(front: FairstepsApp, slack: Moody) -> FairstepsApp:
    """Two workspaces that are alike in every id but their own, each with the same group."""
    front.house.redis.flushall()
    slack.asked.clear()
    for team in (HERE, THERE):
        add(front.house, team)
        begin(front.house, team)
    return front


@pytest.fixture
def house(app: FairstepsApp) -> House:
    return app.house


def add(house: House, team: str) -> None:
    bot = Bot(team_id=team, bot_token=f"xoxb-{team}", bot_id="B1", bot_user_id=BOT, installed_at=time.time())
    FairstepsInstallationStore(house.installations).save_bot(bot)
    house.cases.workspace_installed(team, "Harbour", ANA)


def begin(house: House, team: str, *, channel: str = CHANNEL, everyone: bool = False) -> str:
    pid = f"p-{team}-{channel}".lower()
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=channel)
    people = tuple(replace(p, id=ids.person_id(team, USERS[p.id]), slack_user=USERS[p.id]) for p in PEOPLE[:2])
    mine = tuple(replace(m, person=p.id) for m, p in zip(members(), people, strict=False))
    begun = partnership(
        id=pid,
        workspace=team,
        group=group,
        everyone=everyone,
        started_by=people[0].id,
        version=house.programmes["five-steps"].version,
    )
    now = house.clock.now()
    house.workspaces.add_partnership(team, pid)
    house.walks.begin_walk(replace(joining.started(begun, mine, everyone=False, now=now), people=people))
    house.walks.change(pid, lambda walk: joining.enrolled(walk, people, now=now))
    for person in people:
        agreed = partial(joining.consented, person=person.id, given=True, prefers=None, via="web", now=now)
        house.walks.change(pid, agreed)
    return pid


def walk(house: House, team: str = HERE, channel: str = CHANNEL) -> Walk:
    return house.walks.get(f"p-{team}-{channel}".lower())


def bo(house: House, team: str = HERE) -> Person:
    return house.people.get(team, ids.person_id(team, BO))


def lost(house: House, team: str = HERE, channel: str = CHANNEL) -> str:
    return walk(house, team, channel).group.channel_lost


def planned(house: House, kind: str, team: str = HERE, channel: str = CHANNEL) -> list[tuple[str, str]]:
    return [
        (o.subject, o.person) for o in house.due.planned(walk(house, team, channel).partnership.id) if o.kind == kind
    ]


def told(kind: str, *, home: str = HERE, at: float = 0, **more: Any) -> str:
    """An event of an instant, in seconds after one that is past the installation."""
    instant = time.time() + 60 + at
    body = json.loads(event(kind, team=home, at=int(instant)))
    body["event"] |= {"event_ts": f"{instant:.6f}", **more}
    return json.dumps(body)


def account(user: str = BO, **more: Any) -> dict[str, Any]:
    """A user as `user_change` tells of them."""
    return {
        "id": user,
        "team_id": HERE,
        "name": "bo",
        "deleted": False,
        "color": "4bbe2e",
        "real_name": "Bo Lindqvist",
        "tz": "Europe/Stockholm",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": {
            "real_name": "Bo Lindqvist",
            "display_name": "Bo L.",
            "email": "bo.l@example.org",
            "status_text": "",
            "team": HERE,
        },
        "is_bot": False,
        "is_app_user": False,
        "updated": 1795459612,
        "locale": "sv-SE",
        **more,
    }


CLOSED: dict[str, Any] = {"deleted": True, "tz": None, "profile": {"real_name": "Bo Lindqvist"}}

# One of each, as Slack sends it.
REALISTIC: dict[str, dict[str, Any]] = {
    "app_home_opened": {"user": BO, "channel": "D0DM", "tab": "messages", "view": None},
    "user_change": {"user": account(), "cache_ts": 1795459612},
    "team_join": {"user": account(), "cache_ts": 1795459612},
    "member_joined_channel": {"user": ELI, "channel": CHANNEL, "channel_type": "C", "team": HERE, "inviter": ANA},
    "member_left_channel": {"user": BO, "channel": CHANNEL, "channel_type": "C", "team": HERE},
    "channel_archive": {"channel": CHANNEL, "user": ANA, "is_moved": 0},
    "channel_unarchive": {"channel": CHANNEL, "user": ANA},
    "channel_deleted": {"channel": CHANNEL, "actor_id": ANA},
    "channel_left": {"channel": CHANNEL, "actor_id": ANA},
    "channel_rename": {"channel": {"id": CHANNEL, "name": "fair-partners", "created": 1360782804}},
    "channel_id_changed": {"old_channel_id": CHANNEL, "new_channel_id": "C0NEW"},
    "group_archive": {"channel": CHANNEL, "user": ANA},
    "group_unarchive": {"channel": CHANNEL, "user": ANA},
    "group_deleted": {"channel": CHANNEL, "actor_id": ANA},
    "group_left": {"channel": CHANNEL, "actor_id": ANA},
    "group_rename": {"channel": {"id": CHANNEL, "name": "fair-partners", "created": 1360782804}},
    "app_uninstalled": {},
    "tokens_revoked": {"tokens": {"oauth": [ANA], "bot": [BOT]}},
    "team_access_granted": {"team_ids": [HERE]},
    "team_access_revoked": {"team_ids": [HERE]},
}


def test_there_is_one_of_each() -> None:
    assert set(REALISTIC) == set(EVENTS)


# --- each of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_that_comes_again_changes_nothing_twice(app: FairstepsApp, house: House, kind: str) -> None:
    body = told(kind, **REALISTIC[kind])
    assert post(app, body).status == 200
    before = everything(house)
    for _ in range(2):
        assert post(app, body).status == 200
    assert everything(house) == before


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_touches_no_other_workspace(app: FairstepsApp, house: House, kind: str) -> None:
    before = {name: kept for name, kept in everything(house).items() if THERE in name or f"p-{THERE}".lower() in name}
    their = walk(house, THERE)
    assert before
    assert post(app, told(kind, **REALISTIC[kind])).status == 200
    after = everything(house)
    assert {name: after.get(name) for name in before} == before
    assert walk(house, THERE) == their
    assert house.tokens.bot_token(THERE) == f"xoxb-{THERE}"


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_about_what_nobody_knows_changes_nothing(app: FairstepsApp, house: House, kind: str) -> None:
    before = everything(house)
    assert post(app, told(kind, home=NOBODYS, **REALISTIC[kind])).status == 200
    text = json.dumps(REALISTIC[kind]).replace(CHANNEL, ELSEWHERE).replace(BO, "U0STRANGER").replace(HERE, NOBODYS)
    if kind not in ("app_uninstalled", "tokens_revoked"):
        assert post(app, told(kind, **json.loads(text))).status == 200
    assert everything(house) == before


@pytest.mark.parametrize("kind", EVENTS)
def test_slack_is_never_asked_back(app: FairstepsApp, slack: Moody, kind: str) -> None:
    assert post(app, told(kind, **REALISTIC[kind])).status == 200
    assert slack.asked == []


def _spoilt(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with a hole in each place, and with something else there."""
    for path in _paths(body):
        for wrong in (None, True, 7, "x", [], ["x"], {}, {"x": 1}, "…"):
            spoilt = copy.deepcopy(body)
            parent: Any = spoilt
            for key in path[:-1]:
                parent = parent[key]
            if wrong == "…":
                del parent[path[-1]]
            else:
                parent[path[-1]] = wrong
            yield spoilt


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from _paths(item, (*path, key))


@pytest.mark.parametrize("kind", EVENTS)
def test_a_malformed_event_never_breaks_us_and_changes_no_other_workspace(
    app: FairstepsApp, house: House, kind: str
) -> None:
    their = walk(house, THERE)
    for body in _spoilt(json.loads(told(kind, **REALISTIC[kind]))):
        assert post(app, json.dumps(body)).status < 500, body
    assert walk(house, THERE) == their
    assert house.tokens.bot_token(THERE) == f"xoxb-{THERE}"


@pytest.mark.parametrize("kind", ["user_change", "channel_archive", "member_left_channel"])
@pytest.mark.parametrize("at", ["", "soon", "9" * 400, "nan", "-inf", True, None, [], 1e300])
def test_an_event_of_no_instant_changes_nothing(app: FairstepsApp, house: House, kind: str, at: Any) -> None:
    before = everything(house)
    body = json.loads(told(kind, **{**REALISTIC[kind], "user": account() if kind == "user_change" else BOT}))
    body["event"]["event_ts"] = body["event_time"] = at
    assert post(app, json.dumps(body)).status in (200, 400)
    assert everything(house) == before


# --- people -----------------------------------------------------------------------------------------------------------


def test_a_new_name_zone_and_address_are_kept(app: FairstepsApp, house: House) -> None:
    post(app, told("user_change", user=account()))
    now = bo(house)
    assert (now.name, now.zone, now.email, now.locale) == ("Bo L.", "Europe/Stockholm", "bo.l@example.org", "sv")
    assert bo(house, THERE).name == "Bo Lindqvist"


def test_what_somebody_chose_stays(app: FairstepsApp, house: House) -> None:
    house.people.keep(HERE, [replace(bo(house), zone="Asia/Tokyo", zone_chosen=True, mail_stopped=True)])
    post(app, told("user_change", user=account()))
    now = bo(house)
    assert (now.zone, now.zone_chosen, now.mail_stopped, now.name) == ("Asia/Tokyo", True, True, "Bo L.")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_accounts_changed_in_any_order_end_as_the_newest_says(
    app: FairstepsApp, house: House, order: Sequence[int]
) -> None:
    news = [account(real_name="One"), account(**CLOSED), account(profile={"display_name": "Three"})]
    for place in order:
        post(app, told("user_change", user=news[place], at=place))
    assert (bo(house).name, bo(house).slack_gone) == ("Three", False)


def test_a_closed_account_goes_on_by_mail_and_an_open_one_in_slack(
    app: FairstepsApp, house: House, slack: Moody
) -> None:
    post(app, told("user_change", user=account(**CLOSED), at=1))
    assert (bo(house).slack_gone, bo(house).email) == (True, "bo@example.org")
    assert walk(house).reaches(bo(house).id)
    post(app, told("user_change", user=account(), at=2))
    assert not bo(house).slack_gone


def test_an_app_is_nobody(app: FairstepsApp, house: House) -> None:
    before = everything(house)
    post(app, told("user_change", user=account(is_bot=True)))
    assert everything(house) == before


def test_whoever_leaves_the_channel_stays_in_the_walk(app: FairstepsApp, house: House) -> None:
    before = walk(house)
    post(app, told("member_left_channel", user=BO, channel=CHANNEL))
    assert walk(house) == before


def test_whoever_comes_into_the_channel_is_asked_where_all_of_it_takes_part(app: FairstepsApp, house: House) -> None:
    begin(house, HERE, channel=PRIVATE, everyone=True)
    body = told("member_joined_channel", user=DARA, channel=PRIVATE, channel_type="G", team=HERE)
    for _ in range(3):
        assert post(app, body).status == 200
    new = ids.person_id(HERE, DARA)
    assert walk(house, channel=PRIVATE).members[new].consent == "unasked", "she is looked up first"
    assert len(planned(house, "enrol", channel=PRIVATE)) == 2, "the first look-up, and one for her"
    assert new not in walk(house).members, "the other group has its own people"


def test_somebody_known_is_asked_at_once_and_nobody_twice(app: FairstepsApp, house: House) -> None:
    begin(house, HERE, channel=PRIVATE, everyone=True)
    dara = Person(id=ids.person_id(HERE, DARA), name="Dara Sharma", slack_user=DARA)
    house.people.keep(HERE, [dara])
    for at in range(3):
        post(app, told("member_joined_channel", user=DARA, channel=PRIVATE, at=at))
    assert walk(house, channel=PRIVATE).members[dara.id].consent == "asked"
    assert [person for _, person in planned(house, "consent", channel=PRIVATE)].count(dara.id) == 1
    assert walk(house, channel=PRIVATE).people[dara.id].name == "Dara Sharma"


def test_whoever_said_no_is_not_asked_again(app: FairstepsApp, house: House) -> None:
    pid = begin(house, HERE, channel=PRIVATE, everyone=True)
    theirs = Membership(person=ids.person_id(HERE, BO), consent="refused")
    house.walks.change(pid, lambda _: Change(members=(theirs,)))
    post(app, told("member_joined_channel", user=BO, channel=PRIVATE))
    assert walk(house, channel=PRIVATE).members[theirs.person].consent == "refused"


# --- channels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("channel_archive", {}, "archived"),
        ("group_archive", {}, "archived"),
        ("channel_deleted", {}, "gone"),
        ("group_deleted", {}, "gone"),
        ("channel_left", {}, "removed"),
        ("group_left", {}, "removed"),
        ("member_left_channel", {"user": BOT}, "removed"),
    ],
)
def test_a_channel_is_lost_and_who_leads_hears_it(
    app: FairstepsApp, house: House, kind: str, more: dict[str, Any], why: str
) -> None:
    for _ in range(2):
        assert post(app, told(kind, channel=CHANNEL, **more)).status == 200
    assert lost(house) == why
    assert planned(house, "lost") == [(why, ids.person_id(HERE, ANA))]
    assert lost(house, THERE) == ""


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_news_of_a_channel_in_any_order_end_open(app: FairstepsApp, house: House, order: Sequence[int]) -> None:
    news = [
        told("channel_archive", channel=CHANNEL, at=0),
        told("channel_unarchive", channel=CHANNEL, at=1),
        told("member_left_channel", channel=CHANNEL, user=BOT, at=2),
        told("member_joined_channel", channel=CHANNEL, user=BOT, at=3),
    ]
    for place in order:
        post(app, news[place])
    for one in news[:3]:
        post(app, one)
    assert lost(house) == ""


def test_a_channel_with_a_new_id_is_still_the_group_s(app: FairstepsApp, house: House) -> None:
    post(app, told("channel_id_changed", old_channel_id=CHANNEL, new_channel_id="C0NEW"))
    assert walk(house).group.channel == "C0NEW"
    post(app, told("channel_archive", channel="C0NEW"))
    assert lost(house) == "archived"


def test_a_renamed_channel_is_the_same(app: FairstepsApp, house: House) -> None:
    before = everything(house)
    for kind in ("channel_rename", "group_rename"):
        assert post(app, told(kind, channel={"id": CHANNEL, "name": "new"})).status == 200
    assert everything(house) == before


# --- the workspace ----------------------------------------------------------------------------------------------------


def served(house: House, team: str = HERE) -> bool:
    found = house.workspaces.get(team)
    return found is not None and found.active


OUT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("app_uninstalled", {}),
    ("tokens_revoked", {"tokens": {"oauth": [], "bot": [BOT]}}),
)


@pytest.mark.parametrize("order", [(0,), (1,), (0, 1), (1, 0), (0, 0, 1, 1)])
def test_taken_out_in_any_order_nothing_is_sent_and_nothing_is_lost(
    app: FairstepsApp, house: House, slack: Moody, order: Sequence[int]
) -> None:
    before = walk(house)
    for place in order:
        kind, more = OUT[place]
        assert post(app, told(kind, **more)).status == 200
    assert not served(house)
    assert served(house, THERE)
    now = house.clock.now()
    mine = [c for chunk in house.due.claim(now=now) for c in chunk if c.occurrence.workspace == HERE]
    assert mine
    deliver(house, mine)
    assert slack.asked == []
    add(house, HERE)
    again = house.due.planned(before.partnership.id)
    # Everybody here was asked already, so that there was nobody to look up; and a Home tab is drawn anew by itself.
    waits = {c.occurrence.encode() for c in mine if c.occurrence.kind not in ("enrol", "home")}
    assert waits
    assert {o.encode() for o in again} >= waits
    assert house.due.waiting(now=house.clock.now()) >= len(waits), "what waited for an hour is due again now"
    assert walk(house) == before


def test_whoever_presses_where_we_are_not_any_more_is_told_in_our_words(app: FairstepsApp, house: House) -> None:
    post(app, told("app_uninstalled"))
    answer = post(app, interaction(press("settings", "settings", user=BO, team=HERE)))
    assert (answer.status, answer.body) == (200, house.words("living.not_here"))


def test_an_older_event_does_not_take_out_what_was_added_since(app: FairstepsApp, house: House) -> None:
    for kind, more in OUT:
        post(app, told(kind, at=-1000, **more))
    assert served(house)
    assert house.tokens.bot_token(HERE) == f"xoxb-{HERE}"


def test_a_user_s_own_token_is_not_the_workspace_s(app: FairstepsApp, house: House) -> None:
    post(app, told("tokens_revoked", tokens={"oauth": [ANA, BO]}))
    assert served(house)
    assert house.tokens.bot_token(HERE) == f"xoxb-{HERE}"


# --- what Slack refuses -----------------------------------------------------------------------------------------------


def test_a_refusal_marks_the_person_the_channel_or_the_workspace_once(app: FairstepsApp, house: House) -> None:
    pid = walk(house).partnership.id
    for mark, who, reason in (
        ("person", BO, "user_disabled"),
        ("channel", CHANNEL, "is_archived"),
        ("scope", CHANNEL, "missing_scope"),
        ("workspace", BO, "account_inactive"),
        ("", BO, "msg_too_long"),
    ):
        house.cases.slack_refused(HERE, mark=mark, who=who, reason=reason, partnership=pid)  # type: ignore[arg-type]
        before = everything(house)
        house.cases.slack_refused(HERE, mark=mark, who=who, reason=reason, partnership=pid)  # type: ignore[arg-type]
        assert everything(house) == before, mark
    assert bo(house).slack_gone
    assert lost(house) == "archived"
    assert planned(house, "wanting") == [(f"right.{ANA}", "")]
    found = house.workspaces.get(HERE)
    assert found is not None
    assert (found.active, found.trouble, found.wants) == (False, "account_inactive", ("right",))
    assert not bo(house, THERE).slack_gone
    assert (lost(house, THERE), served(house, THERE)) == ("", True)


def test_whoever_added_the_app_hears_that_a_right_is_missing(app: FairstepsApp, house: House, slack: Moody) -> None:
    house.cases.slack_refused(HERE, mark="scope", who=CHANNEL, reason="missing_scope")
    tomorrow = (house.clock.now() + timedelta(days=1)).replace(hour=12)
    midday = replace(house, clock=Clock("virtual", house.redis))
    midday.clock.move(tomorrow)
    due = [c for chunk in house.due.claim(now=tomorrow) for c in chunk if c.occurrence.kind == "wanting"]
    for _ in range(2):
        deliver(midday, due)
    (sent,) = slack.of("chat.postMessage")
    assert sent["channel"] == ANA
    assert sent["text"] == house.words("wanting.subject")


@pytest.mark.parametrize(
    ("reason", "why"),
    [("is_archived", "archived"), ("channel_not_found", "gone"), ("not_in_channel", "removed"), ("odd", "removed")],
)
def test_a_channel_is_lost_as_slack_says(app: FairstepsApp, house: House, reason: str, why: str) -> None:
    house.cases.slack_refused(HERE, mark="channel", who=CHANNEL, reason=reason)
    assert lost(house) == why


def test_a_refusal_about_what_nobody_knows_is_nothing(app: FairstepsApp, house: House) -> None:
    before = everything(house)
    house.cases.slack_refused(HERE, mark="person", who="U0STRANGER", reason="user_not_found")
    house.cases.slack_refused(HERE, mark="channel", who=ELSEWHERE, reason="is_archived")
    house.cases.slack_refused(NOBODYS, mark="workspace", who="", reason="account_inactive")
    house.cases.slack_refused(NOBODYS, mark="scope", who="", reason="missing_scope")
    assert everything(house) == before


def test_adding_the_app_again_forgets_what_was_wanting(app: FairstepsApp, house: House) -> None:
    house.cases.slack_refused(HERE, mark="scope", who=CHANNEL, reason="missing_scope")
    add(house, HERE)
    found = house.workspaces.get(HERE)
    assert found is not None
    assert (found.wants, found.trouble, found.active) == ((), "", True)


# --- anything at all --------------------------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted({name for body in REALISTIC.values() for name in body} | {"event_ts"})


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(EVENTS), more=st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4))
def test_an_event_that_holds_anything_never_breaks_us(front: FairstepsApp, kind: str, more: dict[str, Any]) -> None:
    body = {**json.loads(event(kind, team=HERE)), "event": {"type": kind, **more}}
    assert post(front, json.dumps(body)).status < 500
