"""Every page and every mail by axe-core, light and dark, on a phone and at a desk; then what axe cannot see.

The pages are found by themselves: of all that the preview writes, each that shows something the others do not; and all
that the app serves of a walk. A new page, or one with something new on it, is one more. What axe cannot see: keyboard
alone, 400 per cent, targets, reduced motion, forced colours, print.
"""

import email
import email.policy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
import httpx
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests import mail_home, pages, partner_home, web_home
from tests.mail_home import Keeping
from tests.partner_home import Site
from tests.test_begin_page import GIVEN
from tests.web_home import ANA, BO, CHI, NOON, Home
from worker import proof
from worker.files import programmes
from worker.store import keys
from worker.web import begin as begin_page
from worker.web import limits
from worker.web.app import create_with
from workflows import promises
from workflows.contacts import SHARE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """async tags => {
  const found = await axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}});
  return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`));
}"""
Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[Scheme, int], ...] = (("light", 360), ("dark", 1280))
OTHER_LOOKS: tuple[tuple[Scheme, int], ...] = (("dark", 360), ("light", 1280))
# Where more than one input stands in a line of text, or a link in a sentence, WCAG 2.5.8 asks for no size.
CONTROLS = "button:not(.unseen), input:not([type=hidden]), select, textarea, summary, a.button"
MAIN = "form button:not(.unseen), a.button"
SMALL = """([which, least]) => [...document.querySelectorAll(which)]
  .filter(node => node.getClientRects().length)
  .filter(node => { const box = node.getBoundingClientRect(); return box.width < least || box.height < least; })
  .map(node => node.outerHTML.slice(0, 120))"""
