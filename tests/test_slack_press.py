# ruff: noqa: F811 - fixtures come in by their names
"""People press buttons and send modals: what they mean is kept, and what goes wrong is said kindly."""

import json

import pytest

from tests.slack_front import (  # noqa: F401
    TYPED,
    app,
    front,
    harbour,
    house,
    installed,
    newest_view,
    opened,
    post,
    started,
    state,
    ticket,
)
from tests.slack_home import (
    ANA,
    BO,
    CHANNEL,
    DARA,
    ELI,
    TEAM,
    LocalSlack,
    event,
    interaction,
    press,
    sending,
    signed,
)
from worker.slack.app import FairstepsApp
from worker.wiring import House
from workflows import ids


def test_ana_starts_a_partnership(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk = house.walks.get(started(installed, harbour))
    assert (walk.group.name, walk.group.channel, walk.partnership.partner.name) == (
        "Harbour Circle",
        CHANNEL,
        "Tidewater Apps",
    )
    assert set(walk.members) == {ids.person_id(TEAM, user) for user in (ANA, BO, DARA)}


def test_what_is_missing_is_said_beside_its_field(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    view = opened(installed, harbour, "start", "start", ANA)
    blank = {**TYPED, "group": {"type": "plain_text_input", "value": None}}
    answer = post(installed, interaction(sending(view, blank, user=ANA)))
    assert json.loads(answer.body) == {
        "response_action": "errors",
        "errors": {"group": "Please give your group a name."},
    }
    assert house.workspaces.partnerships(TEAM) == ()


def test_the_same_request_again_starts_no_second_walk(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    view = opened(installed, harbour, "start", "start", ANA)
    body = interaction(sending(view, TYPED, user=ANA))
    headers = signed(body)
    assert [post(installed, body, headers).status for _ in range(3)] == [200, 200, 200]
    assert len(house.workspaces.partnerships(TEAM)) == 1


def test_bo_says_yes_with_one_press_however_often_it_is_sent(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk, bo = started(installed, harbour), ids.person_id(TEAM, BO)
    body = interaction(press("consent_yes", ticket(walk, BO)))
    headers = signed(body)
    assert post(installed, body, headers).status == 200
    first = house.walks.get(walk).members[bo]
    assert first.consent == "given"
    assert post(installed, body, headers).status == 200
    assert house.walks.get(walk).members[bo] == first
    post(installed, interaction(press("consent_no", ticket(walk, BO))))
    assert house.walks.get(walk).members[bo].consent != "given"


def test_bo_says_yes_in_the_modal(installed: FairstepsApp, house: House, harbour: LocalSlack) -> None:
    walk, bo = started(installed, harbour), ids.person_id(TEAM, BO)
    view = opened(installed, harbour, "answer", ticket(walk, BO), BO)
    assert (view["callback_id"], view["private_metadata"]) == ("consent", ticket(walk, BO))
    nothing = post(installed, interaction(sending(view, {"consent": {"type": "radio_buttons"}})))
    assert "consent" in json.loads(nothing.body)["errors"]
    yes = {"consent": {"type": "radio_buttons", "selected_option": {"value": "yes"}}}
    assert post(installed, interaction(sending(view, yes))).body == ""
    assert house.walks.get(walk).members[bo].consent == "given"


def test_bo_finds_settings_and_the_board_behind_their_buttons(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = started(installed, harbour)
    post(installed, interaction(press("consent_yes", ticket(walk, BO))))
    settings = opened(installed, harbour, "settings", ticket(walk, BO, ""), BO)
    assert settings["callback_id"] == "preferences"
    board = opened(installed, harbour, "board", ticket(walk, BO, ""), BO)
    link = board["blocks"][-1]["elements"][0]["elements"][0]
    assert link["url"].startswith("http://localhost:8000/board/")
    assert house.links.read("board", link["url"].rpartition("/")[2]).encode() == ticket(walk, BO, "")
    asked_too_early = opened(installed, harbour, "board", ticket(walk, DARA, ""), DARA)
    assert asked_too_early["title"]["text"] == "That did not work"


def test_a_button_that_is_somebody_elses_does_nothing(
    installed: FairstepsApp, house: House, harbour: LocalSlack
) -> None:
    walk = started(installed, harbour)
    before = house.walks.get(walk)
    view = opened(installed, harbour, "consent_yes", ticket(walk, BO), ELI)
    assert not view.get("submit")
    assert view["blocks"][0]["text"]["text"].startswith("This button is for somebody else.")
    assert house.walks.get(walk) == before


@pytest.mark.parametrize("value", ["", "start", "a/b", "T0ANOTHER/p1/m1/consent", "////", "T0HARBOUR/pgone/{bo}/r1"])
def test_a_button_of_the_past_says_so_kindly(installed: FairstepsApp, harbour: LocalSlack, value: str) -> None:
    view = opened(installed, harbour, "answer", value.format(bo=ids.person_id(TEAM, BO)), BO)
    assert view["title"]["text"] == "That did not work"
    expected = "This button belongs to" if "pgone" in value else "This button is for"
    assert view["blocks"][0]["text"]["text"].startswith(expected)


def test_a_modal_of_the_past_keeps_its_words(installed: FairstepsApp, harbour: LocalSlack) -> None:
    walk = started(installed, harbour)
    view = opened(installed, harbour, "answer", ticket(walk, BO), BO)
    old = {**view, "private_metadata": ticket("pgone", BO)}
    yes = {"consent": {"type": "radio_buttons", "selected_option": {"value": "yes"}}}
    for sent in (sending(old, yes), sending(view, yes, user=ELI)):
        answer = json.loads(post(installed, interaction(sent)).body)
        assert answer["response_action"] == "errors"
        assert "Your words are still here" in answer["errors"]["consent"]


def test_a_trigger_that_is_too_old_opens_nothing_and_hurts_nothing(installed: FairstepsApp) -> None:
    assert post(installed, interaction(press("start", "start", user=ANA, trigger="1.2.used"))).status == 200


def test_the_home_tab_says_what_this_is(installed: FairstepsApp, harbour: LocalSlack) -> None:
    assert post(installed, event("app_home_opened", user=BO, tab="home", channel="D1")).status == 200
    home = newest_view(harbour, "home")
    assert home["user_id"] == BO
    assert home["blocks"][-1]["elements"][0]["action_id"] == "start"
    views = len(harbour.views())
    assert post(installed, event("app_home_opened", user=BO, tab="messages", channel="D1")).status == 200
    assert len(harbour.views()) == views


def test_what_nobody_waits_for_is_taken_without_a_fuss(installed: FairstepsApp) -> None:
    for body in (interaction(press("a_button_of_tomorrow", "")), event("team_join", user={"id": "U1"})):
        answer = post(installed, body)
        assert (answer.status, answer.body) == (200, "")
