"""Wall-clock times that survive clock changes.

A slot is a date and an hour on somebody's wall clock. `instant_of` gives its one UTC instant: an hour that the clock
skips moves forward by the gap, an hour that comes twice fires the first time. Arithmetic on dates is done on the wall,
never on instants. Zones are IANA names.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from whenever import PlainDateTime, TimeZoneNotFoundError

Quiet = tuple[int, int]  # from which local hour on nobody is written to, until which

DAY_STARTS = 8  # nobody is written to before this local hour
DAY_ENDS = 20  # nor from this local hour on
NIGHT: Quiet = (DAY_ENDS, DAY_STARTS)  # the quiet hours of whoever chose none
LEAST_AWAKE = 4  # hours of a day in which somebody can be written to, whatever quiet hours they choose
LATE_WINDOW = timedelta(hours=12)  # of waking hours: a message later than this is missed, and stands in the digest
_TOO_LONG = timedelta(days=7)  # later than this is late, however few hours of a day are not quiet
FIRST_ZONE = "Etc/GMT-14"  # the zone where every date begins first; its name has the sign the other way round


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone known here."""
    try:
        PlainDateTime(2026, 1, 1).assume_tz(name)
    except (TimeZoneNotFoundError, ValueError):
        return False
    return True


def instant_of(day: date, hour: int, zone: str) -> datetime:
    """Return the aware UTC instant at which the wall clock of `zone` shows `hour`:00 on `day`."""
    return _instant(day, hour, zone, "compatible")


def _instant(day: date, hour: int, zone: str, which: Literal["compatible", "later"]) -> datetime:
    wall = PlainDateTime(day.year, day.month, day.day, hour)
    return wall.assume_tz(zone, disambiguation=which).to_instant().to_stdlib().astimezone(UTC)


def on_the_wall(instant: datetime, zone: str) -> datetime:
    """Return `instant` as an aware datetime in `zone`, to read the date and hour that people there see."""
    return instant.astimezone(ZoneInfo(zone))


def next_day(weekday: int, *, after: date) -> date:
    """Return the first `weekday` (Monday is 0) strictly after the date `after`."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


def first_slot(weekday: int, hour: int, zone: str, *, after: datetime) -> date:
    """Return the first date on `weekday` whose `hour` in `zone` lies after the instant `after`."""
    day = next_day(weekday, after=on_the_wall(after, zone).date() - timedelta(days=1))
    while instant_of(day, hour, zone) <= after:
        day = next_day(weekday, after=day)
    return day


def leaves_room(quiet: Quiet) -> bool:
    """Whether quiet hours begin and end, and leave some hours of a day in which somebody can be written to."""
    begins, ends = quiet
    return 0 < (ends - begins) % 24 <= 24 - LEAST_AWAKE


def in_daytime(instant: datetime, zone: str, quiet: Quiet | None = None) -> datetime:
    """Return `instant`, or the end of the `quiet` hours there (the night, when None) when it falls into them."""
    wall = on_the_wall(instant, zone)
    if not _is_quiet(wall.hour, quiet or NIGHT):
        return instant
    ends = (quiet or NIGHT)[1]
    day = wall.date() if wall.hour < ends else wall.date() + timedelta(days=1)
    first = instant_of(day, ends, zone)
    # Where the clock goes back over the end of the quiet hours, it comes once more.
    return first if first > instant else _instant(day, ends, zone, "later")


def _is_quiet(hour: int, quiet: Quiet) -> bool:
    begins, ends = quiet
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


def too_late(slot: datetime, *, now: datetime, zone: str, quiet: Quiet | None = None) -> bool:
    """Whether what was planned for `slot` would come after its late window; `quiet` hours in between do not count."""
    planned, sent = in_daytime(slot, zone, quiet), in_daytime(now, zone, quiet)
    if sent - planned > _TOO_LONG:
        return True
    return sent - planned - _silence(planned, sent, zone, quiet or NIGHT) > LATE_WINDOW


def _silence(start: datetime, end: datetime, zone: str, quiet: Quiet) -> timedelta:
    """How much of the time between two instants, none of them in quiet hours, is quiet."""
    silent, at = timedelta(), start
    while (begins := _next_quiet(at, zone, quiet)) < end:
        at = in_daytime(begins, zone, quiet)
        silent += min(at, end) - begins
    return silent


def _next_quiet(after: datetime, zone: str, quiet: Quiet) -> datetime:
    """The first instant after one that is not quiet at which the quiet hours begin."""
    day = on_the_wall(after, zone).date()
    while (begins := instant_of(day, quiet[0], zone)) <= after:
        day += timedelta(days=1)
    return begins


def midnight_before(day: date) -> datetime:
    """Return the first instant at which it is `day` anywhere on earth."""
    return datetime.combine(day, time.min, ZoneInfo(FIRST_ZONE)).astimezone(UTC)
