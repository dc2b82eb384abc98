"""Links that are too old, switched off or forged, on every page there is: over real HTTP and a real Valkey."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from typer.testing import CliRunner

from tests import web_home
from tests.web_home import ANA, BO, CHI, NOON, Home
from worker import cli
from worker.links import LINK_LIFE, Links
from worker.store.connection import connect
from worker.store.workspaces import Workspace
from worker.web import guard, opened
from worker.web.app import create_with
from workflows import due_links
from workflows.errors import NotFound
from workflows.messages.scene import Scene
from workflows.people import Person
from workflows.ticket import Ticket

LATER = NOON + timedelta(hours=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Flask]]:
    with web_home.home(tmp_path_factory.mktemp("home"), web_home.free_port()) as home:
        yield home, create_with(home.house)


@pytest.fixture
def home(place: tuple[Home, Flask]) -> Home:
    """The same home for all, its links good and its clock at noon."""
    whole = place[0]
    connect(whole.servers[-1].url).delete(*(connect(whole.servers[-1].url).keys("*:spent:*") or ["none"]))
    whole.house.clock.move(NOON)
    for person in (ANA, BO, CHI):
        whole.house.people.change("T1", person, _as_at_first)
    return whole


def _as_at_first(who: Person) -> Person:
    return replace(who, links_since=None, mail_stopped=False)


@pytest.fixture
def app(place: tuple[Home, Flask]) -> Flask:
    return place[1]


def behind_links(app: Flask) -> list[tuple[str, str]]:
    """Every (rule, method) whose address has a token in it, however it got into the app."""
    return sorted(
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if "token" in rule.arguments
    )


def address(home: Home, rule: str, *, token: str = "") -> str:
    """An address of Bo's that fits a rule."""
    page = opened.page_of_rule(rule)
    made = token or home.house.links.token(page, home.ticket(BO))
    return re.sub(r"<[^>]+>", "pdf", rule.replace("<token>", made))


def ask(app: Flask, method: str, path: str, **fields: str) -> Any:
    return app.test_client().open(path, method=method, data=fields if method == "POST" else None)


def planned(home: Home, kind: str = "link") -> list[tuple[str, str]]:
    return [(d.person, d.subject) for d in home.house.due.planned(home.partnership) if d.kind == kind]


def test_there_are_pages_to_look_at(app: Flask) -> None:
    pages = {opened.page_of_rule(rule) for rule, _ in behind_links(app)}
    assert {"answer", "preferences", "unsubscribe", "board", "workbook"} <= pages
    assert not any("<" in page for page in pages), "what a link is signed for is told by its address"
    others = {name for rule in app.url_map.iter_rules() for name in rule.arguments if "token" not in rule.arguments}
    open_to_all = {"filename", "programme", "version", "states", "ending"}
    assert others <= {*open_to_all, *guard.SECRET}, "what opens somebody's page is called token, and goes by the door"


def test_every_page_behind_a_link_refuses_one_that_is_too_old(home: Home, app: Flask) -> None:
    before = home.walk
    addresses = [(method, address(home, rule)) for rule, method in behind_links(app)]
    home.house.clock.move(NOON + LINK_LIFE + timedelta(minutes=1))
    for method, path in addresses:
        said = ask(app, method, path, resume="1")
        assert said.status_code == 410, path
        assert "more than a year old" in said.text
        assert "/preferences/" not in said.text.replace(path, "")
    assert home.walk == before


def test_whoever_takes_part_can_have_a_new_link_to_each_page_of_theirs(home: Home, app: Flask) -> None:
    addresses = [address(home, rule) for rule, method in behind_links(app) if method == "GET"]
    home.house.clock.move(NOON + LINK_LIFE + timedelta(minutes=1))
    offered = {path.split("/")[1]: "Mail me a new link" in ask(app, "GET", path).text for path in addresses}
    assert {page for page, offers in offered.items() if not offers} == {"address", "partner"}
    assert set(opened.MAILED) == {page for page, offers in offered.items() if offers}


