# ruff: noqa: F811 - fixtures come in by their names
"""Ana facilitates: she adds people, shares the work, hands it over, parts with somebody, moves to another channel."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Bot

from tests import slack_home
from tests.group import ASKED, BEGUN, PEOPLE, START, Passing, members, partnership, passing
from tests.slack_home import Moody, interaction, moody_slack, press, sending, signed
from tests.small import small
from tests.test_cases import walking  # noqa: F401
from tests.test_cli import run
from worker.deliver import deliver
from worker.slack import listeners, presses_hosting
from worker.slack.app import FairstepsApp, build
from worker.slack.blocks import render
from worker.slack.http import EVENTS_PATH, handle
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.limits import check
from worker.slack.modals import render_modal
from worker.slack.payloads import Press
from worker.store.workspaces import Workspace
from worker.web.app import create_with
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import hosting, hosting_forms, ids, joining, messages
from workflows.changes import applied
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.people import Membership, Person
from workflows.starting import MOST_PEOPLE
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

A_DAY = timedelta(days=1)
ASKED_BY_ANA = "Ana Ferreira asks: will you facilitate?"
HOSTILE = (
    "<!channel> & <https://evil.example|click>",
    "\u202eevil\u202c مرحبا שלום",
    "*bold* _it_ `code` :tada:",
    "👩‍👩‍👧‍👦" * 40,
    "x" * 4000,
    "two\nlines\r\nof\tname",
)


# --- what becomes of a request ----------------------------------------------------------------------------------------


@pytest.fixture
def story() -> Passing:
    """Ana facilitates; Bo, Dara, Eli and Fen have said yes. Dara has no Slack."""
    return passing(small())


def ask(story: Passing, person: str, *, hands_over: bool = False) -> None:
    story.apply(hosting.offered(story.walk, person, by="ana", hands_over=hands_over, now=story.now))


def leads(story: Passing) -> list[str]:
    return sorted(m.person for m in story.walk.members.values() if m.role == "facilitator")


def told(story: Passing, kind: str, person: str = "") -> list[str]:
    """The subjects of what somebody got, or the channel; what was edited is marked."""
    came = [c for c in story.sent(kind) if c.due.person == person]
    return [("~" if c.send.edits else "") + c.send.message.subject for c in came]


def test_nothing_changes_before_the_one_who_is_asked_says_yes(story: Passing) -> None:
    ask(story, "bo")
    story.until(story.now + timedelta(days=20))
    assert leads(story) == ["ana"]
    assert told(story, "offer", "bo") == [ASKED_BY_ANA]


def test_a_yes_shares_the_work_and_who_asked_and_the_channel_hear_of_it(story: Passing) -> None:
    ask(story, "bo")
    story.until(story.now + A_DAY)
    for _ in range(3):
        story.apply(hosting.accepted(story.walk, "bo", now=story.now))
    story.until(story.now + A_DAY)
    assert leads(story) == ["ana", "bo"]
    assert told(story, "handed", "ana") == ["Bo Lindqvist says yes"]
    assert told(story, "handed", "bo") == ["~You facilitate now"]
    assert told(story, "handed") == ["Bo Lindqvist now facilitates Harbour Circle, together with Ana Ferreira."]


def test_whoever_hands_over_steps_back_with_the_yes_and_not_before(story: Passing) -> None:
    ask(story, "bo", hands_over=True)
    story.until(story.now + A_DAY)
    assert leads(story) == ["ana"]
    story.apply(hosting.accepted(story.walk, "bo", now=story.now))
    assert leads(story) == ["bo"]
    story.until(story.now + timedelta(days=30))
    (came,) = story.sent("handed", person="ana")
    assert "You go on as a member" in str(came.send.message.parts)
    assert story.sent("offer", person="ana") == [], "the group was never without"


def test_a_no_is_told_and_changes_nothing(story: Passing) -> None:
    ask(story, "bo", hands_over=True)
    story.until(story.now + A_DAY)
    for _ in range(2):
        story.apply(hosting.declined(story.walk, "bo", now=story.now))
    story.until(story.now + A_DAY)
    assert leads(story) == ["ana"]
    assert told(story, "handed", "ana") == ["Bo Lindqvist would rather not"]
    assert told(story, "handed", "bo") == ["~You said no, and that is fine"]
    assert told(story, "handed") == []
    assert not hosting.accepted(story.walk, "bo", now=story.now), "that request is settled"


def test_asking_twice_is_one_offer_and_it_can_be_taken_back(story: Passing) -> None:
    ask(story, "bo")
    ask(story, "bo", hands_over=True)
    story.until(story.now + A_DAY)
    assert len(told(story, "offer", "bo")) == 1
    assert story.walk.members["bo"].hands_over
    story.apply(hosting.taken_back(story.walk, "bo", now=story.now))
    assert not hosting.accepted(story.walk, "bo", now=story.now)
    story.until(story.now + A_DAY)
    assert told(story, "handed", "bo") == ["~Nothing to decide any more"]
    ask(story, "bo")
    story.until(story.now + A_DAY)
    assert len(told(story, "offer", "bo")) == 2


def test_an_offer_taken_back_in_the_night_is_never_sent(story: Passing) -> None:
    story.until(BEGUN + timedelta(hours=4))
    ask(story, "bo")
    story.apply(hosting.taken_back(story.walk, "bo", now=story.now))
    story.until(story.now + A_DAY)
    assert told(story, "offer", "bo") == []
    story.until(story.now.replace(hour=22))
    for _ in range(3):
        story.until(story.now + timedelta(minutes=10))
        ask(story, "bo")
        story.apply(hosting.taken_back(story.walk, "bo", now=story.now))
    ask(story, "bo")
    story.until(story.now + A_DAY)
    assert told(story, "offer", "bo") == [ASKED_BY_ANA], "the last one alone"


def test_whoever_has_no_slack_is_asked_and_thanked_by_mail(story: Passing) -> None:
    ask(story, "dara")
    story.until(story.now + A_DAY)
    story.apply(hosting.accepted(story.walk, "dara", now=story.now))
    story.until(story.now + A_DAY)
    came = [
        (c.due.kind, c.send.channel) for c in story.came if c.due.person == "dara" and c.due.kind in ("offer", "handed")
    ]
    assert came == [("offer", "mail"), ("handed", "mail")]


def test_nobody_is_woken_by_what_somebody_else_said(story: Passing) -> None:
    ask(story, "eli")
    story.until(story.now + A_DAY)
    story.until(story.now.replace(hour=23, minute=30))  # evening in New York, night in Lisbon
    story.apply(hosting.accepted(story.walk, "eli", now=story.now))
    story.until(story.now + A_DAY)
    came = story.sent("handed")
    assert [c.at.hour for c in came if c.due.person == "eli"] == [23]
    assert all(8 <= c.at.hour < 20 for c in came if c.due.person != "eli")


def test_who_cannot_be_asked_is_not(story: Passing) -> None:
    story.apply(Change(members=(replace(story.walk.members["bo"], paused_at=story.now),)))
    story.leave("eli")
    for person in ("bo", "eli", "chi", "ana", "nobody"):
        assert not hosting.offered(story.walk, person, by="ana", now=story.now)


# --- parting ----------------------------------------------------------------------------------------------------------


def test_whoever_is_taken_out_is_told_once_and_gets_nothing_more(story: Passing) -> None:
    story.live(1, "bo", "eli", "fen")
    for _ in range(2):
        story.apply(hosting.taken_out(story.walk, "bo", by="ana", now=story.now))
    member = story.walk.members["bo"]
    assert (member.consent, member.taken_out) == ("withdrawn", True)
    assert all(a.person != "bo" for r in story.walk.rounds for a in story.walk.answers_to(r.id))
    before = len(story.came)
    story.week(3)
    assert [c.due.kind for c in story.came[before:] if c.due.person == "bo"] == ["parted"]
    assert len({c.at for c in story.sent("settled", person="bo")}) == 1, "no word of having stopped"
    assert not joining.consented(story.walk, "bo", given=True, prefers=None, via="slack", now=story.now)


def test_who_was_only_asked_finds_the_request_settled_and_no_message(story: Passing) -> None:
    story.apply(Change(members=(replace(story.walk.members["bo"], consent="asked"),)))
    story.apply(hosting.taken_out(story.walk, "bo", by="ana", now=story.now))
    story.until(story.now + timedelta(days=5))
    assert [c.send.edits for c in story.sent("parted", person="bo")] == [True, True], "both requests, if there were two"


def test_nobody_takes_out_a_fellow_facilitator_and_a_member_nobody(story: Passing) -> None:
    story.apply(Change(members=(replace(story.walk.members["bo"], role="facilitator"),)))
    assert not hosting.taken_out(story.walk, "bo", by="ana", now=story.now)
    assert not hosting.taken_out(story.walk, "eli", by="fen", now=story.now)


def test_whoever_was_taken_out_can_be_asked_again_and_whoever_said_no_cannot(story: Passing) -> None:
    story.apply(hosting.taken_out(story.walk, "bo", by="ana", now=story.now))
    story.leave("eli")
    story.apply(hosting.added(story.walk, [story.walk.people["bo"], story.walk.people["eli"]], now=story.now))
    story.until(story.now + A_DAY)
    assert story.walk.members["bo"].consent == "asked"
    assert story.walk.members["eli"].consent == "withdrawn"
    assert hosting.said_no(story.walk, "eli")
    story.agree("bo")
    assert story.walk.members["bo"].counts


def test_adding_somebody_later_begins_nothing_anew(story: Passing) -> None:
    ticks = [due for _, _, due in story.due if due.kind == "open"]
    gil = Person(id="gil", name="Gil Duarte", email="gil@example.org")
    for _ in range(2):
        story.apply(hosting.added(story.walk, [gil], now=story.now))
    story.until(story.now + timedelta(hours=1))
    assert [due for _, _, due in story.due if due.kind == "open"] == ticks
    assert len(story.sent("confirm")) == 1
    story.until(story.now + A_DAY)
    assert [c.send.channel for c in story.sent("consent", person="gil")] == ["mail"]
    assert story.walk.members["gil"].consent == "asked"


# --- the form ---------------------------------------------------------------------------------------------------------


def crowd(story: Passing, number: int, names: tuple[str, ...] = HOSTILE) -> Scene:
    """The group with so many people more, some of them with odd names."""
    people = tuple(
        Person(id=f"x{n}", name=f"{names[n % len(names)]} {n}", slack_user=f"U0X{n}", zone="Europe/London")
        for n in range(number)
    )
    states = ("given", "asked", "given", "refused", "unasked")
    more = tuple(Membership(person=p.id, consent=states[n % 5]) for n, p in enumerate(people))  # type: ignore[arg-type]
    walk = applied(story.walk, Change(people=people, members=more))
    return Scene(words=story.words, walk=walk, programme=story.programme)


def people_form(scene: Scene, person: str = "ana", now: Any = BEGUN) -> Form:
    return hosting_forms.people_form(scene, scene.ticket(person, "people"), now=now)


@pytest.mark.parametrize("number", [0, 1, 50, 500])
@pytest.mark.parametrize("do", ["nothing", "share", "step"])
def test_the_form_fits_slack_whatever_the_size_and_the_names(story: Passing, number: int, do: str) -> None:
    form = people_form(crowd(story, number))
    view = render_modal(replace(form, typed={"do": do}), page="http://localhost:8000/answer/x")
    check(view, "modal")
    drawn = json.dumps(view)
    assert "has no room" not in drawn, "everything is there"
    shown = [b.get("block_id") for b in view["blocks"]]
    assert ("who" in shown) == (do == "share")
    assert ("sure" in shown) == (do == "step"), "nobody else facilitates"


def test_the_form_says_states_and_never_who_said_no(story: Passing) -> None:
    story.leave("eli")
    story.apply(Change(members=(replace(story.walk.members["fen"], paused_at=story.now),)))
    ask(story, "bo")
    lines = "\n".join(hosting_forms.states(story.scene))
    assert "Take part (3): Ana Ferreira (facilitates), Bo Lindqvist (asked to facilitate), Dara Sharma" in lines
    assert "Taking a break (1): Fen Okada" in lines
    assert "Cannot be written to (1): Chi Nwosu" in lines
    assert "Eli" not in lines
    assert "One person said no or stopped" in lines


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"do": "nothing"}, "do"),
        ({"do": "rule the world"}, "do"),
        ({"do": "share"}, "who"),
        ({"do": "share", "who": "chi"}, "who"),
        ({"do": "share", "who": "ana"}, "who"),
        ({"do": "back", "who": "bo"}, "do"),
        ({"do": "out", "who": "nobody"}, "who"),
        ({"do": "step"}, "sure"),
        ({"do": "nothing", "addresses": "bo at example"}, "addresses"),
        ({"do": "lead"}, "do"),
    ],
)
def test_what_cannot_be_done_is_named_beside_its_field(story: Passing, typed: Typed, field: str) -> None:
    with pytest.raises(AskPerson) as wrong:
        hosting_forms.read_people(story.words, story.walk, "ana", typed, now=story.now)
    assert set(wrong.value.problems) == {field}


def test_who_only_stands_in_adds_and_asks_but_takes_nobody_out(story: Passing) -> None:
    story.leave("ana")
    values = {o.value for f in people_form(story.scene, "bo", story.now).fields if f.id == "do" for o in f.options}
    assert values == {"nothing", "lead", "share"}
    with pytest.raises(AskPerson):
        hosting_forms.read_people(story.words, story.walk, "bo", {"do": "out", "who": "fen"}, now=story.now)


@pytest.mark.parametrize("kind", [messages.offer, messages.handed, messages.lost, messages.parted])
def test_every_message_says_something_with_hostile_names(story: Passing, kind: Any) -> None:
    five = story.programme
    check(render(kind.example(story.words, five)), "message")
    walk = examples.walk(five)
    people = {p.id: replace(p, name=HOSTILE[n % len(HOSTILE)]) for n, p in enumerate(walk.people.values())}
    bo = replace(walk.members[examples.BO], offer="open", offered_by=examples.ANA, role="facilitator")
    group = replace(walk.group, name=HOSTILE[0], channel_lost="gone")
    odd = replace(
        walk,
        people=people,
        members={**walk.members, examples.BO: bo},
        partnership=replace(walk.partnership, group=group),
    )
    scene = Scene(words=story.words, walk=odd, programme=five)
    for message in (
        messages.offer.compose(scene, person=examples.BO),
        messages.offer.nobody(scene),
        messages.handed.compose(scene, person=examples.ANA, asked=examples.BO),
        messages.handed.settled(scene, person=examples.BO),
        messages.handed.told(scene, asked=examples.BO),
        messages.lost.compose(scene, person=examples.ANA),
        messages.parted.compose(scene),
        messages.parted.request(scene),
    ):
        sent = render(message)
        check(sent, "message")
        assert "<!channel>" not in sent["text"]


# --- through the doors ------------------------------------------------------------------------------------------------


@pytest.fixture
def moody() -> Iterator[Moody]:
    with moody_slack() as slack:
        slack.answer = lambda method, body: (200, {}, said_by_slack(method, body))
        yield slack


def said_by_slack(method: str, body: dict[str, Any]) -> dict[str, Any]:
    """A Slack in which everybody is there who is asked for, but for the addresses of h…@example.org."""
    if method == "users.lookupByEmail" and body["email"].startswith("h"):
        return {"ok": False, "error": "users_not_found"}
    name = body.get("user") or f"U0{body.get('email', 'x').partition('@')[0].upper()}"
    user = {"id": name, "team_id": "T1", "tz": "Europe/London", "profile": {"real_name": name.title()}}
    ours = {"team_id": "T1", "user_id": "U0BOT", "bot_id": "B0", "ts": "1.1"}
    return {"ok": True, **ours, "user": user, "channel": {"id": "C2", "num_members": 4}}


@pytest.fixture
def home(valkey_url: str, moody: Moody) -> Iterator[House]:
    """Ana facilitates, everyone but Chi has said yes; their ids are those of their Slack accounts."""
    made = build_house(slack_home.settings(valkey_url, moody.url).model_copy(update={"clock": "virtual"}))
    made.clock.move(START)
    made.workspaces.keep(Workspace(id="T1", name="Harbour Circle", installer="U0ANA", active=True))
    bot = Bot(team_id="T1", bot_token="xoxb-0", bot_id="B0", bot_user_id="U0BOT", installed_at=0.0)
    FairstepsInstallationStore(made.installations).save_bot(bot)
    five = made.programmes["five-steps"]
    people = tuple(replace(p, id=at(p.id), slack_user=f"U0{p.id.upper()}") for p in PEOPLE)
    begins = joining.started(
        partnership(version=five.version, started_by=at("ana")),
        tuple(replace(m, person=at(m.person), prefers="slack") for m in members()),
        everyone=False,
        now=START,
    )
    made.walks.begin_walk(replace(begins, people=people))
    made.walks.change("p1", lambda w: joining.enrolled(w, people, now=START))
    for person in ASKED:
        made.cases.give_consent(ticket(person, "consent"), True, via="web")
    yield made
    made.slack.close()


def at(person: str) -> str:
    return ids.person_id("T1", f"U0{person.upper()}")


def ticket(person: str, subject: str = "people") -> Ticket:
    return Ticket(workspace="T1", partnership="p1", person=at(person), subject=subject)


def walk_of(home: House) -> Walk:
    return home.walks.get("p1")


def saves(home: House, person: str, **typed: Any) -> None:
    home.cases.submit_answer(ticket(person), {"do": "nothing", **typed}, via="slack")


def everything_due(home: House) -> None:
    for _ in range(3):
        deliver(home, [c for chunk in home.due.claim(now=home.clock.now(), lease_ms=60_000) for c in chunk])


def test_people_are_added_by_picking_and_by_address_and_asked_once(home: House) -> None:
    for _ in range(2):
        saves(home, "ana", add=("U0GIL", "U0BO"), addresses="Hana Ito <hana@example.org>, ivo@example.org")
    everything_due(home)
    walk = walk_of(home)
    hana, ivo = walk.people[ids.person_id("T1", "hana@example.org")], walk.people[at("ivo")]
    assert (hana.name, hana.slack_user, walk.members[hana.id].prefers) == ("Hana Ito", None, "mail")
    assert ivo.slack_user == "U0IVO"
    assert walk.people[at("gil")].name == "U0Gil", "Slack was asked who that is"
    assert {walk.members[p].consent for p in (hana.id, ivo.id, at("gil"))} == {"asked"}
    assert walk.members[at("bo")].consent == "given"
    asked = [r.state for r in home.walks.records("p1").values() if r.state in ("sent", "failed")]
    assert asked.count("sent") == 4, "Chi, Gil and Ivo, and the channel; there is no mail server for Hana"


def test_whoever_said_no_is_named_and_a_full_group_says_how_much_room_there_is(home: House) -> None:
    home.cases.give_consent(ticket("eli", "consent"), False, via="slack")
    with pytest.raises(AskPerson) as refused:
        saves(home, "ana", add=("U0ELI",))
    assert "Eli Brooks" in refused.value.problems["add"]
    crowd = tuple(f"U0C{n}" for n in range(MOST_PEOPLE))
    with pytest.raises(AskPerson) as full:
        saves(home, "ana", add=crowd)
    assert full.value.problems == {"add": home.words("hosting.full", most=MOST_PEOPLE, room=MOST_PEOPLE - 4)}
    assert at("c1") not in walk_of(home).members


def test_only_who_leads_sees_the_form(home: House) -> None:
    assert home.cases.answer_form(ticket("ana")).id == "people"
    assert home.cases.answer_form(ticket("chi")).id == "consent", "whoever said nothing yet is asked that first"
    with pytest.raises(NotFound):
        home.cases.answer_form(ticket("bo"))


def test_sharing_goes_from_the_form_over_a_press_to_both(home: House, moody: Moody) -> None:
    saves(home, "ana", do="share", who=at("bo"))
    everything_due(home)
    assert [body["text"] for body in moody.of("chat.postMessage") if body["channel"] == "U0BO"] == [ASKED_BY_ANA]
    home.cases.take_lead(ticket("bo", "lead"), True)
    home.cases.take_lead(ticket("bo", "lead"), True)
    everything_due(home)
    assert walk_of(home).members[at("bo")].role == "facilitator"
    assert "You facilitate now" in [body["text"] for body in moody.of("chat.update")], "the request says what was said"
    assert [b["text"] for b in moody.of("chat.postMessage")].count("Bo Lindqvist says yes") == 1
    with pytest.raises(NotFound):
        home.cases.take_lead(ticket("eli", "lead"), True)
    saves(home, "ana", do="step")
    assert [m.person for m in walk_of(home).facilitators()] == [at("bo")]
    with pytest.raises(NotFound):
        saves(home, "ana", do="step")


def test_a_look_at_an_orphaned_group_that_is_carried_out_twice_asks_one_person_once(home: House, moody: Moody) -> None:
    home.clock.move(START + timedelta(hours=4))  # it is day for everybody
    everything_due(home)
    home.cases.give_consent(ticket("ana", "consent"), False, via="slack")
    taken = [c for chunk in home.due.claim(now=home.clock.now(), lease_ms=0) for c in chunk]
    looks = [claim for claim in taken if claim.occurrence.kind == "orphaned"]
    assert len(looks) == 1
    for _ in range(3):  # the broker brings it to three workers
        deliver(home, looks)
    everything_due(home)
    everything_due(home)
    offers = [b["channel"] for b in moody.of("chat.postMessage") if b["text"] == home.words("offer.subject_next")]
    (open_one,) = (m.person for m in walk_of(home).members.values() if m.offer == "open")
    assert offers == [walk_of(home).people[open_one].slack_user]


def test_a_page_takes_the_same_without_slacks_pickers(home: House) -> None:
    client = create_with(home).test_client()
    people, lead = (
        home.links.url("answer", t).removeprefix("http://localhost:8000") for t in (ticket("ana"), ticket("bo", "lead"))
    )
    page = client.get(people).get_data(as_text=True)
    assert "Bo Lindqvist" in page
    assert 'name="add"' not in page
    assert client.get(lead).status_code == 200
    sent = client.post(people, data={"_form": "people", "do": "share", "who": at("bo")})
    assert sent.status_code == 303
    assert walk_of(home).members[at("bo")].offer == "open"
    assert client.post(lead, data={"_form": "lead"}).status_code == 422
    assert client.post(lead, data={"_form": "lead", "lead": "yes"}).status_code == 303
    assert walk_of(home).members[at("bo")].role == "facilitator"
    again = client.post(lead, data={"_form": "lead", "lead": "yes"})
    assert again.status_code < 500
    wrong = client.post(people, data={"_form": "people", "do": "nothing", "addresses": "nobody at all"})
    assert wrong.status_code == 422
    assert "nobody at all" in wrong.get_data(as_text=True), "what was typed stays"


def test_whoever_was_taken_out_finds_every_door_closed_but_that_of_their_mails(home: House) -> None:
    saves(home, "ana", do="out", who=at("bo"))
    for subject in ("consent", "r1", "lead", "people"):
        with pytest.raises(NotFound):
            home.cases.answer_form(ticket("bo", subject))
    with pytest.raises(NotFound):
        home.cases.give_consent(ticket("bo", "consent"), True, via="slack")
    with pytest.raises(NotFound):
        home.cases.board(ticket("bo", ""))
    home.cases.stop_mail(ticket("bo", ""))
    assert walk_of(home).members[at("bo")].consent == "withdrawn"


def test_presses_and_modals_are_taken_once_and_never_from_somebody_else(home: House, moody: Moody) -> None:
    app = build(home)
    saves(home, "ana", do="share", who=at("bo"))
    for user, action, about in (
        ("U0ELI", "lead_yes", ticket("bo", "lead")),
        ("U0ELI", "lead_yes", ticket("eli", "lead")),
        ("U0BO", "people", ticket("bo")),
    ):
        assert post(app, interaction(press(action, about.encode(), user=user, team="T1"))) == 200
    assert [m.person for m in walk_of(home).facilitators()] == [at("ana")]
    body = interaction(press("lead_yes", ticket("bo", "lead").encode(), user="U0BO", team="T1"))
    headers = signed(body)
    assert [post(app, body, headers) for _ in range(3)] == [200, 200, 200]
    assert len(walk_of(home).facilitators()) == 2
    version = walk_of(home).version
    for junk in ("", "lead", "T1/p1", "a/b/c/d/e", "T9/p1/x/lead"):
        assert post(app, interaction(press("lead_no", junk, user="U0BO", team="T1"))) == 200
    assert walk_of(home).version == version


def post(app: FairstepsApp, body: str, headers: dict[str, str] | None = None) -> int:
    given = {"Content-Type": "application/x-www-form-urlencoded", **(headers or signed(body))}
    return handle(app, "POST", EVENTS_PATH, "", given, body.encode()).status


def test_the_modal_of_people_keeps_everything_when_a_person_was_not_chosen_yet(home: House) -> None:
    app = build(home)
    view = presses_hosting.PRESSES["people"](home, pressed("people"))
    assert view is not None
    check(view, "modal")
    values = {
        "addresses": {"type": "plain_text_input", "value": "hana@example.org"},
        "add": {"type": "multi_users_select", "selected_users": ["U0GIL"]},
        "do": {"type": "radio_buttons", "selected_option": {"value": "share"}},
    }
    body = interaction(sending(view, values, user="U0ANA", team="T1"))
    given = {"Content-Type": "application/x-www-form-urlencoded", **signed(body)}
    answer = handle(app, "POST", EVENTS_PATH, "", given, body.encode())
    said = json.loads(answer.body)
    assert said["response_action"] == "update"
    drawn = json.dumps(said["view"])
    assert "hana@example.org" in drawn
    assert "U0GIL" in drawn
    assert home.words("hosting.need_who") in drawn
    assert at("gil") not in walk_of(home).members


def pressed(action: str, person: str = "ana", subject: str = "people") -> Press:
    return Press.from_body(press(action, ticket(person, subject).encode(), user=f"U0{person.upper()}", team="T1"))


def test_every_press_of_hosting_is_listened_to() -> None:
    assert set(presses_hosting.PRESSES) == {"people", "channel", "lead_yes", "lead_no"}
    assert set(presses_hosting.PRESSES) <= set(listeners.PRESSES)


# --- another channel --------------------------------------------------------------------------------------------------


def test_another_channel_is_chosen_and_nothing_is_said_there_again(home: House, moody: Moody) -> None:
    before = set(home.due.planned("p1"))
    view = presses_hosting.PRESSES["channel"](home, pressed("channel"))
    assert view is not None
    check(view, "modal")
    group = replace(walk_of(home).group, channel_lost="archived")
    home.walks.change("p1", lambda w: Change(partnership=replace(w.partnership, group=group)))
    for _ in range(2):
        home.cases.choose_channel(ticket("ana"), {"channel": "C2"})
    assert (walk_of(home).group.channel, walk_of(home).group.channel_lost) == ("C2", "")
    assert [body["channel"] for body in moody.of("conversations.join")] == ["C2", "C2"]
    assert {o for o in home.due.planned("p1") if o.kind not in ("home",)} <= before
    with pytest.raises(NotFound):
        home.cases.choose_channel(ticket("bo"), {"channel": "C3"})


@pytest.mark.parametrize(
    ("join", "info", "words"),
    [
        ("method_not_supported_for_channel_type", "channel_not_found", "hosting.channel_private"),
        ("is_archived", "", "hosting.channel_archived"),
        ("internal_error", "", "hosting.channel_busy"),
        ("method_not_supported_for_channel_type", "", ""),
    ],
)
def test_a_channel_that_we_are_not_in_is_told_and_not_taken(
    home: House, moody: Moody, join: str, info: str, words: str
) -> None:
    refusals = {"conversations.join": join, "conversations.info": info}

    def answer(method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        if code := refusals.get(method):
            return 200, {}, {"ok": False, "error": code}
        return 200, {}, said_by_slack(method, body)

    moody.answer = answer
    if not words:
        home.cases.choose_channel(ticket("ana"), {"channel": "C2"})
        assert walk_of(home).group.channel == "C2", "somebody let us into the private channel"
        return
    with pytest.raises(AskPerson) as refused:
        home.cases.choose_channel(ticket("ana"), {"channel": "C2"})
    assert refused.value.problems == {"channel": home.words(words)}
    assert walk_of(home).group.channel == "C1"


def test_a_lost_channel_is_told_to_who_leads_with_a_way_to_choose_another(story: Passing) -> None:
    group = replace(story.walk.group, channel_lost="removed")
    story.apply(Change(partnership=replace(story.walk.partnership, group=group)))
    story.apply(
        Change(plan=tuple(story.walk.occurrence("lost", story.now, subject="removed", person=p) for p in ("ana", "bo")))
    )
    story.until(story.now + A_DAY)
    (came,) = story.sent("lost")
    assert came.due.person == "ana"
    assert [action.id for action in came.send.message.actions] == ["channel"]


# --- from the command line --------------------------------------------------------------------------------------------


def test_whoever_runs_fairsteps_asks_somebody_to_facilitate(walking: House) -> None:
    asked = run("person", "offer", "--partnership", "p1", "bo")
    assert (asked.returncode, asked.stdout) == (0, "")
    assert "Bo Lindqvist is asked" in asked.stderr
    assert run("person", "offer", "--partnership", "p1", "bo").returncode == 0
    offers = [o for o in walking.due.planned("p1") if o.kind == "offer"]
    assert [o.person for o in offers] == ["bo"], "asked twice is asked once"
    for nobody, code in (("ana", 2), ("chi", 2), ("nobody", 2)):
        refused = run("person", "offer", "--partnership", "p1", nobody)
        assert refused.returncode == code, refused.stderr
        assert refused.stderr
