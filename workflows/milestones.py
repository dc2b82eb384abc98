"""Milestones: made by hand or when a step opens, reminded, and done."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows import ids, schedule
from workflows.occurrences import Occurrence
from workflows.walk import Change, Milestone, Walk

RUNGS = (7, 1, 0)  # days before a milestone's due date on which its owner is reminded
MORNING = 9  # local hour of a milestone reminder


def added(walk: Walk, *, title: str, owner: str, due: date, now: datetime) -> Change:
    """A milestone made by hand, with the reminders that still lie ahead. Adding the same one twice adds one."""
    made = Milestone(id=id_of(walk.partnership.id, title, due), title=title, owner=owner, due=due)
    if walk.milestone(made.id) is not None:
        return Change()
    return Change(milestones=(made,), plan=reminders(walk, made, now=now))


def id_of(partnership: str, title: str, due: date) -> str:
    """The id of a milestone made by hand: the same title and date make the same one."""
    return "m" + ids.made_of("milestone", partnership, title, due.isoformat())[:11]


def reminders(walk: Walk, milestone: Milestone, *, now: datetime) -> tuple[Occurrence, ...]:
    """The reminders of a milestone that still lie ahead; a rung already past is not made up for."""
    zone = walk.zone(milestone.owner)
    slots = ((rung, schedule.instant_of(milestone.due - timedelta(days=rung), MORNING, zone)) for rung in RUNGS)
    return tuple(
        walk.occurrence("milestone", slot, subject=f"{milestone.id}.{rung}", person=milestone.owner)
        for rung, slot in slots
        if slot > now
    )


def done(walk: Walk, milestone_id: str, *, by: str, now: datetime) -> Change:
    """The owner, or a facilitator, says that a milestone is reached; its reminders stop and the last one says so."""
    found = walk.milestone(milestone_id)
    if found is None or found.done_on is not None:
        return Change()
    done_on = schedule.on_the_wall(now, walk.zone(found.owner)).date()
    reached = walk.occurrence("reached", now, subject=milestone_id, person=found.owner)
    return Change(milestones=(replace(found, done_on=done_on, done_by=by),), plan=(reached,))
