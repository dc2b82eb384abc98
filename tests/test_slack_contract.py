"""Everything that Slack may send us: as it is, then malformed, replayed, out of order, and from the wrong person.

Whatever comes: never a 5xx while the store is there, never a mistake of ours that only the log tells of, never a change
of state twice, and never one by somebody whom it is not for. The registries are walked, so that a press, modal, event
or command without a payload here fails.
"""

import ast
import copy
import importlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.slack_front import post
from tests.slack_home import ANA, BO, DARA, FEN, Moody, interaction, signed
from tests.slack_walk import on_message, shortcut
from tests.slack_walk import said as written
from tests.slack_whole import (
    HERE,
    NOON,
    OPENINGS,
    STRANGER,
    THERE,
    Body,
    Button,
    Stored,
    buttons,
    command,
    kept,
    opening_body,
    pid_of,
    restore,
    scene,
    sent,
    shut,
    snapshot,
    ticket,
    touched,
    views,
    whole,
    whole_front,
    whose,
)
from tests.test_slack_events import REALISTIC, told
from worker.slack import commands, filling, listeners, modal_inputs, modals, shortcuts
from worker.slack.app import EVENTS, FairstepsApp
from worker.slack.filling_pages import KEEPS
from worker.slack.http import Answer
from worker.wiring import House
from workflows import commanding
from workflows.walk import Change, Walk

IN_MODAL = (*modals.PRESSES, modal_inputs.TYPES)
COMMANDS = (*commanding.NAMES, "nonsense")
SHORTCUTS = (shortcuts.ANSWER_WAITING, shortcuts.KEEP_MESSAGE)
NAMES = (
    *(f"press {action}" for action in listeners.PRESSES),
    *(f"modal {form}" for form in OPENINGS),
    "modal notice",
    "next answer",
    *(f"in modal {action}" for action in IN_MODAL),
    *(f"in start {action}" for action in (modals.FRESH, modal_inputs.TYPES)),
    "closed answer",
    "closed start",
    *(f"command {name}" for name in COMMANDS),
    *(f"shortcut {name}" for name in SHORTCUTS),
    *(f"event {kind}" for kind in EVENTS),
)
# What only shows something, or opens it.
ON_THE_WEB_ALONE = ("begin", "partner_word", "partner_letter", "partner_mails")  # for who has no Slack here
_OPENS = "answer change short move_on met start settings board people channel command"
SHOWS = {
    *(f"press {action}" for action in _OPENS.split()),
    *(f"command {name}" for name in COMMANDS if name != "pause"),
    *(f"shortcut {name}" for name in SHORTCUTS),
    "modal first_waiting",
    "modal notice",
    "in start modal_fresh",
}
ANYBODYS = ("press start", "modal start")  # whoever is in the workspace may begin


# --- one of each ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, repr=False)
class World:
    """Two workspaces as they are before anything is sent, and what can be sent to the first."""

    app: FairstepsApp
    moody: Moody
    before: Stored
    payloads: Mapping[str, Body]
    pressed: tuple[Button, ...]

    @property
    def house(self) -> House:
        return self.app.house

    def __repr__(self) -> str:
        return "World()"  # hypothesis writes it down with every example

    def again(self) -> None:
        """Let everything be as it was before."""
        restore(self.house, self.before)
        self.moody.asked.clear()

    def send(self, body: Body, headers: dict[str, str] | None = None) -> Answer:
        """Slack posts a body; no mistake of ours hides behind a kind answer."""
        with capture_logs() as told:
            answer = post(self.app, posted(body), headers)
        assert [one for one in told if one.get("action") == "slack_failed"] == []
        assert answer.status < 500
        return answer


def posted(body: Body) -> str:
    if "command" in body:
        return urlencode({name: value for name, value in body.items() if value is not None}, errors="surrogatepass")
    return json.dumps(body) if body.get("type") == "event_callback" else interaction(body)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with whole_front(tmp_path_factory.mktemp("state")) as (app, moody):
        for team in (HERE, THERE):
            whole(app.house, team, word="heather")
        before = snapshot(app.house)
        found = tuple(buttons(app.house))
        payloads = dict(all_of(app, moody, found))
        restore(app.house, before)
        yield World(app=app, moody=moody, before=before, payloads=payloads, pressed=found)


@pytest.fixture
def fresh(world: World) -> World:
    world.again()
    return world