SKIPPED = "[...document.querySelectorAll('[tabindex]')].filter(node => node.tabIndex > 0).map(node => node.outerHTML)"
# Where the focus is: its place in the document, and whether it can be seen that it is there.
REACHED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body || node.className === 'skip') return null;  // once around
  const style = getComputedStyle(node);
  const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  return [[...document.querySelectorAll('*')].indexOf(node), seen];
}"""
MOVES = """() => [...document.querySelectorAll('*')].filter(node => {
  const style = getComputedStyle(node);
  const longest = times => Math.max(...times.split(',').map(parseFloat));
  return longest(style.animationDuration) > 0.01 || longest(style.transitionDuration) > 0.01;
}).map(node => node.outerHTML.slice(0, 120))"""
EDGELESS = """() => [...document.querySelectorAll('button:not(.unseen), input:not([type=hidden]), select, textarea')]
  .filter(node => node.getClientRects().length && parseFloat(getComputedStyle(node).borderTopWidth) === 0)
  .map(node => node.outerHTML.slice(0, 120))"""


def looked_at(browser: Browser, scheme: Scheme, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    yield context.new_page()
    context.close()


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page that is open. Its own script is let in here, and nowhere else."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN, list(TAGS))
    return found


def faults(browser: Browser, addresses: Sequence[str], looks: Sequence[tuple[Scheme, int]]) -> dict[str, list[str]]:
    """Look at each address; what is wrong, by address and look."""
    wrong: dict[str, list[str]] = {}
    for scheme, width in looks:
        for page in looked_at(browser, scheme, width):
            for address in addresses:
                page.goto(address)
                if found := faults_of(page):
                    wrong[f"{address.rpartition('/')[2][:60]} {scheme} {width}"] = found
    return wrong


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Flask, str]]:
    port = web_home.free_port()
    with web_home.home(tmp_path_factory.mktemp("home"), port) as home:
        app = create_with(home.house)
        with web_home.serving(app, port) as url:
            yield home, app, url


# --- what axe sees --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(3))
def test_axe_finds_nothing_on_any_kind_of_page_of_the_preview(preview: Path, browser: Browser, part: int) -> None:
    mine = kinds_of(preview)[part::3]
    assert mine
    looks = (*LOOKS, *OTHER_LOOKS) if part == 0 else LOOKS  # what differs by look alone is in the style sheet
    assert faults(browser, mine, looks) == {}


def parts_of(html: str) -> frozenset[str]:
    """What a page is made of: its elements, their classes and types, whatever it says."""
    found = re.findall(r'<([a-z]+\d?)|class="([^"]*)"|type="(\w+)"|role="(\w+)"', html)
    names = {name for one in found for name in "".join(one).split()}
    return frozenset(re.sub(r"-\d$", "", name) for name in names)  # calls-1 and calls-2 look alike


def telling(shown: Mapping[str, str]) -> list[str]:
    """Of pages (name: HTML) those that show something none before them has, and the first of each family of names."""
    seen: set[str] = set()
    chosen: list[str] = []
    for name, html in sorted(shown.items(), key=lambda one: (-len(parts_of(one[1])), one[0])):
        new = {*parts_of(html), f"family {re.split('[_.]', name)[0]}"} - seen
        if new:
            seen |= new
            chosen.append(name)
    return chosen


def test_axe_finds_nothing_on_any_page_that_is_served(site: tuple[Home, Flask, str], browser: Browser) -> None:
    home, app, url = site
    seen: dict[str, str] = {}
    for address in (*pages.addresses(home, app, ANA), home.url("answer", CHI), "/nowhere", "/answer/forged"):
        path = address.removeprefix(url)
        got = app.test_client().get(path)
        if got.content_type.startswith("text/html"):
            seen.setdefault(re.sub(r'value="[^"]*"|href="[^"]*"', "", got.text), path)
    assert len(seen) > 15
    assert faults(browser, [url + path for path in seen.values()], LOOKS) == {}


def test_axe_finds_nothing_on_what_comes_after_a_press_or_on_a_bad_day(
    site: tuple[Home, Flask, str], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, app, url = site
    came = {**pressed(home, app), **gone_wrong(home, app, monkeypatch)}
    assert {status for status, _ in came.values()} >= {200, 400, 403, 405, 410, 413, 422, 429, 500, 503}
    assert faults_of_what_came(browser, url, came) == {}


def shows(page: Page, address: str, html: str) -> None:
    """Open what was answered to a press, with its style sheets."""
    page.unroute(address)
    page.route(address, lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=html))
    page.goto(address)


Came = dict[str, tuple[int, str]]


def pressed(home: Home, app: Flask) -> Came:
    """Pages that only a press brings."""
    web, whole = app.test_client(), path(home, "answer", home.whole)
    home.house.clock.move(NOON)
    board, stop, settings = path(home, "board"), path(home, "unsubscribe"), path(home, "preferences")
    home.house.clock.move(NOON + timedelta(minutes=1))
    came = {
        "errors": web.post(whole, data={"hours.low": "some", "tie": "no such"}),
        "kept": web.get(whole + "?done=kept"),
        "stopped": web.post(stop),
        "back": web.post(stop, data={"resume": "1"}),
        "too long": web.post(whole, data={"plan": "x" * 1_100_000}),
        "wrong way": web.post(board),
        "foreign": web.post(whole, headers={"Sec-Fetch-Site": "cross-site"}),
        "nothing asked": web.post("/links/new"),
        "new link": web.post("/links/new", data={"page": "board", "token": board.rpartition("/")[2]}),
        "switched off": web.post(settings, data={"_do": "links_off"}),
        "refused": web.get(board),
    }
    home.house.people.change("T1", BO, lambda who: replace(who, links_since=None))
    return {name: (got.status_code, got.text) for name, got in came.items()}


def gone_wrong(home: Home, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Came:
    """Pages of a bad day: too fast, something broken, the store away."""
    web, board, place = app.test_client(), path(home, "board"), keys.partnership(home.partnership)
    with monkeypatch.context() as few:
        few.setattr(limits, "VIEWS", replace(limits.VIEWS, a_link=1))
        came = {"a lot": [web.get(board) for _ in range(3)][-1]}
    whole = home.house.redis.hget(place, "walk")
    assert whole is not None
    home.spoil()
    came["broken"] = web.get(board)
    home.house.redis.hset(place, "walk", whole)
    home.take_store_away()
    came["away"] = web.get(board)
    home.bring_store_back()
    return {name: (got.status_code, got.text) for name, got in came.items()}


def path(home: Home, page: str, subject: str = "") -> str:
    """The path of a link of Bo's."""
    return home.url(page, BO, subject).removeprefix(home.house.settings.public_url)


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Keeping]]:
    """A group that has something to share, with a mail server."""
    keeping = Keeping()
    with mail_home.server(keeping) as smtp:
        told = {"FAIRSTEPS_SMTP_URL": smtp, "FAIRSTEPS_MAIL_FROM": "Fairsteps <answers@example.org>"}
        with partner_home.site(tmp_path_factory.mktemp("five"), programmes.load("five-steps"), **told) as made:
            yield made, keeping


def test_axe_finds_nothing_on_the_partners_pages_whatever_was_done(
    five: tuple[Site, Keeping], browser: Browser
) -> None:
    came = {name: (got.status_code, got.text) for name, got in as_partner(five[0]).items()}
    assert {status for status, _ in came.values()} == {200, 410, 422}
    assert faults_of_what_came(browser, five[0].url, came) == {}


