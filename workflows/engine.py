"""The programme engine: every way in which a walk moves by itself, each a pure function from a walk to a change.

Each week the tick opens the next rounds, if none is open; they close ROUND_DAYS later. After the last prompt of a step
its gate is looked at. Met: the step closes and the next opens with the next tick. Not met: what lacks answers stays
open a week longer and the facilitators hear what is missing. Late answers can still meet it. Whoever leaves three
rounds in a row without a word is left in peace until they come back.
The engine knows nothing of any one programme.

Each change is applied whole or not at all; after a crash it is decided again and makes the same ids, so nothing happens
twice.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows import gates, orphaned, rounds, schedule, snoozing, steps, together
from workflows.changes import applied, merge
from workflows.kinds import Value
from workflows.occurrences import Occurrence
from workflows.people import Membership
from workflows.programme import Programme
from workflows.walk import Answer, Change, Round, Via, Walk

SILENCES = 3  # weeks in a row in which rounds closed without a word, before we stop asking


def opened(walk: Walk, programme: Programme, *, day: date, now: datetime) -> Change:
    """The weekly tick of `day`: open the week's rounds if none is open, and plan the tick of the week after."""
    if walk.partnership.over:
        return Change()
    today = schedule.on_the_wall(now, walk.group.zone).date()
    late = today > day + timedelta(days=1)  # nobody looked for a while: a round of that date would be over at once
    again = schedule.next_day(walk.partnership.rhythm.weekday, after=today if late else day)
    weekly = Change(partnership=replace(walk.partnership, next_round_on=again), plan=(steps.tick(walk, again),))
    weekly = merge((weekly, orphaned.noticed(walk, now=now)))
    walk = applied(walk, weekly)
    if late or not walk.counted() or rounds.open_ones(walk):
        return weekly
    closing = steps.close_if_met(walk, programme, now=now)  # somebody left meanwhile, and fewer answers suffice
    walk = applied(walk, closing)
    if walk.partnership.over:
        return merge((weekly, closing))
    begun = steps.begun(walk, programme, day=day, now=now)
    walk = applied(walk, begun)
    return merge((weekly, closing, begun, _week(walk, programme, day=day, now=now)))


def _week(walk: Walk, programme: Programme, *, day: date, now: datetime) -> Change:
    """The rounds of a week: what must be decided again, or what the open step puts next."""
    for prompt in together.again(walk, programme, day=day):
        step = next(s.id for s in programme.steps if prompt.decision in {d.id for d in s.decisions})
        return rounds.opened(walk, step, ((prompt, day),), day=day, now=now)
    run = walk.partnership.current
    step_open = programme.step(run.step) if run else None
    held_back = gates.held_back(walk, programme, step_open) if step_open else frozenset()
    prompts = rounds.this_week(walk, step_open, day=day, held_back=held_back) if step_open else ()
    if step_open and prompts:
        return rounds.opened(walk, step_open.id, prompts, day=day, now=now)
    return steps.stalled(walk, programme, now=now)


def answered(
    walk: Walk,
    programme: Programme,
    person: str,
    round_id: str,
    values: Mapping[str, Value],
    *,
    via: Via,
    now: datetime,
    short: bool = False,
    skipped: bool = False,
) -> Change:
    """Keep a person's answer as their one answer to a round; if it was the one a stalled gate waited for, move on.

    A skipped round holds no values; it never takes the place of an answer.
    """
    before = walk.answer(round_id, person)
    if before and ((skipped and before.values) or (before.values == values and before.skipped == skipped)):
        return Change()
    revision = before.revision + 1 if before else 1
    answer = Answer(
        round=round_id,
        person=person,
        revision=revision,
        at=now,
        via=via,
        values=dict(values),
        short=short,
        skipped=skipped,
    )
    kept = Change(
        answers=(answer,),
        members=_heard(walk.members[person], round_id),
        plan=(walk.occurrence("follow", now, subject=f"{round_id}.{revision}", person=person),),
    )
    after = applied(walk, kept)
    found = after.round(round_id)
    if found is None:
        return kept
    if found.closed_at is None and not found.standing:  # the gate is looked at when the round closes
        return merge((kept, _enough(after, programme, found, now=now)))
    late = together.concluded(after, programme, found, now=now) if found.closed_at else Change()
    return merge((kept, late, steps.close_if_met(applied(after, late), programme, now=now)))


def _enough(walk: Walk, programme: Programme, found: Round, *, now: datetime) -> Change:
    """A round that closes at its quorum ends with the answer that makes it; what comes later is late, and counts."""
    prompt = programme.prompt(found.prompt)
    if prompt.closes != "quorum" or found.standing or found.closes_at <= now:
        return Change()
    step = programme.step(found.step)
    if len(walk.answers_to(found.id)) < gates.wanted(walk, programme, step, prompt):
        return Change()
    return Change(rounds=(replace(found, closes_at=now),), plan=(walk.occurrence("close", now, subject=found.id),))


def _heard(member: Membership, round_id: str) -> tuple[Membership, ...]:
    """Whoever answers is back, and has nothing of that round before them any more."""
    awake = replace(member, resting=False, paused_at=None) if member.resting else member
    after = snoozing.without(awake, (round_id,))
    return (after,) if after != member else ()


