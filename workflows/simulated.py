"""What a simulation tells: messages, load, gates that stalled, what waited for a morning, clock changes on the way."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows import schedule

_NOON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that would have been sent."""

    at: datetime
    local: datetime
    zone: str
    person: str
    channel: str
    kind: str
    what: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one person gets in one week of their own calendar; `week` is the date of its Monday."""

    person: str
    week: date
    messages: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """A gate that was not met when it was looked at."""

    at: datetime
    step: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """A message that came due in somebody's quiet hours and was kept for their morning; both on their wall clock."""

    person: str
    what: str
    due: datetime
    sent: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """A zone's clocks go forward or back by so many minutes on a date."""

    zone: str
    on: date
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All of it: every message in the order of time, the load by person and week, the gates that stalled, what waited
    for a morning, and the clock changes on the way.
    """

    messages: tuple[Sent, ...]
    load: tuple[Load, ...]
    stalls: tuple[Stall, ...]
    waited: tuple[Waited, ...]
    clock_changes: tuple[ClockChange, ...]


def load_of(sent: Sequence[Sent]) -> tuple[Load, ...]:
    """What each person gets in each week, in the order of people and weeks. What comes twice is read once."""
    messages: Counter[tuple[str, date]] = Counter()
    minutes: Counter[tuple[str, date]] = Counter()
    read = set[tuple[str, str, datetime]]()
    for row in sent:
        if row.person:
            day = row.local.date()
            week = (row.person, day - timedelta(days=day.weekday()))
            messages[week] += 1
            minutes[week] += 0 if (row.person, row.what, row.at) in read else row.minutes
            read.add((row.person, row.what, row.at))
    return tuple(
        Load(person=person, week=week, messages=count, minutes=minutes[person, week])
        for (person, week), count in sorted(messages.items())
    )


def clock_changes(zone: str, start: date, weeks: int) -> Iterator[ClockChange]:
    """Every date on which the clocks of a zone change, found by looking at each noon."""
    before = schedule.instant_of(start, _NOON, zone)
    for number in range(1, weeks * 7):
        day = start + timedelta(days=number)
        noon = schedule.instant_of(day, _NOON, zone)
        if gone := timedelta(days=1) - (noon - before):
            yield ClockChange(zone=zone, on=day, minutes=int(gone.total_seconds() // 60))
        before = noon