def as_partner(site: Site) -> dict[str, httpx.Response]:
    """What a contact sees, from nothing shared to access that is ended, and who facilitates and looks at it."""
    robin = site.invite()
    link = site.link(robin)
    shown = {"nothing shared": site.get(link), "stop": site.get(site.link(robin, "unsubscribe"))}
    site.share_all()
    row = next(p.row for p in promises.promises(site.walk, site.programme) if p.of_partner)
    word, letter, mails = f"{link}?say={row}", f"{link}?write=1", f"{link}?mails=1"
    shown |= {"word": site.get(word), "letter": site.get(letter), "mails": site.get(mails)}
    shown |= {"no word": site.send(word), "no letter": site.send(letter), "no choice": site.send(mails, mails="x")}
    shown["too long"] = site.send(letter, text="x" * 5000)
    shown["word kept"] = site.send(word, theirs="broken", status="broken", note="Not yet.")
    shown["letter kept"] = site.send(letter, text="Shall we talk?")
    shown["mails kept"] = site.send(mails, mails="yes")
    shown["preview"] = site.get(site.preview(partner_home.ANA))
    share = site.home.house.links.url("answer", site.ticket(partner_home.ANA, SHARE))
    shown |= {"decide": site.get(share), "nobody named": site.send(share, do="invite")}
    shown["stopped"] = site.client.post(site.link(robin, "unsubscribe"))
    shown["ended"] = site.send(mails, mails="end")
    shown["gone"] = site.get(link)
    return shown


def test_axe_finds_nothing_where_a_group_begins_and_where_nobody_wants_to_be_asked(
    five: tuple[Site, Keeping], browser: Browser
) -> None:
    site, keeping = five
    came = {name: (got.status_code, got.text) for name, got in as_stranger(site, keeping).items()}
    assert {status for status, _ in came.values()} == {200, 410, 422, 429, 503}
    assert faults_of_what_came(browser, site.url, came) == {}


def as_stranger(site: Site, keeping: Keeping) -> dict[str, httpx.Response]:
    """Every state of the pages /begin and /never."""
    begin, never, vault = f"{site.url}/begin", f"{site.url}/never", site.home.house.vault

    def mark(purpose: proof.Purpose, *, age: timedelta = timedelta()) -> str:
        return proof.made(vault, "fen@example.org", now=site.now - age, purpose=purpose)

    def post(url: str, **typed: str) -> httpx.Response:
        return site.client.post(url, data=typed, follow_redirects=True)

    shown = {
        "ask": site.get(begin),
        "no address": post(begin, email="fen"),
        "on its way": post(begin, email="fen@example.org"),
    }
    keeping.says["DATA"] = "451 4.3.0 Later"
    shown["no mail"] = post(begin, email="gil@example.org")
    keeping.says.clear()
    with pytest.MonkeyPatch.context() as few:
        few.setattr(begin_page, "_MAILS", dict.fromkeys(begin_page._MAILS, 1))
        for who in ("hal", "ida"):
            shown["enough"] = post(begin, email=f"{who}@example.org")
    form = f"{begin}/{mark('begin')}"
    shown |= {"form": site.get(form), "form with problems": post(form, group="Harbour")}
    shown["late"] = site.get(f"{begin}/{mark('begin', age=timedelta(days=2))}")
    shown["late with words"] = post(f"{begin}/{mark('begin', age=timedelta(days=2))}", group="Harbour")
    given = {**GIVEN, "addresses": "Bo Lindqvist <bo@example.org>"}
    shown["begun"] = post(form, **given)
    shown |= {"never": site.get(f"{never}/{mark('never')}"), "left alone": post(f"{never}/{mark('never')}")}
    shown |= {"never asked": site.get(never), "never no address": post(never, email="fen")}
    shown["never sent"] = post(never, email="fen@example.org")
    shown |= {"again": site.get(f"{never}/{mark('again')}"), "open": post(f"{never}/{mark('again')}")}
    shown["never late"] = site.get(f"{never}/{mark('again', age=timedelta(days=2))}")
    return shown


def faults_of_what_came(browser: Browser, url: str, came: Came) -> dict[str, list[str]]:
    """What axe finds on pages as they were answered, on a phone; what is made alike is looked at once in the other.

    And where one of them is wider than 400 per cent leaves.
    """
    wrong: dict[str, list[str]] = {}
    some = telling({f"one_{name}": html for name, (_, html) in came.items()})
    for scheme, width in LOOKS:
        mine = [*came] if (scheme, width) == LOOKS[0] else [name.removeprefix("one_") for name in some]
        for page in looked_at(browser, scheme, width):
            for name in mine:
                shows(page, f"{url}/shown", came[name][1])
                if found := faults_of(page):
                    wrong[f"{name} {scheme} {width}"] = found
    for page in looked_at(browser, "light", 320):
        for name, (_, html) in came.items():
            shows(page, f"{url}/shown", html)
            if page.evaluate("document.documentElement.scrollWidth") > 320:
                wrong[f"{name} 400 %"] = ["scrolls to the side"]
    return wrong


