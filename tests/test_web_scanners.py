"""Scanners of mail open every link, and some run its scripts: nothing may come of that, on any page there is."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests import pages, web_home
from tests.web_home import ANA, BO, CHI, Home
from worker.store import keys
from worker.web.app import create_with

LOOKED_AT = ("answer", "board", "preferences", "home")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Flask, str]]:
    port = web_home.free_port()
    with web_home.home(tmp_path_factory.mktemp("home"), port) as home:
        app = create_with(home.house)
        with web_home.serving(app, port) as url:
            home.house.cases.keep_draft(home.ticket(BO, home.whole), {"plan": "half a thought"})
            yield home, app, url


def state(home: Home) -> Mapping[bytes, bytes | None]:
    """All that is kept, byte for byte, but for the counters of who looked how often."""
    client = home.house.redis
    kept = sorted(key for key in client.scan_iter() if not key.startswith(keys.spent().encode()))
    return {key: client.dump(key) for key in kept}


def is_page(app: Flask, address: str) -> bool:
    """Whether a browser shows it, and does not download it."""
    return app.test_client().get(address).content_type.startswith("text/html")


def links_on(page: Page, url: str, address: str) -> set[str]:
    """Look at an address as a scanner does: run its scripts, wait, scroll. Returns the addresses that it leads to."""
    page.goto(url + address)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(50)
    links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    return {link.removeprefix(url).partition("#")[0] for link in links if link.startswith(url) and not _leaves(link)}


def test_a_scanner_with_scripts_that_opens_every_page_changes_nothing(
    place: tuple[Home, Flask, str], browser: Browser
) -> None:
    home, app, url = place
    page, sent, done = browser.new_page(), list[str](), set[str]()
    page.on("request", lambda request: sent.append(request.method))
    todo = [*pages.addresses(home, app, ANA), *(home.url(name, who) for name in LOOKED_AT for who in (BO, CHI))]
    todo = [address.removeprefix(url) for address in todo]
    before = state(home)
    while todo:
        address = todo.pop()
        where = re.sub(r"\.[\w-]{8}\.[\w-]+", "", address)  # the same page under a link that was made a moment later
        if where not in done and is_page(app, address):
            todo += sorted(links_on(page, url, address))
        done.add(where)
    page.close()
    assert len(done) > 40
    assert set(sent) == {"GET"}
    assert state(home) == before


def _leaves(link: str) -> bool:
    path = urlsplit(link).path
    return path.startswith(pages.LEAVES) and path != "/slack/permissions"


def test_what_a_person_does_is_seen_in_that_state(place: tuple[Home, Flask, str]) -> None:
    home, _, _ = place
    before = state(home)
    home.house.cases.keep_draft(home.ticket(BO, home.whole), {"plan": "another thought"})
    assert state(home) != before


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "GET"])
def test_other_ways_of_looking_change_nothing_either(place: tuple[Home, Flask, str], method: str) -> None:
    home, app, _ = place
    before = state(home)
    client = app.test_client()
    for address in pages.addresses(home, app, BO):
        for query in ("", "?done=1", "?done=kept", "?_do=send&resume=1&List-Unsubscribe=One-Click", "?_do=links_off"):
            assert client.open(address + query, method=method).status_code != 500
    assert state(home) == before
