"""The local Slack window: people read, press and fill in with a browser, and what they mean reaches the real front."""
# ruff: noqa: F811 (fixtures go by their names)

import json
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import slack_home, web_home
from tests.slack_front import harbour, house, started, state, ticket  # noqa: F401 - fixtures by name
from tests.slack_home import ANA, BO, CHANNEL, DARA, ELI, FEN, TEAM, LocalSlack, Moody, free_port
from tests.window_home import Seat, api_url, app, front, lonely, open_form, page, pages, say, seat  # noqa: F401
from worker.blockkit.mrkdwn import mrkdwn
from worker.settings import WrongSettings
from worker.slack.app import FairstepsApp
from worker.slack.modal_values import typed_from
from worker.slack.modals import render_modal
from worker.slack.private_reply import reply_privately
from worker.wiring import House
from workflows import engine, ids
from workflows.forms import Field, Form, Option
from workflows.message import Action, Bullets, Divider, Facts, Heading, Link, Quote, Small, Text
from workflows.ticket import Ticket

# --- who, and what they see -----------------------------------------------------------------------------------------


def test_before_fairsteps_is_there_the_window_says_what_to_do(page: Page, tmp_path: Path) -> None:
    with slack_home.local_slack(tmp_path) as empty:
        told = slack_home.settings("redis://127.0.0.1:1", empty.api_url)
        with web_home.serving(pages(told, tmp_path), free_port()) as url:
            page.goto(f"{url}/slack/as/{ANA}")
            expect(page.get_by_role("status")).to_contain_text("not in this workspace yet")
            expect(page.get_by_role("link", name="Open the Fairsteps page")).to_have_attribute(
                "href", "http://localhost:8000"
            )
            assert page.get_by_role("link", name="Bo Lindqvist").count() == 0


def test_one_can_be_anybody_but_who_has_left(seat: Seat) -> None:
    seat.page.goto(f"{seat.url}/")
    seat.page.get_by_role("link", name="local Slack").click()
    assert seat.page.get_by_role("link", name="Chi Nwosu").count() == 0
    expect(seat.page.get_by_text("deactivated")).to_be_visible()
    seat.page.get_by_role("link", name="Dara Sharma").click()
    expect(seat.page.get_by_text("You are Dara Sharma")).to_be_visible()
    assert httpx.get(f"{seat.url}/slack/as/U0CHI").status_code == 404
    assert httpx.get(f"{seat.url}/slack/as/{DARA}/C0NOWHERE").status_code == 404


def test_a_message_is_drawn_as_it_was_meant(seat: Seat, app: FairstepsApp) -> None:
    parts = (
        Heading(text="A heading"),
        Text(text="First & <b>second</b>\nnext line"),
        Bullets(items=("one", "two")),
        Quote(text="We said *no*.", who="Eli"),
        Facts(rows=(("Due <soon>", "5 March"),)),
        Link(label="Read this", url="https://example.org/a?b=c&d"),
        Divider(),
        Small(text="Why you got it"),
    )
    say(app.house, ELI, *parts)
    seat.be(ELI)
    message = seat.page.locator("article").last
    expect(message.get_by_role("heading")).to_have_text("A heading")
    for words in ("First & <b>second</b>", "We said *no*.", "Due <soon>", "5 March", "Why you got it"):
        expect(message).to_contain_text(words)
    assert message.locator("li").all_inner_texts() == ["one", "two"]
    assert message.get_by_role("link").get_attribute("href") == "https://example.org/a?b=c&d"
    assert message.get_by_text("not drawn here").count() == 0
    seat.be(BO)
    assert seat.page.get_by_text("We said").count() == 0, "what Eli got is not Bo's"


def test_a_channel_is_seen_by_those_in_it(seat: Seat, app: FairstepsApp) -> None:
    app.house.slack.join(TEAM, CHANNEL)
    say(app.house, CHANNEL, text="Three of five have answered")
    seat.be(FEN)
    seat.page.get_by_role("link", name="partnerships").click()
    expect(seat.page.locator("article").last).to_contain_text("Three of five have answered")