def all_of(app: FairstepsApp, moody: Moody, found: tuple[Button, ...]) -> Iterator[tuple[str, Body]]:
    first: dict[str, Button] = {}
    for button in sorted(found, key=lambda one: pid_of(HERE) not in one.value):
        first.setdefault(button.action.partition("#")[0], button)
    for action, button in first.items():
        yield f"press {action}", button.body(slack=moody.url)
    for form, how in OPENINGS.items():
        view = shown(app, moody, opening_body(scene(app.house), form))
        assert view["callback_id"] == form
        if how.unfolds:
            view = json.loads(post(app, interaction(sent(view, how.user, given=how.given))).body)["view"]
        yield f"modal {form}", sent(view, how.user, given=how.given)
    # A press on something of somebody else's shows words alone.
    yield "modal notice", sent(shown(app, moody, first["answer"].body(user=FEN)), FEN)
    yield from in_modals(app, moody)
    for name in COMMANDS:
        yield f"command {name}", command(name, slack=moody.url)
    yield "shortcut answer_waiting", {**shortcut("answer_waiting"), **whose(BO, HERE)}
    hook = {"response_url": f"{moody.url}hook"}
    yield "shortcut keep_message", {**on_message(written("Nobody gets our list", user=FEN)), **whose(BO, HERE), **hook}
    for kind in EVENTS:
        yield f"event {kind}", json.loads(told(kind, **REALISTIC[kind]))


def in_modals(app: FairstepsApp, moody: Moody) -> Iterator[tuple[str, Body]]:
    def opens(subject: str) -> Body:
        value = ticket(BO, subject).encode()
        element = {"type": "button", "action_id": "answer", "value": value}
        return shown(app, moody, Button(user=BO, action="answer", element=element, home=False).body())

    twelve, rows, quick = opens("rl"), opens("r3"), opens("rq")
    yield "next answer", sent(twelve, BO)
    answer = post(app, interaction(sent(twelve, BO)))
    second = json.loads(answer.body)["view"]
    for action in IN_MODAL:
        view = second if action == modals.BACK else quick if action == modal_inputs.DECIDES else rows
        yield f"in modal {action}", touched(view, action, BO)
    yield "closed answer", shut(rows, BO)
    start = shown(app, moody, opening_body(scene(app.house), "start"))
    for action in (modals.FRESH, modal_inputs.TYPES):
        yield f"in start {action}", touched(start, action, ANA)
    yield "closed start", shut(start, ANA)


def shown(app: FairstepsApp, moody: Moody, body: Body) -> Body:
    """What opens before somebody."""
    moody.asked.clear()
    assert post(app, posted(body)).status == 200
    (view,) = views(moody)
    return view


def test_there_is_a_press_of_each_kind_on_some_surface(world: World) -> None:
    assert {button.action.partition("#")[0] for button in world.pressed} == set(listeners.PRESSES)


def test_there_is_a_payload_of_everything(world: World) -> None:
    assert set(world.payloads) == set(NAMES)
    assert set(filling.MODALS) <= set(OPENINGS)
    assert set(KEEPS) <= set(OPENINGS)
    assert world.payloads["command help"]["command"] == commands.COMMAND
    assert set(SHORTCUTS) == {world.payloads[f"shortcut {name}"]["callback_id"] for name in SHORTCUTS}


def test_there_is_a_modal_of_each_form_that_the_code_draws() -> None:
    assert set(forms_in_the_code()) == {*OPENINGS, "notice", *ON_THE_WEB_ALONE}


def forms_in_the_code() -> Iterator[str]:
    """The id of every form that is made anywhere."""
    for folder in ("workflows", "worker"):
        for file in sorted(Path(folder).rglob("*.py")):
            source = file.read_text()
            for node in ast.walk(ast.parse(source)) if "Form(" in source else ():
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Form":
                    for name in (k.value for k in node.keywords if k.arg == "id"):
                        module = importlib.import_module(".".join(file.with_suffix("").parts))
                        yield str(name.value) if isinstance(name, ast.Constant) else getattr(module, ast.unparse(name))


# --- as it is, and again ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_again_changes_nothing_twice(fresh: World, name: str) -> None:
    body = fresh.payloads[name]
    headers, unsent = signed(posted(body)), kept(fresh.house)
    answer = fresh.send(body, headers)
    assert answer.status == 200
    assert not answer.body or "errors" not in json.loads(answer.body)
    once = kept(fresh.house)
    if not name.startswith("event "):
        assert (once == unsent) == (name in SHOWS), "the payload does what it stands for"
    for _ in range(2):
        assert fresh.send(body, headers).status == 200
        assert kept(fresh.house) == once


