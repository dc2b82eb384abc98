"""A group in Slack in whose walk everything that can be pressed, sent or typed is there, and Slack as a server that
takes all and is asked what came. Two workspaces may have it, alike in every id but the team's and in every name.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slack_sdk.oauth.installation_store import Bot

from tests import slack_home
from tests.modal_home import objected
from tests.slack_front import TYPED
from tests.slack_home import ANA, BO, CHANNEL, DARA, ELI, FEN, TEAM, Moody, moody_slack, press, valkey
from tests.slack_walk import on_message, shortcut
from tests.slack_walk import said as written
from tests.small import said
from worker.slack.app import FairstepsApp, build
from worker.slack.blocks import render
from worker.slack.home import render_home
from worker.slack.installations import FairstepsInstallationStore
from worker.store.connection import text
from worker.store.workspaces import Workspace
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import command_answers, commanding, engine, ids, joining
from workflows.home import home_of
from workflows.keeping import Spoken
from workflows.messages import lost, prompt
from workflows.messages.scene import Scene
from workflows.people import Group, Membership, Partner, Person
from workflows.ticket import Ticket
from workflows.walk import Change, Dissent, Note, Partnership, Rhythm, Round

HERE, THERE = TEAM, "T0MIRROR"
OTHER_CHANNEL = "C0OTHER"
STRANGER = "U0HANA"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # a Tuesday
MESSAGE = "1732300000.000100"
NAMES = {ANA: "Ana", BO: "Bo", DARA: "Dara", ELI: "Eli", FEN: "Fen"}

Body = dict[str, Any]
Stored = dict[str, bytes]


# --- Slack, and the house behind its door -----------------------------------------------------------------------------


def said_by_slack(method: str, body: Mapping[str, Any]) -> Body:
    """A Slack that knows everybody, for whom every channel is open and every view is new."""
    user = {"id": body.get("user", BO), "team_id": "", "tz": "Europe/London", "profile": {"real_name": "Somebody"}}
    view = {"id": "V0VIEW", "hash": "1.a"}
    return {"ok": True, "ts": "1.1", "user": user, "view": view, "channel": {"id": CHANNEL, "num_members": 4}}


@contextlib.contextmanager
def whole_front(folder: Path) -> Iterator[tuple[FairstepsApp, Moody]]:
    """The front for Slack, over a Valkey of its own and a Slack that takes all."""
    with valkey(folder) as redis_url, moody_slack() as moody:
        moody.answer = lambda method, body: (200, {}, said_by_slack(method, body))
        # A private reply goes to an address of the local Slack, which is known by this name.
        moody.url = moody.url.replace("127.0.0.1", "localhost")
        given = slack_home.settings(redis_url, moody.url).model_copy(update={"clock": "virtual"})
        house = build_house(given)
        yield build(house), moody
        house.slack.close()


def snapshot(house: House) -> Stored:
    """Everything that is stored, to put back with `restore`."""
    names = sorted(text(key) for key in house.redis.keys("*"))
    pipe = house.redis.pipeline(transaction=False)
    for name in names:
        pipe.dump(name)
    return dict(zip(names, pipe.execute(), strict=True))


def restore(house: House, stored: Stored) -> None:
    """Put everything back as it was."""
    pipe = house.redis.pipeline(transaction=False)
    pipe.flushall()
    for name, there in stored.items():
        pipe.restore(name, 0, there)
    pipe.execute()


_PASSING = (":turns", ":paused:", ":typing:", ":homes")  # when to call, what is being typed, what was drawn


def kept(house: House, *, team: str = "") -> dict[str, object]:
    """What of it people would miss; with `team`, what is that workspace's alone. What is the same is sealed anew."""
    mine = {team, *house.workspaces.partnerships(team)} if team else set()
    found: dict[str, object] = {}
    for name, there in snapshot(house).items():
        if any(part in name for part in _PASSING) or (mine and not any(one in name for one in mine)):
            continue
        found[name] = _opened(house, name) if name.endswith(":drafts") else there
    return found


def _opened(house: House, name: str) -> dict[str, Body]:
    """Each draft with what is typed beside it: both together are what its person finds again."""
    found: dict[str, Body] = {}
    for field, sealed in sorted(house.redis.hgetall(name).items()):
        whose_draft, _, beside = text(field).rpartition("/")
        if beside != "page":
            of = whose_draft if beside == "typing" else text(field)
            found[of] = {**found.get(of, {}), **json.loads(house.vault.open(text(sealed).encode()))}
    return found


