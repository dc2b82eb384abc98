"""When a person's digest is due: a date of their own calendar, at the group's hour on their own clock.

It comes due each week; whoever wants it once a month gets the first of a month, which then tells what came since the
first of the month before. So a change of mind needs no other plan.
"""

from datetime import date, datetime, timedelta

from workflows import schedule
from workflows.occurrences import Occurrence
from workflows.people import Membership
from workflows.walk import Walk

_WEEK = timedelta(days=7)


def first(walk: Walk, person: str, *, now: datetime) -> Occurrence:
    """The next digest of a person; each plans the one after it."""
    rhythm = walk.partnership.rhythm
    day = schedule.first_slot(rhythm.digest_weekday, rhythm.digest_hour, walk.zone(person), after=now)
    return on(walk, person, day)


def on(walk: Walk, person: str, day: date) -> Occurrence:
    """The digest of a person on a date."""
    slot = schedule.instant_of(day, walk.partnership.rhythm.digest_hour, walk.zone(person))
    return walk.occurrence("digest", slot, subject=day.isoformat(), person=person)


def is_wanted(member: Membership, day: date) -> bool:
    """Whether the digest of a date is one that a person wants."""
    return member.digest_every == "week" or day.day <= _WEEK.days


def period(member: Membership, day: date) -> timedelta:
    """How far back the digest of a date tells."""
    before = day - _WEEK
    while not is_wanted(member, before):
        before -= _WEEK
    return day - before