def test_a_private_word_is_for_one_alone(seat: Seat, app: FairstepsApp, harbour: LocalSlack) -> None:
    channel = say(app.house, BO, text="Press it")
    api_url = app.house.settings.slack_api_url
    address = f"{api_url.removesuffix('/api/')}/_local/reply/{CHANNEL}/{BO}"
    reply_privately(address, "Not <now>", api_url=api_url, tls=ssl.create_default_context())
    seat.be(BO, CHANNEL)
    said = seat.page.locator("article").last
    expect(said).to_contain_text("Not <now>")
    expect(said).to_contain_text("Only you can see this")
    seat.be(ANA, CHANNEL)
    assert seat.page.get_by_text("Not <now>").count() == 0
    refused = httpx.post(f"{harbour.url}/_local/reply/{channel}/{BO}", json={"text": "x", "replace_original": True})
    assert refused.status_code == 404, "there is nothing to replace"


# --- pressing and filling in ----------------------------------------------------------------------------------------


def test_ana_starts_a_partnership_and_loses_no_word_on_the_way(seat: Seat, app: FairstepsApp) -> None:
    seat.be(ANA)
    seat.press("Start a partnership")
    page = seat.page
    page.get_by_label("Name of your group").fill("   ")
    page.get_by_label("Who is the partner?").fill('Tidewater "Apps" & <Co>')
    seat.press("Start")
    assert page.get_by_text("Please complete this required field.").count() == 2, (
        "channel and kind; where Ana lives is known"
    )
    page.get_by_label("Channel of your group").select_option(label="#partnerships")
    for name in ("Bo Lindqvist", "Dara Sharma"):
        page.get_by_role("group", name="Who takes part?").get_by_label(name).check()
    page.get_by_label("An app maker").check()
    page.get_by_label("Time zone of the group").select_option("Asia/Kathmandu")
    seat.press("Start")
    expect(page.get_by_text("Please give your group a name.")).to_be_visible()
    expect(page.get_by_label("Who is the partner?")).to_have_value('Tidewater "Apps" & <Co>')
    page.get_by_label("Name of your group").fill("Harbour Circle")
    seat.press("Start")
    expect(page.get_by_role("dialog")).to_contain_text("We ask everyone you named")
    seat.press("Close")
    assert page.get_by_role("dialog").count() == 0
    (walk,) = map(app.house.walks.get, app.house.workspaces.partnerships(TEAM))
    assert (walk.group.name, walk.group.channel, walk.group.zone) == ("Harbour Circle", CHANNEL, "Asia/Kathmandu")
    assert walk.partnership.partner.name == 'Tidewater "Apps" & <Co>'
    assert set(walk.members) == {ids.person_id(TEAM, user) for user in (ANA, BO, DARA)}


def test_bo_says_yes_with_a_press(seat: Seat, app: FairstepsApp, harbour: LocalSlack) -> None:
    walk = started(app, harbour)
    action = Action(id="consent_yes", label="Yes, count me in", value=ticket(walk, BO), style="primary")
    say(app.house, BO, actions=(action,))
    seat.be(BO)
    seat.press("Yes, count me in")
    assert app.house.walks.get(walk).members[ids.person_id(TEAM, BO)].consent == "given"


def test_a_modal_stays_until_it_is_closed(seat: Seat, app: FairstepsApp, harbour: LocalSlack) -> None:
    walk = started(app, harbour)
    say(app.house, BO, actions=(Action(id="answer", label="Answer", value=ticket(walk, BO)),))
    seat.be(BO)
    seat.press("Answer")
    expect(seat.page.get_by_role("dialog")).to_be_visible()
    seat.be(BO, CHANNEL)
    expect(seat.page.get_by_role("dialog")).to_be_visible()
    seat.page.locator("button.quiet").click()
    assert seat.page.get_by_role("dialog").count() == 0
    assert app.house.walks.get(walk).members[ids.person_id(TEAM, BO)].consent != "given"


def test_the_home_tab_is_drawn_when_it_is_looked_at(seat: Seat) -> None:
    seat.be(DARA, "home")
    expect(seat.page.locator("main")).to_contain_text("To begin with a group")
    seat.press("Start a partnership")
    expect(seat.page.get_by_role("dialog")).to_contain_text("Name of your group")


def test_a_button_that_is_gone_cannot_be_pressed(seat: Seat, app: FairstepsApp) -> None:
    say(app.house, BO)
    seat.be(BO)
    there = seat.page.url + "/press"
    for form in ({}, {"ts": "1.1", "at": "0.0"}, {"ts": "1.1", "at": "x"}):
        answer = httpx.post(there, data=form)
        assert answer.status_code == 502
        assert "no longer there" in answer.text


