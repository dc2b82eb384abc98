# ruff: noqa: F811 - fixtures come in by their names
"""Ana sets up her group: by picking people, by mail addresses, or by naming nobody. Whom she names is asked first."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Bot
from structlog.testing import capture_logs

from tests import slack_home
from tests.slack_front import (  # noqa: F401
    TYPED,
    app,
    front,
    harbour,
    house,
    installed,
    opened,
    post,
    started,
    state,
    token_of,
)
from tests.slack_home import (
    ANA,
    BO,
    CHANNEL,
    ELI,
    TEAM,
    LocalSlack,
    Moody,
    interaction,
    moody_slack,
    press,
    sending,
)
from tests.test_cases import START_TYPED
from worker.deliver import deliver
from worker.slack import listeners
from worker.slack.app import FairstepsApp
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.limits import check
from worker.slack.payloads import Press
from worker.store.workspaces import Workspace
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import addresses, ids, joining
from workflows.addresses import Address
from workflows.errors import AskPerson, GiveUp, NotFound, Retry
from workflows.people import Person
from workflows.starting import MOST_PEOPLE
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

PASTED = """Bo Lindqvist <bo@example.org>, "Okada, Fen" <FEN@example.org>;
hana@example.org
"""


# --- what people paste ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "good"),
    [
        ("", ()),
        ("bo@example.org", (("bo", "bo@example.org"),)),
        ("bo@example.org, chi@example.org;", (("bo", "bo@example.org"), ("chi", "chi@example.org"))),
        ("Bo Lindqvist <bo@example.org>", (("Bo Lindqvist", "bo@example.org"),)),
        ('"Lindqvist, Bo" <bo@example.org>', (("Lindqvist, Bo", "bo@example.org"),)),
        ("Lindqvist, Bo <bo@example.org>", (("Lindqvist Bo", "bo@example.org"),)),
        ("<mailto:bo@example.org|bo@example.org>", (("bo", "bo@example.org"),)),
        ("bo@example.org\n\n  BO@example.org \n", (("bo", "bo@example.org"),)),
        ("a@example.org b@example.org", (("a", "a@example.org"), ("b", "b@example.org"))),
        ("bo@bücher.example", (("bo", "bo@bücher.example"),)),
    ],
)  # fmt: skip
def test_addresses_are_read_as_people_paste_them(pasted: str, good: tuple[tuple[str, str], ...]) -> None:
    read = addresses.read(pasted)
    assert read.wrong == ()
    assert read.good == tuple(Address(name=name, address=address) for name, address in good)


@pytest.mark.parametrize(
    "wrong",
    [
        "bo", "bo@", "@example.org", "bo@example", "bo@@example.org", "bo@exa mple.org", "bö@example.org",
        "bo@example.org\u0000", "bo..lind@example.org", "<bo at example.org>", f"{'b' * 65}@example.org",
        "bo@-example.org", "bo@example..org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_and_not_dropped(wrong: str) -> None:
    read = addresses.read(f"ana@example.org\n{wrong}\nfen@example.org")
    assert [one.address for one in read.good if one.address in ("ana@example.org", "fen@example.org")]
    assert read.wrong, wrong


# --- in the local Slack -----------------------------------------------------------------------------------------------


def pasted(text: str, **more: Any) -> dict[str, Any]:
    """The start form with addresses in it, and nobody picked."""
    nobody = {"type": "multi_users_select", "selected_users": []}
    return {**TYPED, "members": nobody, "addresses": {"type": "plain_text_input", "value": text}, **more}


def send(app: FairstepsApp, harbour: LocalSlack, values: dict[str, Any]) -> dict[str, Any]:
    view = opened(app, harbour, "start", "start", ANA)
    answer = post(app, interaction(sending(view, values, user=ANA)))
    assert answer.status == 200
    said: dict[str, Any] = json.loads(answer.body) if answer.body else {}
    return said


def begins(app: FairstepsApp, harbour: LocalSlack, values: dict[str, Any]) -> bool:
    said = send(app, harbour, values)
    return said.get("response_action") == "update" and "It has begun" in str(said["view"]["title"])


def only_walk(house: House) -> Walk:
    (pid,) = house.workspaces.partnerships(TEAM)
    return house.walks.get(pid)


def everything_due(house: House) -> None:
    for _ in range(3):
        deliver(house, [c for chunk in house.due.claim(now=house.clock.now(), lease_ms=60_000) for c in chunk])


def test_whoever_is_in_slack_joins_there_and_everybody_else_by_mail_alone(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    assert begins(installed, harbour, pasted(PASTED))
    walk = only_walk(house)
    hana = ids.person_id(TEAM, "hana@example.org")
    assert set(walk.members) == {hana, *(ids.person_id(TEAM, user) for user in (ANA, BO, slack_home.FEN))}
    assert walk.members[ids.person_id(TEAM, BO)].prefers == "slack"
    assert (walk.members[hana].prefers, walk.people[hana].slack_user) == ("mail", None)
    assert not walk.partnership.everyone, "somebody was named"
    everything_due(house)
    walk = only_walk(house)
    assert {m.consent for m in walk.members.values()} == {"asked"}, "nobody takes part before they say yes"
    asked = [o.person for o in house.due.planned(walk.partnership.id) if o.kind == "consent"]
    assert set(asked) <= set(walk.members)


def test_an_address_that_nobody_has_is_named_when_the_group_uses_slack_alone(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    slack_alone = {"mail": {"type": "radio_buttons", "selected_option": {"value": "no"}}}
    with capture_logs() as logs:
        said = send(installed, harbour, pasted("bo@example.org, hana@example.org, chi@example.org", **slack_alone))
    problem = said["errors"]["addresses"]
    assert "hana@example.org" in problem
    assert "chi@example.org" in problem, "Chi's account is closed"
    assert "bo@example.org" not in problem
    assert house.workspaces.partnerships(TEAM) == ()
    assert "example.org" not in repr(logs)


def test_what_is_no_address_is_named_beside_the_field_with_every_other_problem(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    blank = {"group": {"type": "plain_text_input", "value": None}}
    said = send(installed, harbour, pasted("bo@example.org, hana at example", **blank))
    assert set(said["errors"]) == {"group", "addresses"}
    assert said["errors"]["addresses"] == "This is not a mail address: hana at example"


def test_naming_nobody_takes_in_the_channel_and_whoever_comes_later(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    assert begins(installed, harbour, pasted(""))
    everything_due(house)
    walk = only_walk(house)
    assert walk.partnership.everyone
    assert ids.person_id(TEAM, ELI) in walk.members
    assert len(walk.members) == 6


def test_the_zone_of_whoever_added_fairsteps_is_filled_in_without_asking_slack_again(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    view = opened(installed, harbour, "start", "start", ANA)
    check({"type": "modal", **{k: view[k] for k in ("title", "submit", "close", "blocks", "callback_id")}}, "modal")
    (zone,) = (b for b in view["blocks"] if b.get("block_id") == "zone")
    assert zone["element"]["initial_option"]["value"] == "Europe/Lisbon"
    (picked,) = (b for b in view["blocks"] if b.get("block_id") == "addresses")
    assert picked["optional"]


def test_a_second_start_of_the_same_name_is_told_before_anybody_is_looked_up(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    assert begins(installed, harbour, pasted("bo@example.org"))
    pid = only_walk(house).partnership.id
    house.walks.change(pid, _older)
    said = send(installed, harbour, pasted("nobody@example.org"))
    assert "already has a partnership" in said["errors"]["group"]


def _older(walk: Walk) -> Change:
    long_ago = walk.partnership.started_at - timedelta(days=1)
    return Change(partnership=replace(walk.partnership, started_at=long_ago))


# --- a Slack with a mood ----------------------------------------------------------------------------------------------


@pytest.fixture
def moody() -> Iterator[Moody]:
    with moody_slack() as slack:
        yield slack


@pytest.fixture
def away(state: str, moody: Moody) -> Iterator[House]:
    """A house with nothing in it, whose Slack is moody."""
    made = build_house(slack_home.settings(state, moody.url).model_copy(update={"clock": "virtual"}))
    made.redis.flushall()
    made.workspaces.keep(Workspace(id=TEAM, name="Harbour Circle", installer=ANA, active=True))
    bot = Bot(team_id=TEAM, bot_token="xoxb-0", bot_id="B0", bot_user_id="U0BOT", installed_at=0.0)
    FairstepsInstallationStore(made.installations).save_bot(bot)
    yield made
    made.slack.close()


def user(slack_user: str, *, team: str = TEAM, **more: Any) -> dict[str, Any]:
    """What Slack says of a user."""
    profile = {"real_name": slack_user.title(), "email": f"{slack_user.lower()}@example.org"}
    return {"id": slack_user, "team_id": team, "tz": "Europe/London", "profile": profile, **more}


START_BY_PICKING = {**START_TYPED, "channel": "", "members": (BO, "U0GUEST", "U0OTHER", "U0POLLY", "U0NOBODY")}


@pytest.mark.parametrize(
    "mood",
    [
        (429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"}),
        (200, {}, {"ok": False, "error": "internal_error"}),
        (503, {}, "Bad gateway"),
        None,
    ],
)
def test_a_slack_that_does_not_answer_costs_nobody_what_they_typed(away: House, moody: Moody, mood: Any) -> None:
    moody.answer = lambda method, body: mood
    typed = {**START_TYPED, "addresses": PASTED}
    with capture_logs() as logs, pytest.raises(AskPerson) as busy:
        away.cases.start(TEAM, ANA, typed)
    assert busy.value.problems == {"addresses": away.words("hosting.slack_busy")}
    assert away.workspaces.partnerships(TEAM) == ()
    assert "example.org" not in repr(logs) + repr(busy.value)


def test_slack_is_asked_once_for_each_address_and_not_for_whoever_is_wrong(away: House, moody: Moody) -> None:
    moody.answer = lambda method, body: (200, {}, {"ok": False, "error": "users_not_found"})
    away.cases.start(TEAM, ANA, {**START_TYPED, "addresses": "a@example.org\nA@example.org\nb@example.org"})
    assert sorted(body["email"] for body in moody.of("users.lookupByEmail")) == ["a@example.org", "b@example.org"]


def test_a_slack_that_may_not_tell_addresses_says_so(away: House, moody: Moody) -> None:
    moody.answer = lambda method, body: (200, {}, {"ok": False, "error": "missing_scope"})
    with pytest.raises(AskPerson) as refused:
        away.cases.start(TEAM, ANA, {**START_TYPED, "addresses": "a@example.org"})
    assert refused.value.problems == {"addresses": away.words("hosting.no_lookup")}


def test_guests_are_people_and_those_of_another_organisation_are_shown_as_out_of_reach(
    away: House, moody: Moody
) -> None:
    users = {
        ANA: user(ANA),
        BO: user(BO),
        "U0GUEST": user("U0GUEST", is_restricted=True, is_ultra_restricted=True),
        "U0OTHER": user("U0OTHER", team="T0ELSEWHERE", is_stranger=True),
        "U0POLLY": user("U0POLLY", is_bot=True),
    }

    def answer(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        if method != "users.info":
            return 200, {}, {"ok": True, "channel": "D1", "ts": "1.1"}
        found = users.get(body["user"])
        return (200, {}, {"ok": True, "user": found} if found else {"ok": False, "error": "user_not_found"})

    moody.answer = answer
    pid = away.cases.start(TEAM, ANA, {**START_BY_PICKING, "channel": CHANNEL})
    everything_due(away)
    walk = away.walks.get(pid)
    consent = {walk.people[m.person].slack_user: m.consent for m in walk.members.values()}
    strange = {"U0OTHER", "U0POLLY", "U0NOBODY"}
    assert consent == {**dict.fromkeys((ANA, BO, "U0GUEST"), "asked"), **dict.fromkeys(strange, "unasked")}
    assert {p.slack_user for p in walk.people.values() if not p.reachable} == strange


def test_the_start_form_asks_slack_nothing_before_it_opens(away: House, moody: Moody) -> None:
    pressed = Press.from_body(press("start", "start", user=ANA))
    view = listeners.PRESSES["start"](away, pressed)
    assert view is not None
    check(view, "modal")
    assert moody.asked == []


# --- whoever comes later ----------------------------------------------------------------------------------------------


def newcomer(number: int) -> Person:
    name = f"U0NEW{number}"
    return Person(id=ids.person_id("T1", name), name=name, slack_user=name, zone="Europe/London")


@pytest.fixture
def begun(away: House, moody: Moody) -> tuple[House, str]:
    """Ana's group has started, and its members were looked up."""
    moody.answer = lambda method, body: (200, {}, {"ok": True, "user": user(body.get("user", ANA))})
    pid = away.cases.start(TEAM, ANA, START_TYPED)
    away.walks.change(pid, lambda w: joining.enrolled(w, tuple(w.people.values()), now=away.clock.now()))
    return away, pid


