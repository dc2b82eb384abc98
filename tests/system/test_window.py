"""A group in Slack from end to end, as people see it: through the local Slack window, in a browser.

Ana adds Fairsteps and starts a partnership with Bo and Dara. They answer each kind of question, put off, tap, change,
skip, keep, hand over; the app is removed and added again. Everything runs as `make up` runs it, and only the clock is
moved. Each story goes on where the one before it ended.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from tests.slack_home import ANA, BO, CHANNEL, DARA
from tests.system import window
from tests.system.group import START
from tests.system.installation import installation
from tests.system.window import BOOK, LETTER, MOOD, PAGES, SHOWN, STORED, TITLE, WEEK, Window
from workflows.kinds import KIND_NAMES
from workflows.walk import Answer

pytestmark = pytest.mark.system

GROUP, PARTNER = "Harbour Circle", "Tidewater Apps"
PULSE = datetime(2026, 10, 6, 8, tzinfo=UTC)  # the next Tuesday at nine in London, when the next questions are due


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Window]:
    """A window onto a Slack that nobody has added Fairsteps to."""
    state, own = (tmp_path_factory.mktemp(name) for name in ("window", "own"))
    window.write(own)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRSTEPS_DATA_DIR", str(own))
        with installation(state, FAIRSTEPS_DATA_DIR=str(own)) as place, window.window(place, browser) as made:
            place.house.clock.move(START)
            yield made


def test_ana_adds_fairsteps_and_what_she_types_outlives_a_closed_modal(desk: Window) -> None:
    desk.page.goto(f"{desk.url}/")
    expect(desk.page.get_by_role("status")).to_contain_text("Fairsteps is not in this workspace yet")
    desk.page.get_by_role("link", name="Open the Fairsteps page").click()
    desk.page.get_by_role("link", name="Add to Slack").click()
    desk.page.get_by_role("button", name="Ana").click()
    desk.page.get_by_role("link", name="the local Slack").click()
    desk.page.get_by_role("link", name="Ana Ferreira").click()
    desk.press("Start a partnership")
    desk.opens("Start a partnership")
    desk.type("group", GROUP)
    desk.close("Not now")
    desk.press("Start a partnership")
    expect(desk.field("group")).to_have_value(GROUP)
    desk.fill({"channel": CHANNEL, "members": (ANA, BO, DARA), "partner": PARTNER, "kind": "app"})
    desk.fill({"programme": window.ID, "currency": "EUR", "mail": "no"})
    desk.press("Start", desk.dialog)
    expect(desk.dialog).to_contain_text("We ask everyone you named")
    desk.close()
    expect(desk.message("Do you want to take part?")).to_contain_text(TITLE)
    desk.be(BO, CHANNEL)
    expect(desk.message(f"{GROUP} starts")).to_contain_text(PARTNER)
    assert desk.place.walk.partnership.rhythm.hour == 9


def test_everyone_says_yes_and_time_jumps_to_the_first_questions(desk: Window) -> None:
    for user in (ANA, BO):
        desk.be(user)
        desk.press("Yes, count me in")
        expect(desk.message("You said yes")).to_be_visible()
    desk.be(DARA, "home")
    desk.press("Yes, count me in")
    desk.be(DARA)
    expect(desk.message("You said yes")).to_be_visible()
    assert {m.consent for m in desk.place.walk.members.values()} == {"given"}
    desk.press("Jump to what comes next")
    expect(desk.message(WEEK)).to_contain_text("You do more than anybody counts.")


# --- answering --------------------------------------------------------------------------------------------------------


def answer(desk: Window, user: str, prompt: str) -> Answer | None:
    """What somebody answered to the newest round of a prompt, as it is stored."""
    walk = desk.place.walk
    found = [round_.id for round_ in walk.rounds if round_.prompt == prompt]
    return walk.answer(found[-1], desk.person(user))


def page(desk: Window, number: int) -> None:
    expect(desk.dialog).to_contain_text(f"Page {number} of 3")


def test_ana_puts_it_off_and_gets_it_again_tomorrow(desk: Window) -> None:
    desk.until("ask", ANA)
    desk.be(ANA)
    desk.choose("Later", "Tomorrow", on=desk.message(WEEK))
    expect(desk.message("You put this off")).to_contain_text("Wednesday 30 September 2026, 09:00")
    desk.be(ANA, "home")
    expect(desk.stream).to_contain_text("Put off")
    desk.until("again", ANA)
    desk.be(ANA)
    expect(desk.message("You asked for this again now.")).to_contain_text(WEEK)
    desk.be(ANA, "home")
    expect(desk.stream).to_contain_text("Waiting for you")


def test_bo_answers_each_kind_of_question_over_three_pages(desk: Window) -> None:
    first, second, third = PAGES
    desk.be(BO)
    desk.press("Answer")
    page(desk, 1)
    desk.fill({**first, "calls": "some"})
    desk.press("Next", desk.dialog)
    expect(desk.dialog.get_by_role("alert")).to_contain_text("One answer needs another look.")
    desk.fill({"calls": "12"})
    desk.press("Next", desk.dialog)
    page(desk, 2)
    desk.fill(second)
    desk.press("Back", desk.dialog)
    page(desk, 1)
    expect(desk.field("story")).to_have_value("Two people called.\nBoth are well.")
    desk.press("Next", desk.dialog)
    page(desk, 2)
    expect(desk.field("again.note")).to_have_value("Gladly")
    desk.press("Next", desk.dialog)
    page(desk, 3)
    desk.fill(third)
    desk.field("keeper").select_option(label="Ana")
    desk.press("Add a line", desk.dialog)
    desk.fill({"lines.1.what": "Rota", "lines.1.long": "1"})
    desk.send()
    for words in SHOWN:
        expect(desk.message("Thank you. This is what you answered:")).to_contain_text(words)
    kept = answer(desk, BO, "week")
    assert kept is not None
    assert kept.values == {**STORED, "keeper": desk.person(ANA)}
    asked = desk.place.house.programmes[window.ID].prompt("week").questions
    assert sorted(question.kind for question in asked) == sorted(KIND_NAMES), "one of each kind"
    desk.be(BO, CHANNEL)
    expect(desk.message(WEEK)).to_contain_text("1 of 3 have answered.")


def test_dara_finds_what_she_typed_in_a_modal_that_she_closed(desk: Window) -> None:
    desk.be(DARA, "home")
    desk.press("Answer")
    desk.type("story", "Half a thought")
    desk.close()
    assert answer(desk, DARA, "week") is None
    desk.be(DARA)
    desk.press("Answer")
    expect(desk.field("story")).to_have_value("Half a thought")
    expect(desk.dialog).to_contain_text("What you typed before is still here.")
    desk.close()
    desk.press("Short version (1 min)")
    desk.fill({"title": "A quiet week"})
    desk.send()
    expect(desk.message("A quiet week")).to_be_visible()
    kept = answer(desk, DARA, "week")
    assert kept is not None
    assert kept.short
    desk.be(ANA)
    desk.press("Skip this one")
    expect(desk.message("You left this one.")).to_be_visible()
    assert desk.place.walk.by_round["r1"][desk.person(ANA)].skipped


def test_one_tap_is_enough_and_can_be_changed(desk: Window) -> None:
    desk.until("ask", ANA)
    desk.be(BO)
    desk.press("4")
    expect(desk.message("Thank you. This is what you answered:").filter(has_text=MOOD)).to_be_visible()
    desk.press("Change it", desk.message(MOOD))
    desk.opens("Your answer")
    desk.fill({"how": "2", "why": "Little sleep"})
    desk.send()
    expect(desk.message(MOOD)).to_contain_text("Little sleep")
    kept = answer(desk, BO, "mood")
    assert kept is not None
    assert kept.values == {"how": 2, "why": "Little sleep"}


# --- milestones, commands, Home ---------------------------------------------------------------------------------------


def test_a_milestone_is_done_when_its_owner_says_so(desk: Window) -> None:
    desk.until("milestone", ANA)
    desk.be(ANA)
    desk.press("Mark as done", desk.message(LETTER))
    expect(desk.message("Done on")).to_contain_text(LETTER)
    desk.be(BO, CHANNEL)
    desk.write("/fairsteps milestone")
    desk.opens("Add a milestone")
    desk.fill({"title": "We meet the partner", "due": "2026-12-01"})
    desk.press("Add it", desk.dialog)
    expect(desk.dialog).to_contain_text("Bo looks after it.")
    desk.close()
    desk.be(BO, "home")
    expect(desk.stream).to_contain_text("We meet the partner")
    desk.press("Mark as done")
    expect(desk.stream).not_to_contain_text("We meet the partner")
    assert {one.title for one in desk.place.walk.milestones if one.done_on} == {LETTER, "We meet the partner"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("help", "see where your group stands, and you"),
        ("status", "How you are: 1 of 3 answered"),
        ("pause", "You pause now"),
        ("status", "You pause. Nothing is sent to you."),
        ("resume", "Welcome back"),
        ("nxt", "Did you mean"),
    ],
)
def test_what_is_typed_is_answered_for_one_pair_of_eyes(desk: Window, typed: str, said: str) -> None:
    desk.be(DARA, CHANNEL)
    desk.write(f"/fairsteps {typed}")
    expect(desk.stream.locator("article").last).to_contain_text(said)
    expect(desk.stream.locator("article").last).to_contain_text("Only you can see this")
    assert desk.place.walk.members[desk.person(DARA)].paused == (said.startswith("You pause"))


def test_next_opens_what_waits_in_the_channel_and_on_home(desk: Window) -> None:
    desk.be(DARA, CHANNEL)
    desk.write("/fairsteps next")
    desk.opens("Your answer")
    desk.fill({"how": "5"})
    desk.send()
    desk.be(ANA, "home")
    expect(desk.stream).to_contain_text("Waiting for you")
    expect(desk.stream).to_contain_text("How you are: 2 of 3 have answered")
    desk.press("Answer")
    desk.opens("Your answer")
    desk.fill({"how": "3"})
    desk.send()
    expect(desk.stream).to_contain_text("How you are: 3 of 3 have answered")


def test_a_reading_is_marked_on_home(desk: Window) -> None:
    desk.be(DARA, "home")
    expect(desk.stream).to_contain_text(BOOK)
    desk.press("Save it")
    expect(desk.stream).to_contain_text("You saved this for later.")
    desk.press("Undo")
    expect(desk.stream).not_to_contain_text("You saved this for later.")
    desk.press("I read it")
    expect(desk.stream).to_contain_text("You read this.")
    assert [(one.reading, one.mark) for one in desk.place.walk.members[desk.person(DARA)].shelf] == [("sea", "read")]


# --- what people said, who facilitates, and the life of the app -------------------------------------------------------


def test_a_message_is_kept_when_its_author_agrees(desk: Window) -> None:
    desk.be(DARA, CHANNEL)
    desk.write("Tidewater pays for the phone from May on.")
    desk.be(BO, CHANNEL)
    said = desk.message("pays for the phone")
    said.locator(".tools summary").click()
    said.get_by_role("button", name="Keep in Fairsteps").click()
    desk.opens("Keep in Fairsteps")
    desk.fill({"kind": "promise", "note": "We wait for it."})
    desk.press("Keep it", desk.dialog)
    expect(desk.dialog).to_contain_text("We ask Dara")
    desk.close()
    desk.be(DARA)
    desk.press("Yes, keep it")
    expect(desk.message("You said yes. It is kept as a promise:")).to_contain_text("pays for the phone")
    desk.be(BO)
    expect(desk.message("Dara said yes.")).to_be_visible()
    (kept,) = desk.place.walk.partnership.kept
    assert (kept.state, kept.kind, kept.by) == ("given", "promise", desk.person(BO))


def test_ana_hands_the_group_over_to_bo(desk: Window) -> None:
    desk.be(ANA, "home")
    desk.press("Who takes part")
    desk.opens("Who takes part")
    desk.fill({"do": "hand"})
    desk.field("who").select_option(label="Bo")
    desk.press("Save", desk.dialog)
    expect(desk.dialog).to_contain_text("decides for themselves")
    desk.close()
    desk.be(BO)
    desk.press("I'll do it", desk.message("Will you facilitate?"))
    expect(desk.message("You facilitate Harbour Circle now.")).to_be_visible()
    desk.be(ANA)
    expect(desk.message("Bo now facilitates")).to_contain_text("You go on as a member")
    roles = {user: desk.place.walk.members[desk.person(user)].role for user in (ANA, BO)}
    assert roles == {ANA: "member", BO: "facilitator"}


def test_a_removed_app_says_nothing_and_goes_on_when_it_is_back(desk: Window) -> None:
    before, walk = len(desk.place.slack.messages()), desk.place.walk
    desk.page.goto(f"{desk.url}/try")
    desk.press("Remove from workspace")
    expect(desk.page.get_by_role("status")).to_contain_text("app_uninstalled")
    desk.place.move(PULSE)
    assert len(desk.place.slack.messages()) == before
    desk.be(BO)
    expect(desk.page.get_by_label("Conversations")).to_contain_text("Fairsteps (removed)")
    desk.page.goto(f"{desk.url}/try")
    desk.page.get_by_role("link", name="Add it").click()
    desk.page.get_by_role("button", name="Bo").click()
    expect(desk.page.get_by_role("heading", name="Fairsteps is in your Slack")).to_be_visible()
    desk.be(BO)
    desk.press("Yes", desk.message("The pulse"))
    expect(desk.message("The pulse")).to_contain_text("This is what you answered:")
    expect(desk.message("Fairsteps is back")).to_be_visible()
    desk.be(BO, CHANNEL)
    expect(desk.message("The pulse")).to_contain_text("1 of 3 have answered.")
    desk.be(BO, "home")
    expect(desk.stream).to_contain_text("You look after this")
    assert desk.place.walk.by_round["r1"] == walk.by_round["r1"]
    assert desk.place.walk.partnership.kept == walk.partnership.kept