# --- the walk ---------------------------------------------------------------------------------------------------------


def person(user: str, team: str = HERE) -> str:
    return ids.person_id(team, user)


def pid_of(team: str, channel: str = CHANNEL) -> str:
    return "p" + ids.made_of("partnership", team, channel)[:11]


def ticket(user: str, subject: str = "", *, team: str = HERE, channel: str = CHANNEL) -> Ticket:
    return Ticket(workspace=team, partnership=pid_of(team, channel), person=person(user, team), subject=subject)


def scene(house: House, team: str = HERE, channel: str = CHANNEL) -> Scene:
    walk = house.walks.get(pid_of(team, channel))
    return Scene(words=house.words, walk=walk, programme=house.programmes.of(walk.partnership))


def whole(house: House, team: str, *, word: str) -> None:
    """Begin two walks of one group in a workspace. `word` is in all that its people say, and in their names."""
    house.clock.move(NOON)
    bot = Bot(team_id=team, bot_token=f"xoxb-{team}", bot_id="B1", bot_user_id="U0FAIRSTEPS", installed_at=1.0)
    FairstepsInstallationStore(house.installations).save_bot(bot)
    house.workspaces.keep(Workspace(id=team, name="Harbour", installer=ANA, active=True))
    people = tuple(
        Person(id=person(u, team), name=f"{name} {word}", slack_user=u, email=f"{name}.{word}@example.org".lower(),
               zone="Europe/London", zone_chosen=True)
        for u, name in NAMES.items()
    )  # fmt: skip
    for channel, partner in ((CHANNEL, "Tidewater Apps"), (OTHER_CHANNEL, "Lantern")):
        _begin(house, team, channel, partner, people)
    _live(house, team, word)


def _begin(house: House, team: str, channel: str, partner: str, people: tuple[Person, ...]) -> None:
    five, pid = house.programmes["five-steps"], pid_of(team, channel)
    begun = Partnership(
        id=pid,
        workspace=team,
        group=Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=channel),
        partner=Partner(name=partner, kind="app"),
        programme=five.id,
        version=five.version,
        rhythm=Rhythm(weekday=1, hour=9, digest_weekday=4),
        mail_allowed=True,
        started_at=NOON,
        started_by=person(ANA, team),
        salt="pepper",
    )
    members = tuple(
        Membership(person=p.id, role="facilitator" if p.slack_user == ANA else "member", prefers="slack")
        for p in people
    )
    house.workspaces.add_partnership(team, pid)
    house.walks.begin_walk(replace(joining.started(begun, members, everyone=False, now=NOON), people=people))
    house.walks.change(pid, lambda w: joining.enrolled(w, people, now=NOON))
    for user in (ANA, BO, ELI, FEN):
        house.cases.give_consent(ticket(user, "consent", team=team, channel=channel), True, via="slack")
    house.walks.change(pid, lambda w: engine.opened(w, five, day=NOON.date(), now=NOON))


def _live(house: House, team: str, word: str) -> None:
    """What its people did so far in the first of the walks."""
    pid, cases = pid_of(team), house.cases
    there = scene(house, team)
    quick = Round(
        id="rq", prompt="asked-of-us", step=there.programme.steps[0].id, number=90,
        opens_on=NOON.date(), closes_at=NOON.replace(day=6),
    )  # fmt: skip
    decision = there.programme.steps[0].decisions[0].id
    long = replace(quick, id="rl", prompt="harm-value", number=91)
    house.walks.change(pid, lambda w: Change(rounds=(quick, long)))
    for user in (BO, ELI):
        answer_of(house, team, round_of(scene(house, team), "without-you"), user, word)
    asked = round_of(there, "your-week")
    first = house.cases.answer_form(ticket(BO, asked, team=team)).fields[0].id
    cases.keep_draft(ticket(BO, asked, team=team), {first: f"Draft {word}"})
    cases.add_milestone(pid, title=f"Letter {word}", owner=person(BO, team), due=NOON.replace(day=9).date())
    own = Spoken(message=f"{CHANNEL}:1.1", text=f"I promise {word}", author=person(BO, team), name=f"Bo {word}",
                 slack_user=BO, at=NOON)  # fmt: skip
    cases.keep(ticket(BO, team=team), own, kind="promise", note=f"Note {word}")
    elis = replace(own, message=f"{CHANNEL}:{MESSAGE}", author=person(ELI, team), slack_user=ELI, name=f"Eli {word}")
    cases.keep(ticket(BO, team=team), elis, kind="evidence", note=f"Note {word}")
    cases.offer_lead(pid, person(ELI, team))
    cases.pause(ticket(FEN, team=team))
    object_ = Dissent(word="object", reason=f"Because {word}", person=person(ELI, team))
    noted = Note(what="extended", by=person(ANA, team), at=NOON, reason=f"Reason {word}")

    def decide(walk: Any) -> Change:
        made = objected(walk.partnership, decision, object_)
        return Change(partnership=replace(made, steps=tuple(replace(s, notes=(noted,)) for s in made.steps)))

    house.walks.change(pid, decide)


