"""The local Slack window as people use it: talk, threads, commands, shortcuts, piles of modals, a workspace's life."""
# ruff: noqa: F811 (fixtures go by their names)

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.slack_front import add, harbour, house, state, token_of  # noqa: F401 - fixtures by name
from tests.slack_home import ANA, BO, CHANNEL, DARA, ELI, FEN, LocalSlack, Moody
from tests.test_web_browser import CONTRAST, SMALL
from tests.window_home import Seat, api_url, app, front, lonely, page, say, seat  # noqa: F401 - fixtures by name
from worker.slack.app import FairstepsApp

PLACES = (f"as/{BO}/messages", f"as/{BO}/home", f"as/{BO}/{CHANNEL}", f"as/{BO}/{ANA}", "", "try")


@pytest.fixture
def live(browser: Browser) -> Iterator[Page]:
    """A browser that runs the page's script, and whose owner sees it when a page breaks its own rules."""
    context = browser.new_context(viewport={"width": 1100, "height": 700})
    context.set_default_timeout(10_000)
    page = context.new_page()
    amiss: list[str] = []
    page.on("pageerror", lambda error: amiss.append(str(error)))
    page.on("console", lambda line: amiss.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert amiss == []


def heard(moody: Moody) -> list[dict[str, Any]]:
    """What Slack posted, but for looks at the Home tab: interactions, commands as fields, the events themselves."""
    told = [json.loads(b["payload"]) if "payload" in b else b.get("event", b) for b in moody.of("/slack/events")]
    return [one for one in told if one.get("type") != "app_home_opened"]


def write(seat: Seat, words: str, *, label: str = "Message #partnerships") -> None:
    seat.page.get_by_label(label).fill(words)
    seat.page.get_by_role("button", name="Send").click()


def view(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    words = {"type": "plain_text", "text": title}
    return {"type": "modal", "callback_id": "pile", "title": words, "submit": words, "blocks": list(blocks), **more}


def line(name: str, **element: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": {"type": "plain_text", "text": name.title()},
        "element": {"type": "plain_text_input", "action_id": f"{name}_typed", **element},
        "dispatch_action": bool(element),
    }


EACH_LETTER = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}


def opened(app: FairstepsApp, harbour: LocalSlack, *views: dict[str, Any]) -> None:
    """Bo has these modals before him, one on top of the other."""
    token = token_of(app.house)
    first, *more = views
    top = harbour.call("views.open", token, trigger_id=harbour.trigger(token, BO), view=first)["view"]
    for each in more:
        trigger = harbour.call("views.generateTriggerId", token, user_id=BO, view_id=top["id"])["trigger_id"]
        top = harbour.call("views.push", token, trigger_id=trigger, view=each)["view"]


# --- talking ----------------------------------------------------------------------------------------------------------


def test_people_talk_in_channels_threads_and_with_each_other(seat: Seat) -> None:
    seat.be(BO, CHANNEL)
    write(seat, "They *promised* <b>& more</b>\nnext week")
    said = seat.page.locator("article").last
    expect(said).to_contain_text("Bo Lindqvist")
    expect(said).to_contain_text("They *promised* <b>& more</b>")
    said.locator(".tools summary").click()
    said.get_by_role("link", name="Reply in thread").click()
    write(seat, "And the week after", label="Reply…")
    expect(seat.page.locator(".thread article")).to_have_count(2)
    seat.page.get_by_label("Close the thread").click()
    seat.be(DARA, CHANNEL)
    expect(seat.page.locator("article").last.get_by_role("link", name="1 reply")).to_be_visible()
    assert seat.page.get_by_text("And the week after").count() == 0, "a reply stands in its thread"
    seat.be(BO, DARA)
    write(seat, "Only for you", label="Message Dara Sharma")
    seat.be(DARA, BO)
    expect(seat.page.locator("article").last).to_contain_text("Only for you")
    seat.be(ELI, BO)
    assert seat.page.get_by_text("Only for you").count() == 0


def test_nobody_writes_to_the_app_nor_nothing(seat: Seat) -> None:
    seat.be(FEN)
    expect(seat.page.get_by_text("Sending messages to this app is turned off")).to_be_visible()
    assert seat.page.locator("textarea").count() == 0
    seat.be(FEN, CHANNEL)
    write(seat, "   ")
    expect(seat.page.get_by_role("alert")).to_contain_text("Write something first.")


def test_a_line_that_is_not_sent_survives_a_press_elsewhere(seat: Seat, app: FairstepsApp, harbour: LocalSlack) -> None:
    harbour.call("conversations.join", token_of(app.house), channel=CHANNEL)
    button = {"type": "button", "action_id": "nobody", "text": {"type": "plain_text", "text": "Press me"}}
    blocks = [{"type": "actions", "elements": [button]}]
    harbour.call("chat.postMessage", token_of(app.house), channel=CHANNEL, text="Hello", blocks=blocks)
    seat.be(FEN, CHANNEL)
    seat.page.get_by_label("Message #partnerships").fill("half a thought")
    seat.press("Press me")
    expect(seat.page.get_by_label("Message #partnerships")).to_have_value("half a thought")
    seat.be(ELI, CHANNEL)
    expect(seat.page.get_by_label("Message #partnerships")).to_have_value("")


# --- commands, shortcuts, menus ---------------------------------------------------------------------------------------


def test_a_command_is_answered_for_one_pair_of_eyes(seat: Seat) -> None:
    seat.be(FEN, CHANNEL)
    write(seat, "/fairsteps help")
    said = seat.page.locator("article").last
    expect(said).to_contain_text("Only you can see this")
    expect(said).to_contain_text("Fairsteps")
    write(seat, "/unheard of")
    expect(seat.page.get_by_role("alert")).to_contain_text("Slack knows no command /unheard.")
    expect(seat.page.get_by_label("Message #partnerships")).to_have_value("/unheard of")
    seat.be(ELI, CHANNEL)
    assert seat.page.get_by_text("Only you can see this").count() == 0


def test_commands_and_shortcuts_are_posted_as_slack_posts_them(lonely: tuple[Seat, Moody]) -> None:
    seat, moody = lonely
    seat.be(BO, CHANNEL)
    write(seat, "It broke <again>")
    said = seat.page.locator("article").last
    ts = said.get_attribute("data-ts")
    said.locator(".tools summary").click()
    said.get_by_role("button", name="Keep in Fairsteps").click()
    seat.page.get_by_label("Shortcuts").first.click()
    seat.press("Answer what waits")
    moody.answer = lambda method, body: (200, {}, "Plain words")
    write(seat, "/fairsteps  pause  now ")
    kept, waits, typed = heard(moody)
    assert (kept["type"], kept["callback_id"], kept["message_ts"]) == ("message_action", "keep_message", ts)
    assert (kept["channel"], kept["message"]["user"]) == ({"id": CHANNEL, "name": "partnerships"}, BO)
    assert kept["message"]["text"] == "It broke &lt;again&gt;"
    assert (waits["type"], waits["callback_id"], waits["user"]["id"]) == ("shortcut", "answer_waiting", BO)
    assert (typed["command"], typed["text"], typed["channel_id"]) == ("/fairsteps", "pause  now", CHANNEL)
    triggers = {kept["trigger_id"], waits["trigger_id"], typed["trigger_id"]}
    assert len(triggers) == 3
    expect(seat.page.locator("article").last).to_contain_text("Plain words")


def test_a_choice_from_a_menu_is_told_with_what_was_chosen(
    lonely: tuple[Seat, Moody], app: FairstepsApp, harbour: LocalSlack
) -> None:
    seat, moody = lonely
    options = [
        {"value": f"v{n}", "text": {"type": "plain_text", "text": words}}
        for n, words in enumerate(("Soon", "Later on"))
    ]
    menu = {"type": "static_select", "action_id": "later", "options": options}
    more = {"type": "overflow", "action_id": "more", "options": options}
    section = {"type": "section", "text": {"type": "plain_text", "text": "Words"}, "accessory": more}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [menu]}, section]}
    harbour.call("views.publish", token_of(app.house), user_id=BO, view=home)
    seat.be(BO, "home")
    seat.page.locator("summary.bk-select").click()
    seat.press("Later on")
    seat.page.locator("summary.bk-more").click()
    seat.press("Soon")
    first, second = (one["actions"][0] for one in heard(moody))
    assert (first["type"], first["action_id"], first["selected_option"]) == ("static_select", "later", options[1])
    assert (second["type"], second["action_id"], second["selected_option"]) == ("overflow", "more", options[0])


