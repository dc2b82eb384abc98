"""Wall-clock times that survive clock changes.

A slot is a date and an hour on somebody's wall clock. `instant_of` gives its one UTC instant: an hour that the clock
skips moves forward by the gap, an hour that comes twice fires the first time. Arithmetic on dates is done on the wall,
never on instants. Zones are IANA names.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from whenever import PlainDateTime, TimeZoneNotFoundError

DAY_STARTS = 8  # nobody is written to before this local hour
DAY_ENDS = 20  # nor from this local hour on
LATE_WINDOW = timedelta(hours=12)  # of waking hours: a message later than this is missed, and stands in the digest
_NIGHT = timedelta(hours=24 - DAY_ENDS + DAY_STARTS)
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
    wall = PlainDateTime(day.year, day.month, day.day, hour)
    return wall.assume_tz(zone, disambiguation="compatible").to_instant().to_stdlib().astimezone(UTC)


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


def in_daytime(instant: datetime, zone: str) -> datetime:
    """Return `instant`, or the start of the next day there when it falls into the quiet hours of `zone`."""
    wall = on_the_wall(instant, zone)
    if DAY_STARTS <= wall.hour < DAY_ENDS:
        return instant
    day = wall.date() if wall.hour < DAY_STARTS else wall.date() + timedelta(days=1)
    return instant_of(day, DAY_STARTS, zone)


def too_late(slot: datetime, *, now: datetime, zone: str) -> bool:
    """Whether what was planned for `slot` would come after its late window; the nights in between do not count."""
    sent = in_daytime(now, zone)
    nights = (on_the_wall(sent, zone).date() - on_the_wall(slot, zone).date()).days
    return sent - slot - nights * _NIGHT > LATE_WINDOW


def midnight_before(day: date) -> datetime:
    """Return the first instant at which it is `day` anywhere on earth."""
    return datetime.combine(day, time.min, ZoneInfo(FIRST_ZONE)).astimezone(UTC)
