"""How often pages may be asked for, how they are packed, and which headers they carry: over a real Valkey."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests import web_home
from tests.web_home import ANA, BO, Home
from worker.store.connection import connect
from worker.store.spending import Spending
from worker.web import limits
from worker.web.app import create_with
from workflows.errors import StoreUnavailable


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Flask]]:
    """A home whose public address is https, so that a proxy says who asks."""
    with web_home.home(
        tmp_path_factory.mktemp("home"), web_home.free_port(), FAIRSTEPS_PUBLIC_URL="https://fairsteps.example.org"
    ) as home:
        yield home, create_with(home.house)


@pytest.fixture
def home(place: tuple[Home, Flask]) -> Home:
    counted = list(place[0].house.redis.scan_iter("*spent*"))
    if counted:
        place[0].house.redis.delete(*counted)
    return place[0]


@pytest.fixture
def web(place: tuple[Home, Flask]) -> FlaskClient:
    return place[1].test_client()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few enough to get there in a test."""
    monkeypatch.setattr(limits, "VIEWS", replace(limits.VIEWS, a_link=3, an_address=8))
    monkeypatch.setattr(limits, "SENT", replace(limits.SENT, a_link=2, an_address=5))
    monkeypatch.setattr(limits, "SAVED", replace(limits.SAVED, a_link=4))


def path(home: Home, page: str, person: str) -> str:
    return home.url(page, person).removeprefix("https://fairsteps.example.org")


def from_(address: str) -> dict[str, Any]:
    return {"headers": {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}}


def test_a_person_has_plenty() -> None:
    assert limits.VIEWS.a_link >= 300
    assert limits.SENT.a_link >= 60
    assert limits.SAVED.a_link * 5 >= limits.SECONDS, "the script saves every five seconds at most"


@pytest.mark.usefixtures("few")
def test_a_link_is_looked_at_so_often_and_then_it_says_when_to_go_on(home: Home, web: FlaskClient) -> None:
    bo, ana = path(home, "board", BO), path(home, "board", ANA)
    assert [web.get(bo).status_code for _ in range(4)] == [200, 200, 200, 429]
    said = web.get(bo)
    assert 1 <= int(said.headers["Retry-After"]) <= limits.SECONDS
    assert "That was a lot at once" in said.text
    assert web.get(ana).status_code == 200, "another link is another count"


@pytest.mark.usefixtures("few")
def test_what_was_sent_too_often_is_on_the_page_again(home: Home, web: FlaskClient) -> None:
    url = path(home, "answer", BO)
    drawn = re.findall(r'name="_drawn" value="([^"]*)"', web.get(url).text)[0]
    fields = {"_drawn": drawn, "hours.low": "two and a bit"}
    assert [web.post(url, data=fields).status_code for _ in range(2)] == [422, 422]
    said = web.post(url, data=fields)
    assert said.status_code == 429
    assert "Retry-After" in said.headers
    assert 'value="two and a bit"' in said.text
    assert "Please press “Send” again in a few minutes" in said.text
    saved = web.post(url, data={**fields, "_do": "draft"})
    assert saved.status_code == 200, "drafts are counted by themselves"


@pytest.mark.usefixtures("few")
def test_an_address_is_counted_where_a_proxy_names_it(home: Home, web: FlaskClient) -> None:
    assert [web.get("/", **from_("192.0.2.1")).status_code for _ in range(9)] == [200] * 8 + [429]
    assert web.get("/", **from_("192.0.2.2")).status_code == 200
    assert {web.get("/").status_code for _ in range(20)} == {200}, "without a proxy's word all would be one"
    counted = b" ".join(home.house.redis.scan_iter("*spent*"))
    assert b"192.0.2" not in counted
    assert counted.count(b"/from/") == 2


@pytest.mark.usefixtures("few")
def test_health_slack_style_sheets_and_a_mail_providers_unsubscribes_are_not_counted(
    home: Home, web: FlaskClient
) -> None:
    for where in ("/health/live", "/health/ready", "/metrics", "/static/fairsteps.css"):
        assert {web.get(where, **from_("192.0.2.9")).status_code for _ in range(12)} == {200}
    assert 429 not in {web.post("/slack/events", **from_("192.0.2.9")).status_code for _ in range(12)}
    links = [home.url("unsubscribe", BO, f"r{n}").removeprefix("https://fairsteps.example.org") for n in range(12)]
    assert {web.post(link, **from_("192.0.2.9")).status_code for link in links} == {200}
    assert 429 in {web.post(links[0], **from_("192.0.2.9")).status_code for _ in range(4)}, "one link still is"


def test_a_token_stands_in_no_key(home: Home, web: FlaskClient) -> None:
    url = path(home, "board", BO)
    web.get(url)
    counted = b" ".join(home.house.redis.scan_iter("*spent*")).decode()
    assert "views/link/" in counted
    assert url.rpartition("/")[2][:20] not in counted


def test_the_salt_of_addresses_is_another_each_day() -> None:
    one = limits._keyed(b"secret", "192.0.2.1")
    assert one == limits._keyed(b"secret", "192.0.2.1")
    assert one != limits._keyed(b"another", "192.0.2.1")
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC)):
        assert one != limits._keyed(b"secret", "192.0.2.1")


def test_what_is_spent_is_counted_over_all_processes_and_a_lost_store_lets_everybody_through(home: Home) -> None:
    house, other = home.house, Spending(connect(home.servers[-1].url))
    assert [house.limits.spend("x", 2, 60), other.spend("x", 2, 60)] == [0, 0]
    assert 1 <= other.spend("x", 2, 60) <= 60
    assert other.spend("x", 2, 61) == 0, "another span is another count"
    home.take_store_away()
    try:
        with pytest.raises(StoreUnavailable):
            _ = home.walk
        assert [house.limits.spend("x", 2, 60) for _ in range(3)] == [0, 0, 0]
    finally:
        home.bring_store_back()


def test_a_page_is_packed_as_the_browser_takes_it_and_kept_by_no_cache(home: Home, web: FlaskClient) -> None:
    url = path(home, "answer", BO)
    plain = len(web.get(url).data)
    for way in ("gzip", "br", "zstd"):
        page = web.get(url, headers={"Accept-Encoding": way})
        assert page.headers["Content-Encoding"] == way
        assert "Accept-Encoding" in page.headers["Vary"]
        assert page.headers["Cache-Control"] == "no-store"
        assert len(page.data) < plain * 0.6
    assert "Content-Encoding" not in web.get("/health/live", headers={"Accept-Encoding": "gzip"}).headers


def test_style_sheets_and_scripts_are_packed_and_kept_for_a_year_under_their_mark(web: FlaskClient) -> None:
    found = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', web.get("/").text))
    assert found
    for asset in found | {"/static/drafts.js?v=x"}:
        assert "?v=" in asset
        got = web.get(asset, headers={"Accept-Encoding": "br"})
        assert "max-age=31536000" in got.headers["Cache-Control"]
        assert "no-store" not in got.headers["Cache-Control"]
        assert asset.partition("?")[0].endswith(".svg") or got.headers["Content-Encoding"] == "br"


def test_headers_are_as_they_should_be(web: FlaskClient) -> None:
    for where in ("/", "/nowhere", "/answer/forged", "/static/drafts.js"):
        headers = web.get(where).headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "http" not in policy.replace("https://fairsteps.example.org", "")