def answer_of(house: House, team: str, round_id: str, user: str, word: str) -> None:
    def decide(walk: Any) -> Change:
        found, programme = walk.round(round_id), house.programmes.of(walk.partnership)
        values = said(walk, programme, found, word=word)
        return engine.answered(walk, programme, person(user, team), round_id, values, via="slack", now=NOON)

    house.walks.change(pid_of(team), decide)


def round_of(there: Scene, prompt: str) -> str:
    """The newest round of a prompt."""
    return next(r.id for r in reversed(there.walk.rounds) if r.prompt == prompt)


# --- what is there to be pressed --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Button:
    """One button, or one choice of a menu, as it stands before somebody."""

    user: str
    action: str
    element: Mapping[str, Any]
    home: bool

    @property
    def value(self) -> str:
        chosen = self.element.get("selected_option") or {}
        return str(chosen.get("value") or self.element.get("value") or "")

    def body(self, *, user: str = "", team: str = HERE, slack: str = "", value: str = "") -> Body:
        """What Slack posts when it is pressed."""
        body = press(self.action, self.value, user=user or self.user, team=team)
        acted = {"block_id": "b", "action_ts": "1732300001.1", **self.element}
        if value:
            given = {"selected_option": {"value": value}} if "selected_option" in acted else {"value": value}
            acted |= given
        body |= {
            "actions": [acted],
            "token": "legacy",
            "enterprise": None,
            "is_enterprise_install": False,
            "state": {"values": {}},
            "response_url": f"{slack or 'https://hooks.slack.com/'}hook",
            "message": {"type": "message", "user": "U0FAIRSTEPS", "ts": "1.1", "text": "…", "blocks": []},
        }
        if self.home:
            for name in ("channel", "message", "response_url"):
                del body[name]
            body["container"] = {"type": "view", "view_id": "V0HOME"}
            body["view"] = {"id": "V0HOME", "type": "home", "hash": "1.a", "private_metadata": "", "blocks": []}
        return body


def buttons_in(payload: Mapping[str, Any], user: str, *, home: bool = False) -> Iterator[Button]:
    """Every button of a payload; each choice of a menu is one."""
    for block in payload["blocks"]:
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
        for element in elements:
            if "action_id" not in element:
                continue
            action = element["action_id"]
            plain = {name: element[name] for name in ("type", "action_id", "value") if name in element}
            for option in element.get("options", ()):
                yield Button(user=user, action=action, element={**plain, "selected_option": option}, home=home)
            if "options" not in element:
                yield Button(user=user, action=action, element=plain, home=home)


def buttons(house: House, team: str = HERE) -> tuple[Button, ...]:
    """Everything that can be pressed: on the Home tab of each, in answers to commands, and in a message of ours."""
    found: list[Button] = []
    for user in (BO, ANA, ELI, FEN, DARA, STRANGER):
        walks = house.cases.mine(team, user)
        home = render_home(home_of(house.words, walks, person(user, team), now=house.clock.now()))
        found += buttons_in(home, user, home=True)
    there = scene(house, team)
    tapped = there.walk.round("rq")
    assert tapped is not None
    found += buttons_in(render(prompt.compose(there, round_=tapped, person=person(BO, team))), BO)
    which = [scene(house, team), scene(house, team, OTHER_CHANNEL)]
    asked = commanding.read(house.words, "status")
    found += buttons_in(render(command_answers.which(which, person(BO, team), asked)), BO)
    group = replace(there.walk.group, channel_lost="archived")
    gone = replace(there, walk=replace(there.walk, partnership=replace(there.walk.partnership, group=group)))
    found += buttons_in(render(lost.compose(gone, person=person(ANA, team))), ANA)
    return tuple(found)


