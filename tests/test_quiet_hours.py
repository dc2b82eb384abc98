"""Quiet hours of one's own, across every change of the clock, held against looking at each quarter of an hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.test_schedule import EARLIEST, LATEST, ZONES, days_of_change
from workflows import schedule

# Cairo and Santiago change at midnight, Lord Howe by half an hour, Troll by two.
TROLL = "Antarctica/Troll"
BY_THE_HOUR = (*ZONES, "Africa/Cairo", "Europe/Berlin")
PLACES = (*BY_THE_HOUR, TROLL)
QUARTER = timedelta(minutes=15)
QUIET = st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(schedule.leaves_room)


def is_quiet(instant: datetime, zone: str, quiet: tuple[int, int]) -> bool:
    """Whether a wall clock there shows a quiet hour, told hour by hour."""
    hours, hour = [], quiet[0]
    while hour != quiet[1]:
        hours.append(hour)
        hour = (hour + 1) % 24
    return instant.astimezone(ZoneInfo(zone)).hour in hours


def holds(instant: datetime, zone: str, quiet: tuple[int, int]) -> None:
    moved = schedule.in_daytime(instant, zone, quiet)
    assert moved >= instant
    assert not is_quiet(moved, zone, quiet), "it never comes in quiet hours"
    quarters = (instant + n * QUARTER for n in range((moved - instant) // QUARTER))
    awake = sum(not is_quiet(at, zone, quiet) for at in quarters)
    # An hour in the middle of the two that Troll skips comes an hour after these.
    assert awake <= (4 if zone == TROLL else 0), "and it waits no longer than they are"


@given(after=st.datetimes(EARLIEST, LATEST), zone=st.sampled_from(PLACES), quiet=QUIET)
def test_a_message_waits_for_the_end_of_quiet_hours_and_no_longer(
    after: datetime, zone: str, quiet: tuple[int, int]
) -> None:
    holds(after.replace(second=0, microsecond=0, minute=after.minute // 15 * 15, tzinfo=UTC), zone, quiet)


@given(
    zone=st.sampled_from([zone for zone in PLACES if days_of_change(zone)]),
    quiet=QUIET,
    change=st.integers(0, 100),
    quarter=st.integers(-100, 100),
)
def test_it_does_so_around_every_change_of_the_clock(
    zone: str, quiet: tuple[int, int], change: int, quarter: int
) -> None:
    days = days_of_change(zone)
    noon = datetime.combine(days[change % len(days)], datetime.min.time(), UTC) + timedelta(hours=12)
    holds(noon + quarter * QUARTER, zone, quiet)


@pytest.mark.parametrize("quiet", [(22, 2), (2, 8), (1, 2), (0, 3)])
def test_where_the_clock_goes_back_two_hours_the_end_may_come_twice(quiet: tuple[int, int]) -> None:
    for day in days_of_change(TROLL):
        start = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=6)
        for step in range(96):
            holds(start + step * QUARTER, TROLL, quiet)


@given(
    slot=st.datetimes(EARLIEST, LATEST),
    late=st.integers(0, 6 * 96),
    zone=st.sampled_from(BY_THE_HOUR),
    quiet=QUIET,
)
def test_only_waking_hours_count_towards_being_too_late(
    slot: datetime, late: int, zone: str, quiet: tuple[int, int]
) -> None:
    planned = slot.replace(second=0, microsecond=0, minute=slot.minute // 15 * 15, tzinfo=UTC)
    now = planned + late * QUARTER
    sent, at, awake = schedule.in_daytime(now, zone, quiet), planned, timedelta()
    assume(sent - planned < timedelta(days=7))
    while at < sent:
        awake += timedelta() if is_quiet(at, zone, quiet) else QUARTER
        at += QUARTER
    assert schedule.too_late(planned, now=now, zone=zone, quiet=quiet) == (awake > schedule.LATE_WINDOW)


def test_a_week_is_late_for_whoever_has_few_waking_hours() -> None:
    slot = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert schedule.too_late(slot, now=slot + timedelta(days=30), zone="Europe/Lisbon", quiet=(12, 8))


def test_without_quiet_hours_of_their_own_it_is_the_night() -> None:
    night = datetime(2026, 11, 30, 23, tzinfo=UTC)
    morning = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert schedule.in_daytime(night, "Europe/Lisbon") == morning
    assert schedule.in_daytime(night, "Europe/Lisbon", (0, 6)) == night, "an owl is written to at eleven"
    assert schedule.in_daytime(morning, "Europe/Lisbon", (7, 15)) == morning + timedelta(hours=7), "a nurse sleeps"


@pytest.mark.parametrize(("quiet", "fits"), [((20, 8), True), ((8, 8), False), ((12, 8), True), ((12, 9), False)])
def test_some_hours_of_a_day_are_left(quiet: tuple[int, int], fits: bool) -> None:
    assert schedule.leaves_room(quiet) == fits
