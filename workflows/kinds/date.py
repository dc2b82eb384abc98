"""A day. Kept as an ISO date: "2026-12-01"."""

import datetime
import re

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean, spoken
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_HOW = "Please write the day like 2026-12-01 or 1 December 2026."
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_DOTTED = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})")
# 15/12/2026 can be one day alone; 03/04/2026 could be two.
_SLASHED = re.compile(r"(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4})")
_LEAD = re.compile(
    r"\A(?:on|the|on the|since|am|seit|seit dem|el|el día|desde el|le|depuis le|il|dal|op|sinds|em|no dia|desde|"
    r"desde o dia) (?=\d)"
)
_JAPANESE = re.compile(r"(?P<year>\d{4})年 ?(?P<month>\d{1,2})月 ?(?P<day>\d{1,2})日")
_WEEKDAY = re.compile(r"([^\W\d_]{2,10})\.?,? ")
_ENGLISH_DAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?")
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°)?\.?,?(?: of| de)? (?P<name>[^\W\d_]{3,10})\.?,?(?: de)? (?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(r"(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})")


def fields(question: Question) -> tuple[Field, ...]:
    """One day to pick."""
    return (
        Field(
            id=question.id,
            widget="date",
            label=question.label,
            hint=question.hint,
            placeholder="2026-12-01",
            required=question.required,
            max_chars=40,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the day. Raises AskPerson when it is none."""
    given = clean.one(typed, question.id)
    if not given:
        return clean.nothing(question)
    day = _read(given)
    if day is None:
        raise AskPerson({question.id: _HOW})
    return day.isoformat()


def typed(question: Question, value: Value) -> Typed:
    """Pick the day again."""
    return {question.id: str(value)}


def from_text(question: Question, text: str) -> Typed:
    """Take a day as people write it; 03/04/2026 means two days, so it is asked again. Raises AskPerson."""
    if not clean.line(text):
        return {}
    kept = parse(question, {question.id: text})
    return typed(question, kept) if kept is not None else {}


def show(question: Question, value: Value) -> str:
    """The day with the month in words, so that nobody takes it for another."""
    day = datetime.date.fromisoformat(str(value))
    return f"{day.day} {MONTHS[day.month - 1]} {day.year:04}"


def check(question: Question) -> tuple[str, ...]:
    """Nothing can be wrong with a question for a day."""
    return ()


def _read(text: str) -> datetime.date | None:
    said = _LEAD.sub("", _without_weekday(clean.plain(text).rstrip(".")), count=1)
    if slashed := _SLASHED.fullmatch(said):
        said = _one_day(slashed)
    shapes = (_ISO, _DOTTED, _JAPANESE, _DAY_FIRST, _MONTH_FIRST)
    found = next((f for f in (shape.fullmatch(said) for shape in shapes) if f), None)
    if not found:
        return None
    parts = found.groupdict()
    month = int(parts["month"]) if "month" in parts else _month(parts["name"])
    try:
        return datetime.date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:  # the 31st of April, month 13, year 0
        return None


def _one_day(slashed: re.Match[str]) -> str:
    """The day as ISO writes it, where its two small numbers can only stand in one order; else what was written."""
    one, two = int(slashed["one"]), int(slashed["two"])
    if one == two or one > 12 >= two:
        return f"{slashed['year']}-{two}-{one}"
    return f"{slashed['year']}-{one}-{two}" if two > 12 >= one else slashed[0]


def _without_weekday(said: str) -> str:
    """What comes after the day of the week, which says nothing that the date does not."""
    first = _WEEKDAY.match(said)
    if first and (_ENGLISH_DAY.fullmatch(first[1]) or first[1] in spoken.weekdays()):
        return said[first.end() :]
    return said


def _month(name: str) -> int:
    """The month's number, or 0 for a word that begins no month, or several."""
    if name in spoken.months():
        return spoken.months()[name]
    fits = [number for number, month in enumerate(MONTHS, start=1) if month.casefold().startswith(name)]
    return fits[0] if len(fits) == 1 else 9 if name == "sept" else 0


KIND = Kind(name="date", fields=fields, parse=parse, typed=typed, from_text=from_text, show=show, check=check)