def test_whoever_comes_into_the_channel_is_asked_once_and_never_again(begun: tuple[House, str]) -> None:
    house, pid = begun
    new = newcomer(1)
    for _ in range(3):
        house.cases.invite(TEAM, pid, new)
    member = house.walks.get(pid).members[new.id]
    assert member.consent == "asked"
    consents = [o for o in house.due.planned(pid) if o.kind == "consent" and o.person == new.id]
    assert len(consents) == 1
    about = consent_of(pid, new.id)
    for yes in (False, True, False):
        house.cases.give_consent(about, yes, via="slack")
        house.cases.invite(TEAM, pid, new)
    assert house.walks.get(pid).members[new.id].consent == "withdrawn"


def consent_of(pid: str, person: str) -> Ticket:
    return Ticket(workspace=TEAM, partnership=pid, person=person, subject="consent")


def test_a_full_group_invites_nobody_and_another_workspace_gets_nothing(begun: tuple[House, str]) -> None:
    house, pid = begun
    for number in range(MOST_PEOPLE + 3):
        house.cases.invite(TEAM, pid, newcomer(number))
    assert len(house.walks.get(pid).members) == MOST_PEOPLE
    with pytest.raises(NotFound):
        house.cases.invite("T9", pid, newcomer(99))


def test_an_invitation_leaves_what_somebody_chose_for_themselves(begun: tuple[House, str]) -> None:
    house, pid = begun
    known = replace(newcomer(1), name="Noor", zone="Asia/Tokyo", zone_chosen=True)
    house.people.keep(TEAM, [known])
    house.cases.invite(TEAM, pid, newcomer(1))
    assert house.walks.get(pid).people[known.id] == known


def test_by_address_says_whose_each_is_and_what_slack_refuses(away: House, moody: Moody) -> None:
    moody.answer = lambda method, body: (
        (200, {}, {"ok": True, "user": user(BO)})
        if body["email"] == "bo@example.org"
        else (200, {}, {"ok": False, "error": "users_not_found"})
    )
    found = away.slack.by_address(TEAM, ["bo@example.org", "hana@example.org"])
    assert {at: p and p.slack_user for at, p in found.items()} == {"bo@example.org": BO, "hana@example.org": None}
    moody.answer = lambda method, body: (200, {}, {"ok": False, "error": "missing_scope"})
    with pytest.raises(GiveUp):
        away.slack.by_address(TEAM, ["bo@example.org"])
    moody.answer = lambda method, body: None
    with pytest.raises(Retry):
        away.slack.by_address(TEAM, ["bo@example.org"])
