"""Dates and times in words: weekday, date, time and zone, in the reader's language. "Tomorrow" is never said."""

from datetime import date, datetime

from babel.dates import format_date, format_time

from workflows.schedule import on_the_wall


def day(value: date, locale: str = "en") -> str:
    """Return "Tuesday 1 December 2026"."""
    return format_date(value, "EEEE d MMMM y", locale=locale)


def short_day(value: date, locale: str = "en") -> str:
    """Return "Tue 1 Dec"."""
    return format_date(value, "EEE d MMM", locale=locale)


def moment(instant: datetime, zone: str, locale: str = "en") -> str:
    """Return "Tuesday 1 December 2026, 09:00 (London time)" as the clocks of `zone` show it."""
    wall = on_the_wall(instant, zone)
    return f"{day(wall.date(), locale)}, {format_time(wall.time(), 'HH:mm', locale=locale)} ({place(zone)})"


def place(zone: str) -> str:
    """Return "London time" for Europe/London."""
    return "UTC" if zone in ("UTC", "Etc/UTC") else f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"