# --- the modals, opened and filled ------------------------------------------------------------------------------------


def fills(element: Mapping[str, Any]) -> Body:
    """What somebody gives in an input whose place is all they look at."""
    options = [*element.get("options", ()), *(o for g in element.get("option_groups", ()) for o in g["options"])]
    last = next((o for o in reversed(options) if o["value"] != "_none"), None)
    match element["type"]:
        case "plain_text_input":
            return {"type": element["type"], "value": element.get("initial_value") or "3"}
        case "radio_buttons" | "static_select":
            return {"type": element["type"], "selected_option": element.get("initial_option") or last}
        case "checkboxes" | "multi_static_select":
            return {"type": element["type"], "selected_options": [last]}
        case "datepicker":
            return {"type": "datepicker", "selected_date": "2026-12-20"}
        case "multi_users_select":
            return {"type": element["type"], "selected_users": [STRANGER]}
        case _:
            return {"type": "conversations_select", "selected_conversation": "C0NEW"}


def inputs(view: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (block for block in view["blocks"] if block["type"] == "input")


def acting(view: Mapping[str, Any], user: str, *, team: str = HERE, given: Mapping[str, Any] | None = None) -> Body:
    """The frame of what Slack posts about an open modal, with every input of it filled."""
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: (given or {}).get(block["block_id"]) or fills(block["element"])
        }
        for block in inputs(view)
    }
    told = {"id": "V0VIEW", "hash": "1.a", "team_id": team, "app_id": "A0FAIRSTEPS", "bot_id": "B1",
            "root_view_id": "V0VIEW", "previous_view_id": None, "external_id": "", "clear_on_close": False}  # fmt: skip
    return {
        "token": "legacy",
        "api_app_id": "A0FAIRSTEPS",
        "team": {"id": team, "domain": "harbour-circle"},
        "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": team},
        "trigger_id": "1.1.x",
        "is_enterprise_install": False,
        "enterprise": None,
        "view": {**told, **view, "state": {"values": values}},
    }


def sent(view: Mapping[str, Any], user: str, *, team: str = HERE, given: Mapping[str, Any] | None = None) -> Body:
    return {"type": "view_submission", **acting(view, user, team=team, given=given), "response_urls": []}


def shut(view: Mapping[str, Any], user: str, *, team: str = HERE) -> Body:
    return {"type": "view_closed", **acting(view, user, team=team), "is_cleared": False}


def touched(view: Mapping[str, Any], action: str, user: str, *, team: str = HERE, value: str = "") -> Body:
    """Somebody presses `action` in a modal, or types in, or chooses from, the first input that has it."""
    body = acting(view, user, team=team)
    for block in inputs(view):
        element = block["element"]
        if element["action_id"].partition(".")[0] == action:
            acted = {**body["view"]["state"]["values"][block["block_id"]][element["action_id"]], **element}
            acted = {n: acted[n] for n in ("type", "value", "selected_option", "selected_options") if n in acted}
            acted |= {"action_id": element["action_id"], "block_id": block["block_id"]}
            break
    else:
        elements = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
        there = next((e for e in elements if e["action_id"] == action), {"value": value})
        acted = {"type": "button", "block_id": "_buttons", "action_id": action, "value": there.get("value", "")}
    acted["action_ts"] = "1732300002.123456"
    return {"type": "block_actions", **body, "actions": [acted], "container": {"type": "view", "view_id": "V0VIEW"}}


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How a form opens before somebody: by a ticket's subject (`subject` from the walk), or by `body`."""

    user: str = BO
    subject: str | Callable[[Scene], str] = ""
    action: str = "answer"
    body: Callable[[str], Body | str] | None = None
    given: Mapping[str, Any] | None = None
    unfolds: bool = False  # what was chosen asks for more, in the same modal


def chosen(value: str) -> Body:
    return {"type": "radio_buttons", "selected_option": {"value": value}}