@pytest.mark.parametrize("kind", EVENTS)
def test_older_news_change_nothing_once_there_is_newer(fresh: World, kind: str) -> None:
    for opposite in (kind, OPPOSITE.get(kind, kind)):
        fresh.again()
        fresh.send(json.loads(told(opposite, at=20, **REALISTIC[opposite])))
        newest = kept(fresh.house)
        fresh.send(json.loads(told(kind, at=10, **REALISTIC[kind])))
        assert kept(fresh.house) == newest


OPPOSITE = {"channel_archive": "channel_unarchive", "group_archive": "group_unarchive",
            "channel_unarchive": "channel_archive", "group_unarchive": "group_archive"}  # fmt: skip


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked", "team_access_revoked"])
def test_news_from_before_the_installation_take_nothing_away(fresh: World, kind: str) -> None:
    bodies = [json.loads(told(kind, **REALISTIC[kind])) for _ in range(2)]
    bodies[0]["event_time"] = bodies[0]["event"]["event_ts"] = 0
    bodies[1]["event_time"] = 0
    del bodies[1]["event"]["event_ts"]
    before = kept(fresh.house)
    for body in bodies:
        assert fresh.send(body).status == 200
    assert kept(fresh.house) == before


# --- by somebody else -------------------------------------------------------------------------------------------------


def turned(body: Body, *, user: str = "", team: str = "") -> Body:
    """The same, done by another person, or in another workspace."""
    made = copy.deepcopy(body)
    if "command" in made:
        return {**made, "user_id": user or made["user_id"], "team_id": team or made["team_id"]}
    if user:
        made["user"]["id"] = user
    if team:
        made["team"]["id"] = made["user"]["team_id"] = team
    return made


THEIRS = [name for name in NAMES if name.startswith(("press ", "modal ", "next ", "in modal ", "closed answer"))]


@pytest.mark.parametrize("name", [name for name in THEIRS if name not in ANYBODYS])
def test_nobody_does_anything_in_anybody_elses_name(fresh: World, name: str) -> None:
    body = fresh.payloads[name]
    before, own = kept(fresh.house), body["user"]["id"]
    for user in {ANA, BO, DARA, STRANGER} - {own}:
        fresh.send(turned(body, user=user))
        assert kept(fresh.house) == before
    fresh.send(turned(body, team=THERE))
    fresh.send(turned(body, user=STRANGER, team=THERE))
    assert kept(fresh.house) == before
    for view in (*views(fresh.moody), *views(fresh.moody, "views.update")):
        assert view["callback_id"] == "notice" or name == "modal first_waiting"
    assert "heather" not in json.dumps(fresh.moody.asked, ensure_ascii=False)


def test_no_button_on_any_surface_does_anything_for_another_or_elsewhere(fresh: World) -> None:
    before = kept(fresh.house)
    seen: set[tuple[str, str]] = set()
    for button in fresh.pressed:
        if (button.user, button.action) in seen or button.action == "start":
            continue
        seen.add((button.user, button.action))
        other = ANA if button.user != ANA else BO
        fresh.send(button.body(user=other))
        fresh.send(button.body(team=THERE))
        assert kept(fresh.house) == before, (button.user, button.action)
    assert len(seen) > 40


@pytest.mark.parametrize("name", [f"command {name}" for name in COMMANDS])
def test_a_stranger_changes_nothing_by_any_command(fresh: World, name: str) -> None:
    before = kept(fresh.house)
    answer = fresh.send(turned(fresh.payloads[name], user=STRANGER))
    assert "heather" not in answer.body
    assert kept(fresh.house) == before
    assert views(fresh.moody) == []


# --- out of order -----------------------------------------------------------------------------------------------------


def _closed(walk: Walk) -> Change:
    """Every round and the step are over."""
    runs = tuple(replace(run, closed_on=NOON.date(), how="gate") for run in walk.partnership.steps)
    return Change(
        rounds=tuple(replace(r, closed_at=NOON) for r in walk.rounds), partnership=replace(walk.partnership, steps=runs)
    )


def _over(walk: Walk) -> Change:
    """And so is the partnership."""
    closed = _closed(walk)
    return replace(closed, partnership=replace(closed.partnership or walk.partnership, over=True))


def _left(walk: Walk) -> Change:
    """Everybody took their yes back, or never gave one."""
    return Change(members=tuple(replace(m, consent="withdrawn") for m in walk.members.values()))


def _taken_out(walk: Walk) -> Change:
    gone = tuple(replace(m, consent="withdrawn", taken_out=True, offer="") for m in walk.members.values())
    return Change(members=gone)