def test_an_app_answers_a_press_five_times_and_may_replace_what_was_pressed(
    lonely: tuple[Seat, Moody], app: FairstepsApp, harbour: LocalSlack
) -> None:
    seat, moody = lonely
    token = token_of(app.house)
    harbour.call("conversations.join", token, channel=CHANNEL)
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    harbour.call("chat.postEphemeral", token, channel=CHANNEL, user=BO, text="Only Bo", blocks=blocks)
    seat.be(BO, CHANNEL)
    seat.press("Go")
    address = heard(moody)[-1]["response_url"]
    assert httpx.post(address, json={"replace_original": True, "text": "It went"}).status_code == 200
    seat.be(BO, CHANNEL)
    expect(seat.page.locator("article").last).to_contain_text("It went")
    answers = [httpx.post(address, json={"text": f"{n}"}).status_code for n in range(5)]
    assert answers == [200, 200, 200, 200, 404]


# --- modals -----------------------------------------------------------------------------------------------------------


def test_a_pile_of_modals_is_closed_one_by_one_or_all_at_once(
    lonely: tuple[Seat, Moody], app: FairstepsApp, harbour: LocalSlack
) -> None:
    seat, moody = lonely
    pile = [view(title, line("note"), notify_on_close=True) for title in ("First", "Second", "Third")]
    opened(app, harbour, *pile)
    seat.be(BO)
    dialog = seat.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Third")
    seat.page.get_by_role("button", name="Back").click()
    expect(dialog.get_by_role("heading")).to_have_text("Second")
    seat.page.get_by_role("button", name="Close all").click()
    assert dialog.count() == 0
    told = [(one["type"], one["view"]["title"]["text"], one["is_cleared"]) for one in heard(moody)]
    assert told == [
        ("view_closed", "Third", False),
        ("view_closed", "Second", True),
        ("view_closed", "First", True),
    ]