def test_every_page_behind_a_link_refuses_one_that_was_switched_off(home: Home, app: Flask) -> None:
    addresses = [(method, address(home, rule)) for rule, method in behind_links(app)]
    home.house.clock.move(LATER)
    home.house.cases.switch_off_links(home.ticket(BO))
    before = home.walk
    for method, path in addresses:
        said = ask(app, method, path, resume="1")
        assert said.status_code == 410, path
    assert home.walk == before
    newer = [(method, address(home, rule)) for rule, method in behind_links(app) if method == "GET"]
    assert all(ask(app, method, path).status_code != 410 for method, path in newer), "made after that"
    assert ask(app, "GET", home.url("board", ANA)).status_code == 200, "hers were not switched off"


def test_every_page_behind_a_link_is_plainly_not_there_for_a_forged_one(home: Home, app: Flask) -> None:
    for rule, method in behind_links(app):
        page = opened.page_of_rule(rule)
        good = home.house.links.token(page, home.ticket(BO))
        other = home.house.links.token("nothing", home.ticket(BO))
        strange = Links(public_url="http://localhost", keys=["another key"]).token(page, home.ticket(BO))
        for forged in ("x", good[:-3], good.replace(".", ".A", 1), other, strange):
            said = ask(app, method, address(home, rule, token=forged))
            assert said.status_code == 404, rule
            assert "This link does not work any more" in said.text
            assert forged not in said.text or forged == "x"
            assert "Mail me a new link" not in said.text


def test_a_link_made_in_the_moment_after_is_good_and_one_of_the_moment_before_is_not(home: Home) -> None:
    links = home.house.links
    before = links.token("board", home.ticket(BO))
    home.house.clock.move(NOON + timedelta(milliseconds=1))
    home.house.cases.switch_off_links(home.ticket(BO))
    after = links.token("board", home.ticket(BO))
    off = home.house.people.get("T1", BO).links_since
    assert off is not None
    assert links.made("board", before).at < off <= links.made("board", after).at


def test_links_of_the_first_versions_carried_seconds_and_are_still_read() -> None:
    links = Links(public_url="http://localhost", keys=["k"])
    ticket = Ticket(workspace="T1", partnership="p", person="bo")
    old = URLSafeTimedSerializer(["k"], salt="fairsteps.board").dumps(ticket.encode())
    assert links.read("board", str(old)) == ticket
    years_on = links.made("board", str(old)).at + LINK_LIFE * 2
    late = Links(public_url="http://localhost", keys=["k"], now=lambda: years_on)
    with pytest.raises(NotFound):
        late.read("board", str(old))


def test_bo_switches_all_old_links_off_and_gets_a_new_one_by_mail_alone(home: Home, app: Flask) -> None:
    settings, board = home.url("preferences", BO), home.url("board", BO)
    home.house.clock.move(LATER)
    assert "Switch off all my old links" in ask(app, "GET", settings).text
    said = ask(app, "POST", settings, _do="links_off")
    assert said.status_code == 200
    assert "All your old links are switched off" in said.text
    assert "/preferences/" not in said.text, "a stranger may be looking"
    assert ask(app, "GET", board).status_code == 410
    assert ask(app, "POST", settings, _do="links_off").status_code == 410
    assert planned(home)[-1] == (BO, f"preferences.{home.round}")


def test_what_was_being_sent_through_a_refused_link_can_be_copied(home: Home, app: Flask) -> None:
    url = home.url("answer", BO, home.whole)
    drawn = re.findall(r'name="_drawn" value="([^"]*)"', ask(app, "GET", url).text)[0]
    home.house.clock.move(LATER)
    home.house.cases.switch_off_links(home.ticket(BO))
    said = ask(app, "POST", url, _drawn=drawn, plan="words of an hour")
    assert said.status_code == 410
    assert "words of an hour" in said.text
    assert home.answer_of(BO, home.whole) is None


def asked_anew(app: Flask, page: str, url: str) -> Any:
    return ask(app, "POST", "/links/new", page=page, token=url.rpartition("/")[2])


