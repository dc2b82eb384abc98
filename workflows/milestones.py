"""Milestones: made by hand or when a step opens, changed, reminded, done, and taken out again. Pure decisions.

Each does nothing the second time. A reminder that was planned for a day that is no more the right one is left out when
it comes; those of the new day are planned with the change.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows import ids, schedule
from workflows.occurrences import Occurrence
from workflows.walk import Change, Milestone, Walk

RUNGS = (7, 1, 0)  # days before a milestone's due date on which its owner is reminded
MORNING = 9  # local hour of a milestone reminder
REVIEW = "review-"  # how the id of a milestone begins that stands for the next look at everything
_SAME_DAY = timedelta(hours=18)  # an owner may have moved to another zone since; another day is 24 hours away


def added(walk: Walk, *, title: str, owner: str, due: date, now: datetime) -> Change:
    """A milestone made by hand, with the reminders that still lie ahead. Adding the same one twice adds one."""
    made = Milestone(id=id_of(walk, title, due), title=title, owner=owner, due=due)
    if walk.milestone(made.id) is not None:
        return Change()
    return Change(milestones=(made,), plan=reminders(walk, made, now=now))


def id_of(walk: Walk, title: str, due: date) -> str:
    """The id of a milestone made by hand: the same title and date make the same one.

    One that was made like this and changed since keeps its id, and this one gets another.
    """
    number = 1
    while True:
        more = () if number == 1 else (str(number),)
        made = "m" + ids.made_of("milestone", walk.partnership.id, title, due.isoformat(), *more)[:11]
        there = walk.milestone(made)
        if there is None or (there.title, there.due) == (title, due):
            return made
        number += 1


def changed(walk: Walk, milestone_id: str, *, title: str, owner: str, due: date, now: datetime) -> Change:
    """Another title, owner or day; whoever looks after it now is reminded, on the days before the new one."""
    found = walk.milestone(milestone_id)
    if found is None:
        return Change()
    after = replace(found, title=title, owner=owner, due=due)
    if after == found:
        return Change()
    moved = (found.owner, found.due) != (owner, due) and found.done_on is None
    review = found.id.startswith(REVIEW) and found.due == walk.partnership.review_on and due != found.due
    return Change(
        partnership=replace(walk.partnership, review_on=due) if review else None,
        milestones=(after,),
        plan=reminders(walk, after, now=now) if moved else (),
    )


def removed(walk: Walk, milestone_id: str) -> Change:
    """It is taken out: nobody is reminded of it any more."""
    return Change(dropped=(milestone_id,)) if walk.milestone(milestone_id) else Change()


def again(walk: Walk, milestone_id: str, *, now: datetime) -> Change:
    """It is not done after all."""
    found = walk.milestone(milestone_id)
    if found is None or found.done_on is None:
        return Change()
    opened = replace(found, done_on=None, done_by="")
    return Change(milestones=(opened,), plan=reminders(walk, opened, now=now))


def reminders(walk: Walk, milestone: Milestone, *, now: datetime) -> tuple[Occurrence, ...]:
    """The reminders of a milestone that still lie ahead; a rung already past is not made up for."""
    slots = ((rung, _slot(walk, milestone, rung)) for rung in RUNGS)
    return tuple(
        walk.occurrence("milestone", slot, subject=f"{milestone.id}.{rung}", person=milestone.owner)
        for rung, slot in slots
        if slot > now
    )


def _slot(walk: Walk, milestone: Milestone, rung: int) -> datetime:
    return schedule.instant_of(milestone.due - timedelta(days=rung), MORNING, walk.zone(milestone.owner))


def is_its_day(walk: Walk, milestone: Milestone, due: Occurrence) -> bool:
    """Whether a reminder that comes is one of the day on which its milestone is due now."""
    rung = due.subject.rpartition(".")[2]
    return rung.isdigit() and abs(due.slot - _slot(walk, milestone, int(rung))) < _SAME_DAY


def done(walk: Walk, milestone_id: str, *, by: str, now: datetime) -> Change:
    """The owner, or a facilitator, says that a milestone is reached; its reminders stop and the last one says so."""
    found = walk.milestone(milestone_id)
    if found is None or found.done_on is not None:
        return Change()
    done_on = schedule.on_the_wall(now, walk.zone(found.owner)).date()
    reached = walk.occurrence("reached", now, subject=milestone_id, person=found.owner)
    return Change(milestones=(replace(found, done_on=done_on, done_by=by),), plan=(reached,))
