"""The calendar of a person: `/calendar/T.ics`, for calendars to subscribe to.

Promises: GET only shows, and shows dates alone: no answer, no link, and for whoever hides content no name. Every part
has a UID that stays, and every zone that a time is told in comes with its rules for as long as the times go, so that an
hour is the right one before and after the clocks change. The link opens nothing else. It keeps no state.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from flask import Flask, Response

from worker.web import opened
from worker.wiring import House
from workflows.agenda import Agenda, Entry

TYPE = "text/calendar; charset=utf-8"
LOOK_AGAIN = timedelta(hours=6)  # how often a calendar should ask; more would be load without news
_A_YEAR = timedelta(days=366)


def ics(agenda: Agenda, *, now: datetime) -> bytes:
    """Return an agenda as an iCalendar file (RFC 5545), as of `now`."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Fairsteps//Fairsteps//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", agenda.title)
    calendar.add("x-wr-calname", agenda.title)  # what most calendars read instead of NAME
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(LOOK_AGAIN))
    times = [e.begins for e in agenda.entries if e.begins]
    first, last = min((now, *times)) - _A_YEAR, max((now, *times)) + _A_YEAR
    for zone in agenda.zones:
        calendar.add_component(_zone(zone, first.date(), last.date()))
    for entry in agenda.entries:
        calendar.add_component(_event(entry, now=now))
    drawn: bytes = calendar.to_ical()
    return drawn


def _zone(name: str, first: date, last: date) -> icalendar.Timezone:
    """The rules of a zone. Its summer begins when the clock before it says so (RFC 5545, 3.6.5).

    icalendar 7.3 names what the clock says after it, an hour later.
    """
    zone = icalendar.Timezone.from_tzid(name, first_date=first, last_date=last)
    for rule in zone.subcomponents:
        jump = rule.TZOFFSETTO - rule.TZOFFSETFROM
        if jump <= timedelta():
            continue
        rule.DTSTART -= jump
        if "RDATE" in rule:
            later = [at.dt - jump for at in rule.pop("RDATE").dts]
            rule.add("RDATE", later)
    return zone


def _event(entry: Entry, *, now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    event.add("class", "PRIVATE")
    if entry.day:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
    elif entry.begins and entry.ends:
        zone = ZoneInfo(entry.zone)
        event.add("dtstart", entry.begins.astimezone(zone))
        event.add("dtend", entry.ends.astimezone(zone))
    return event


def install(app: Flask, house: House) -> None:
    """Add the calendar. A token may hold dots; the ending is what follows the last one."""

    def calendar(token: str) -> Response:
        agenda = house.cases.agenda(opened.ticket())
        response = Response(ics(agenda, now=house.clock.now()), content_type=TYPE)
        response.headers["Content-Disposition"] = 'inline; filename="fairsteps.ics"'
        return response

    app.add_url_rule("/calendar/<token>.ics", "calendar", calendar)
