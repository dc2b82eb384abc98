"""The pages in a real browser: keyboard alone, narrow phone, four-fold zoom, contrast, size of buttons."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import web_home
from tests.web_home import ANA, BO, CHI, Home
from worker.web.app import create_with

PAGES = ("/", "/installed", "/nowhere", "answer", "preferences", "unsubscribe", "board")
# Every text against the colour behind it, by the formula of WCAG 2; large text may be at 3, all other at 4.5.
CONTRAST = """() => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (let up = node; up; up = up.parentElement) {
      const colour = rgb(getComputedStyle(up).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.getClientRects().length || node.closest('option, optgroup')) continue;
    const style = getComputedStyle(node);
    const pair = [light(rgb(style.color)), light(behind(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const big = parseFloat(style.fontSize) >= 24;
    if (ratio < (big ? 3 : 4.5)) weak.push([walker.currentNode.data.trim().slice(0, 40), ratio.toFixed(2)]);
  }
  return weak;
}"""
SMALL = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, a.button')]
  .filter(node => { const box = node.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
  .map(node => node.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    port = web_home.free_port()
    with (
        web_home.home(tmp_path_factory.mktemp("home"), port) as home,
        web_home.serving(create_with(home.house), port),
    ):
        yield home


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 375, "height": 700})
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert refused == []


def _address(home: Home, name: str) -> str:
    return home.house.settings.public_url + name if name.startswith("/") else home.url(name, BO)


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_bo_answers_with_the_keyboard_alone(site: Home, page: Page) -> None:
    page.goto(site.url("answer", BO))
    page.locator("#f-activity-1").focus()
    _press(page, "Space", "Tab")
    page.keyboard.type("two and a half")
    _press(page, "Tab")
    page.keyboard.type("4")
    _press(page, "Tab", "Space", "Enter")
    expect(page).to_have_title(re.compile("^Check: "))
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    _press(page, "Tab", "Enter")
    assert page.evaluate("document.activeElement.id") == "f-hours.low"
    expect(page.locator("#f-activity-1")).to_be_checked()
    expect(page.locator("#f-gains-1")).to_be_checked()
    _press(page, "Control+a")
    page.keyboard.type("2.5")
    _press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Thank you. Here is what you answered")
    page.get_by_role("link", name="Change it").click()
    expect(page.locator('[name="hours.low"]')).to_have_value("2.5")


def test_chi_says_yes_and_goes_on_to_the_questions(site: Home, page: Page) -> None:
    page.goto(site.url("answer", CHI))
    page.locator("#f-consent-1").check()
    page.locator("main form button").click()
    expect(page.locator(".box.good")).to_contain_text("Thank you")
    expect(page.locator("#f-activity-1")).to_be_visible()


def test_mails_stop_and_start_at_a_press(site: Home, page: Page) -> None:
    page.goto(site.url("unsubscribe", BO))
    page.get_by_role("button", name="Stop all mail").click()
    expect(page.locator("h1")).to_have_text("Mails are stopped")
    page.get_by_role("button", name="Start mails again").click()
    expect(page.locator("h1")).to_have_text("Mails come again")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_off_a_narrow_phone_or_a_page_zoomed_to_400_percent(site: Home, page: Page, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})  # what 1280 by 1024 leaves at 400 %
    page.goto(_address(site, name))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_and_every_button_be_hit(site: Home, page: Page, name: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(_address(site, name))
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_wrong_can_be_read_too(site: Home, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site.url("answer", ANA, site.walk.partnership.steps[0].step))  # to move on needs a reason
    page.locator("[name=do][value=move_on]").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