ROUND = Form(
    id="answer",
    title="Questions",
    submit="Send",
    token="T/p/m/r",
    intro=("Read this first",),
    fields=(
        Field(id="line", widget="line", label="Line", max_chars=20),
        Field(id="lines", widget="lines", label="Lines"),
        Field(id="radio", widget="choice", label="Radio", options=(Option(value="a", label="A", hint="first"),)),
        Field(id="many", widget="choices", label="Many", options=(Option(value="b", label="B"),), required=False),
        Field(
            id="list",
            widget="choices",
            label="List",
            options=tuple(Option(value=str(number), label=f"No. {number}") for number in range(120)),
        ),
        Field(id="date", widget="date", label="Date"),
        Field(id="people", widget="people", label="People"),
        Field(id="channel", widget="channel", label="Channel"),
        Field(id="zone", widget="zone", label="Zone"),
    ),
    typed={"line": 'was "here"', "people": (ELI, "U0CHI"), "zone": "Europe/Lisbon"},
)
FILLED = {
    "line": 'was "here"',
    "lines": "one\ntwo & <three>",
    "radio": "a",
    "list": ("3", "104"),
    "date": "2026-12-24",
    "people": (BO, "U0CHI", ELI),
    "channel": CHANNEL,
    "zone": "Europe/Lisbon",
}


def fill(page: Page) -> None:
    page.get_by_label("Lines").fill("one\ntwo & <three>")
    page.get_by_label("A first").check()
    page.get_by_label("List").select_option(["3", "104"])
    page.get_by_label("Date").fill("2026-12-24")
    page.get_by_label("Bo Lindqvist").check()
    page.get_by_label("Channel").select_option(CHANNEL)


def payload(moody: Moody) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(moody.of("/slack/events")[-1]["payload"])
    return sent


def test_every_kind_of_input_comes_through_as_slack_brings_it(
    lonely: tuple[Seat, Moody],
    app: FairstepsApp,
    harbour: LocalSlack,
) -> None:
    seat, moody = lonely
    open_form(app.house, harbour, ROUND)
    seat.be(BO)
    fill(seat.page)
    moody.answer = lambda method, body: (200, {}, {"response_action": "errors", "errors": {"lines": "Say it shorter."}})
    seat.press("Send")
    expect(seat.page.get_by_text("Say it shorter.")).to_be_visible()
    first = typed_from(payload(moody)["view"])
    moody.answer = lambda method, body: (200, {}, "")
    seat.press("Send")
    assert first == typed_from(payload(moody)["view"]) == FILLED
    assert seat.page.get_by_role("dialog").count() == 0
    sent = payload(moody)
    assert (sent["type"], sent["user"]["id"], sent["team"]["id"]) == ("view_submission", BO, TEAM)
    assert (sent["view"]["callback_id"], sent["view"]["private_metadata"]) == ("answer", "T/p/m/r")
    chosen = sent["view"]["state"]["values"]["radio"]["radio"]["selected_option"]
    assert (chosen["text"]["text"], chosen["value"]) == ("A", "a")


def test_an_app_may_put_another_modal_in_its_place_or_on_top(
    lonely: tuple[Seat, Moody],
    app: FairstepsApp,
    harbour: LocalSlack,
) -> None:
    seat, moody = lonely
    plain = Form(id="answer", title="First", submit="Send", fields=(Field(id="x", widget="line", label="X"),))
    open_form(app.house, harbour, plain)
    seat.be(BO)
    for action, title in (("update", "Second"), ("push", "Third")):
        view = render_modal(Form(id="answer", title=title, submit="Send", fields=plain.fields))
        said = {"response_action": action, "view": view}
        moody.answer = lambda method, body, said=said: (200, {}, said)  # type: ignore[misc]
        seat.page.get_by_label("X").fill("word")
        seat.press("Send")
        expect(seat.page.get_by_role("dialog").get_by_role("heading")).to_have_text(title)
    moody.answer = lambda method, body: (200, {}, "")
    for below in ("Second", ""):
        seat.page.get_by_label("X").fill("word")
        seat.press("Send")
        assert seat.page.get_by_role("dialog").get_by_role("heading").all_inner_texts() == ([below] if below else [])