def _settled(walk: Walk) -> Change:
    """All that was asked is said: offers, messages to keep, milestones, answers."""
    now = NOON
    members = tuple(replace(m, offer="declined" if m.offer else "", paused_at=None) for m in walk.members.values())
    gone = tuple(replace(k, state="lapsed", text="", note="", name="") for k in walk.partnership.kept)
    done = tuple(replace(m, done_on=now.date(), done_by=m.owner) for m in walk.milestones)
    return Change(members=members, milestones=done, partnership=replace(walk.partnership, kept=gone, outcomes=()))


LATE: Mapping[str, Callable[[Walk], Change]] = {
    "over": _over,
    "closed": _closed,
    "left": _left,
    "taken out": _taken_out,
    "settled": _settled,
}
# What still has its meaning then, and so changes the walk: their own settings and words, and what is led by hand.
_OWN = {"press resume", "modal preferences", "press keep_no", "press keep_yes"}
_WHETHER = {"press consent_yes", "press consent_no", "modal consent"}
_LED = {"modal people", "modal channel", "modal met", "modal row", "modal sharing"}
_CLOSED = {
    *(_OWN | _LED | _WHETHER), "press shelf", "press discuss", "command pause", "press milestone_done",
    "modal milestone_done", "modal kept", "press lead_no",
}  # fmt: skip
STILL: Mapping[str, set[str]] = {
    "over": _CLOSED,
    "closed": _CLOSED
    | {"modal milestone_new", "modal milestone", "modal keep_message", "modal lead", "press lead_yes"},
    "left": _OWN | {"press consent_yes", "modal consent", "modal kept"},
    "taken out": _OWN,
    "settled": {
        "command pause", "modal preferences", "modal people", "modal channel", "modal row", "modal move_on",
        "modal sharing", "modal milestone_new", "modal keep_message", "press shelf", *_WHETHER,
        "modal answer", "modal skip", "modal later", "press quick", "press later", "press skip", "press discuss",
    },
}  # fmt: skip
INTERACTIONS = [name for name in NAMES if not name.startswith(("event ", "shortcut "))]


@pytest.mark.parametrize("when", LATE)
def test_what_comes_too_late_changes_only_what_it_still_means(world: World, when: str) -> None:
    changed = set()
    world.again()
    world.house.walks.change(pid_of(HERE), LATE[when])
    late = snapshot(world.house)
    for name in INTERACTIONS:
        restore(world.house, late)
        before = walk_of(world.house)
        body = world.payloads[name]
        headers = signed(posted(body))
        assert world.send(body, headers).status == 200
        if walk_of(world.house) != before:
            changed.add(name)
            once = kept(world.house)
            assert world.send(body, headers).status == 200
            assert kept(world.house) == once, name
    assert changed == STILL[when]


def walk_of(house: House) -> Walk:
    return house.walks.get(pid_of(HERE))


# --- malformed --------------------------------------------------------------------------------------------------------

WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 1.5, 10**40, math.nan, "", " ", "x", "a/b/c/d", "…" * 5000, "\x00", "\ud800", "|",
    "#1/1/1", [], [None], ["x"], [[]], [{}], {}, {"x": 1}, {"": None}, {"id": 7}, {"value": []},
)  # fmt: skip
GONE = object()


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from paths(item, (*path, key))


def spoilt(body: Body, holes: list[tuple[int, Any]]) -> Body:
    """The body with something else, or nothing, in some of its places."""
    made = copy.deepcopy(body)
    for place, wrong in holes:
        there = list(paths(made))
        if not there:
            break
        *way, last = there[place % len(there)]
        parent: Any = made
        for key in way:
            parent = parent[key]
        if wrong is GONE:
            del parent[last]
        else:
            parent[last] = copy.deepcopy(wrong)
    return made


hole = st.tuples(st.integers(0, 400), st.sampled_from([GONE, *WRONG]))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(st.lists(hole, min_size=1, max_size=3))
def test_nothing_malformed_breaks_us_or_leaves_its_workspace(world: World, name: str, holes: list[Any]) -> None:
    body = world.payloads[name]
    restore(world.house, world.before)
    assert world.send(spoilt(body, holes)).status in (200, 400)
    assert {n: k for n, k in snapshot(world.house).items() if THERE in n or pid_of(THERE) in n} == {
        n: k for n, k in world.before.items() if THERE in n or pid_of(THERE) in n
    }
    world.house.walks.get(pid_of(HERE))
