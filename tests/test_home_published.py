"""Home tabs, published: when somebody looks, when a walk changes, and when Slack says no."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests import slack_home
from tests.group import PEOPLE, START, members, partnership
from tests.slack_front import add, post
from tests.slack_home import (
    ANA,
    BO,
    CHANNEL,
    CHI,
    ELI,
    FEN,
    TEAM,
    LocalSlack,
    Moody,
    event,
    interaction,
    local_slack,
    moody_slack,
    press,
    valkey,
)
from worker import homes
from worker.deliver import deliver
from worker.slack.app import FairstepsApp
from worker.slack.app import build as build_slack
from worker.store import keys
from worker.store.due import Claim
from worker.store.homes import Drawn
from worker.wiring import House, build
from workflows import engine, ids, joining
from workflows.home_due import redrawn
from workflows.people import Group
from workflows.ticket import Ticket
from workflows.walk import Change

USERS = {"ana": ANA, "bo": BO, "chi": CHI, "eli": ELI, "fen": FEN}
NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")
_WALKS = count(1)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    with local_slack(tmp_path_factory.mktemp("slack")) as slack:
        yield slack


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, harbour: LocalSlack) -> Iterator[FairstepsApp]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        settings = slack_home.settings(url, harbour.api_url).model_copy(update={"clock": "virtual"})
        house = build(settings)
        yield build_slack(house)
        house.slack.close()


@pytest.fixture
def house(front: FairstepsApp, harbour: LocalSlack) -> House:
    front.house.redis.flushall()
    front.house.clock.move(START)
    assert add(front, harbour).status == 302
    return front.house


@pytest.fixture
def pid(house: House) -> str:
    """Harbour Circle on its first Tuesday: a round is open, Ana, Bo, Eli and Fen have said yes."""
    made = f"phome{next(_WALKS)}"
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL)
    start = partnership(id=made, workspace=TEAM, group=group, version=house.programmes["five-steps"].version)
    start = replace(start, started_by=person("ana"))
    people = tuple(replace(p, id=person(p.id), slack_user=USERS[p.id]) for p in PEOPLE if p.id in USERS)
    mine = tuple(replace(m, person=person(m.person)) for m in members() if m.person in USERS)
    house.walks.begin_walk(replace(joining.started(start, mine, everyone=False, now=START), people=people))
    house.walks.change(made, lambda walk: joining.enrolled(walk, people, now=START))
    for name in ("ana", "bo", "eli", "fen"):
        house.cases.give_consent(ticket(made, name, "consent"), True, via="slack")
    house.clock.move(NOON)
    house.walks.change(made, lambda w: engine.opened(w, house.programmes["five-steps"], day=NOON.date(), now=NOON))
    return made


@pytest.fixture
def moody() -> Iterator[Moody]:
    with moody_slack() as server:
        server.answer = taking
        yield server


@pytest.fixture
def busy(house: House, moody: Moody) -> Iterator[House]:
    """The same house before a Slack that answers as it is told."""
    made = build(house.settings.model_copy(update={"slack_api_url": moody.url}))
    yield made
    made.slack.close()


def person(name: str) -> str:
    return ids.person_id(TEAM, USERS[name])


def ticket(pid: str, name: str, subject: str) -> Ticket:
    return Ticket(workspace=TEAM, partnership=pid, person=person(name), subject=subject)


def taking(method: str, body: Mapping[str, Any]) -> tuple[int, dict[str, str], Any]:
    user = {"id": body.get("user"), "profile": {"email": "new@example.org"}, "tz": "Asia/Kathmandu", "real_name": "New"}
    return 200, {}, {"ok": True, "view": {"hash": "1.new"}, "user": user}


def look(front: FairstepsApp, user: str) -> None:
    assert post(front, event("app_home_opened", user=user, tab="home", channel="D1")).status == 200


def tab(harbour: LocalSlack, user: str) -> dict[str, Any]:
    return [view for view in harbour.views() if view["type"] == "home" and view["user_id"] == user][-1]


def hash_of(harbour: LocalSlack, user: str) -> str:
    return str(tab(harbour, user)["hash"])


def claims(house: House, kind: str = "home") -> list[Claim]:
    found = [claim for chunk in house.due.claim(now=house.clock.now(), lease_ms=0) for claim in chunk]
    return [claim for claim in found if claim.occurrence.kind == kind]


def draw(house: House, *, after: timedelta = timedelta(seconds=5)) -> None:
    """Let a moment pass and carry out what draws Home tabs."""
    house.clock.move(house.clock.now() + after)
    deliver(house, claims(house))


def opened(house: House, pid: str) -> str:
    """The round that everybody was asked."""
    return next(r.id for r in house.walks.get(pid).rounds if not r.standing)


def change(house: House, pid: str, name: str = "bo") -> None:
    """Somebody does something about the walk that is told to everybody: a count goes up."""
    found = opened(house, pid)
    house.walks.change(
        pid,
        lambda w: engine.answered(
            w,
            house.programmes["five-steps"],
            person(name),
            found,
            {"note": "x"},
            via="web",
            now=house.clock.now(),
        ),
    )


# --- when somebody looks --------------------------------------------------------------------------------------------


def test_bo_looks_and_finds_what_waits(front: FairstepsApp, house: House, harbour: LocalSlack, pid: str) -> None:
    look(front, BO)
    view = tab(harbour, BO)
    assert view["blocks"][0]["text"]["text"] == "Harbour Circle and Tidewater Apps"
    assert "Your last seven days" in str(view["blocks"])
    kept = house.homes.some(TEAM, [person("bo"), person("ana")])
    assert list(kept) == [person("bo")]
    assert kept[person("bo")].mark == view["hash"]


def test_a_newcomer_finds_what_this_is_and_is_known_from_then_on(
    front: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    look(front, ELI)
    assert tab(harbour, ELI)["blocks"][0]["text"]["text"] == "Fairsteps"
    known = house.people.get(TEAM, person("eli"))
    assert (known.slack_user, known.email) == (ELI, None)
    assert known.zone is not None


def test_the_tab_comes_before_the_question_who_somebody_is(busy: House, moody: Moody) -> None:
    front = build_slack(busy)
    look(front, ELI)
    look(front, ELI)
    calls = [m for m, _ in moody.asked if m in ("views.publish", "users.info")]
    assert calls == ["views.publish", "users.info", "views.publish"], "once is enough"


def test_a_workspace_that_took_us_out_gets_no_tab(busy: House, moody: Moody, pid: str) -> None:
    homes.opened(busy, TEAM, BO)
    busy.cases.workspace_removed(TEAM)
    before = len(moody.of("views.publish"))
    homes.opened(busy, TEAM, BO)
    change(busy, pid)
    draw(busy)
    assert len(moody.of("views.publish")) == before


def test_a_tab_that_slack_does_not_take_hurts_nobody(busy: House, moody: Moody) -> None:
    moody.answer = lambda method, body: (200, {}, {"ok": False, "error": "not_enabled"})
    look(build_slack(busy), BO)
    assert busy.homes.some(TEAM, [person("bo")]) == {}


# --- when a walk changes --------------------------------------------------------------------------------------------


def test_a_change_draws_the_tabs_of_those_who_have_one(
    front: FairstepsApp, house: House, harbour: LocalSlack, pid: str
) -> None:
    look(front, BO)
    look(front, FEN)
    before = {user: hash_of(harbour, user) for user in (BO, FEN)}
    views = len(harbour.views())
    change(house, pid, "fen")
    draw(house)
    assert all(hash_of(harbour, user) != before[user] for user in (BO, FEN))
    assert len(harbour.views()) == views, "Ana and Eli have never looked"
    assert "1 of 4 have answered" in str(tab(harbour, BO)["blocks"])
    assert house.homes.some(TEAM, [person("bo")])[person("bo")].mark == hash_of(harbour, BO)


def test_what_changes_together_is_drawn_once(house: House, pid: str) -> None:
    house.clock.move(NOON + timedelta(seconds=40))
    claims(house)
    for name in ("bo", "eli", "fen"):
        change(house, pid, name)
    planned = [o for o in house.due.planned(pid) if o.kind == "home" and o.slot > house.clock.now()]
    assert planned == [redrawn(house.walks.get(pid), now=house.clock.now())]
    assert timedelta(0) < planned[0].slot - house.clock.now() <= timedelta(seconds=4)


def test_what_looks_the_same_is_not_published_again(busy: House, moody: Moody, pid: str) -> None:
    homes.opened(busy, TEAM, BO)
    draw(busy)
    before = len(moody.of("views.publish"))
    change(busy, pid, "eli")
    draw(busy)
    assert len(moody.of("views.publish")) == before + 1
    busy.walks.change(
        pid, lambda w: joining.consented(w, person("chi"), given=False, prefers=None, via="web", now=busy.clock.now())
    )
    draw(busy)
    assert len(moody.of("views.publish")) == before + 1, "Chi's no is nothing that Bo sees"


def test_when_nobody_ever_looked_a_change_costs_one_read(busy: House, moody: Moody, pid: str) -> None:
    change(busy, pid)
    busy.clock.move(busy.clock.now() + timedelta(seconds=5))
    due, now = claims(busy), busy.clock.now()
    busy.redis.config_resetstat()
    for claim in due:
        homes.redraw(busy, claim, now=now)
    stats = {name.removeprefix("cmdstat_"): kept["calls"] for name, kept in busy.redis.info("commandstats").items()}
    assert stats["exists"] == len(due)
    assert not {"hget", "hmget", "hgetall", "hvals", "smembers", "get"} & {n.partition("|")[0] for n in _outside(stats)}
    assert moody.of("views.publish") == []
    assert [o for o in busy.due.planned(pid) if o.kind == "home"] == []


def _outside(stats: Mapping[str, int]) -> set[str]:
    """The commands that were called, without the HGETs that the script of `finish` has in it."""
    scripts = stats.get("evalsha", 0)
    return {name for name, calls in stats.items() if not (name == "hget" and calls <= scripts)}


def test_asking_somebody_draws_their_tab_as_well(front: FairstepsApp, house: House, pid: str) -> None:
    look(front, BO)
    draw(house)
    deliver(house, claims(house, kind="ask"))
    assert [o for o in house.due.planned(pid) if o.kind == "home"] != []


def test_many_tabs_are_drawn_some_at_a_time(
    busy: House, moody: Moody, pid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "AT_A_TIME", 1)
    for user in (BO, FEN):
        homes.opened(busy, TEAM, user)
    draw(busy)
    before = len(moody.of("views.publish"))
    change(busy, pid, "eli")
    draw(busy)
    assert len(moody.of("views.publish")) == before + 1
    draw(busy, after=timedelta(minutes=1))
    assert {body["user_id"] for body in moody.of("views.publish")[before:]} == {BO, FEN}


# --- never over something newer -------------------------------------------------------------------------------------


def test_a_tab_drawn_meanwhile_is_not_drawn_over(busy: House, moody: Moody, pid: str) -> None:
    homes.opened(busy, TEAM, BO)
    draw(busy)
    change(busy, pid, "eli")

    def meanwhile(method: str, body: Mapping[str, Any]) -> tuple[int, dict[str, str], Any]:
        if method == "views.publish" and body.get("hash") == "1.new":
            # Another worker has drawn a newer walk in this very moment.
            change(busy, pid, "fen")
            busy.homes.keep(TEAM, person("bo"), Drawn(digest="another", mark="2.newer"))
            return 200, {}, {"ok": False, "error": "hash_conflict"}
        return 200, {}, {"ok": True, "view": {"hash": "3.last"}}

    moody.answer = meanwhile
    draw(busy)
    last = moody.of("views.publish")[-1]
    assert last["hash"] == "2.newer"
    assert "2 of 4 have answered" in str(last["view"]), "it was gathered anew"
    assert busy.homes.some(TEAM, [person("bo")])[person("bo")].mark == "3.last"


def test_a_mark_that_was_lost_in_a_crash_does_not_freeze_the_tab(
    front: FairstepsApp, house: House, harbour: LocalSlack, pid: str
) -> None:
    look(front, BO)
    house.homes.keep(TEAM, person("bo"), Drawn(digest="old", mark="0.lost"))
    before = hash_of(harbour, BO)
    change(house, pid, "eli")
    draw(house)
    assert hash_of(harbour, BO) != before
    assert house.homes.some(TEAM, [person("bo")])[person("bo")].mark == hash_of(harbour, BO)


# --- pictures -------------------------------------------------------------------------------------------------------


def pictures(view: Mapping[str, Any]) -> list[str]:
    return [block["image_url"] for block in view["blocks"] if block["type"] == "image"]


def test_where_slack_cannot_fetch_the_picture_the_words_stand_alone(busy: House, moody: Moody, pid: str) -> None:
    def picky(method: str, body: Mapping[str, Any]) -> tuple[int, dict[str, str], Any]:
        if method == "views.publish" and pictures(body["view"]):
            return 200, {}, {"ok": False, "error": "invalid_blocks"}
        return taking(method, body)

    moody.answer = picky
    homes.opened(busy, TEAM, BO)
    first, second = moody.of("views.publish")
    version = busy.programmes["five-steps"].version
    assert pictures(first["view"]) == [f"http://localhost:8000/picture/five-steps/{version}/naaaa.png"]
    assert pictures(second["view"]) == []
    assert "Know the Value of Your Work (now)" in str(second["view"])
    homes.opened(busy, TEAM, BO)
    assert len(moody.of("views.publish")) == 3, "it is not tried again at once"
    assert 0 < busy.redis.ttl(keys.no_pictures(TEAM)) <= 24 * 3600


@pytest.mark.parametrize(
    ("public", "local", "shown"),
    [
        ("http://10.0.0.7:8000", False, False),
        ("http://localhost:8000", True, True),
        ("https://x.example.org", False, True),
    ],
)
def test_a_picture_is_shown_only_where_slack_can_fetch_it(
    house: House, moody: Moody, pid: str, public: str, local: bool, shown: bool
) -> None:
    told = {"slack_api_url": moody.url, "public_url": public, "local": local}
    behind = build(house.settings.model_copy(update=told))
    homes.opened(behind, TEAM, BO)
    behind.slack.close()
    (asked,) = moody.of("views.publish")
    assert bool(pictures(asked["view"])) == shown


def test_blocks_that_are_wrong_without_a_picture_are_given_up(busy: House, moody: Moody, pid: str) -> None:
    homes.opened(busy, TEAM, BO)
    draw(busy)
    moody.answer = lambda method, body: (200, {}, {"ok": False, "error": "invalid_blocks"})
    before = len(moody.of("views.publish"))
    change(busy, pid, "eli")
    draw(busy)
    assert len(moody.of("views.publish")) == before + 2, "once with the picture and once without"
    assert busy.homes.some(TEAM, [person("bo")]) == {}, "until Bo looks again"


# --- when it goes wrong ---------------------------------------------------------------------------------------------


def test_not_so_fast_puts_the_drawing_off_as_long_as_slack_says(busy: House, moody: Moody, pid: str) -> None:
    homes.opened(busy, TEAM, BO)
    draw(busy)
    change(busy, pid, "eli")
    moody.answer = lambda method, body: (429, {"Retry-After": "77"}, {"ok": False, "error": "ratelimited"})
    draw(busy)
    (entry,) = [o for o in busy.due.planned(pid) if o.kind == "home"]
    shard = keys.due(keys.shard_of(pid))
    put_off = busy.redis.zscore(shard, entry.encode())
    assert put_off == (busy.clock.now() + timedelta(seconds=77)).timestamp() * 1000
    moody.answer = taking
    busy.redis.delete(*(busy.redis.keys("*turns*") or ["none"]), *(busy.redis.keys("*pause*") or ["none"]))
    draw(busy, after=timedelta(seconds=80))
    assert "1 of 4 have answered" in str(moody.of("views.publish")[-1]["view"])


def test_tabs_that_cannot_be_drawn_hold_up_no_message(
    house: House, harbour: LocalSlack, pid: str, front: FairstepsApp
) -> None:
    look(front, BO)
    before = len(harbour.messages())
    house.redis.delete(keys.homes(TEAM))
    house.redis.set(keys.homes(TEAM), "no hash at all")
    change(house, pid, "eli")
    house.clock.move(house.clock.now() + timedelta(seconds=5))
    both = [claim for chunk in house.due.claim(now=house.clock.now()) for claim in chunk]
    chosen = [
        c
        for c in both
        if c.occurrence.kind == "home" or (c.occurrence.kind, c.occurrence.person) == ("ask", person("fen"))
    ]
    assert {c.occurrence.kind for c in chosen} == {"home", "ask"}
    deliver(house, chosen)
    assert len(harbour.messages()) == before + 1
    house.redis.delete(keys.homes(TEAM))


def test_a_walk_whose_programme_is_lost_leaves_the_others_on_the_tab(
    front: FairstepsApp, house: House, harbour: LocalSlack, pid: str
) -> None:
    lost = replace(house.walks.get(pid).partnership, version="97")
    house.walks.change(pid, lambda walk: Change(partnership=lost))
    look(front, BO)
    assert tab(harbour, BO)["blocks"][0]["text"]["text"] == "Fairsteps"
    draw(house)
    assert [o for o in house.due.planned(pid) if o.kind == "home"] == []


# --- pressed on the tab ---------------------------------------------------------------------------------------------


def on_the_tab(view: Mapping[str, Any]) -> dict[str, Any]:
    return {"channel": None, "container": {"type": "view", "view_id": view["view_id"]}, "view": dict(view)}


def test_a_press_on_the_tab_shows_there_at_once(
    front: FairstepsApp, house: House, harbour: LocalSlack, pid: str
) -> None:
    look(front, BO)
    found = opened(house, pid)
    body = press("skip", ticket(pid, "bo", f"{found}-skip").encode(), **on_the_tab(tab(harbour, BO)))
    assert post(front, interaction(body)).status == 200
    assert "You left this one." in str(tab(harbour, BO)["blocks"])
    before = hash_of(harbour, BO)
    assert post(front, interaction(body)).status == 200, "the same press again"
    assert "You left this one." in str(tab(harbour, BO)["blocks"])
    reading = house.programmes["five-steps"].steps[0].readings[0].id
    saved = press("shelf#2", f"saved|{ticket(pid, 'bo', reading).encode()}")
    after = hash_of(harbour, BO)
    assert post(front, interaction(saved)).status == 200
    assert hash_of(harbour, BO) == after, "pressed in a message, it is drawn a moment later"
    draw(house)
    assert "You saved this for later." in str(tab(harbour, BO)["blocks"])
    assert before


def test_a_press_counts_even_when_the_tab_cannot_be_drawn(busy: House, moody: Moody, pid: str) -> None:
    front = build_slack(busy)
    moody.answer = lambda method, body: None
    found = opened(busy, pid)
    view = {"view_id": "V1", "type": "home", "blocks": []}
    body = press("skip", ticket(pid, "bo", f"{found}-skip").encode(), **on_the_tab(view))
    moody.answer = lambda method, body: (200, {}, {"ok": True}) if method == "auth.test" else None
    assert post(front, interaction(body)).status == 200
    answer = busy.walks.get(pid).answer(found, person("bo"))
    assert answer is not None
    assert answer.skipped