def test_when_fairsteps_is_away_the_words_stay(
    lonely: tuple[Seat, Moody],
    app: FairstepsApp,
    harbour: LocalSlack,
) -> None:
    seat, moody = lonely
    say(app.house, BO, actions=(Action(id="answer", label="Answer", value="x"),))
    for answer, words in (((503, {}, ""), "status 503"), (None, "did not answer")):
        moody.answer = lambda method, body, answer=answer: answer  # type: ignore[misc]
        seat.be(BO)
        seat.press("Answer")
        expect(seat.page.get_by_role("alert")).to_contain_text(words)
    open_form(app.house, harbour, ROUND)
    seat.be(BO)
    fill(seat.page)
    seat.press("Send")
    expect(seat.page.get_by_role("alert")).to_contain_text("What you typed is still here.")
    expect(seat.page.get_by_label("Lines")).to_have_value("one\ntwo & <three>")


# --- long forms: drafts, follow-ups, lines, the short form ------------------------------------------------------------


@pytest.fixture
def asked(app: FairstepsApp, harbour: LocalSlack) -> str:
    """Bo has said yes, and the rounds of the first week are open; return the walk."""
    walk, cases, walks = started(app, harbour), app.house.cases, app.house.walks
    for user in (ANA, BO):
        cases.give_consent(Ticket.decode(ticket(walk, user)), True, via="slack")
    now, programme = app.house.clock.now(), app.house.programmes.newest("pages")
    walks.change(walk, lambda each: engine.opened(each, programme, day=now.date(), now=now))
    assert [r.id for r in walks.get(walk).rounds] == ["r1", "r2"]
    return walk


def kept(house: House, walk: str) -> dict[str, Any]:
    found = house.walks.get(walk).answer("r2", ids.person_id(TEAM, BO))
    return dict(found.values) if found else {}


def ask(app: FairstepsApp, walk: str, action: str = "answer", subject: str = "r2") -> None:
    say(app.house, BO, actions=(Action(id=action, label="Press", value=ticket(walk, BO, subject)),))


def test_bo_fills_a_long_form_in_two_sittings(seat: Seat, app: FairstepsApp, asked: str) -> None:
    ask(app, asked)
    seat.be(BO)
    seat.press("Press")
    page = seat.page
    page.get_by_role("group", name="Task").get_by_label("Being there in a crisis").check()
    page.get_by_label("Name it (optional)").fill("calls <at night>")
    seat.press("Add a line")
    expect(page.get_by_label("Name it (optional)").first).to_have_value("calls <at night>")
    assert page.get_by_role("group", name="Task").count() >= 2
    page.get_by_label("A note, if you like (optional)").fill("half a thought")
    seat.press("Keep for later")
    expect(page.get_by_role("dialog")).to_contain_text("Kept for later. It is not sent yet.")
    page.get_by_role("button", name="Close", exact=True).click()
    assert kept(app.house, asked) == {}
    seat.press("Press")
    expect(page.get_by_label("A note, if you like (optional)")).to_have_value("half a thought")
    assert page.get_by_label("Since when?").count() == 0
    page.get_by_role("group", name="Any ties").get_by_label("Yes").check()
    seat.press("See what follows")
    page.get_by_label("Since when?").fill("2020-05-01")
    page.get_by_label("Which matter most?").select_option(["g1", "g2", "g3"])
    seat.press("Next")
    expect(page.get_by_text("Please choose 2 at most.")).to_be_visible()
    page.get_by_label("Which matter most?").select_option(["g1", "g2"])
    seat.press("Next")
    page.get_by_label("First choice").select_option("g3")
    page.get_by_role("group", name="Do you consent?").get_by_label("Consent: I can live with it").check()
    page.get_by_label("Your plan?").fill("Ask <them>")
    seat.press("Send")
    assert page.get_by_role("dialog").count() == 0
    answer = kept(app.house, asked)
    assert answer["work"][0]["name"] == "calls <at night>"
    assert (answer["since"], answer["dots"], answer["order"]) == ("2020-05-01", ["g1", "g2"], ["g3"])
    assert answer["plan"] == "Ask <them>"
    assert app.house.drafts.get(asked, "r2", ids.person_id(TEAM, BO)) is None


def test_what_was_typed_is_told_when_a_modal_is_closed(seat: Seat, app: FairstepsApp, asked: str) -> None:
    ask(app, asked)
    seat.be(BO)
    seat.press("Press")
    seat.page.get_by_label("A note, if you like (optional)").fill("not sent, not lost")
    seat.page.get_by_role("button", name="Close", exact=True).click()
    assert seat.page.get_by_role("dialog").count() == 0
    seat.press("Press")
    expect(seat.page.get_by_label("A note, if you like (optional)")).to_have_value("not sent, not lost")