def test_axe_finds_nothing_in_any_kind_of_mail(preview: Path, browser: Browser) -> None:
    mails: dict[str, str] = {}
    for mail in (preview / "email").glob("*.eml"):
        html = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default).get_body(("html",))
        assert html is not None
        mails[mail.stem] = html.get_content()
    wrong: dict[str, list[str]] = {}
    for scheme, width in (*LOOKS, *OTHER_LOOKS):
        for page in looked_at(browser, scheme, width):
            for name in telling(mails):
                page.set_content(mails[name])
                if found := faults_of(page):
                    wrong[f"{name} {scheme} {width}"] = found
    assert wrong == {}


# --- what axe does not see ------------------------------------------------------------------------------------------


def test_what_leads_to_another_page_is_read_out_as_a_link(preview: Path) -> None:
    written = [*(Path(__file__).parents[1] / "templates" / "web").glob("*.j2"), *(preview / "web").glob("*.html")]
    links = {file.name: re.findall(r"<a\b[^>]*", file.read_text()) for file in written}
    assert any('class="button' in link for found in links.values() for link in found), "though some look like buttons"
    assert {name: link for name, found in links.items() for link in found if re.search(r"\brole=", link)} == {}


def kinds_of(preview: Path) -> list[str]:
    """One page of each kind in the preview."""
    folder = preview / "web"
    return [(folder / name).as_uri() for name in telling({one.name: one.read_text() for one in folder.glob("*.html")})]


def test_400_per_cent_needs_no_scrolling_to_the_side_and_every_target_is_large_enough(
    preview: Path, browser: Browser
) -> None:
    wrong: list[tuple[str, Any]] = []
    page = browser.new_page(viewport={"width": 320, "height": 256})  # what 1280 by 1024 leaves at 400 %
    for address in kinds_of(preview):
        page.goto(address)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > 320:
            wrong.append((address, wide))
        if small := [*page.evaluate(SMALL, [CONTROLS, 24]), *page.evaluate(SMALL, [MAIN, 44])]:
            wrong.append((address, small))
    page.close()
    assert wrong == []


def test_everything_is_reached_by_keyboard_in_order_and_seen_to_be(preview: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 700}, reduced_motion="reduce")  # no edge fades in
    for address in kinds_of(preview):
        page.goto(address)
        page.evaluate("document.activeElement.blur()")
        assert page.evaluate(SKIPPED) == [], address
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") != "skip":
            continue  # an error summary or a notice has the focus already
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "seen once it is reached"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        order = _tabbed(page)
        assert order == sorted(order), f"{address}: the order on the page is the order of the keys"
    page.close()


def _tabbed(page: Page) -> list[int]:
    """The place in the document of what the Tab key reaches, one after the other; each shows that it is reached."""
    places: list[int] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        found = page.evaluate(REACHED)
        if found is None:
            break
        place, seen = found
        assert seen, f"no outline at {page.evaluate('document.activeElement.outerHTML.slice(0, 120)')}"
        places.append(place)
    return places


def test_a_list_of_problems_takes_the_focus(preview: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((preview / "web" / "answer_with_problem.html").as_uri())
    page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('form') !== null")
    page.close()


def test_nothing_moves_for_who_wants_no_motion_and_no_page_ends_by_itself(preview: Path, browser: Browser) -> None:
    page = browser.new_page(reduced_motion="reduce")
    for address in kinds_of(preview):
        page.goto(address)
        assert page.evaluate(MOVES) == [], address
        assert page.locator("meta[http-equiv=refresh i]").count() == 0
    page.close()


def test_forced_colours_leave_every_control_its_edge(preview: Path, browser: Browser) -> None:
    page = browser.new_page(forced_colors="active")
    for address in kinds_of(preview):
        page.goto(address)
        assert page.evaluate(EDGELESS) == [], address
    page.close()


def test_pages_print_without_what_can_only_be_pressed(preview: Path, browser: Browser) -> None:
    page = browser.new_page()
    for name in ("board", "answer_again", "answer_draft"):
        page.goto((preview / "web" / f"{name}.html").as_uri())
        page.emulate_media(media="print", color_scheme="dark")
        assert page.locator("button:visible, .skip:visible").count() == 0, name
        assert page.locator("h1:visible").count() == 1
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)", "ink, also of a dark screen"
        assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0 or name == "board"
    page.close()
