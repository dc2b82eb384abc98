# ruff: noqa: F811 - fixtures come in by their names
"""People type /fairsteps: it is understood, done, and answered for their eyes alone; what goes wrong is said kindly."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.group import PEOPLE, partnership, passing
from tests.slack_front import (  # noqa: F401
    app,
    everything,
    front,
    harbour,
    house,
    installed,
    newest_view,
    post,
    started,
    state,
    ticket,
    token_of,
)
from tests.slack_home import ANA, BO, CHANNEL, DARA, ELI, LocalSlack, interaction, moody_slack, press, sending
from tests.slack_home import signed as sign
from tests.slack_walk import another, begun, opened, person, type_it, typed
from tests.small import small
from tests.test_slack_away import without_state, without_walks
from worker.files import words as english
from worker.slack.app import FairstepsApp, build
from worker.slack.blocks import render
from worker.slack.http import Answer
from worker.slack.limits import check
from worker.slack.modals import render_modal
from worker.wiring import House
from workflows import command_answers, commanding, milestone_forms
from workflows.people import Group, Partner
from workflows.walk import Change, Milestone

WORDS = english.load()


def told(answer: Answer) -> dict[str, Any]:
    """The answer for the eyes of the one who typed."""
    assert answer.status == 200
    body: dict[str, Any] = json.loads(answer.body)
    assert (body["response_type"], body["unfurl_links"], body["unfurl_media"]) == ("ephemeral", False, False)
    check({"text": body["text"], "blocks": body["blocks"]}, "message")
    return body


def read_out(body: dict[str, Any]) -> str:
    return json.dumps(body["blocks"], ensure_ascii=False)


def buttons(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for block in body["blocks"] if block["type"] == "actions" for e in block["elements"]]


# --- reading what was typed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("", "help", ""),
        ("   ", "help", ""),
        ("HELP", "help", ""),
        ("  NeXt  ", "next", ""),
        ("what   now?", "next", ""),
        ("/fairsteps status", "status", ""),
        ("where do we stand?", "status", ""),
        ("Take", "", ""),
        ("back", "resume", ""),
        ("milestone Our letter, by Friday", "milestone", "Our letter, by Friday"),
        ("‘settings’", "settings", ""),
        ("Ｎｅｘｔ", "next", ""),
        ("?", "help", ""),
        ("!!!", "help", ""),
    ],
)
def test_what_is_typed_is_understood_however_it_is_typed(text: str, name: str, rest: str) -> None:
    asked = commanding.read(WORDS, text)
    assert (asked.name, asked.rest) == (name, rest)


@pytest.mark.parametrize(
    ("text", "meant"), [("nxet", "next"), ("mileston", "milestone"), ("settngs please", "settings"), ("خطوة", "")]
)
def test_what_is_not_understood_is_kept_and_guessed_at(text: str, meant: str) -> None:
    asked = commanding.read(WORDS, text)
    assert (asked.name, asked.typed, asked.meant) == ("", text, meant)


def test_no_name_stands_for_two_commands() -> None:
    names = [n for name in commanding.NAMES for n in WORDS(f"commands.names.{name}").split(",")]
    assert sorted(names) == sorted(set(names))
    assert all(commanding.read(WORDS, n).name for n in names)


def test_the_longest_of_texts_is_read_at_once() -> None:
    asked = commanding.read(WORDS, "letter " * 800)
    assert asked.name == ""
    body = command_answers.help_text(WORDS, asked=asked)
    assert len(str(body)) < 5000


# --- help, and whoever takes part nowhere -----------------------------------------------------------------------------


def test_help_names_every_command(installed: FairstepsApp, harbour: LocalSlack) -> None:
    begun(installed, harbour)
    for text in ("", "help", "Help!"):
        body = told(post(installed, typed(text)))
        assert all(f"/fairsteps {name}: " in read_out(body) for name in commanding.NAMES if name != "help")


def test_a_slip_is_shown_again_with_what_was_meant_and_a_button_for_it(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    body = told(post(installed, typed("sttus <!channel> *now*")))
    assert "Did you mean “/fairsteps status”?" in read_out(body)
    quote = next(e for b in body["blocks"] if b["type"] == "rich_text" for e in b["elements"] if "quote" in e["type"])
    assert quote["elements"][0]["text"] == "sttus <!channel> *now*"
    assert "<!channel>" not in body["text"]
    (go,) = buttons(body)
    assert (go["action_id"], go["value"]) == ("command", f"status|{ticket(walk, BO, '')}")


def test_whoever_takes_part_nowhere_reads_what_this_is_and_may_start(
    installed: FairstepsApp, harbour: LocalSlack
) -> None:
    begun(installed, harbour)
    for text in ("next", "pause", "help", "nonsense"):
        body = told(post(installed, typed(text, user=ELI)))
        assert "five steps" in read_out(body)
        assert [b["action_id"] for b in buttons(body)] == ["start"]


@pytest.mark.parametrize("text", ["next", "status", "pause", "resume", "milestone", "reading", "settings", "export"])
def test_whoever_has_not_said_yes_finds_the_question_first(
    installed: FairstepsApp, house: House, harbour: LocalSlack, text: str
) -> None:
    walk = begun(installed, harbour)
    before = everything(house)
    body = told(type_it(installed, harbour, text, user=DARA))
    (see,) = buttons(body)
    assert (see["action_id"], see["value"]) == ("answer", ticket(walk, DARA, "unsaid"))
    assert everything(house) == before


# --- each command -----------------------------------------------------------------------------------------------------


def test_next_opens_the_form_of_what_waits_first_and_says_when_nothing_does(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    nothing = told(type_it(installed, harbour, "next"))
    assert "Nothing waits for you in “Harbour Circle and Tidewater Apps”." in read_out(nothing)
    assert "The next questions come on" in read_out(nothing)
    opened(house, walk)
    answer = type_it(installed, harbour, "what now?")
    assert (answer.status, answer.body) == (200, "")
    view = newest_view(harbour)
    assert (view["callback_id"], view["user_id"]) == ("answer", BO)
    first = next(r for r in house.walks.get(walk).rounds if not r.standing)
    assert view["private_metadata"].startswith(ticket(walk, BO, first.id))


def test_whoever_is_low_on_strength_gets_the_short_form(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    opened(house, walk)
    there = house.walks.get(walk)
    tired = replace(there.members[person(BO)], low_energy=True)
    house.walks.change(walk, lambda _: Change(members=(tired,)))
    type_it(installed, harbour, "next")
    assert "-short" in newest_view(harbour)["private_metadata"]


def test_status_tells_where_the_group_stands_and_what_is_mine(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    opened(house, walk)
    body = told(post(installed, typed("Where are we?")))
    said = read_out(body)
    first = next(r for r in house.walks.get(walk).rounds if not r.standing)
    title = house.programmes["five-steps"].prompt(first.prompt).title
    assert f"{title}: 0 of 2 answered, open until" in said
    assert "It waits for you." in said
    assert "You take part, and are asked as usual." in said
    assert "(now)" in said
    assert [b["action_id"] for b in buttons(body)] == ["board"]


def test_bo_pauses_without_a_reason_and_comes_back(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    body = told(post(installed, typed("PAUSE")))
    assert "nobody asks why" in read_out(body)
    (back,) = buttons(body)
    assert back["value"] == f"resume|{ticket(walk, BO, '')}"
    paused = house.walks.get(walk).members[person(BO)]
    assert paused.paused
    told(post(installed, typed("pause")))
    assert house.walks.get(walk).members[person(BO)] == paused, "pausing twice is one pause"
    assert "You pause" in read_out(told(post(installed, typed("next"))))
    assert "Welcome back" in read_out(told(post(installed, typed("resume"))))
    assert not house.walks.get(walk).members[person(BO)].paused
    assert "You do not pause" in read_out(told(post(installed, typed("resume"))))


def test_a_signed_pause_again_changes_nothing(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    body = typed("pause")
    headers = sign(body)
    assert post(installed, body, headers).status == 200
    version = house.walks.get(walk).version
    assert post(installed, body, headers).status == 200
    assert house.walks.get(walk).version == version


def test_reading_settings_and_export(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    assert "No step is open" in read_out(told(post(installed, typed("reading"))))
    opened(house, walk)
    step = house.programmes["five-steps"].steps[0]
    listed = read_out(told(post(installed, typed("to read"))))
    for one in step.readings:
        assert one.author in listed
        assert json.dumps(one.title, ensure_ascii=False)[1:-1] in listed
        assert f"about {one.minutes} minutes" in listed
    assert type_it(installed, harbour, "settings").body == ""
    assert newest_view(harbour)["callback_id"] == "preferences"
    taken = told(post(installed, typed("export")))
    links = [e for b in taken["blocks"] if b["type"] == "rich_text" for s in b["elements"] for e in s["elements"]]
    urls = [link["url"] for link in links if link["type"] == "link"]
    assert [u.rpartition(".")[2] for u in urls[:3]] == ["pdf", "docx", "md"]
    read = house.links.read("workbook", urls[0].rpartition("/")[2].removesuffix(".pdf"))
    assert read.encode() == ticket(walk, BO, "")
    assert house.links.read("board", urls[3].rpartition("/")[2]).encode() == ticket(walk, BO, "")


# --- a milestone ------------------------------------------------------------------------------------------------------


def filled(title: str | None, due: str | None, owner: str = "") -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": {"type": "plain_text_input", "value": title},
        "due": {"type": "datepicker", "selected_date": due},
    }
    chosen = {"owner": {"type": "static_select", "selected_option": {"value": owner}}} if owner else {}
    return values | chosen


def test_a_member_adds_a_milestone_for_themselves_once(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    assert type_it(installed, harbour, "milestone Our letter").body == ""
    view = newest_view(harbour)
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == ["title", "due"]
    assert view["blocks"][2]["element"]["initial_value"] == "Our letter"
    due = (house.clock.now() + timedelta(days=20)).date().isoformat()
    # somebody else's name in it counts for nothing: Bo does not facilitate
    body = interaction(sending(view, filled("Our letter", due, person(ANA))))
    for _ in range(2):
        answer = json.loads(post(installed, body).body)
        assert answer["response_action"] == "update"
        check(answer["view"], "modal")
        assert "Bo looks after it." in json.dumps(answer["view"])
    (made,) = house.walks.get(walk).milestones
    assert (made.title, made.owner, made.due.isoformat()) == ("Our letter", person(BO), due)


def test_a_facilitator_chooses_who_looks_after_it(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    type_it(installed, harbour, "milestone", user=ANA)
    view = newest_view(harbour)
    owner = next(b for b in view["blocks"] if b.get("block_id") == "owner")["element"]
    assert {o["value"] for o in owner["options"]} == {person(ANA), person(BO)}, "who takes part, and nobody else"
    due = (house.clock.now() + timedelta(days=9)).date().isoformat()
    post(installed, interaction(sending(view, filled("A date", due, person(BO)), user=ANA)))
    assert [m.owner for m in house.walks.get(walk).milestones] == [person(BO)]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        (filled(None, None), {"title", "due"}),
        (filled("x", "2020-01-01"), {"due"}),
        (filled("x", "9999-12-31"), {"due"}),
        (filled("x", "soon"), {"due"}),
        (filled("x" * 200, "2020-01-01"), {"title", "due"}),
    ],
)
def test_problems_of_a_milestone_stand_beside_their_fields(
    installed: FairstepsApp, house: House, harbour: LocalSlack, values: dict[str, Any], wrong: set[str]
) -> None:
    walk = begun(installed, harbour)
    type_it(installed, harbour, "milestone")
    answer = json.loads(post(installed, interaction(sending(newest_view(harbour), values))).body)
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == wrong
    assert house.walks.get(walk).milestones == ()


def test_a_milestone_of_somebody_elses_modal_is_kept_nowhere(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    type_it(installed, harbour, "milestone")
    view, due = newest_view(harbour), (house.clock.now() + timedelta(days=9)).date().isoformat()
    for sent in (
        sending(view, filled("x", due), user=ANA),
        sending(view, filled("x", due), team="T0OTHER"),
        sending({**view, "private_metadata": ""}, filled("x", due)),
        sending({**view, "private_metadata": ticket("pgone", BO)}, filled("x", due)),
    ):
        answer = post(installed, interaction(sent))
        assert answer.status == 200
        assert "response_action" not in answer.body or json.loads(answer.body)["response_action"] == "errors"
    assert house.walks.get(walk).milestones == ()


# --- which partnership ------------------------------------------------------------------------------------------------


def test_the_channel_says_which_partnership_is_meant_else_a_button_asks(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    other = another(house, walk)
    assert "Lantern” stands" in read_out(told(post(installed, typed("status", channel="C0OTHER"))))
    assert "Tidewater Apps” stands" in read_out(told(post(installed, typed("status", channel=CHANNEL))))
    body = told(post(installed, typed("pause")))
    labels = {b["text"]["text"] for b in buttons(body)}
    assert labels == {"Harbour Circle and Tidewater Apps", "Harbour Circle and Lantern"}
    assert not any(house.walks.get(p).members[person(BO)].paused for p in (walk, other))
    chosen = next(b for b in buttons(body) if other in b["value"])
    assert chosen["action_id"] in ("command", "command#2")
    with moody_slack() as hooks:
        address = hooks.url.replace("127.0.0.1", "localhost")
        hooks.answer = lambda method, body: (200, {}, {"ok": True})
        there = build(replace(house, settings=house.settings.model_copy(update={"slack_api_url": address})))
        pressed = press(chosen["action_id"], chosen["value"], response_url=f"{address}hook")
        for _ in range(2):
            assert post(there, interaction(pressed)).status == 200
    shown = hooks.of("hook")
    assert "Lantern" in json.dumps(shown[0]["blocks"])
    assert (shown[0]["response_type"], shown[0]["replace_original"]) == ("ephemeral", False)
    assert house.walks.get(other).members[person(BO)].paused
    assert not house.walks.get(walk).members[person(BO)].paused


def test_a_button_of_a_command_opens_a_form_and_is_nobody_elses(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = begun(installed, harbour)
    for user, title in ((BO, "Add a milestone"), (ELI, "That did not work"), (ANA, "That did not work")):
        trigger = harbour.trigger(token_of(house), user)
        value = f"milestone Our letter|{ticket(walk, BO, '')}"
        assert post(installed, interaction(press("command", value, user=user, trigger=trigger))).status == 200
        view = newest_view(harbour)
        assert (view["user_id"], view["title"]["text"]) == (user, title)
    assert "Our letter" in json.dumps(harbour.views())


def test_two_workspaces_of_like_ids_never_meet(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = begun(installed, harbour)
    before = house.walks.get(walk)
    answer = post(installed, typed("pause", team_id="T0OTHER"))
    assert answer.status == 200
    assert "Harbour" not in answer.body
    assert house.walks.get(walk) == before


# --- bad days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["next", "milestone", "settings"])
def test_a_trigger_that_is_too_old_gets_a_kind_word(
    installed: FairstepsApp, house: House, harbour: LocalSlack, text: str
) -> None:
    opened(house, begun(installed, harbour))
    views = len(harbour.views())
    body = told(post(installed, typed(text, trigger="1.2.used")))
    assert body["text"].startswith("Slack waited too long")
    assert len(harbour.views()) == views


@pytest.mark.parametrize("broken", [without_state, without_walks])
def test_redis_gone_is_said_and_nothing_is_changed(
    installed: FairstepsApp, house: House, harbour: LocalSlack, broken: Any
) -> None:
    walk = begun(installed, harbour)
    gone = broken(house)
    if broken is without_walks:
        body = told(post(gone, typed("pause")))
        assert body["text"].startswith("We could not do this just now, and nothing was changed.")
    else:
        assert post(gone, typed("pause")).status in (200, 503)
    assert not house.walks.get(walk).members[person(BO)].paused


@pytest.mark.parametrize(
    "changed",
    [
        {"team_id": ""},
        {"user_id": ""},
        {"user_id": "U0NOBODY"},
        {"channel_id": ""},
        {"trigger_id": ""},
        {"text": "\u202e\x00 next"},
        {"text": "next\n\nnext"},
        {"text": "💚" * 2000},
        {"command": "/another"},
        {"command": ""},
        {"type": "block_actions"},
        {"response_url": "http://169.254.169.254/"},
        {"enterprise_id": "E0", "is_enterprise_install": "true"},
    ],
)
def test_a_command_of_no_shape_that_slack_sends_hurts_nothing(
    installed: FairstepsApp, house: House, harbour: LocalSlack, changed: dict[str, str]
) -> None:
    begun(installed, harbour)
    before = everything(house)
    assert post(installed, typed(**{"text": "status", **changed})).status in (200, 400)
    assert post(installed, urlencode({"command": "/fairsteps"})).status == 400
    assert everything(house) == before


def test_an_unsigned_command_is_turned_away(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    begun(installed, harbour)
    before = everything(house)
    unsigned = {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=0"}
    assert post(installed, typed("pause"), unsigned).status == 401
    assert everything(house) == before


# --- every answer within Slack's limits -------------------------------------------------------------------------------

NASTY = "<!channel> *x* شكراً 💚 " + "W" * 300


@pytest.mark.parametrize("how_many", [1, 5, 50])
def test_every_answer_fits_slack_whatever_the_names_are(how_many: int) -> None:
    story = passing(small())
    walk = replace(
        story.walk,
        partnership=partnership(
            group=Group(id="g1", name=NASTY, zone="Europe/Lisbon", channel="C1"),
            partner=Partner(name=NASTY, kind="app"),
            steps=story.walk.partnership.steps,
        ),
        people={p.id: replace(p, name=NASTY) for p in PEOPLE},
        milestones=tuple(
            Milestone(id=f"m{n}", title=f"{n} {NASTY}", owner="bo", due=story.now.date()) for n in range(how_many)
        ),
    )
    scene = replace(story.scene, walk=walk)
    asked = commanding.read(WORDS, "milestone " + NASTY)
    answers = [
        command_answers.status(scene, "bo", now=story.now),
        command_answers.reading(scene),
        command_answers.paused(scene, "bo"),
        command_answers.resumed(scene, was_paused=True),
        command_answers.unasked(scene, "bo"),
        command_answers.nothing_waits(scene, "bo"),
        command_answers.export(scene, workbook="https://x.example.org/w/" + "t" * 900, board="https://x.example.org/b"),
        command_answers.help_text(WORDS, asked=commanding.read(WORDS, NASTY)),
        command_answers.which([scene] * how_many, "bo", asked),
        command_answers.stranger(WORDS),
    ]
    for answer in answers:
        body = render(answer)
        check(body, "message")
        assert "<!channel>" not in body["text"]
    for who in ("ana", "bo"):
        form = milestone_forms.new_form(scene, scene.ticket(who), title=NASTY[: commanding.REST_CHARS])
        check(render_modal(form), "modal")
