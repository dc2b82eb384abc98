"""Nine o'clock is nine o'clock on everyone's wall, across every clock change, checked by a computation of its own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.group import ASKED, walking
from tests.small import PULSE, TEND, small
from workflows import engine, rounds, schedule
from workflows.changes import applied

ZONES = (
    "America/New_York",
    "Europe/London",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Apia",
    "Europe/Lisbon",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
)
EARLIEST, LATEST = datetime(2026, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001  hypothesis wants them naive
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def minutes_that_show(day: date, hour: int, zone: str) -> list[datetime]:
    """Every UTC minute around `day` at which a wall clock in `zone` shows `hour`:00, found by looking at each one."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    minutes = (start + timedelta(minutes=n) for n in range(0, 48 * 60, 15))
    wall = ((m, m.astimezone(ZoneInfo(zone))) for m in minutes)
    return [m for m, w in wall if (w.date(), w.hour, w.minute) == (day, hour, 0)]


def days_of_change(zone: str) -> list[date]:
    """The days of three years on which the clocks of `zone` change, found by looking at each."""
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(3 * 365)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    return [noons[n].date() for n in range(1, len(noons)) if offsets[n] != offsets[n - 1]]


@given(day=DAYS, hour=st.integers(0, 23), zone=st.sampled_from(ZONES))
def test_an_hour_is_where_the_wall_clock_shows_it_first(day: date, hour: int, zone: str) -> None:
    agree(day, hour, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_of_every_day_on_which_the_clocks_change(zone: str) -> None:
    changes = days_of_change(zone)
    assert bool(changes) == (zone not in ("Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati"))
    for day in changes:
        for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
            for hour in range(24):
                agree(near, hour, zone)


def agree(day: date, hour: int, zone: str) -> None:
    """Hold `instant_of` against what the wall clock shows."""
    found = schedule.instant_of(day, hour, zone)
    shown = minutes_that_show(day, hour, zone)
    if shown:
        assert found == shown[0], "an hour that comes twice fires once, the first time"
    else:
        wall = schedule.on_the_wall(found, zone)
        assert wall.date() == day
        assert hour * 60 < wall.hour * 60 + wall.minute <= hour * 60 + 60, "a skipped hour moves forward by the gap"


@pytest.mark.parametrize("zone", ZONES)
def test_every_tuesday_of_two_years_is_at_nine(zone: str) -> None:
    day = date(2026, 1, 6)
    while day < date(2028, 1, 1):
        wall = schedule.on_the_wall(schedule.instant_of(day, 9, zone), zone)
        assert (wall.date(), wall.hour, wall.minute) == (day, 9, 0)
        day += timedelta(days=7)


@given(
    hour=st.integers(8, 19),
    weekday=st.integers(0, 6),
    zone=st.sampled_from(ZONES),
    after=st.datetimes(EARLIEST, LATEST),
)
def test_the_first_slot_is_the_next_one_and_no_later(hour: int, weekday: int, zone: str, after: datetime) -> None:
    instant = after.replace(tzinfo=UTC)
    day = schedule.first_slot(weekday, hour, zone, after=instant)
    assert day.weekday() == weekday
    assert schedule.instant_of(day, hour, zone) > instant
    assert schedule.instant_of(day - timedelta(days=7), hour, zone) <= instant


@given(after=st.datetimes(EARLIEST, LATEST), zone=st.sampled_from(ZONES))
def test_daytime_is_daytime_and_never_earlier(after: datetime, zone: str) -> None:
    instant = after.replace(tzinfo=UTC)
    moved = schedule.in_daytime(instant, zone)
    assert moved >= instant
    assert moved - instant <= timedelta(hours=13), "the longest night is that of the clock going back"
    assert 8 <= schedule.on_the_wall(moved, zone).hour < 20


@given(day=DAYS)
def test_no_member_anywhere_is_due_before_the_weekly_tick(day: date) -> None:
    tick = schedule.midnight_before(day)
    assert all(schedule.instant_of(day, 8, zone) > tick for zone in ZONES)


def test_a_year_of_rounds_is_at_nine_for_every_member_across_both_clock_changes() -> None:
    weekly = replace(PULSE, every_weeks=1), replace(PULSE, id="later", every_weeks=1, day=2)
    programme = replace(small(), steps=(replace(TEND, prompts=weekly, worksheets=(), decisions=()),))
    zones = dict(zip(ASKED, ZONES, strict=False))
    walk, day = walking(), date(2026, 12, 1)
    walk = replace(walk, people={p.id: replace(p, zone=zones.get(p.id, p.zone)) for p in walk.people.values()})
    asked = 0
    for _ in range(60):
        change = engine.opened(walk, programme, day=day, now=schedule.midnight_before(day))
        walk = applied(walk, change)
        opens = {r.id: r.opens_on for r in walk.rounds}
        for ask in (o for o in change.plan if o.kind == "ask"):
            wall = ask.slot.astimezone(ZoneInfo(zones[ask.person]))
            assert (wall.date(), wall.hour, wall.minute) == (opens[ask.subject], 9, 0)
            asked += 1
        for closing in rounds.open_ones(walk):
            walk = applied(walk, engine.closed(walk, programme, closing.id, now=closing.closes_at))
        day += timedelta(days=7)
    assert asked == 60 * 2 * len(ASKED)