def test_one_types_and_the_app_hears_of_it_while_the_words_stay(
    lonely: tuple[Seat, Moody], live: Page, app: FairstepsApp, harbour: LocalSlack
) -> None:
    seat, moody = lonely
    opened(app, harbour, view("Form", line("note", **EACH_LETTER), line("other")))
    live.goto(f"{seat.url}/slack/as/{BO}/messages")
    assert live.evaluate("document.activeElement.name") == "note"
    live.keyboard.type("Quiet work")
    for _ in range(50):
        if heard(moody):
            break
        live.wait_for_timeout(100)
    live.keyboard.press("Tab")
    live.keyboard.type("more")
    told = heard(moody)[-1]
    assert (told["type"], told["actions"][0]["value"]) == ("block_actions", "Quiet work")
    assert told["view"]["state"]["values"]["note"]["note_typed"]["value"] == "Quiet work"
    live.wait_for_timeout(1500)  # a look at what is new comes and goes
    expect(live.get_by_label("Note")).to_have_value("Quiet work")
    expect(live.get_by_label("Other")).to_have_value("more")
    assert live.evaluate("document.activeElement.name") == "other"


def test_what_comes_is_seen_without_loading_the_page_and_nothing_typed_is_lost(
    seat: Seat, live: Page, app: FairstepsApp, harbour: LocalSlack
) -> None:
    live.goto(f"{seat.url}/slack/as/{BO}/{CHANNEL}")
    box = live.get_by_label("Message #partnerships")
    box.fill("half a thought")
    harbour.call("conversations.join", token_of(app.house), channel=CHANNEL)
    first = say(app.house, CHANNEL, text="Three have answered")
    expect(live.get_by_text("Three have answered")).to_be_visible()
    ts = harbour.messages()[-1]["ts"]
    assert harbour.call("chat.update", token_of(app.house), channel=first, ts=ts, text="Four have answered")["ok"]
    expect(live.get_by_text("Four have answered")).to_be_visible()
    expect(live.locator("article").last).to_contain_text("(edited)")
    opened(app, harbour, view("It opens late", line("note")))
    expect(live.get_by_role("dialog")).to_contain_text("It opens late")
    live.keyboard.press("Escape")
    expect(live.get_by_role("dialog")).to_have_count(0)
    live.wait_for_load_state()
    expect(live.get_by_label("Message #partnerships")).to_have_value("half a thought")
    live.get_by_label("Message #partnerships").fill("a whole thought")
    live.keyboard.press("Enter")
    expect(live.locator("article").last).to_contain_text("a whole thought")
    expect(live.get_by_label("Message #partnerships")).to_have_value("")