def test_asking_for_a_new_link_is_answered_alike_for_everybody(home: Home, app: Flask) -> None:
    stranger = Ticket(workspace="T1", partnership=home.partnership, person="nobody")
    nowhere = Ticket(workspace="T9", partnership="gone", person=BO)
    answers = {
        asked_anew(app, "board", home.house.links.url("board", one)).text
        for one in (home.ticket(BO), home.ticket(CHI), stranger, nowhere)
    }
    assert len(answers) == 1
    assert asked_anew(app, "board", "forged").status_code == 404
    assert ask(app, "POST", "/links/new").status_code == 400
    assert ask(app, "GET", "/links/new").status_code == 405


def test_asking_again_and_again_is_one_mail_and_then_none(home: Home, app: Flask) -> None:
    before = len(planned(home))
    url = home.url("answer", ANA)
    for minutes in range(0, 200, 5):
        home.house.clock.move(LATER + timedelta(minutes=minutes))
        assert asked_anew(app, "answer", url).status_code == 200
    assert 1 < len(planned(home)) - before <= 5


def test_the_mail_goes_to_who_takes_part_and_may_be_written_to(home: Home) -> None:
    house, walk = home.house, home.walk
    scene = Scene(words=house.words, walk=walk, programme=house.programmes.of(walk.partnership))

    def comes_to(person: str) -> Any:
        due = walk.occurrence("link", NOON, subject=f"answer.{home.round}", person=person)
        return due_links.link(scene, due, NOON)

    sends = comes_to(BO).sends
    assert [send.channel for send in sends] == ["mail"]
    assert [(a.page, a.value) for a in sends[0].message.actions] == [("answer", home.ticket(BO).encode())]
    assert comes_to(CHI).left == "no_consent"
    house.cases.stop_mail(home.ticket(BO))
    scene = Scene(words=house.words, walk=home.walk, programme=scene.programme)
    assert comes_to(BO).left == "no_channel"


def test_an_old_mail_still_stops_mails_but_starts_none(home: Home, app: Flask) -> None:
    url = home.url("unsubscribe", BO)
    home.house.clock.move(LATER)
    home.house.cases.switch_off_links(home.ticket(BO))
    assert "Stop all mails" in ask(app, "GET", url).text
    stopped = ask(app, "POST", url, **{"List-Unsubscribe": "One-Click", "_do": "pause"})
    assert stopped.status_code == 200
    assert "Mails are stopped" in stopped.text
    assert 'href="http' not in stopped.text, "it leads a stranger nowhere"
    assert home.walk.people[BO].mail_stopped
    assert ask(app, "POST", url, resume="1").status_code == 410
    assert home.walk.people[BO].mail_stopped


def test_an_operator_switches_somebodys_links_off(home: Home, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.commands.unlinking.house", lambda: home.house)
    home.house.workspaces.keep(Workspace(id="T1", name="Riverside", installer="UANA", active=True))
    url = home.url("board", BO)
    home.house.clock.move(LATER)
    said = CliRunner().invoke(cli.app, ["person", "unlink", BO])
    assert said.exit_code == 0, said.output
    assert ask(app, "GET", url).status_code == 410
    assert isinstance(CliRunner().invoke(cli.app, ["person", "unlink", "nobody"]).exception, NotFound)


def test_a_lost_store_lets_nobody_in_and_loses_nothing_that_was_typed(tmp_path_factory: pytest.TempPathFactory) -> None:
    port = web_home.free_port()
    with web_home.home(tmp_path_factory.mktemp("lost"), port) as home:
        served = create_with(home.house)
        with web_home.serving(served, port), httpx.Client(trust_env=False) as client:
            url = home.url("answer", BO, home.whole)
            drawn = re.findall(r'name="_drawn" value="([^"]*)"', client.get(url).text)[0]
            home.take_store_away()
            assert client.get(url).status_code == 503
            said = client.post(url, data={"_drawn": drawn, "plan": "kept on the page"})
            assert said.status_code == 503
            assert "kept on the page" in said.text
            home.bring_store_back()
