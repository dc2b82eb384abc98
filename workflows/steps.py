"""Steps: how one opens, when its gate is looked at, what a facilitator may do about it, how it ends or opens again.

A stalled step leaves what lacks answers open a week longer, EXTENSIONS times at most, and tells the facilitators what
is missing; then only a late answer, a worksheet filled in, a tick, or a facilitator's word moves it on. What they
decide is on record with its reason.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from workflows import digests, gates, milestones, rounds, schedule, snoozing
from workflows.changes import applied, merge
from workflows.occurrences import Occurrence
from workflows.programme import Programme, Prompt, Step
from workflows.walk import Change, Milestone, Note, Partnership, StepRun, Walk

EXTENSIONS = 2  # weeks a stalled step waits by itself before only a person can move it on
FIRST_READING, READING_GAP = rounds.ROUND_DAYS, 7  # days: the week's questions are over, and one a week is plenty


def tick(walk: Walk, day: date) -> Occurrence:
    """The weekly tick of a date."""
    return walk.occurrence("open", schedule.midnight_before(day), subject=day.isoformat())


def begun(walk: Walk, programme: Programme, *, day: date, now: datetime) -> Change:
    """Open the step that comes next, with its milestones, readings and standing rounds, when none is open."""
    partnership = walk.partnership
    if partnership.current is not None or len(partnership.steps) >= len(programme.steps):
        return _review(walk, programme, day=day, now=now)
    step = programme.steps[len(partnership.steps)]
    opened = Change(partnership=replace(partnership, steps=(*partnership.steps, StepRun(step=step.id, opened_on=day))))
    walk = applied(walk, opened)
    plan = Change(plan=tuple(_readings(walk, step, day=day)))
    change = merge((opened, plan, rounds.standing(walk, step, day=day), _milestones(walk, step, day=day, now=now)))
    return merge((change, _review(applied(walk, change), programme, day=day, now=now)))


def _review(walk: Walk, programme: Programme, *, day: date, now: datetime) -> Change:
    """A step that stays open always has a next review date: set it, and set the next one once it has come."""
    run = walk.partnership.current
    step = programme.step(run.step) if run else None
    if step is None or not step.review_weeks:
        return Change()
    due = walk.partnership.review_on
    if due is not None and due > day:
        return Change()
    review = day + timedelta(weeks=step.review_weeks)
    milestone = Milestone(
        id=f"{milestones.REVIEW}{review.isoformat()}", title=step.review_title, owner=walk.leads()[0].person, due=review
    )
    return Change(
        partnership=replace(walk.partnership, review_on=review),
        milestones=(milestone,),
        plan=milestones.reminders(walk, milestone, now=now),
    )


def _milestones(walk: Walk, step: Step, *, day: date, now: datetime) -> Change:
    owner = walk.leads()[0].person
    made = tuple(
        Milestone(id=plan.id, title=plan.title, owner=owner, due=day + timedelta(days=plan.days))
        for plan in step.milestones
    )
    return Change(milestones=made, plan=tuple(o for m in made for o in milestones.reminders(walk, m, now=now)))


def _readings(walk: Walk, step: Step, *, day: date) -> Iterator[Occurrence]:
    for member in walk.at_home.counted():
        for place, reading in enumerate(step.readings):
            on = day + timedelta(days=FIRST_READING + place * READING_GAP)
            slot = schedule.instant_of(on, walk.partnership.rhythm.hour, walk.zone(member.person))
            yield walk.occurrence("reading", slot, subject=reading.id, person=member.person)


def close_if_met(walk: Walk, programme: Programme, *, now: datetime) -> Change:
    """Close the open step when everything was put, nothing is open any more, and its gate is met."""
    step = _looked_at(walk, programme)
    if step is None or not gates.is_met(walk, programme, step):
        return Change()
    return _close(walk, programme, step, how="gate", now=now)


def _looked_at(walk: Walk, programme: Programme) -> Step | None:
    """The open step, if it is time to look at its gate."""
    run = walk.partnership.current
    if run is None or walk.partnership.over:
        return None
    step = programme.step(run.step)
    if step.gate.never or rounds.open_ones(walk, step.id):
        return None
    unput = {p.id for p in step.rounds() if rounds.put(walk, p, run) is None}
    return None if unput and unput - gates.held_back(walk, programme, step) else step


def _close(
    walk: Walk,
    programme: Programme,
    step: Step,
    *,
    how: Literal["gate", "facilitator"],
    now: datetime,
    note: Note | None = None,
) -> Change:
    today = schedule.on_the_wall(now, walk.group.zone).date()
    run = _run(walk, step)
    ended = replace(
        run, closed_on=today, how=how, reason=note.reason if note else "", notes=(*run.notes, *([note] if note else []))
    )
    after = _with_run(walk, ended)
    over = after.current is None and len(after.steps) == len(programme.steps)
    if over:
        after = replace(after, over=True, next_round_on=None)
    mine = [r for r in walk.rounds if r.closed_at is None and (over or r.step == step.id)]
    plan = walk.told("step", now, subject=step.id)
    return Change(
        partnership=after,
        rounds=tuple(replace(r, closed_at=now) for r in mine),
        members=snoozing.dropped(walk, [r.id for r in mine]),
        plan=(*plan, *_told_over(walk, programme, step, now=now)),
    )


def _told_over(walk: Walk, programme: Programme, step: Step, *, now: datetime) -> tuple[Occurrence, ...]:
    """What was sent about the rounds of a step must not go on asking for an answer that is not taken any more."""
    prompts = {p.id: p for p in step.rounds()}
    told = [
        occurrence
        for found in walk.rounds
        if found.prompt in prompts and found.closed_at != now and rounds.takes_answers(walk, found.id)
        for occurrence in rounds.refresh(
            walk, prompts[found.prompt], found, "over", now=now, channel=found.closed_at is None
        )
    ]
    return tuple(replace(o, slot=now + place * rounds.REFRESH_GAP) for place, o in enumerate(told))


def _run(walk: Walk, step: Step) -> StepRun:
    run = walk.partnership.run(step.id)
    if run is None:
        raise KeyError(step.id)
    return run


def _with_run(walk: Walk, run: StepRun) -> Partnership:
    return replace(walk.partnership, steps=tuple(run if s.step == run.step else s for s in walk.partnership.steps))


def stalled(walk: Walk, programme: Programme, *, now: datetime) -> Change:
    """Tell the facilitators what the open step misses, and leave what lacks answers open a week longer."""
    step = _looked_at(walk, programme)
    if step is None or gates.is_met(walk, programme, step):
        return Change()
    run = _run(walk, step)
    tries = run.extensions + 1
    if tries > EXTENSIONS + 1:
        return Change()  # they have heard it; from here on a person moves it
    told = tuple(
        walk.occurrence("stalled", now, subject=f"{step.id}.{tries}", person=m.person) for m in walk.at_home.leads()
    )
    counted = Change(partnership=_with_run(walk, replace(run, extensions=tries)), plan=told)
    if tries > EXTENSIONS:
        return counted
    return merge((counted, rounds.longer(walk, lacking(walk, programme, step), run, now=now)))


def lacking(walk: Walk, programme: Programme, step: Step) -> tuple[Prompt, ...]:
    """The prompts whose answers the gate of a step still waits for."""
    wanted = {m.prompt for m in gates.missing(walk, programme, step) if m.what in ("answers", "rows", "decision")}
    return tuple(p for p in step.rounds() if p.id in wanted)


def extended(walk: Walk, programme: Programme, step: Step, note: Note) -> Change:
    """A facilitator leaves what lacks answers open a week longer, and hears again when that was not enough."""
    run = walk.partnership.run(step.id)
    if run is None or run.closed_on is not None:
        return Change()
    noted = Change(
        partnership=_with_run(walk, replace(run, notes=(*run.notes, note), extensions=min(run.extensions, EXTENSIONS)))
    )
    return merge((noted, rounds.longer(walk, lacking(walk, programme, step), run, now=note.at)))


def lowered(walk: Walk, programme: Programme, step: Step, quorum: Decimal, note: Note) -> Change:
    """A facilitator lowers how many answers a step asks for; it may end by that."""
    run = walk.partnership.run(step.id)
    if run is None or run.closed_on is not None:
        return Change()
    noted = Change(partnership=_with_run(walk, replace(run, quorum=quorum, notes=(*run.notes, note))))
    return merge((noted, close_if_met(applied(walk, noted), programme, now=note.at)))


def ticked(walk: Walk, programme: Programme, step: Step, checks: tuple[str, ...], *, by: str, now: datetime) -> Change:
    """A facilitator says yes to these checks of a gate, and takes back what they no longer say; it may end by that."""
    run = walk.partnership.run(step.id)
    if run is None or run.closed_on is not None:
        return Change()
    before = {n.what for n in run.notes}
    gone = {f"yes:{c.id}" for c in step.gate.checks if c.id not in checks}
    kept = tuple(n for n in run.notes if n.what not in gone)
    added = tuple(
        Note(what=f"yes:{c.id}", by=by, at=now)
        for c in step.gate.checks
        if c.id in checks and f"yes:{c.id}" not in before
    )
    if not added and len(kept) == len(run.notes):
        return Change()
    noted = Change(partnership=_with_run(walk, replace(run, notes=(*kept, *added))))
    return merge((noted, close_if_met(applied(walk, noted), programme, now=now)))


def moved_on(walk: Walk, programme: Programme, step_id: str, note: Note) -> Change:
    """A facilitator ends a step with a reason on record. Nothing happens when it is not the open one."""
    run = walk.partnership.current
    if run is None or run.step != step_id or programme.step(step_id).gate.never:
        return Change()
    return _close(walk, programme, programme.step(step_id), how="facilitator", now=note.at, note=note)


def reopened(walk: Walk, programme: Programme, step_id: str, again: tuple[str, ...], note: Note) -> Change:
    """A facilitator opens a step that had ended: what is in `again` is put once more, all it decides is decided anew.

    A later step that is open waits until this one has ended again. All answers stay.
    """
    run, step = walk.partnership.run(step_id), programme.step(step_id)
    if run is None or run.closed_on is None:
        return Change()
    decided = tuple(p.id for d in step.decisions for p in d.prompts)
    opened = replace(
        run,
        closed_on=None,
        how="",
        reason="",
        extensions=0,
        notes=(*run.notes, note),
        reopened_at=note.at,
        after_round=len(walk.rounds),
        again=(*again, *decided),
    )
    partnership = replace(_with_run(walk, opened), over=False)
    today = schedule.on_the_wall(note.at, walk.group.zone).date()
    change = Change(partnership=partnership)
    if walk.partnership.over:  # the weekly tick and the digests had come to their end with the programme
        day = schedule.next_day(partnership.rhythm.weekday, after=today + timedelta(days=1))
        told = tuple(digests.first(walk, m.person, now=note.at) for m in walk.members.values() if m.consent == "given")
        change = Change(partnership=replace(partnership, next_round_on=day), plan=(tick(walk, day), *told))
    return merge((change, rounds.standing(applied(walk, change), step, day=today)))