# --- how it looks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_every_button_be_hit_and_nothing_runs_off_a_phone(
    seat: Seat, app: FairstepsApp, harbour: LocalSlack, scheme: Any
) -> None:
    seat.page.emulate_media(color_scheme=scheme)
    seat.be(BO, CHANNEL)
    write(seat, "A word that is far too long for a phone: " + "x" * 200)
    for place in PLACES:
        for width in (320, 1200):
            seat.page.set_viewport_size({"width": width, "height": 700})
            seat.page.goto(f"{seat.url}/slack/{place}")
            assert seat.page.evaluate("document.documentElement.scrollWidth") <= width, place
            assert seat.page.evaluate(CONTRAST) == [], place
            assert seat.page.evaluate(SMALL) == [], place
    opened(app, harbour, view("A modal", line("note")))
    for width in (320, 1200):
        seat.page.set_viewport_size({"width": width, "height": 700})
        seat.be(BO)
        assert seat.page.locator(".modal").bounding_box()["width"] <= width  # type: ignore[index]
        assert seat.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_alone_is_enough(seat: Seat, live: Page) -> None:
    live.goto(f"{seat.url}/slack/as/{DARA}/{CHANNEL}")
    live.keyboard.press("Tab")
    assert live.evaluate("document.activeElement.textContent") == "To the conversation"
    live.get_by_label("Message #partnerships").focus()
    live.keyboard.type("by keys")
    live.keyboard.press("Shift+Enter")
    live.keyboard.type("alone")
    live.keyboard.press("Enter")
    expect(live.locator("article").last).to_contain_text("by keys")
    live.get_by_label("Shortcuts").first.focus()
    live.keyboard.press("Enter")
    live.keyboard.press("Tab")
    assert "Answer what waits" in live.evaluate("document.activeElement.textContent")
    live.keyboard.press("Escape")
    assert live.evaluate("document.activeElement.tagName") == "SUMMARY"


# --- the life of a workspace ------------------------------------------------------------------------------------------


def happen(seat: Seat, section: str, button: str, **chosen: str) -> None:
    seat.page.goto(f"{seat.url}/slack/try")
    part = seat.page.locator("section", has=seat.page.get_by_role("heading", name=section, exact=True))
    for label, value in chosen.items():
        field = part.get_by_label(label.replace("_", " "))
        field.fill(value) if label.startswith("New") else field.select_option(value)
    part.get_by_role("button", name=button, exact=True).click()


def test_an_app_that_is_removed_can_do_nothing_until_it_is_added_again(
    seat: Seat, app: FairstepsApp, harbour: LocalSlack
) -> None:
    say(app.house, BO, text="Said before")
    token = token_of(app.house)
    happen(seat, "The app", "Remove from workspace")
    expect(seat.page.get_by_role("status")).to_contain_text("tokens_revoked, app_uninstalled")
    assert harbour.call("auth.test", token)["error"] == "account_inactive"
    assert token_of(app.house) == "", "Fairsteps heard of it"
    seat.be(BO)
    expect(seat.page.locator("article").last).to_contain_text("Said before")
    seat.page.goto(f"{seat.url}/slack/try")
    install = seat.page.get_by_role("link", name="Add it").get_attribute("href")
    assert install == f"{app.house.settings.public_url}/slack/install"
    assert add(app, harbour).status == 302
    assert harbour.call("auth.test", token_of(app.house))["ok"]


