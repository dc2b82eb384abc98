"""The programme engine: every way in which a walk moves, each a pure function from a walk to a change.

A round opens on the group's weekday, stays open ROUND_DAYS, and closes. After the last prompt of a step its gate is
looked at: met, the step closes and the next opens with the next weekly tick; not met, what lacks answers stays open a
week longer, EXTENSIONS times at most, and the facilitators hear what is missing. Late answers can still meet it.
The engine knows nothing of any one programme.

Each change is applied whole or not at all; after a crash it is decided again and makes the same ids, so nothing happens
twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from workflows import gates, milestones, schedule
from workflows.kinds import Value
from workflows.occurrences import Occurrence
from workflows.programme import Programme, Prompt, Step
from workflows.walk import Answer, Change, Milestone, Round, StepRun, Via, Walk, applied, merge

ROUND_DAYS = 5  # closes before the next week's tick begins in the first zone, wherever the group lives
EXTENSIONS = 2  # weeks a stalled step waits by itself before only a person can move it on
NUDGE_DAYS = 3
READING_GAP = 2  # days between two readings


def tick(walk: Walk, day: date) -> Occurrence:
    """The weekly tick of a date."""
    return walk.occurrence("open", schedule.midnight_before(day), subject=day.isoformat())


def opened(walk: Walk, programme: Programme, *, day: date, now: datetime) -> Change:
    """The weekly tick of `day`: open the next round if none is open, and plan the tick of the week after."""
    if walk.partnership.over:
        return Change()
    today = schedule.on_the_wall(now, walk.group.zone).date()
    late = today > day + timedelta(days=1)  # nobody looked for a while: a round of that date would be over at once
    again = schedule.next_day(walk.partnership.rhythm.weekday, after=today if late else day)
    weekly = Change(partnership=replace(walk.partnership, next_round_on=again), plan=(tick(walk, again),))
    walk = applied(walk, weekly)
    if late or not walk.counted() or any(r.closed_at is None for r in walk.rounds):
        return weekly
    closing = _close_step_if_met(walk, programme, now=now)  # somebody left meanwhile, and fewer answers suffice
    walk = applied(walk, closing)
    begun = merge((closing, _next_step(walk, programme, day=day, now=now)))
    walk = applied(walk, begun)
    run = walk.partnership.current
    prompt = next_prompt(walk, programme.step(run.step), day=day) if run else None
    if run is None or prompt is None:
        return merge((weekly, begun))
    return merge((weekly, begun, _open_round(walk, run.step, prompt, day=day, now=now)))


def _next_step(walk: Walk, programme: Programme, *, day: date, now: datetime) -> Change:
    """Open the step that comes next, with its milestones and readings, when none is open."""
    partnership = walk.partnership
    if partnership.current is not None or len(partnership.steps) >= len(programme.steps):
        return _review(walk, programme, day=day, now=now)
    step = programme.steps[len(partnership.steps)]
    begun = replace(partnership, steps=(*partnership.steps, StepRun(step=step.id, opened_on=day)))
    walk = applied(walk, Change(partnership=begun))
    milestones = _milestones(walk, step, day=day, now=now)
    change = merge((Change(partnership=begun, plan=tuple(_readings(walk, step, day=day))), milestones))
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
        id=f"review-{review.isoformat()}", title=step.review_title, owner=walk.leads()[0].person, due=review
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
    for member in walk.counted():
        for place, reading in enumerate(step.readings):
            on = day + timedelta(days=1 + place * READING_GAP)
            slot = schedule.instant_of(on, walk.partnership.rhythm.hour, walk.zone(member.person))
            yield walk.occurrence("reading", slot, subject=reading.id, person=member.person)


def next_prompt(walk: Walk, step: Step, *, day: date) -> Prompt | None:
    """The prompt to put on `day`: the first one never put, else one whose repeat is due, else none."""
    latest = {p.id: gates.latest_round(walk, p) for p in step.prompts}
    for prompt in step.prompts:
        if latest[prompt.id] is None:
            return prompt
    for prompt in step.prompts:
        last = latest[prompt.id]
        if prompt.every_weeks and last and last.opens_on + timedelta(weeks=prompt.every_weeks) <= day:
            return prompt
    return None


def _open_round(walk: Walk, step: str, prompt: Prompt, *, day: date, now: datetime) -> Change:
    number = len(walk.rounds) + 1
    hour, zone = walk.partnership.rhythm.hour, walk.group.zone
    opened = Round(
        id=f"r{number}",
        prompt=prompt.id,
        step=step,
        number=number,
        opens_on=day,
        closes_at=schedule.instant_of(day + timedelta(days=ROUND_DAYS), hour, zone),
    )
    asks = tuple(ask(walk, opened, m.person, now=now) for m in walk.counted())
    plan = (*asks, walk.occurrence("close", opened.closes_at, subject=opened.id))
    if walk.group.channel:
        plan = (*plan, walk.occurrence("announce", _on_time(day, hour, zone, now=now), subject=opened.id))
    return Change(rounds=(opened,), plan=plan)


def ask(walk: Walk, opened: Round, person: str, *, now: datetime) -> Occurrence:
    """A round put to one person, at their own hour or, when that is over, in their next daytime."""
    slot = _on_time(opened.opens_on, walk.partnership.rhythm.hour, walk.zone(person), now=now)
    return walk.occurrence("ask", slot, subject=opened.id, person=person)


def _on_time(day: date, hour: int, zone: str, *, now: datetime) -> datetime:
    """The wall-clock slot, or the next daytime when it is over already: a late joiner, a clock that stood still."""
    slot = schedule.instant_of(day, hour, zone)
    return slot if slot >= now else schedule.in_daytime(now, zone)


def nudge_after(walk: Walk, opened: Round, person: str, *, now: datetime) -> tuple[Occurrence, ...]:
    """The one reminder of a round, some days after it opened, unless it closes before."""
    on = schedule.on_the_wall(now, walk.zone(person)).date() + timedelta(days=NUDGE_DAYS)
    slot = schedule.instant_of(on, walk.partnership.rhythm.hour, walk.zone(person))
    if slot >= opened.closes_at:
        return ()
    return (walk.occurrence("nudge", slot, subject=f"{opened.id}.{on.isoformat()}", person=person),)


def answered(
    walk: Walk,
    programme: Programme,
    person: str,
    round_id: str,
    values: Mapping[str, Value],
    *,
    via: Via,
    now: datetime,
) -> Change:
    """Keep a person's answer as their one answer to a round; if it was the one a stalled gate waited for, move on."""
    before = walk.answer(round_id, person)
    if before and before.values == values:
        return Change()
    revision = before.revision + 1 if before else 1
    answer = Answer(round=round_id, person=person, revision=revision, at=now, via=via, values=dict(values))
    kept = Change(
        answers=(answer,),
        plan=(walk.occurrence("follow", now, subject=f"{round_id}.{revision}", person=person),),
    )
    after = applied(walk, kept)
    if any(r.closed_at is None for r in after.rounds):
        return kept  # the gate is looked at when the round closes
    return merge((kept, _close_step_if_met(after, programme, now=now)))