def _milestone(there: Scene) -> str:
    return next(m.id for m in there.walk.milestones if m.owner == there.walk.people[m.owner].id and "Letter" in m.title)


def _asked(there: Scene) -> str:
    return "keep." + next(k.id for k in there.walk.partnership.kept if k.state == "asked")


def _who(there: Scene) -> str:
    return next(p.id for p in there.walk.people.values() if p.slack_user == BO)


NOTHING: Body = {"type": "plain_text_input", "value": None}


def a_line(text: str) -> Body:
    """What somebody typed into a line."""
    return {"type": "plain_text_input", "value": text}


# By callback_id: each form that we ever show in a modal, and that can be sent.
OPENINGS: Mapping[str, Opening] = {
    "answer": Opening(subject=lambda there: round_of(there, "your-week") + "-short", action="short"),
    "consent": Opening(user=DARA, subject="consent", given={"consent": chosen("yes")}),
    "preferences": Opening(action="settings", given={"prefers": chosen("both"), "address": NOTHING}),
    "start": Opening(user=ANA, action="start", given={**TYPED, "addresses": NOTHING, "currency": NOTHING}),
    "move_on": Opening(
        user=ANA,
        subject=lambda there: there.programme.steps[0].id,
        action="move_on",
    ),
    "row": Opening(user=ANA, subject="row.asks-log.new"),
    "met": Opening(user=ANA, subject=lambda there: f"met.{there.programme.steps[0].decisions[0].id}", action="met"),
    "milestone_done": Opening(subject=_milestone),
    "skip": Opening(subject=lambda there: round_of(there, "your-week") + "-skip"),
    "later": Opening(subject=lambda there: round_of(there, "your-week") + "-later"),
    "people": Opening(user=ANA, subject="people", action="people", given={"addresses": NOTHING}),
    "channel": Opening(user=ANA, subject="people", action="channel"),
    "sharing": Opening(
        user=ANA,
        subject="share",
        given={"do": chosen("invite"), "name": a_line("Robin Tide"), "address": a_line("robin@example.com")},
        unfolds=True,
    ),
    "milestone": Opening(user=ANA, subject=lambda there: f"milestone.{_milestone(there)}"),
    "lead": Opening(user=ELI, subject="lead", given={"lead": chosen("yes")}),
    "kept": Opening(user=ELI, subject=_asked, given={"keep": chosen("yes")}),
    "milestone_new": Opening(body=lambda team: command("milestone Our letter", team=team)),
    "keep_message": Opening(
        body=lambda team: {**on_message(written("Nobody gets our list", user=FEN)), **whose(BO, team)},
        given={"kind": chosen("incident")},
    ),
    "first_waiting": Opening(body=lambda team: {**shortcut("answer_waiting"), **whose(BO, team)}),
}


def whose(user: str, team: str) -> Body:
    return {"team": {"id": team, "domain": "harbour-circle"}, "user": {"id": user, "team_id": team}}


def command(words: str, *, user: str = BO, team: str = HERE, channel: str = CHANNEL, slack: str = "") -> Body:
    """The flat form that Slack posts for a command."""
    return {
        "token": "legacy",
        "team_id": team,
        "team_domain": "harbour-circle",
        "channel_id": channel,
        "channel_name": "partnerships",
        "user_id": user,
        "user_name": "somebody",
        "command": "/fairsteps",
        "text": words,
        "api_app_id": "A0FAIRSTEPS",
        "is_enterprise_install": "false",
        "response_url": f"{slack or 'https://hooks.slack.com/'}hook",
        "trigger_id": "1.1.x",
    }


def views(moody: Moody, method: str = "views.open") -> list[Body]:
    """The views that Slack was given, in order."""
    found = [body["view"] for body in moody.of(method)]
    return [json.loads(view) if isinstance(view, str) else view for view in found]


def opening_body(there: Scene, form: str, *, team: str = HERE) -> Body:
    """What Slack posts when somebody does what opens a form."""
    how = OPENINGS[form]
    if how.body is not None:
        made = how.body(team)
        assert isinstance(made, dict)
        return made
    subject = how.subject if isinstance(how.subject, str) else how.subject(there)
    value = "start" if how.action == "start" else ticket(how.user, subject, team=team).encode()
    return Button(user=how.user, action=how.action, element={"type": "button", "action_id": how.action, "value": value},
                  home=False).body(team=team)  # fmt: skip