def test_people_and_channels_change_and_slack_tells_of_it(lonely: tuple[Seat, Moody], harbour: LocalSlack) -> None:
    seat, moody = lonely
    happen(seat, "A person", "Deactivate", Who=FEN)
    expect(seat.page.get_by_role("status")).to_contain_text("user_change")
    assert httpx.get(f"{seat.url}/slack/as/{FEN}").status_code == 404
    happen(seat, "A person", "Activate again", Who=FEN)
    happen(seat, "A person", "Change the name", Who=FEN, New_name="Fen <O>")
    happen(seat, "A person", "Move there", Who=FEN, New_time_zone="Asia/Tokyo")
    gone, back, named, moved = (one["user"] for one in heard(moody))
    assert (gone["deleted"], back["deleted"], named["real_name"]) == (True, False, "Fen <O>")
    assert (moved["tz"], moved["tz_offset"], moved["profile"]["email"]) == ("Asia/Tokyo", 32400, "fen@example.org")
    happen(seat, "A person", "Move there", Who=FEN, New_time_zone="Nowhere/Land")
    expect(seat.page.get_by_role("alert")).to_contain_text("no_such_zone")
    moody.asked.clear()
    happen(seat, "Somebody and a channel", "Leave, or be taken out", Who=ELI, Channel=CHANNEL)
    happen(seat, "Somebody and a channel", "Come in", Who=ELI, Channel=CHANNEL)
    happen(seat, "A channel", "Archive", Channel=CHANNEL)
    seat.be(BO, CHANNEL)
    expect(seat.page.get_by_text("This channel is archived.")).to_be_visible()
    happen(seat, "A channel", "Open again", Channel=CHANNEL)
    happen(seat, "A channel", "Rename it", Channel=CHANNEL, New_name="partners")
    happen(seat, "A channel", "Rename it", Channel=CHANNEL, New_name="partnerships")
    left, came, shut, open_, renamed, _ = heard(moody)
    assert (left["type"], left["user"], came["type"]) == ("member_left_channel", ELI, "member_joined_channel")
    assert (shut["type"], shut["channel"], open_["type"]) == ("channel_archive", CHANNEL, "channel_unarchive")
    assert (renamed["type"], renamed["channel"]["name"]) == ("channel_rename", "partners")


def test_the_app_is_taken_out_of_a_channel_and_invited_again(
    lonely: tuple[Seat, Moody], app: FairstepsApp, harbour: LocalSlack
) -> None:
    seat, moody = lonely
    token = token_of(app.house)
    harbour.call("conversations.join", token, channel=CHANNEL)
    happen(seat, "Somebody and a channel", "Leave, or be taken out", Who="U0FAIRSTEPS", Channel=CHANNEL)
    assert harbour.call("chat.postMessage", token, channel=CHANNEL, text="x")["error"] == "not_in_channel"
    seat.be(BO, CHANNEL)
    write(seat, "/invite @Fairsteps")
    assert harbour.call("chat.postMessage", token, channel=CHANNEL, text="Here again")["ok"]
    assert [one["type"] for one in heard(moody)] == ["channel_left", "member_left_channel", "member_joined_channel"]


def test_what_happens_can_be_asked_for_from_this_computer_alone(seat: Seat, harbour: LocalSlack) -> None:
    elsewhere = {"Origin": "https://elsewhere.example.org"}
    assert httpx.post(f"{seat.url}/slack/try/remove", headers=elsewhere).status_code == 403
    for door in ("life/remove", "write", "draft", f"reply/{CHANNEL}/{BO}"):
        assert httpx.post(f"{harbour.url}/_local/{door}", json={}, headers=elsewhere).status_code == 403
    assert httpx.post(f"{seat.url}/slack/try/explode").status_code == 502
