"""Typed text is never lost: letter by letter, in any order, through closing, sending, other forms and a restart."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.fernet import Fernet
from redis.connection import AbstractConnection as Connection

from tests import modal_home
from tests.modal_home import WHO, Sitting, blocked, over, put, ticket
from tests.slack_front import post
from tests.slack_home import Moody, interaction, press, signed
from worker import embedded
from worker.files import words
from worker.slack.app import FairstepsApp, build
from worker.slack.modals import FRESH
from worker.store import keys
from worker.store.connection import connect
from worker.store.drafts import Drafts, Moment
from worker.vault import Vault
from worker.wiring import House
from worker.wiring import build as build_house
from workflows import drafting
from workflows.forms import Field, Form, Option, Typed
from workflows.walk import Dissent

WORDS, SEND = words.load(), Connection.send_packed_command
Slack = tuple[FairstepsApp, Moody]
ROUND = "x-without-you"
NOT_SENT = "It is not sent yet."


@pytest.fixture
def slack(make_house: Callable[..., House]) -> Iterator[Slack]:
    with modal_home.front(make_house) as (app, moody):
        put(app.house, "without-you")
        yield app, moody


@pytest.fixture
def bo(slack: Slack) -> Sitting:
    """Bo sits before three short questions; the first is a line of text."""
    app, moody = slack
    return Sitting(app=app, moody=moody, person="bo").opens(ROUND)


def draft(app: FairstepsApp, subject: str = ROUND, person: str = "bo") -> Typed | None:
    return app.house.drafts.get("p1", subject, WHO[person].id)


def text_of(bo: Sitting) -> str:
    """The first text input."""
    texts = (b for b in bo.view["blocks"] if b.get("element", {}).get("type") == "plain_text_input")
    return str(next(texts)["block_id"])


# --- typing -----------------------------------------------------------------------------------------------------------


def test_a_text_reports_letter_by_letter_and_everything_else_each_change(bo: Sitting) -> None:
    inputs = [b for b in bo.view["blocks"] if b["type"] == "input"]
    assert all(b["dispatch_action"] for b in inputs)
    texts = [b["element"] for b in inputs if b["element"]["type"] == "plain_text_input"]
    assert texts
    assert all(e["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]} for e in texts)
    assert bo.view["notify_on_close"] is True


def test_what_is_typed_is_there_again_when_the_modal_was_lost(bo: Sitting) -> None:
    name, drawn = text_of(bo), bo.hash
    for text in ("w", "wh", "who orders the ink"):
        assert bo.types(name, text).status == 200
    assert bo.hash == drawn, "nothing is drawn while somebody types"
    again = bo.opens(ROUND)
    assert again.holds(name) == "who orders the ink"
    assert NOT_SENT in again.reads


def test_reports_in_any_order_keep_the_newest(bo: Sitting) -> None:
    name, now = text_of(bo), time.time()
    first, second, third = (bo.type(name, "abc"[:n], at=now + n) for n in (1, 2, 3))
    for body in (first, third, second, first):
        assert bo.posts(body).status == 200
    assert (draft(bo.app) or {})[name] == "abc"


def test_a_report_that_comes_after_send_leaves_no_ghost(bo: Sitting) -> None:
    name = text_of(bo)
    late = [bo.type(name, "the mod"), bo.type(name, "the moderators")]
    choose_all(bo)
    assert bo.sends() == {}
    for body in late:
        assert bo.posts(body).status == 200
    closing = {**bo.closing(), "type": "view_closed"}
    assert bo.posts(closing).status == 200
    assert draft(bo.app) is None
    assert NOT_SENT not in bo.opens(ROUND).reads


def choose_all(bo: Sitting) -> None:
    for block in [b for b in bo.view["blocks"] if b["type"] == "input"]:
        if options := block["element"].get("options"):
            bo.chooses(block["block_id"], options[-1]["value"])


def test_what_is_typed_on_when_our_answer_was_lost_is_kept(bo: Sitting) -> None:
    name = text_of(bo)
    bo.types(name, "the moderators")
    choose_all(bo)
    body = bo.sending()
    assert bo.posts(body).status == 200  # but Slack never saw that, and shows the modal as it was
    assert draft(bo.app) is None
    assert bo.posts(bo.type(name, "the moderators and the printer", at=time.time() + 60)).status == 200
    assert (draft(bo.app) or {})[name] == "the moderators and the printer"


def test_two_devices_keep_what_each_of_them_typed_last(slack: Slack) -> None:
    app, moody = slack
    desk = Sitting(app=app, moody=moody, person="bo").opens("x-" + put(app.house, "never-sell")[2:])
    phone = Sitting(app=app, moody=moody, person="bo").opens("x-never-sell")
    first, second = desk.asks
    desk.types(first, "our names")
    phone.types(second, "our diaries")
    desk.types(first, "our names, ever")
    kept = draft(app, "x-never-sell") or {}
    assert kept[first] == "our names, ever"
    assert phone.id != desk.id


def test_what_was_filled_in_already_is_no_draft(slack: Slack) -> None:
    app, moody = slack
    bo = Sitting(app=app, moody=moody, person="bo").opens(ROUND)
    bo.closes()
    bo.opens(ROUND)
    assert NOT_SENT not in bo.reads
    assert FRESH not in bo.buttons


# --- closing ----------------------------------------------------------------------------------------------------------


def test_closing_keeps_what_slack_sends_along_and_empties_nothing(bo: Sitting) -> None:
    name = text_of(bo)
    bo.type(name, "who orders the ink")  # its report was lost on the way
    bo.closes()
    assert bo.opens(ROUND).holds(name) == "who orders the ink"
    bo.closes({})
    bo.closes({name: {"modal_types": {"type": "plain_text_input", "value": None}}})
    assert (draft(bo.app) or {})[name] == "who orders the ink"


def test_start_afresh_empties_the_modal_and_forgets_the_draft(bo: Sitting) -> None:
    name = text_of(bo)
    late = bo.type(name, "to be thrown a")
    bo.types(name, "to be thrown away")
    assert FRESH not in bo.buttons
    bo.opens(ROUND)
    assert bo.presses(FRESH).status == 200
    assert not bo.holds(name), "Slack keeps what is typed unless the input is another one"
    assert draft(bo.app) is None
    bo.posts(late)
    assert NOT_SENT not in bo.reads
    bo.types(name, "anew")
    assert bo.opens(ROUND).holds(name) == "anew"


# --- who may ----------------------------------------------------------------------------------------------------------


def test_nobody_keeps_a_draft_of_what_they_are_not_asked(bo: Sitting) -> None:
    name = text_of(bo)
    for subject in ("x-gone", "consent", "people", "x-without-you-later"):
        bo.id, bo.view = f"V{subject}", {**bo.view, "private_metadata": ticket("bo", subject).encode()}
        assert bo.types(name, "kept?").status == 200
        assert draft(bo.app, subject) is None
    bo.view = {**bo.view, "private_metadata": ticket("eli", ROUND).encode()}
    assert bo.types(name, "as Eli").status == 200
    assert draft(bo.app, ROUND, "eli") is None
    chi = Sitting(app=bo.app, moody=bo.moody, person="chi", view=bo.view, values=bo.values)
    chi.view = {**bo.view, "private_metadata": ticket("chi", ROUND).encode()}
    assert chi.types(name, "before a yes").status == 200
    assert draft(bo.app, ROUND, "chi") is None


def test_a_letter_costs_one_question_to_redis_once_it_was_looked_at(bo: Sitting, monkeypatch: Any) -> None:
    name = text_of(bo)
    bo.types(name, "o")
    house = bo.app.house
    monkeypatch.setattr(type(house.walks), "get", lambda *_: pytest.fail("a walk was gathered"))
    later = Moment(view=bo.id, page="1.0", at=time.time() + 1)
    with patch.object(Connection, "send_packed_command", autospec=True, side_effect=SEND) as asked:
        house.cases.keep_typing(ticket("bo", ROUND), {name: "on"}, later)
    assert asked.call_count == 1
    assert (draft(bo.app) or {})[name] == "on"


def test_typing_while_the_state_is_away_disturbs_nobody_and_is_logged_once(
    bo: Sitting, capsys: pytest.CaptureFixture[str]
) -> None:
    name = text_of(bo)
    away = bo.app.house.settings.model_copy(update={"redis_url": "unix:///nowhere/fairsteps.sock"})
    gone = Sitting(app=build(build_house(away)), moody=bo.moody, person="bo", view=bo.view, values=bo.values)
    capsys.readouterr()
    for text in ("a", "ab", "abc"):
        answer = gone.types(name, text)
        assert (answer.status, answer.body) == (200, "")
    assert gone.closes().status == 200
    assert capsys.readouterr().out.count("typing_missed") == 1
    without = replace(bo.app.house.cases, drafts=Drafts(connect("unix:///nowhere/f.sock"), bo.app.house.vault))
    bo.app.along = type(bo.app.along)(replace(bo.app.house, cases=without))
    assert bo.types(name, "abcd").status == 200
    assert capsys.readouterr().out.count("typing_missed") == 1


# --- forms of facilitators, and the one that starts -------------------------------------------------------------------


def test_a_reason_for_moving_on_comes_back_and_old_ticks_do_not(slack: Slack) -> None:
    app, moody = slack
    step = app.house.programmes["five-steps"].steps[0]
    ana = Sitting(app=app, moody=moody, person="ana").opens(step.id, "move_on")
    ana.types("reason", "We need the summer")
    ana.closes({})
    ana.opens(step.id, "move_on")
    assert ana.holds("reason") == "We need the summer"
    assert NOT_SENT in ana.reads
    seen = app.house.cases.answer_form(ticket("ana", step.id))
    ticks: Typed = {"do": "save", "checks": (step.gate.checks[0].id,)}
    web = ticket("ana", seen.token.rpartition("/")[2])
    app.house.cases.submit_answer(web, ticks, via="web")
    app.house.drafts.keep(
        "p1", step.id, WHO["ana"].id, {"reason": "Too late?", "checks": "", "do": "extend", "_seen": "old"}
    )
    form = app.house.cases.answer_form(ticket("ana", step.id))
    assert form.typed["reason"] == "Too late?"
    assert form.typed["checks"] == (step.gate.checks[0].id,), "an old form does not undo what was decided since"
    ana.opens(step.id, "move_on")
    assert ana.sends() == {}
    assert draft(app, step.id, "ana") is None


def test_how_an_objection_is_met_survives_a_closed_modal(slack: Slack) -> None:
    app, moody = slack
    decision = blocked(app.house, Dissent(word="object", reason="It names us."))
    ana = Sitting(app=app, moody=moody, person="ana").opens(f"met.{decision}", "met")
    ana.types("how", "We take the na")
    assert ana.opens(f"met.{decision}", "met").holds("how") == "We take the na"
    assert ana.sends() == {}
    assert draft(app, f"met.{decision}", "ana") is None


def test_a_row_that_is_being_corrected_comes_back_until_it_is_saved(slack: Slack) -> None:
    app, _ = slack
    sheet = next(w for w in app.house.programmes["five-steps"].steps[0].worksheets if not w.tally)
    of = f"row.{sheet.id}.new"
    form = app.house.cases.answer_form(ticket("ana", of))
    name = next(f.id for f in form.fields if f.widget in ("line", "lines") and "." not in f.id)
    token = ticket("ana", form.token.rpartition("/")[2])
    app.house.cases.keep_draft(token, {name: "Ink and pa"})
    again = app.house.cases.answer_form(ticket("ana", of))
    assert again.typed[name] == "Ink and pa"
    needed = {f.id: f.options[0].value for f in form.fields if f.required and f.options}
    app.house.cases.submit_answer(token, {**again.typed, **needed, name: "Ink and paper"}, via="slack")
    assert draft(app, of, "ana") is None


def test_what_was_typed_over_something_else_is_quoted_and_not_put_over_what_others_wrote() -> None:
    cell = Field(id="name", widget="line", label="Name")
    why = replace(cell, id="why", label="Why?")
    pick = Field(id="kept", widget="choice", label="Kept?", options=(Option(value="yes", label="Yes"),))
    row = Form(
        id="row",
        title="Row",
        submit="Save",
        fields=(cell, why, pick),
        intro=("Correct it.",),
        token="T1/p1/ana/row.s.1~new",
        typed={"name": "Salt, by Bo", "kept": "yes"},
    )
    typed: Typed = {"name": "Salt, by Ana", "why": "It is mine", "kept": ""}
    same = drafting.restored(WORDS, row, drafting.as_typed("row.s.1~new", typed))
    assert same.typed == {"name": "Salt, by Ana", "why": "It is mine"}
    other = drafting.restored(WORDS, row, drafting.as_typed("row.s.1~old", typed))
    assert other.typed == {"name": "Salt, by Bo", "why": "It is mine", "kept": "yes"}
    assert "Name: Salt, by Ana" in other.intro
    assert other.fresh
    assert drafting.restored(WORDS, row, {"name": "Salt, by Bo", "gone": "x", "_seen": "old"}).intro == row.intro


def test_a_half_filled_start_form_comes_back_until_it_is_sent_or_thrown_away(slack: Slack) -> None:
    app, moody = slack
    ana = Sitting(app=app, moody=moody, person="ana").opens("", "start")
    ana.types("group", "Harbour Ci")
    ana.closes()
    ana.opens("", "start")
    assert ana.holds("group") == "Harbour Ci"
    assert NOT_SENT in ana.reads
    bo = Sitting(app=app, moody=moody, person="bo").opens("", "start")
    assert not bo.holds("group")
    ana.presses(FRESH)
    assert not ana.holds("group")
    ana.types("group", "Harbour Circle Two")
    ana.types("partner", "Tidewater")
    values = {
        "channel": {"type": "conversations_select", "selected_conversation": "C9"},
        "facilitators": {"type": "multi_users_select", "selected_users": ["U0ANA"]},
        "kind": {"type": "radio_buttons", "selected_option": {"value": "app"}},
        "zone": {"type": "static_select", "selected_option": {"value": "Europe/Lisbon"}},
        "members": {"type": "multi_users_select", "selected_users": ["U0BO"]},
    }
    for name, value in values.items():
        ((action, _),) = ana.values[name].items()
        ana.values[name] = {action: value}
    late = ana.report("group")
    assert ana.sends()["view"]["title"]["text"] == "It has begun"
    ana.posts(late)
    assert not ana.opens("", "start").holds("group")


def test_somebody_elses_workspace_has_drafts_of_its_own(valkey_url: str) -> None:
    kept = Drafts(connect(valkey_url), Vault([Fernet.generate_key().decode()])).of_beginnings()
    kept.keep("T1", "start", "m1", {"group": "Harbour"})
    assert kept.get("T2", "start", "m1") is None
    assert keys.beginnings("T1") != keys.beginnings("T2")


# --- late, and after --------------------------------------------------------------------------------------------------


def test_a_press_that_came_too_late_is_told_to_the_one_who_pressed(slack: Slack) -> None:
    app, moody = slack
    address = moody.url.replace("127.0.0.1", "localhost")
    house = replace(app.house, settings=app.house.settings.model_copy(update={"slack_api_url": address}))
    moody.answer = lambda method, body: (200, {}, {"ok": method != "views.open", "error": "expired_trigger_id"})
    body = press("answer", ticket("bo", ROUND).encode(), user="U0BO", team="T1", response_url=f"{address}hook")
    assert post(build(house), interaction(body)).status == 200
    (said,) = moody.of("hook")
    assert "press the button again" in said["text"]
    moody.answer = lambda method, body: (200, {}, {"ok": method != "views.open", "error": "exchanged_trigger_id"})
    assert post(build(house), interaction(body)).status == 200
    assert len(moody.of("hook")) == 1, "that press has opened its modal already"


def test_the_same_letter_again_and_one_of_a_round_that_is_over_break_nothing(bo: Sitting) -> None:
    name = text_of(bo)
    body = interaction(bo.type(name, "once"))
    headers = signed(body)
    assert [post(bo.app, body, headers).status for _ in range(3)] == [200] * 3
    over(bo.app.house)
    assert bo.types(name, "once more").status == 200
    assert bo.presses("modal_keep").status == 200


def test_a_draft_survives_a_restart_of_redis_between_typing_and_opening(
    tmp_path: Path, make_house: Callable[..., House]
) -> None:
    running = embedded.start(tmp_path / "state")
    with modal_home.front(lambda **more: make_house(FAIRSTEPS_REDIS_URL=running.url, **more)) as (app, moody):
        bo = Sitting(app=app, moody=moody, person="bo").opens(put(app.house, "without-you"))
        name = text_of(bo)
        bo.types(name, "w")
        bo.types(name, "who orders the ink")
        time.sleep(1.1)  # what Redis has is on the disk within a second
        running.stop()
        assert bo.types(name, "who orders the ink?").status == 200
        again = embedded.start(tmp_path / "state")
        try:
            assert bo.opens(ROUND).holds(name) == "who orders the ink"
            assert bo.types(name, "who orders the ink, and when?").status == 200
            assert bo.opens(ROUND).holds(name) == "who orders the ink, and when?"
        finally:
            again.stop()
