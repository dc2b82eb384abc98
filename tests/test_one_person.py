"""Dara came by mail. When she has Slack one day, with the same address, she is who she was."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Bot

from tests import slack_home
from tests.group import PEOPLE, members, partnership
from tests.slack_front import post
from tests.slack_home import ANA, BO, DARA, ELI, Moody, event, interaction, moody_slack, press, valkey
from worker import one_person
from worker.deliver import deliver
from worker.enrol import look_up
from worker.slack.app import FairstepsApp, build
from worker.slack.installations import FairstepsInstallationStore
from worker.store import keys
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import ids, joining, moving_mail, reach
from workflows.addresses import Address
from workflows.people import Group, Membership, Person
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

TEAM, CHANNEL, PID = "T0HARBOUR", "C0PARTNERSHIPS", "p1"
MAIL = "Dara@Example.org"
HER = ids.person_id(TEAM, "dara@example.org")
OWN = ids.person_id(TEAM, DARA)
ANA_ID, BO_ID = ids.person_id(TEAM, ANA), ids.person_id(TEAM, BO)
NAMES = {ANA: "Ana", BO: "Bo", DARA: "Dara Sharma", ELI: "Eli"}


class World:
    """A group of which Slack knows Ana and Bo. `has` is who has which address in Slack."""

    def __init__(self, app: FairstepsApp, slack: Moody) -> None:
        self.app, self.house, self.slack = app, app.house, slack
        self.has = {ANA: "ana@example.org", BO: "bo@example.org", DARA: "dara@example.org"}
        self.more: dict[str, Any] = {}  # what Slack says besides, of everyone
        slack.answer = self._answers

    def _answers(self, method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        said: dict[str, Any] = {"ok": True, "channel": {"id": "D1"}, "ts": "1.1", "view": {"hash": "h1"}}
        if method == "users.info":
            said["user"] = self.account(body["user"])
        if method == "conversations.members":
            said["members"] = list(self.has)
        return 200, {}, said

    def account(self, user: str, **more: Any) -> dict[str, Any]:
        """An account as Slack tells of it."""
        profile = {"real_name": NAMES[user], "email": self.has.get(user)}
        given = {"id": user, "team_id": TEAM, "deleted": False, "is_bot": False, "tz": "Asia/Tokyo"}
        return {**given, "profile": profile, **self.more, **more}

    @property
    def walk(self) -> Walk:
        return self.house.walks.get(PID)

    @property
    def dara(self) -> Person:
        return self.house.people.get(TEAM, HER)

    def told(self, kind: str, **more: Any) -> None:
        body = json.loads(event(kind, team=TEAM, at=int(time.time()) + 60))
        body["event"] |= {"event_ts": f"{time.time() + 60:.6f}", **more}
        assert post(self.app, json.dumps(body)).status == 200

    def invited(self, address: str = MAIL) -> None:
        """Dara is invited by mail, says yes, and answers by mail from then on."""
        (person,) = self.house.cases._by_mail(TEAM, [Address(name="Dara", address=address)])
        now = self.house.clock.now()
        member = Membership(person=person.id, prefers="mail")
        self.house.walks.change(PID, lambda walk: joining.joined(walk, person, member, now=now))
        self.house.cases.give_consent(Ticket(workspace=TEAM, partnership=PID, person=person.id), True, via="web")

    def enrol(self) -> None:
        """Slack is asked who the members are, as a worker does."""
        found = look_up(self.house.slack, self.house.people, self.house.walks, self.walk, everyone=True)
        self.house.walks.change(PID, lambda walk: joining.enrolled(walk, found, now=self.house.clock.now()))


@pytest.fixture(scope="module")
def slack() -> Iterator[Moody]:
    with moody_slack() as moody:
        yield moody


@pytest.fixture(scope="module")
def front(slack: Moody, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FairstepsApp]:
    with valkey(tmp_path_factory.mktemp("state")) as url:
        house = build_house(slack_home.settings(url, slack.url))
        yield build(house)
        house.slack.close()


@pytest.fixture
def world(front: FairstepsApp, slack: Moody) -> World:
    front.house.redis.flushall()
    slack.asked.clear()
    made = World(front, slack)
    bot = Bot(team_id=TEAM, bot_token="xoxb-1", bot_id="B1", bot_user_id="U0US", installed_at=time.time())
    FairstepsInstallationStore(made.house.installations).save_bot(bot)
    made.house.cases.workspace_installed(TEAM, "Harbour", ANA)
    begin(made.house)
    made.invited()
    return made


def begin(house: House, pid: str = PID) -> None:
    users = {"ana": ANA, "bo": BO}
    people = tuple(replace(p, id=ids.person_id(TEAM, users[p.id]), slack_user=users[p.id]) for p in PEOPLE[:2])
    mine = tuple(replace(m, person=p.id, consent="given") for m, p in zip(members(), people, strict=False))
    begun = partnership(
        id=pid,
        workspace=TEAM,
        group=Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL),
        started_by=people[0].id,
        everyone=True,
        version=house.programmes["five-steps"].version,
    )
    now = house.clock.now()
    house.workspaces.add_partnership(TEAM, pid)
    house.walks.begin_walk(replace(joining.started(begun, mine, everyone=False, now=now), people=people))


def is_one(world: World) -> None:
    """Her account leads to her, and nobody is in the walk twice."""
    assert world.house.people.id_of(TEAM, DARA) == HER
    assert (world.dara.slack_user, world.dara.email) == (DARA, MAIL)
    assert set(world.walk.members) == {ANA_ID, BO_ID, HER}
    assert world.walk.members[HER].consent == "given"


# --- every way to appear in Slack -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["team_join", "user_change"])
def test_an_account_of_hers_is_told_of(world: World, kind: str) -> None:
    for _ in range(2):
        world.told(kind, user=world.account(DARA))
    is_one(world)


def test_everyone_in_the_channel_is_enrolled(world: World) -> None:
    world.enrol()
    world.enrol()
    is_one(world)


def test_she_comes_into_the_channel(world: World) -> None:
    world.told("member_joined_channel", user=DARA, channel=CHANNEL, channel_type="C", team=TEAM)
    assert world.walk.members[OWN].consent == "unasked", "Slack has not been asked yet who this is"
    world.enrol()
    is_one(world)
    world.told("member_joined_channel", user=DARA, channel=CHANNEL, channel_type="C", team=TEAM)
    is_one(world)


def test_she_looks_at_the_home_tab_and_finds_her_walk_there(world: World) -> None:
    world.told("app_home_opened", user=DARA, tab="home")
    is_one(world)
    shown = json.dumps(world.slack.of("views.publish")[-1])
    assert "Tidewater Apps" in shown


def test_a_facilitator_picks_her_account(world: World) -> None:
    (picked,) = world.house.cases._by_user(TEAM, [DARA])
    named = Membership(person=picked.id, role="facilitator")
    world.house.people.keep_new(TEAM, [picked])
    world.house.walks.change(PID, lambda _: Change(members=(named,)))
    world.enrol()
    is_one(world)
    assert world.walk.members[HER].role == "facilitator"


def test_whoever_began_a_walk_under_a_new_account_has_begun_it(world: World) -> None:
    def mine(walk: Walk) -> Change:
        begun = replace(walk.partnership, started_by=OWN)
        return Change(partnership=begun, members=(Membership(person=OWN, role="facilitator"),))

    world.house.people.keep_new(TEAM, [Person(id=OWN, name=DARA, slack_user=DARA)])
    world.house.walks.change(PID, mine)
    world.enrol()
    assert world.walk.partnership.started_by == HER


def test_an_address_that_she_proved_leads_to_her_too(world: World) -> None:
    cases, now = world.house.cases, world.house.clock.now()
    wanted = moving_mail.asked(world.house.words, world.dara, "dara@new.example", now=now)
    world.house.people.keep(TEAM, [wanted])
    assert wanted.new_address
    ticket = Ticket(workspace=TEAM, partnership=PID, person=HER, subject=wanted.new_address.mark)
    assert cases.prove_address(ticket)
    world.has[DARA] = "dara@new.example"
    world.told("team_join", user=world.account(DARA))
    assert world.house.people.id_of(TEAM, DARA) == HER
    assert cases._by_mail(TEAM, [Address(name="D", address="DARA@new.example")])[0].id == HER


# --- what goes on working ---------------------------------------------------------------------------------------------


def test_her_mails_go_on_until_she_says_otherwise(world: World) -> None:
    world.told("team_join", user=world.account(DARA))
    assert reach.channels(world.walk, HER) == ("mail",)
    quiet = replace(world.walk.partnership, mail_allowed=False)
    world.house.walks.change(PID, lambda _: Change(partnership=quiet))
    assert reach.channels(world.walk, HER) == ("mail",), "she came by that address; it is no profile's"
    changed = replace(world.walk.members[HER], prefers="slack")
    world.house.walks.change(PID, lambda _: Change(members=(changed,)))
    assert reach.channels(world.walk, HER) == ("slack",)


def test_her_tickets_work_in_slack_and_nobody_elses_do(world: World) -> None:
    world.told("team_join", user=world.account(DARA))
    value = Ticket(workspace=TEAM, partnership=PID, person=HER, subject="consent").encode()
    post(world.app, interaction(press("consent_no", value, user=BO)))
    assert world.walk.members[HER].consent == "given", "Bo pressed her button"
    post(world.app, interaction(press("consent_no", value, user=DARA)))
    assert world.walk.members[HER].consent == "withdrawn"


def test_a_ticket_of_her_accounts_own_id_stays_hers(world: World) -> None:
    """She was asked whether a message of hers may be kept before anybody knew who she is."""
    world.told("team_join", user=world.account(DARA))
    from worker.slack.payloads import theirs

    own = Ticket(workspace=TEAM, partnership=PID, person=OWN, subject="keep.k1")
    assert theirs(own.encode(), TEAM, DARA, world.house.people) == own


def test_a_press_of_ones_own_asks_redis_nothing(world: World) -> None:
    from worker.slack.payloads import theirs

    def commands() -> int:
        return int(world.house.redis.info("stats")["total_commands_processed"])

    value = Ticket(workspace=TEAM, partnership=PID, person=BO_ID).encode()
    before = commands()
    theirs(value, TEAM, BO, world.house.people)
    assert commands() == before + 1, "the look itself is one"


def test_what_she_chose_stays_when_slack_tells_of_her(world: World) -> None:
    settled: dict[str, Any] = {
        "zone": "Europe/Rome",
        "zone_chosen": True,
        "quiet": (22, 7),
        "hides": True,
        "locale_chosen": True,
    }
    world.house.people.keep(TEAM, [replace(world.dara, **settled)])
    world.enrol()
    world.has[DARA] = "elsewhere@example.org"
    world.told("user_change", user=world.account(DARA))
    world.enrol()
    now = world.dara
    assert {name: getattr(now, name) for name in settled} == settled
    assert now.email == MAIL, "the profile's new address is not the one she came by"


# --- what must never be -----------------------------------------------------------------------------------------------


def test_two_accounts_never_become_one_person(world: World) -> None:
    world.told("team_join", user=world.account(DARA))
    world.has[ELI] = "dara@example.org"
    world.told("team_join", user=world.account(ELI))
    assert world.house.people.id_of(TEAM, ELI) == ids.person_id(TEAM, ELI)
    assert world.dara.slack_user == DARA


def test_of_two_that_come_at_once_one_is_hers(world: World) -> None:
    people = world.house.people
    assert [people.lead(TEAM, user, HER) for user in (DARA, ELI, DARA)] == [HER, "", HER]
    assert people.lead(TEAM, DARA, BO_ID) == HER, "an account leads to one person for good"


def test_an_address_of_somebody_elses_takes_nobody_over(world: World) -> None:
    world.has[BO] = "dara@example.org"
    world.told("user_change", user=world.account(BO))
    assert world.house.people.id_of(TEAM, BO) == BO_ID, "he takes part as himself"
    assert world.dara.slack_user is None
    world.has[DARA] = "ana@example.org"
    world.told("team_join", user=world.account(DARA))
    assert world.house.people.id_of(TEAM, DARA) == OWN, "Ana has an account"


def test_an_address_that_somebody_with_slack_proved_stays_theirs(world: World) -> None:
    ana = world.house.people.get(TEAM, ANA_ID)
    world.house.people.keep(TEAM, [replace(ana, email="ana@new.example", email_chosen=True)])
    world.house.people.has_address(TEAM, ANA_ID, "ana@new.example")
    world.has[DARA] = "ana@new.example"
    world.told("team_join", user=world.account(DARA))
    assert world.house.people.id_of(TEAM, DARA) == OWN, "nobody with an account is taken over by another one"


@pytest.mark.parametrize(
    "more",
    [
        {"deleted": True},
        {"is_bot": True},
        {"is_email_confirmed": False},
        {"team_id": "T0ELSEWHERE"},
    ],
)
def test_an_account_that_proves_nothing_leads_to_nobody(world: World, more: dict[str, Any]) -> None:
    world.more = more
    world.told("user_change", user=world.account(DARA))
    world.enrol()
    assert world.house.people.id_of(TEAM, DARA) == OWN
    assert world.dara.slack_user is None


def test_nobody_is_one_with_somebody_of_another_workspace(world: World) -> None:
    people, walks = world.house.people, world.house.walks
    assert one_person.ids_of(people, walks, "T0OTHER", {DARA: "dara@example.org"})[DARA] != HER


def test_slack_says_no_address(world: World) -> None:
    world.has[DARA] = None  # type: ignore[assignment]  # without the right to see it
    world.told("team_join", user=world.account(DARA))
    assert world.house.people.id_of(TEAM, DARA) == OWN


def test_aliases_hold_no_address(world: World) -> None:
    world.told("team_join", user=world.account(DARA))
    kept = world.house.redis.hgetall(keys.aliases(TEAM))
    assert kept == {DARA.encode(): HER.encode(), HER.encode(): DARA.encode()}


# --- a crash ----------------------------------------------------------------------------------------------------------


def test_a_crash_after_the_account_leads_leaves_presses_and_mails_and_is_mended(world: World) -> None:
    world.house.people.lead(TEAM, DARA, HER)  # and then it died
    assert reach.channels(world.walk, HER) == ("mail",), "nothing is sent where presses would not count"
    value = Ticket(workspace=TEAM, partnership=PID, person=HER, subject="consent").encode()
    post(world.app, interaction(press("consent_no", value, user=DARA)))
    assert world.walk.members[HER].consent == "withdrawn"
    world.told("app_home_opened", user=DARA, tab="home")
    assert world.dara.slack_user == DARA


def test_a_crash_before_her_second_place_is_hers_is_mended_by_the_next_look(world: World) -> None:
    world.told("member_joined_channel", user=DARA, channel=CHANNEL, channel_type="C", team=TEAM)
    world.house.people.lead(TEAM, DARA, HER)
    world.house.people.keep(TEAM, [replace(world.dara, slack_user=DARA, email_chosen=True)])  # and then it died
    assert OWN in world.walk.members
    world.told("user_change", user=world.account(DARA))
    is_one(world)


# --- by mail, who has Slack -------------------------------------------------------------------------------------------


def test_whoever_is_named_by_an_address_that_somebody_has_is_them(world: World) -> None:
    (bo,) = world.house.cases._by_mail(TEAM, [Address(name="B", address="BO@example.org")])
    assert bo.id == BO_ID
    added = world.house.cases.add_person(
        PID, Person(id="new", name="B", email="bo@example.org"), role="member", prefers="mail"
    )
    assert added.id == BO_ID
    assert set(world.walk.members) == {ANA_ID, BO_ID, HER}


def test_a_home_is_drawn_for_her_when_the_walk_changes(world: World) -> None:
    world.told("team_join", user=world.account(DARA))
    world.told("app_home_opened", user=DARA, tab="home")
    before = len(world.slack.of("views.publish"))
    world.house.cases.pause(Ticket(workspace=TEAM, partnership=PID, person=HER))
    for claims in world.house.due.claim(now=world.house.clock.now().replace(year=2100)):
        deliver(world.house, [c for c in claims if c.occurrence.kind == "home"])
    assert len(world.slack.of("views.publish")) > before
