"""A page that saves what is typed by itself, in headless Chromium: when, what, and never over something newer."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import web_home, web_programme
from tests.web_home import ANA, BO, Home
from worker.web.app import create_with

SAVED = "Saved as a draft. It is not sent yet."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    port = web_home.free_port()
    with (
        web_home.home(tmp_path_factory.mktemp("home"), port) as home,
        web_home.serving(create_with(home.house), port),
    ):
        yield home


@pytest.fixture
def home(site: Home) -> Home:
    for person in (ANA, BO):
        site.house.drafts.forget(site.partnership, site.whole, person)
    return site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 375, "height": 700})
    yield made
    made.close()


def opened(context: BrowserContext, home: Home, person: str = BO) -> Page:
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.goto(home.url("answer", person, home.whole))
    page.wrong = wrong  # type: ignore[attr-defined]
    return page


def draft(home: Home, person: str = BO) -> dict[str, Any]:
    return dict(home.house.drafts.get(home.partnership, home.whole, person) or {})


def told(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#draft-told")).to_have_text(words, timeout=15_000)


def test_what_is_typed_is_saved_a_moment_after_and_said_where_a_screen_reader_hears_it(
    home: Home, context: BrowserContext
) -> None:
    page = opened(context, home)
    assert page.locator("#draft-told").get_attribute("role") == "status"
    assert page.locator("#draft-told").inner_text() == ""
    page.locator("[name=plan]").press_sequentially("half a thought")
    told(page, SAVED)
    assert draft(home)["plan"] == "half a thought"
    assert home.answer_of(BO, home.whole) is None
    page.locator("[name=plan]").press_sequentially(", and the rest")
    with page.expect_response(lambda answer: answer.request.method == "POST", timeout=15_000) as saved:
        pass
    assert saved.value.json()["over"]
    assert draft(home)["plan"] == "half a thought, and the rest"
    page.reload()
    expect(page.locator("[name=plan]")).to_have_value("half a thought, and the rest")
    assert page.wrong == []  # type: ignore[attr-defined]


def test_leaving_the_page_at_once_saves_too(home: Home, context: BrowserContext) -> None:
    page = opened(context, home)
    page.locator("[name=plan]").press_sequentially("called away")
    page.goto("about:blank")
    opened(context, home)
    assert draft(home)["plan"] == "called away"


def test_looking_saves_nothing_and_neither_does_a_program_that_fills_it_in(home: Home, context: BrowserContext) -> None:
    page = opened(context, home)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate("""() => {
      const box = document.querySelector('[name=plan]');
      box.value = 'by a program';
      for (const kind of ['input', 'change']) box.dispatchEvent(new Event(kind, {bubbles: true}));
    }""")
    page.wait_for_timeout(2500)
    page.goto("about:blank")
    assert "POST" not in sent
    assert draft(home) == {}


def test_a_newer_draft_of_another_device_stays_and_is_told_of(home: Home, context: BrowserContext) -> None:
    phone, desk = opened(context, home), opened(context, home)
    phone.locator("[name=plan]").press_sequentially("on the phone")
    told(phone, SAVED)
    desk.locator("[name=plan]").press_sequentially("at the desk, over an older page")
    told(desk, re.compile("somewhere else"))
    assert draft(home)["plan"] == "on the phone"
    desk.locator("[name=plan]").press_sequentially(" and more")
    desk.wait_for_timeout(2500)
    assert draft(home)["plan"] == "on the phone"
    expect(desk.locator("[name=plan]")).to_have_value("at the desk, over an older page and more")
    desk.reload()
    expect(desk.locator("[name=plan]")).to_have_value("on the phone")
    desk.locator("[name=plan]").press("Control+End")
    desk.locator("[name=plan]").press_sequentially(", then at the desk")
    told(desk, SAVED)
    assert draft(home)["plan"] == "on the phone, then at the desk"


def test_what_was_kept_in_slack_meanwhile_is_newer_too(home: Home, context: BrowserContext) -> None:
    page = opened(context, home)
    home.house.cases.keep_draft(home.ticket(BO, home.whole), {"plan": "in Slack"})
    page.locator("[name=plan]").press_sequentially("on the page")
    told(page, re.compile("somewhere else"))
    assert draft(home)["plan"] == "in Slack"


def test_a_page_goes_on_after_an_answer_that_got_lost(home: Home, context: BrowserContext) -> None:
    page = opened(context, home)
    heard: list[Any] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not heard:
            heard.append(route.fetch())  # it arrived, and its answer never came back
            route.abort()
        else:
            route.continue_()

    page.route("**/answer/*", lose)
    page.locator("[name=plan]").press_sequentially("through a tunnel")
    told(page, SAVED)
    assert len(heard) == 1
    assert draft(home)["plan"] == "through a tunnel"


def test_a_lost_store_is_told_and_tried_again(home: Home, context: BrowserContext) -> None:
    page = opened(context, home)
    home.take_store_away()
    page.locator("[name=plan]").press_sequentially("on a bad day")
    told(page, "Not saved just now. Your words are still here; we try again.")
    home.bring_store_back()
    told(page, SAVED)
    assert draft(home)["plan"] == "on a bad day"


def test_nothing_saves_after_send_and_no_other_page_brings_it_back(home: Home, context: BrowserContext) -> None:
    stale = opened(context, home, ANA)
    page = opened(context, home, ANA)
    page.locator("[name=plan]").press_sequentially("done")
    told(page, SAVED)
    with httpx.Client(trust_env=False) as client:
        url = home.url("answer", ANA, home.whole)
        shown = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(url).text))
        assert client.post(url, data={**shown, **web_programme.FULL, "plan": "sent"}).status_code == 303
    assert draft(home, ANA) == {}
    stale.locator("[name=plan]").press_sequentially("a ghost")
    told(stale, re.compile("somewhere else"))
    assert draft(home, ANA) == {}


def test_without_script_the_buttons_do_it(home: Home, browser: Browser) -> None:
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(home.url("answer", BO, home.whole))
    page.locator("[name=plan]").fill("kept by hand")
    page.get_by_role("button", name="Keep for later").click()
    expect(page.get_by_role("status").first).to_contain_text("Kept for later")
    assert draft(home)["plan"] == "kept by hand"
    plain.close()


def test_a_form_without_drafts_loads_no_script(home: Home) -> None:
    with httpx.Client(trust_env=False) as client:
        for name in ("preferences", "unsubscribe", "board"):
            assert "<script" not in client.get(home.url(name, BO)).text
        assert "/static/drafts.js?v=" in client.get(home.url("answer", BO, home.whole)).text
