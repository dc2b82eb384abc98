"""A person's own page: Bo and Ana do there what they would do on the Home tab, over real HTTP and a real Valkey."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web_home import ANA, BO, CHI, walk_over
from tests.web_visit import Visit, headings, status, visiting
from worker.files import programmes, words
from worker.web.home import DOES, Ways
from workflows import hosting
from workflows.forms import Typed
from workflows.home import home_of
from workflows.messages import examples, keep
from workflows.people import Person
from workflows.ticket import Ticket
from workflows.walk import Change

WEEK = "Your week"


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    with visiting(tmp_path) as found:
        yield found


def test_bo_reads_what_waits_leaves_it_and_takes_it_up_again(visit: Visit) -> None:
    page = visit.get("home", BO)
    assert headings(page)[:3] == ["Your page", "Riverside Group and Pulse App", "Waiting for you"]
    assert visit.follow(page, f"Answer: {WEEK}").status_code == 200
    left = visit.press(page, f"Skip this one: {WEEK}")
    assert status(left).startswith("Left out.")
    assert visit.home.walk.answer(visit.home.round, BO).skipped  # type: ignore[union-attr]
    assert "You left this one." in left.text
    again = visit.follow(left, f"Answer after all: {WEEK}")
    assert "What kind of work was it?" in again.text


def test_bo_puts_it_off_and_reads_until_when(visit: Visit) -> None:
    later = visit.press(visit.get("home", BO), f"Tomorrow: {WEEK}")
    assert status(later).startswith("Put off.")
    assert "You get it again on Wednesday 2 December 2026, 09:00 (Kathmandu time)" in later.text
    [snooze] = visit.home.walk.members[BO].snoozes
    assert snooze.round == visit.home.round


def test_what_cannot_be_put_off_any_more_is_said_on_the_page_and_changes_nothing(visit: Visit) -> None:
    page = visit.get("home", BO)
    found = visit.home.walk.round(visit.home.round)
    assert found is not None
    visit.home.house.clock.move(found.closes_at - timedelta(hours=1))
    said = visit.press(page, f"Tomorrow: {WEEK}")
    assert said.status_code == 409
    assert "closes before that" in status(said)
    assert visit.home.walk.members[BO].snoozes == ()


def test_pressing_twice_does_it_once(visit: Visit) -> None:
    page = visit.get("home", BO)
    visit.press(page, f"Skip this one: {WEEK}")
    version = visit.home.walk.version
    assert visit.press(page, f"Skip this one: {WEEK}").status_code == 200
    assert visit.home.walk.version == version


def test_bo_pauses_and_comes_back(visit: Visit) -> None:
    paused = visit.press(visit.get("home", BO), "Pause: ask me nothing for now")
    assert status(paused).startswith("You pause now.")
    assert visit.home.walk.members[BO].paused
    assert "Waiting for you" not in headings(paused)
    back = visit.press(paused, "Ask me again: You pause")
    assert not visit.home.walk.members[BO].paused
    assert "Waiting for you" in headings(back)


def test_a_milestone_is_reached_with_one_press_by_its_owner(visit: Visit) -> None:
    page = visit.get("home", ANA)
    done = visit.press(page, "Mark as done: A keeper is named")
    assert status(done) == "Well done. That milestone is reached."
    assert visit.home.walk.milestone("keeper").done_by == ANA  # type: ignore[union-attr]
    assert "Your milestones" not in headings(done)


def test_who_was_only_asked_finds_the_request_alone(visit: Visit) -> None:
    page = visit.get("home", CHI)
    assert headings(page) == ["Your page", "Riverside Group and Pulse App", "Do you want to take part?"]
    assert "/board/" not in page.text
    assert "/calendar/" not in page.text
    assert "Pause" not in page.text
    assert visit.follow(page, "Yes, count me in: Do you want to take part?").status_code == 200


def test_only_who_looks_after_it_reads_who_is_silent(visit: Visit) -> None:
    theirs, ours = visit.get("home", ANA).text, visit.get("home", BO).text
    assert "Not answered yet, for your eyes only: Bo" in theirs
    assert "You look after this" in theirs
    assert "for your eyes only" not in ours
    assert "You look after this" not in ours


def test_a_walk_that_is_over_says_so_and_keeps_its_board(visit: Visit) -> None:
    visit.home.house.walks.change(visit.home.partnership, walk_over)
    page = visit.get("home", BO)
    assert "Your group has walked this to its end." in page.text
    assert "Add a milestone" not in page.text
    assert visit.follow(page, "Board: where we stand").status_code == 200


def test_a_button_of_somebody_else_does_nothing_under_my_link(visit: Visit) -> None:
    ticket = Ticket(workspace="T1", partnership=visit.home.partnership, person=ANA, subject=f"{visit.home.round}-skip")
    before = visit.home.walk.version
    for posted in (ticket.encode(), replace(ticket, workspace="T2", person=BO).encode()):
        sent = visit.client.post(visit.url("home", BO), data={"do": "skip", "ticket": posted})
        assert sent.status_code == 404
    for wrong in ({"do": "skip", "ticket": "no ticket"}, {"do": "wipe", "ticket": ticket.encode()}, {}):
        assert visit.client.post(visit.url("home", BO), data=wrong).status_code == 400
    assert visit.home.walk.version == before


def test_a_link_of_another_page_opens_nothing_here(visit: Visit) -> None:
    token = visit.url("board", BO).rpartition("/")[2]
    base = visit.url("home", BO).rpartition("/")[0]
    assert visit.client.get(f"{base}/{token}").status_code == 404


def test_looking_changes_nothing_and_each_page_leads_only_to_pages_that_are_there(visit: Visit) -> None:
    before = visit.home.walk.version
    seen: set[str] = set()
    for person in (ANA, BO):
        todo = [visit.url(page, person) for page in ("home", "board", "reading")]
        todo.append(visit.url("calendar", person) + ".ics")
        for url in todo:
            page = visit.client.get(url, follow_redirects=True)
            assert page.status_code == 200, url.split("/")[3]
            if url.endswith(".ics"):
                continue
            links = {str(page.url.join(html.unescape(one))) for one in re.findall(r'href="([^"#]+)"', page.text)}
            for link in links - seen:
                seen.add(link)
                if link.startswith("http://127.0.0.1"):
                    assert visit.client.get(link).status_code == 200, link.split("/")[3]
    assert visit.home.walk.version == before


def test_a_thank_you_leads_to_ones_own_page(visit: Visit) -> None:
    form = visit.follow(visit.get("home", BO), f"Answer: {WEEK}")
    fields = {"activity": "crisis", "hours.low": "2", "hours.high": "3", "gains": "members"}
    thanks = visit.send(form, **fields)
    assert "Thank you" in thanks.text
    page = visit.follow(thanks, "to your page")
    assert headings(page)[0] == "Your page"
    assert "You can still change these" in headings(page)


def test_every_walk_of_a_person_stands_on_one_page(visit: Visit) -> None:
    cases = visit.home.house.cases
    other = cases.start("T1", "UANA", {**_START, "partner": "Second App", "channel": "C2"})
    page = visit.get("home", ANA)
    assert "Riverside Group and Second App" in headings(page)
    assert "Riverside Group and Pulse App" in headings(page)
    assert "Second App" not in visit.get("home", CHI).text
    cases.give_consent(Ticket(workspace="T1", partnership=other, person=ANA), True, via="web")
    pressed = visit.press(visit.get("home", ANA), "Mark as done: A keeper is named")
    assert status(pressed).startswith("Well done")


_START: Typed = {
    "group": "Riverside Group",
    "facilitators": ("UANA",),
    "kind": "app",
    "weekday": "1",
    "hour": "9",
    "zone": "Europe/London",
    "digest": "4",
    "mail": "yes",
}


def test_bo_is_asked_to_facilitate_and_says_yes_on_the_page(visit: Visit) -> None:
    walks, now = visit.home.house.walks, visit.home.house.clock.now()
    walks.change(visit.home.partnership, lambda walk: hosting.offered(walk, BO, by=ANA, now=now))
    page = visit.get("home", BO)
    assert "Somebody asks you" in headings(page)
    said = visit.press(page, "I'll do it: Will you facilitate?")
    assert status(said) == "Thank you. You facilitate now."
    assert visit.home.walk.members[BO].role == "facilitator"
    visit.press(page, "Not me: Will you facilitate?")
    assert visit.home.walk.members[BO].role == "facilitator", "an old page takes nothing back"


def test_a_yes_to_a_request_that_was_taken_back_says_that_it_is_settled(visit: Visit) -> None:
    walks, now = visit.home.house.walks, visit.home.house.clock.now()
    walks.change(visit.home.partnership, lambda walk: hosting.offered(walk, BO, by=ANA, now=now))
    page = visit.get("home", BO)
    walks.change(visit.home.partnership, lambda walk: hosting.taken_back(walk, BO, now=now))
    late = visit.press(page, "I'll do it: Will you facilitate?")
    assert late.status_code == 409
    assert status(late) == "That was settled already, so nothing was changed."
    assert visit.home.walk.members[BO].role == "member"


def test_whatever_slack_offers_on_the_home_tab_has_a_way_on_the_web() -> None:
    """Ana and Bo with everything that a Home can hold: each action is a button here or has a page."""
    scene = examples.scene(words.load(), programmes.load("five-steps"))
    walk = scene.walk
    offered = hosting.offered(walk, examples.BO, by=examples.ANA, now=examples.NOW).members
    kept = replace(keep.example_kept(), author=examples.BO)
    partnership = replace(walk.partnership, kept=(kept,))
    people = {**walk.members, **{m.person: m for m in offered}}
    paused = {**people, examples.BO: replace(people[examples.BO], paused_at=examples.NOW)}
    ways = Ways(url=lambda page, ticket: f"https://example.org/{page}/{ticket.subject}", words=scene.words)
    seen: set[str] = set()
    for members, group in ((people, walk.group), (paused, replace(walk.group, channel_lost="removed"))):
        told = replace(scene, walk=replace(walk, members=members, partnership=replace(partnership, group=group)))
        for person in (examples.ANA, examples.BO, examples.FEN):
            home = home_of(scene.words, (told,), person, now=examples.NOW)
            for section in home.sections:
                items = (i for part in (*section.before, *section.parts) for i in part.items)
                for action in (*(a for i in items for a in i.actions), *section.foot):
                    seen.add(action.id)
                    assert ways.button(action) or ways.page(action), action.id
    assert {"skip", "later", "lead_yes", "keep_no", "resume", "shelf", "people", "move_on", "channel"} <= seen
    assert set(DOES) - seen <= {"pause"}, "the web has no button that Slack does not have, but to pause"


def test_names_and_titles_of_people_stay_text(visit: Visit) -> None:
    bo = Person(id=BO, name="<b>Bo</b> & “co”", slack_user="UBO", zone="Asia/Kathmandu")
    visit.home.house.walks.change(visit.home.partnership, lambda _: Change(people=(bo,)))
    assert "&lt;b&gt;Bo&lt;/b&gt; &amp; “co”" in visit.get("home", ANA).text


def test_a_store_that_is_away_is_said_and_nothing_is_lost(visit: Visit) -> None:
    page = visit.get("home", BO)
    visit.home.take_store_away()
    assert visit.press(page, f"Skip this one: {WEEK}").status_code == 503
    visit.home.bring_store_back()
    assert visit.home.walk.answer(visit.home.round, BO) is None
