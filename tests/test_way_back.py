"""Each page that somebody opens from their own page leads back there, and speaks of Slack only to whoever has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import web_home
from tests.web_home import ANA, BO, CHI, Home
from worker.web import draw
from worker.web.app import create_with


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with web_home.home(tmp_path, web_home.free_port()) as home:
        yield home


@pytest.fixture
def app(home: Home) -> Flask:
    return create_with(home.house)


def read(app: Flask, url: str) -> str:
    return app.test_client().get(url[url.index("/", 8) :]).text


@pytest.mark.parametrize(("page", "subject"), [("answer", "people"), ("answer", ""), ("preferences", "")])
def test_a_form_leads_back_to_the_page_it_was_opened_from(home: Home, app: Flask, page: str, subject: str) -> None:
    url = home.url(page, ANA, subject or (home.round if page == "answer" else ""))
    assert "To your page</a>" in read(app, url)


def test_what_was_saved_leads_back_as_well(home: Home, app: Flask) -> None:
    assert "to your page</a>" in read(app, home.url("preferences", BO) + "?done=1")


def test_who_has_changed_the_people_sees_who_is_in_it_now(home: Home, app: Flask) -> None:
    page = read(app, home.url("answer", ANA, "people") + "?done=1")
    assert "Saved. This is how it stands now." in page
    assert "no word yet (1)" in page


def test_who_has_not_said_yes_yet_is_not_sent_anywhere(home: Home, app: Flask) -> None:
    assert "To your page" not in read(app, home.url("answer", CHI, "consent"))


def test_a_group_of_settings_says_of_hours_what_they_are_of(home: Home, app: Flask) -> None:
    page = read(app, home.url("preferences", BO))
    assert "Nothing from 20:00 until 08:00 · " in page
    assert '<span class="hint">20:00' not in page


@pytest.mark.parametrize("path", ["/home/abc", "/nothing/here"])
def test_a_wrong_address_says_where_to_go_and_names_no_slack(app: Flask, path: str) -> None:
    page = app.test_client().get(path).text
    assert "Open the newest message from Fairsteps and use the link there." in page
    assert "Slack" not in page


@pytest.mark.parametrize("slack", [True, False])
def test_the_page_that_stops_mails_speaks_of_slack_to_whoever_has_it(slack: bool) -> None:
    for state in ("", "all"):
        assert ("Slack" in draw.page("unsubscribe", state=state, sort="questions", slack=slack)) is slack