def takes_answers(walk: Walk, round_id: str) -> bool:
    """Whether a round still takes answers: while its step is open and its prompt was not put again."""
    found = walk.round(round_id)
    run = walk.partnership.current
    if found is None or walk.partnership.over:
        return False
    if found.closed_at is None:
        return True
    later = (r for r in walk.rounds if r.prompt == found.prompt and r.number > found.number)
    return run is not None and run.step == found.step and not any(later)


def closed(walk: Walk, programme: Programme, round_id: str, *, now: datetime) -> Change:
    """A round's deadline came: close it, sum it up, and look at the gate after the step's last prompt."""
    found = walk.round(round_id)
    if found is None or found.closed_at is not None or found.closes_at > now:
        return Change()
    change = Change(rounds=(replace(found, closed_at=now, closings=found.closings + 1),))
    if walk.group.channel:
        told = walk.occurrence("summary", now, subject=f"{found.id}.{found.closings + 1}")
        change = merge((change, Change(plan=(told,))))
    after = applied(walk, change)
    step = programme.step(found.step)
    if step.gate.never or any(gates.latest_round(after, p) is None for p in step.prompts):
        return change
    if any(r.closed_at is None for r in after.rounds):
        return change  # the gate is looked at when the last one closes
    met = _close_step_if_met(after, programme, now=now)
    return merge((change, met or _stalled(after, programme, step, now=now)))