def test_the_short_form_opens_in_its_place_and_folded_words_are_not_lost(
    seat: Seat, app: FairstepsApp, asked: str
) -> None:
    ask(app, asked)
    seat.be(BO)
    seat.press("Press")
    page = seat.page
    page.get_by_role("group", name="Any ties").get_by_label("Yes").check()
    seat.press("See what follows")
    page.get_by_label("Since when?").fill("2020-05-01")
    page.get_by_label("Name it (optional)").first.fill("kept on the way")
    page.get_by_role("group", name="Any ties").get_by_label("No", exact=True).check()
    seat.press("See what follows")
    assert page.get_by_label("Since when?").count() == 0
    seat.press("Short version")
    assert page.get_by_label("Name it (optional)").count() == 0
    page.get_by_role("group", name="Do you consent?").get_by_label("Consent: I can live with it").check()
    seat.press("Send")
    assert page.get_by_role("dialog").count() == 0
    assert set(kept(app.house, asked)) == {"tie", "say"}
    seat.be(BO)
    seat.press("Press")
    expect(page.get_by_label("Name it (optional)").first).to_have_value("kept on the way")
    page.get_by_role("group", name="Any ties").get_by_label("Yes").check()
    seat.press("See what follows")
    expect(page.get_by_label("Since when?")).to_have_value("2020-05-01")


def test_bo_leaves_a_prompt_out_with_a_press(seat: Seat, app: FairstepsApp, asked: str) -> None:
    ask(app, asked, "skip")
    seat.be(BO)
    seat.press("Press")
    found = app.house.walks.get(asked).answer("r2", ids.person_id(TEAM, BO))
    assert found is not None
    assert found.skipped


# --- who may come in ------------------------------------------------------------------------------------------------


def test_no_page_from_elsewhere_comes_in(seat: Seat, harbour: LocalSlack) -> None:
    inside = f"{seat.url}/slack/as/{BO}/messages"
    assert httpx.get(inside).status_code == 200
    elsewhere = {"Origin": "https://elsewhere.example.org"}
    assert httpx.post(f"{inside}/press", headers=elsewhere).status_code == 403
    assert httpx.get(inside, headers={"Host": "elsewhere.example.org"}).status_code == 403
    door = f"{harbour.url}/_local/as_app/views.generateTriggerId"
    assert httpx.post(door, json={"user_id": BO}, headers=elsewhere).status_code == 403
    assert httpx.post(f"{harbour.url}/_local/as_app/chat.postMessage", json={"text": "x"}).status_code == 404


def test_it_is_for_local_mode_alone(tmp_path: Path) -> None:
    told = slack_home.settings("redis://127.0.0.1:1", "http://localhost:1/api/").model_copy(update={"local": False})
    with pytest.raises(WrongSettings, match="FAIRSTEPS_LOCAL"):
        pages(told, tmp_path)


def test_a_local_slack_that_is_away_is_named(page: Page, tmp_path: Path) -> None:
    told = slack_home.settings("redis://127.0.0.1:1", f"http://localhost:{free_port()}/api/")
    with web_home.serving(pages(told, tmp_path), free_port()) as url:
        page.goto(f"{url}/slack/")
        expect(page.get_by_role("heading")).to_have_text("The local Slack does not answer")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*Due* _soon_ ~late~ `a*b*`", "<strong>Due</strong> <em>soon</em> <s>late</s> <code>a*b*</code>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ('&lt;b&gt; &amp;amp; "q"', "&lt;b&gt; &amp;amp; &quot;q&quot;"),
        ("&lt;!channel&gt; &lt;@U0BO&gt;", "&lt;!channel&gt; &lt;@U0BO&gt;"),
        ("<@U0BO> in <#C1|talk>", "@Bo in #talk"),
        ("<https://example.org/?a&amp;b|here>", '<a href="https://example.org/?a&amp;b" rel="noreferrer">here</a>'),
        ("<javascript:alert(1)|here>", "here"),
        ('<https://e.org/"onx|h>', '<a href="https://e.org/&quot;onx" rel="noreferrer">h</a>'),
        ("one\ntwo", "one<br>\ntwo"),
    ],
)
def test_mrkdwn_becomes_html_and_nothing_else_does(text: str, html: str) -> None:
    assert mrkdwn(text, {"U0BO": "Bo"}) == html