def closed(walk: Walk, programme: Programme, round_id: str, *, now: datetime) -> Change:
    """A round's deadline came: close it, sum it up, decide what it decides, and look at the gate of its step."""
    found = walk.round(round_id)
    if found is None or found.closed_at is not None or found.closes_at > now:
        return Change()
    ended = replace(found, closed_at=now, closings=found.closings + 1)
    told = rounds.refresh(walk, programme.prompt(ended.prompt), ended, f"c{ended.closings}", now=now)
    closing = Change(
        rounds=(ended,),
        members=snoozing.dropped(walk, (ended.id,)),
        plan=(*_summed_up(walk, programme, ended, now=now), *told),
    )
    walk = applied(walk, closing)
    decided = together.concluded(walk, programme, ended, now=now)
    walk = applied(walk, decided)
    quiet = _left_in_peace(walk, programme, ended, now=now)
    walk = applied(walk, quiet)
    return merge((closing, decided, quiet, _looked_at_gate(walk, programme, ended, now=now)))


def _summed_up(walk: Walk, programme: Programme, ended: Round, *, now: datetime) -> tuple[Occurrence, ...]:
    prompt, subject = programme.prompt(ended.prompt), f"{ended.id}.{ended.closings}"
    if prompt.stage in ("questions", "sense"):
        return tuple(walk.occurrence("amend", now, subject=ended.id, person=m.person) for m in walk.leads())
    if prompt.stage or not walk.group.channel or prompt.to == "facilitators":
        return ()
    return (walk.occurrence("summary", now, subject=subject),)


def _looked_at_gate(walk: Walk, programme: Programme, ended: Round, *, now: datetime) -> Change:
    met = steps.close_if_met(walk, programme, now=now)
    if met:
        return met
    outcome = walk.partnership.outcome_of(ended.id)
    if outcome and outcome.result == "blocked":
        return Change()  # the facilitators have just heard what it waits for
    run = walk.partnership.run(ended.step)
    if run and run.closed_on is None and not programme.step(ended.step).gate.never:
        # a step that waits for an earlier one is looked at when its turn comes again
        return steps.stalled(walk, programme, now=now) if run is walk.partnership.current else Change()
    return _undecided(walk, programme, ended, now=now)


def _undecided(walk: Walk, programme: Programme, ended: Round, *, now: datetime) -> Change:
    """Too few decided, in a step that no gate keeps open: a week longer, then what held before goes on."""
    prompt = programme.prompt(ended.prompt)
    if prompt.stage not in ("vote", "consent") or walk.partnership.outcome_of(ended.id):
        return Change()
    if ended.closings <= steps.EXTENSIONS:
        return rounds.longer(walk, (prompt,), walk.partnership.run(ended.step), now=now)
    return together.lapsed(walk, programme, ended, now=now)


def _left_in_peace(walk: Walk, programme: Programme, ended: Round, *, now: datetime) -> Change:
    """Whoever has let SILENCES weeks in a row close without a word is not asked any more until they say so."""
    prompt = programme.prompt(ended.prompt)
    tired = tuple(
        member
        for member in rounds.asked(walk, prompt)
        if not member.paused and member.consent_at and _silences(walk, programme, member) >= SILENCES
    )
    return Change(
        members=tuple(replace(m, paused_at=now, resting=True) for m in tired),
        plan=tuple(walk.occurrence("rest", now, subject=ended.id, person=m.person) for m in tired),
    )


def _silences(walk: Walk, programme: Programme, member: Membership) -> int:
    """In how many weeks rounds closed since a person last said anything: answered, skipped, said yes or came back.

    To put a round off is a word too: whoever does is there, and wants to be asked.
    """
    answered_at = (a.at for a in walk.answers if a.person == member.person)
    spoke = max((*answered_at, *([member.snoozed_at] if member.snoozed_at else [])), default=None)
    closed_on = {
        closing.date()
        for found in walk.rounds
        if not _before_they_came(found, member)
        and walk.answer(found.id, member.person) is None
        and any(m.person == member.person for m in rounds.asked(walk, programme.prompt(found.prompt)))
        for closing in rounds.closings(found)
        if spoke is None or closing > spoke
    }
    return len(closed_on)


def _before_they_came(found: Round, member: Membership) -> bool:
    since = member.back_at or member.consent_at
    return since is not None and found.opens_on < since.date()


def came_back(walk: Walk, person: str, *, now: datetime) -> Change:
    """Somebody is asked again after a pause, whoever made it; what is open and passed them by is put to them now."""
    member = walk.members[person]
    if member.paused_at is None:
        return Change()
    back = Change(members=(replace(member, paused_at=None, resting=False, back_at=now),))
    before, walk, asks = walk, applied(walk, back), []
    hour, zone = walk.partnership.rhythm.hour, walk.zone(person)
    for found in rounds.open_ones(walk):
        came = schedule.instant_of(found.opens_on, hour, zone)
        if member.paused_at <= came <= now and walk.answer(found.id, person) is None:
            asks.append(rounds.ask(walk, found, person, now=now))
    put_off = snoozing.passed_by(before, person, now=now)
    return merge((back, Change(plan=(*asks, *put_off))))