def _close_step_if_met(walk: Walk, programme: Programme, *, now: datetime) -> Change:
    run = walk.partnership.current
    step = programme.step(run.step) if run else None
    if step is None or any(gates.latest_round(walk, p) is None for p in step.prompts):
        return Change()
    return _close_step(walk, step, how="gate", reason="", now=now) if gates.is_met(walk, programme, step) else Change()


def _close_step(walk: Walk, step: Step, *, how: Literal["gate", "facilitator"], reason: str, now: datetime) -> Change:
    today = schedule.on_the_wall(now, walk.group.zone).date()
    steps = tuple(
        replace(run, closed_on=today, how=how, reason=reason) if run.step == step.id else run
        for run in walk.partnership.steps
    )
    rounds = tuple(replace(r, closed_at=now) for r in walk.rounds if r.closed_at is None)
    plan = (walk.occurrence("step", now, subject=step.id),) if walk.group.channel else ()
    return Change(partnership=replace(walk.partnership, steps=steps), rounds=rounds, plan=plan)


def _stalled(walk: Walk, programme: Programme, step: Step, *, now: datetime) -> Change:
    """Tell the facilitators what is missing; leave what lacks answers open a week longer, EXTENSIONS times at most."""
    run = walk.partnership.current
    if run is None or run.step != step.id:
        return Change()
    tries = run.extensions + 1
    told = tuple(walk.occurrence("stalled", now, subject=f"{step.id}.{tries}", person=m.person) for m in walk.leads())
    if tries > EXTENSIONS:
        return Change(plan=told)
    steps = tuple(replace(s, extensions=tries) if s.step == step.id else s for s in walk.partnership.steps)
    rounds = tuple(_reopened(walk, programme, step, now=now))
    plan = (*told, *(o for r in rounds for o in _again(walk, r, now=now)))
    return Change(partnership=replace(walk.partnership, steps=steps), rounds=rounds, plan=plan)


def _reopened(walk: Walk, programme: Programme, step: Step, *, now: datetime) -> Iterator[Round]:
    lacking = {m.prompt for m in gates.missing(walk, programme, step)}
    for prompt in step.prompts:
        latest = gates.latest_round(walk, prompt)
        if latest and prompt.id in lacking:
            day = schedule.on_the_wall(now, walk.group.zone).date() + timedelta(days=7)
            until = schedule.instant_of(day, walk.partnership.rhythm.hour, walk.group.zone)
            yield replace(latest, closed_at=None, closes_at=until)


def _again(walk: Walk, reopened: Round, *, now: datetime) -> Iterator[Occurrence]:
    yield walk.occurrence("close", reopened.closes_at, subject=reopened.id)
    for member in walk.counted():
        if walk.answer(reopened.id, member.person) is None:
            yield from nudge_after(walk, reopened, member.person, now=now)


def moved_on(walk: Walk, programme: Programme, step_id: str, *, reason: str, now: datetime) -> Change:
    """A facilitator ends a step with a reason on record. Nothing happens when it is not the open one."""
    run = walk.partnership.current
    if run is None or run.step != step_id or programme.step(step_id).gate.never:
        return Change()
    return _close_step(walk, programme.step(step_id), how="facilitator", reason=reason, now=now)
