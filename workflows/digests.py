"""When a person's weekly digest is due: a date of their own calendar, at the group's hour on their own clock."""

from datetime import date, datetime

from workflows import schedule
from workflows.occurrences import Occurrence
from workflows.walk import Walk


def first(walk: Walk, person: str, *, now: datetime) -> Occurrence:
    """The next digest of a person; each plans the one after it."""
    rhythm = walk.partnership.rhythm
    day = schedule.first_slot(rhythm.digest_weekday, rhythm.digest_hour, walk.zone(person), after=now)
    return on(walk, person, day)


def on(walk: Walk, person: str, day: date) -> Occurrence:
    """The digest of a person on a date."""
    slot = schedule.instant_of(day, walk.partnership.rhythm.digest_hour, walk.zone(person))
    return walk.occurrence("digest", slot, subject=day.isoformat(), person=person)
