"""The reading shelf over real HTTP: marks that are one's own, found again without script."""

import html
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import web_programme
from tests.web_home import ANA, BO, CHI, Home, with_programme
from tests.web_visit import Visit, headings, status, visiting
from workflows.programme import Programme, Reading
from workflows.walk import Change

RATES = Reading(
    id="rates",
    title="What an hour is worth",
    author="A library",
    kind="article",
    language="en",
    minutes=7,
    why="It shows how others count.",
    discuss="Which of our hours does nobody see?",
    url="https://example.org/rates",
)
TRUST = replace(RATES, id="trust", title="Trust, counted", url="", where="Ask your library.", minutes=12)


def with_readings() -> Programme:
    programme = web_programme.programme()
    [step] = programme.steps
    return replace(programme, steps=(replace(step, readings=(RATES, TRUST)),))


def shelve(home: Home) -> None:
    """The group walks a programme with something to read."""
    home.house = with_programme(home.house, with_readings())


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    with visiting(tmp_path, shelve) as found:
        yield found


def test_each_reading_says_why_how_long_and_what_to_talk_about(visit: Visit) -> None:
    page = visit.follow(visit.get("home", BO), "Reading shelf")
    assert headings(page) == ["Reading shelf Riverside Group and Pulse App", "Know the value", RATES.title, TRUST.title]
    told = html.unescape(page.text)
    assert "A library. An article, about 7 minutes." in told
    assert RATES.why in told
    assert f"To talk about: {RATES.discuss}" in told
    assert f'<a href="{RATES.url}" rel="noreferrer">' in told
    assert "Ask your library." in told


def test_a_mark_is_kept_found_again_by_itself_and_taken_back(visit: Visit) -> None:
    saved = visit.press(visit.get("reading", BO), f"Save it: {RATES.title}")
    assert status(saved) == "Kept. Only you see this."
    assert "You saved this for later." in saved.text
    alone = visit.get("reading", BO, "?show=saved")
    assert headings(alone)[-1] == RATES.title
    assert "Saved (1)" in alone.text
    assert "New (1)" in alone.text
    read = visit.press(alone, f"I read it: {RATES.title}")
    assert "Nothing is marked like this." in read.text, "it stays on the shelf that one looked at"
    back = visit.press(visit.get("reading", BO, "?show=read"), f"Undo: {RATES.title}")
    assert status(back) == "Kept. Only you see this."
    assert visit.home.walk.members[BO].shelf == ()


def test_marks_are_seen_by_nobody_else(visit: Visit) -> None:
    visit.press(visit.get("reading", BO), f"Not for me: {RATES.title}")
    assert "Not for me (1)" in visit.get("reading", BO).text
    assert "Not for me (0)" in visit.get("reading", ANA).text


def test_a_question_goes_to_the_group_once(visit: Visit) -> None:
    page = visit.get("reading", BO)
    said = visit.press(page, f"Talk about it: {RATES.title}")
    assert "once, and without your name" in status(said)
    assert "Your group can talk about it in its channel" in said.text
    visit.press(page, f"Talk about it: {RATES.title}")
    assert visit.home.walk.partnership.discussed == ("rates",)


def test_a_group_without_a_channel_is_not_offered_to_talk_there(visit: Visit) -> None:
    group = replace(visit.home.walk.group, channel=None)
    partnership = replace(visit.home.walk.partnership, group=group)
    visit.home.house.walks.change(visit.home.partnership, lambda _: Change(partnership=partnership))
    assert "Talk about it" not in visit.get("reading", BO).text


def test_who_has_not_said_yes_sees_no_shelf(visit: Visit) -> None:
    assert visit.get("reading", CHI).status_code == 404


def test_an_unknown_filter_shows_everything(visit: Visit) -> None:
    assert headings(visit.get("reading", BO, "?show=<script>"))[-1] == TRUST.title
    assert "<script>" not in visit.get("reading", BO, "?show=<script>").text


def test_a_shelf_with_nothing_on_it_says_so(tmp_path: Path) -> None:
    with visiting(tmp_path) as empty:
        assert "There is nothing here yet." in empty.get("reading", BO).text
