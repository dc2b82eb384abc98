"""The calendar over real HTTP, read back by a library that reads calendars: dates, hours, and what it hides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from tests.group import walking
from tests.web_home import ANA, BO, CHI, walk_over
from tests.web_visit import Visit, visiting
from worker.files import programmes, words
from worker.web.calendar import ics
from workflows import engine, milestones
from workflows.agenda import agenda_of
from workflows.messages.scene import Scene
from workflows.walk import Change


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    with visiting(tmp_path) as found:
        yield found


def read(visit: Visit, person: str) -> dict[str, icalendar.Event]:
    """The events of somebody's calendar by what they say."""
    answer = visit.get("calendar", person, ending=".ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["SUMMARY"]): event for event in icalendar.Calendar.from_ical(answer.content).events}


def instant(event: icalendar.Event, name: str) -> datetime:
    found = event.decoded(name)
    assert isinstance(found, datetime)
    return found.astimezone(UTC)


def test_bo_finds_until_when_questions_are_open_on_his_own_clock(visit: Visit) -> None:
    found = read(visit, BO)["Questions close: Your week"]
    kept = visit.home.walk.round(visit.home.round)
    assert kept is not None
    assert instant(found, "DTEND") == kept.closes_at
    assert found["DTEND"].params["TZID"] == "Asia/Kathmandu"
    assert instant(found, "DTSTART") < instant(found, "DTEND")


def test_what_is_answered_or_put_to_nobody_is_no_date_any_more(visit: Visit) -> None:
    visit.press(visit.get("home", BO), "Skip this one: Your week")
    assert "Questions close: Your week" not in read(visit, BO)


def test_an_owner_finds_their_own_milestones_and_a_facilitator_all(visit: Visit) -> None:
    walks, now = visit.home.house.walks, visit.home.house.clock.now()
    due = date(2026, 12, 20)
    walks.change(
        visit.home.partnership, lambda walk: milestones.added(walk, title="A letter", owner=BO, due=due, now=now)
    )
    assert "A letter" in read(visit, ANA)
    assert "A keeper is named" in read(visit, ANA)
    mine = read(visit, BO)
    assert "A keeper is named" not in mine
    assert mine["A letter"].decoded("DTSTART") == due
    assert mine["A letter"].decoded("DTEND") == due + timedelta(days=1)
    assert "Bo looks after it" in str(read(visit, ANA)["A letter"]["DESCRIPTION"])


def test_a_milestone_that_moves_keeps_its_name_in_the_calendar_and_one_that_is_done_goes(visit: Visit) -> None:
    walks, now = visit.home.house.walks, visit.home.house.clock.now()
    before = read(visit, ANA)["A keeper is named"]
    later = date(2027, 1, 29)
    walks.change(
        visit.home.partnership,
        lambda walk: milestones.changed(walk, "keeper", title="A keeper", owner=ANA, due=later, now=now),
    )
    after = read(visit, ANA)["A keeper"]
    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == later
    walks.change(visit.home.partnership, lambda walk: milestones.done(walk, "keeper", by=ANA, now=now))
    assert "A keeper" not in read(visit, ANA)


def test_whoever_hides_content_finds_dates_without_a_name(visit: Visit) -> None:
    ana = replace(visit.home.walk.people[ANA], hides=True)
    partnership = replace(visit.home.walk.partnership, review_on=date(2027, 3, 1))
    visit.home.house.walks.change(visit.home.partnership, lambda _: Change(people=(ana,), partnership=partnership))
    text = visit.get("calendar", ANA, ending=".ics").text.replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") >= 3
    for said in ("Your week", "keeper", "Riverside", "Pulse", "Ana", "Bo"):
        assert said not in text


def test_no_link_and_no_answer_leaves_with_a_calendar(visit: Visit) -> None:
    text = visit.get("calendar", ANA, ending=".ics").text
    assert "http" not in text
    assert "URL" not in text


def test_it_opens_for_its_own_link_alone_and_only_to_look(visit: Visit) -> None:
    url = visit.url("calendar", BO)
    token, base = url.rpartition("/")[2], url.partition("/calendar/")[0]
    assert visit.client.get(f"{base}/calendar/{visit.url('home', BO).rpartition('/')[2]}.ics").status_code == 404
    for page in ("home", "board", "reading", "answer"):
        assert visit.client.get(f"{base}/{page}/{token}").status_code == 404
    assert visit.client.post(f"{url}.ics").status_code == 405


def test_it_is_switched_off_with_all_links_of_a_person(visit: Visit) -> None:
    url = visit.url("calendar", BO) + ".ics"
    bo = replace(visit.home.walk.people[BO], links_since=datetime(2100, 1, 1, tzinfo=UTC))
    visit.home.house.walks.change(visit.home.partnership, lambda _: Change(people=(bo,)))
    assert visit.client.get(url).status_code == 410


def test_without_a_yes_or_once_it_is_over_it_is_empty_and_still_a_calendar(visit: Visit) -> None:
    assert read(visit, CHI) == {}
    visit.home.house.walks.change(visit.home.partnership, walk_over)
    assert read(visit, BO) == {}


def test_a_page_of_ones_own_offers_to_subscribe_and_to_download(visit: Visit) -> None:
    page = visit.get("home", BO)
    assert 'href="webcal://127.0.0.1' in page.text
    assert visit.follow(page, "Download once").content.startswith(b"BEGIN:VCALENDAR")


# --- the clocks change ------------------------------------------------------------------------------------------------


def _calendar(zone: str, now: datetime) -> icalendar.Calendar:
    """Bo's calendar, who lives in `zone`, with a week's questions open and a milestone."""
    programme, walk = programmes.load("five-steps"), walking()
    walk = replace(walk, people={**walk.people, "bo": replace(walk.people["bo"], zone=zone)})
    change = engine.opened(walk, programme, day=now.date(), now=now)
    opened = replace(walk, rounds=change.rounds)
    made = agenda_of(words.load(), (Scene(words=words.load(), walk=opened, programme=programme),), "bo", now=now)
    assert made.entries
    return icalendar.Calendar.from_ical(ics(made, now=now))


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "America/New_York", "Australia/Sydney", "Asia/Kathmandu"])
@pytest.mark.parametrize("now", [datetime(2027, 3, 26, 9, tzinfo=UTC), datetime(2026, 10, 30, 9, tzinfo=UTC)])
def test_an_hour_is_the_right_one_on_both_sides_of_a_change_of_clocks(zone: str, now: datetime) -> None:
    calendar = _calendar(zone, now)
    [told] = calendar.timezones
    theirs, ours = told.to_tz(lookup_tzid=False), ZoneInfo(zone)
    hour = now.replace(tzinfo=None) - timedelta(days=200)
    for _ in range(400 * 3):
        hour += timedelta(hours=8)
        before, after = (hour.replace(tzinfo=ours, fold=fold).utcoffset() for fold in (0, 1))
        if before == after:  # an hour that comes twice or never is nobody's deadline
            assert hour.replace(tzinfo=theirs).utcoffset() == before, hour
    for rule in told.subcomponents:
        onset = (rule.DTSTART - rule.TZOFFSETFROM).replace(tzinfo=UTC)
        first = min(one.DTSTART for one in told.subcomponents)
        if first != rule.DTSTART:
            assert (onset - timedelta(seconds=1)).astimezone(ours).utcoffset() == rule.TZOFFSETFROM
            assert onset.astimezone(ours).utcoffset() == rule.TZOFFSETTO
