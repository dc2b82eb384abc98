"""Rounds: which prompt is put when, to whom, until when, and how long it takes answers.

A week's first prompt opens on the group's weekday; those that share its week open some days later; all of a week close
ROUND_DAYS after the first. A standing round is put to nobody and closes with its step. All of it is computed from the
walk: decided again after a crash, it makes the same ids.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows import schedule
from workflows.occurrences import Occurrence, to_ms
from workflows.people import Membership
from workflows.programme import Prompt, Step
from workflows.walk import Change, Round, StepRun, Walk

ROUND_DAYS = 5  # closes before the next week's tick begins in the first zone, wherever the group lives
NUDGE_DAYS = 2  # leaves a nudge even to a prompt that opens two days into its week
NUDGES = 3  # to a round, at most: one while it is open, and one with each week that it is left open longer
REFRESH_GAP = timedelta(seconds=2)
_NO_DEADLINE = timedelta(weeks=5200)  # a standing round closes with its step


def asked(walk: Walk, prompt: Prompt) -> tuple[Membership, ...]:
    """Everyone whom a prompt is put to."""
    return walk.facilitators() or walk.leads() if prompt.to == "facilitators" else walk.counted()


def newest(walk: Walk, prompt: Prompt) -> Round | None:
    """The newest round of a prompt."""
    return max((r for r in walk.rounds if r.prompt == prompt.id), key=lambda r: r.number, default=None)


def put(walk: Walk, prompt: Prompt, run: StepRun | None) -> Round | None:
    """The newest round of a prompt that counts in a step: in a reopened one, what is asked again counts anew."""
    latest = newest(walk, prompt)
    if latest and run and prompt.id in run.again and latest.number <= run.after_round:
        return None
    return latest


def open_ones(walk: Walk, step: str = "") -> tuple[Round, ...]:
    """The rounds with a deadline that are open, in one step or in all."""
    return tuple(r for r in walk.rounds if r.closed_at is None and not r.standing and step in ("", r.step))


def this_week(walk: Walk, step: Step, *, day: date, held_back: Collection[str] = ()) -> tuple[tuple[Prompt, date], ...]:
    """What a week puts: its first prompt on `day`, and those that share the week some days later."""
    first = next_prompt(walk, step, day=day, held_back=held_back)
    if first is None:
        return ()
    week, opens = [(first, day)], day
    order = step.rounds()
    for prompt in order[order.index(first) + 1 :]:
        opens += timedelta(days=prompt.day)
        if (
            not prompt.day
            or prompt.id in held_back
            or opens >= day + timedelta(days=ROUND_DAYS)
            or not _due(walk, step, prompt, day=day)
        ):
            break
        week.append((prompt, opens))
    return tuple(week)


def next_prompt(walk: Walk, step: Step, *, day: date, held_back: Collection[str] = ()) -> Prompt | None:
    """The prompt to put on `day`: the first one never put, else one whose repeat is due, else none."""
    run = walk.partnership.run(step.id)
    prompts = [p for p in step.rounds() if p.id not in held_back]
    never_put = (p for p in prompts if put(walk, p, run) is None)
    return next(never_put, None) or next((p for p in prompts if _due(walk, step, p, day=day)), None)


def _due(walk: Walk, step: Step, prompt: Prompt, *, day: date) -> bool:
    last = put(walk, prompt, walk.partnership.run(step.id))
    if last is None:
        return True
    return bool(prompt.every_weeks) and week_of(walk, last) + timedelta(weeks=prompt.every_weeks) <= day


def week_of(walk: Walk, round_: Round) -> date:
    """The day on which the week of a round began: those that share a week open some days into it."""
    return schedule.next_day(walk.partnership.rhythm.weekday, after=round_.opens_on - timedelta(days=7))


def opened(walk: Walk, step: str, prompts: Sequence[tuple[Prompt, date]], *, day: date, now: datetime) -> Change:
    """Open a round for each prompt of the week that began on `day`: ask each person, tell the channel."""
    until = schedule.instant_of(day + timedelta(days=ROUND_DAYS), walk.partnership.rhythm.hour, walk.group.zone)
    made: list[Round] = []
    plan: list[Occurrence] = []
    for number, (prompt, opens) in enumerate(prompts, start=len(walk.rounds) + 1):
        one = Round(id=f"r{number}", prompt=prompt.id, step=step, number=number, opens_on=opens, closes_at=until)
        made.append(one)
        if before := newest(walk, prompt):  # it takes no more answers from now on
            plan += refresh(walk, prompt, before, "again", now=now, channel=False)
        plan += [ask(walk, one, m.person, now=now) for m in asked(walk.at_home, prompt)]
        plan.append(walk.occurrence("close", until, subject=one.id))
        if walk.group.channel and prompt.to == "everyone":
            slot = _on_time(opens, walk.partnership.rhythm.hour, walk.group.zone, now=now)
            plan.append(walk.occurrence("announce", slot, subject=one.id))
    return Change(rounds=tuple(made), plan=tuple(plan))


def standing(walk: Walk, step: Step, *, day: date) -> Change:
    """Open the standing rounds of a step, or those that it had before, when it is opened again."""
    hour, zone = walk.partnership.rhythm.hour, walk.group.zone
    again: list[Round] = []
    made: list[Round] = []
    for prompt in (p for p in step.prompts if p.standing):
        before = newest(walk, prompt)
        if before:
            again.append(replace(before, closed_at=None))
            continue
        number = len(walk.rounds) + len(made) + 1
        made.append(
            Round(
                id=f"r{number}",
                prompt=prompt.id,
                step=step.id,
                number=number,
                opens_on=day,
                closes_at=schedule.instant_of(day, hour, zone) + _NO_DEADLINE,
                standing=True,
            )
        )
    return Change(rounds=(*again, *made))


def ask(walk: Walk, opened: Round, person: str, *, now: datetime) -> Occurrence:
    """A round put to one person, at their own hour or, when that is over, in their next daytime."""
    slot = schedule.instant_of(opened.opens_on, walk.partnership.rhythm.hour, walk.zone(person))
    if slot < now:  # a late joiner, a clock that stood still
        slot = walk.in_daytime(person, now)
    return walk.occurrence("ask", slot, subject=opened.id, person=person)


def _on_time(day: date, hour: int, zone: str, *, now: datetime) -> datetime:
    """The wall-clock slot, or the next daytime when it is over already: a late joiner, a clock that stood still."""
    slot = schedule.instant_of(day, hour, zone)
    return slot if slot >= now else schedule.in_daytime(now, zone)


def nudge_after(walk: Walk, opened: Round, person: str, *, now: datetime) -> tuple[Occurrence, ...]:
    """A reminder of a round, some days from now, unless it closes before."""
    on = schedule.on_the_wall(now, walk.zone(person)).date() + timedelta(days=NUDGE_DAYS)
    slot = schedule.instant_of(on, walk.partnership.rhythm.hour, walk.zone(person))
    if slot >= opened.closes_at:
        return ()
    return (walk.occurrence("nudge", slot, subject=f"{opened.id}.{on.isoformat()}", person=person),)


def refresh(
    walk: Walk, prompt: Prompt, of: Round, why: str, *, now: datetime, channel: bool = True
) -> tuple[Occurrence, ...]:
    """What was sent about a round tells anew how it stands: the opening message, and prompts nobody has answered.

    Nobody waits for these, so they are spread out: Slack takes no more than fifty changes of messages a minute.
    """
    to_all = bool(walk.group.channel) and prompt.to == "everyone"
    silent = [m.person for m in asked(walk.at_home, prompt) if walk.answer(of.id, m.person) is None]
    told = [""] * (channel and to_all) + [person for person in silent if walk.people[person].slack_user]
    return tuple(
        walk.occurrence("refresh", now + place * REFRESH_GAP, subject=f"{of.id}.{why}", person=person)
        for place, person in enumerate(told)
    )


def longer(walk: Walk, prompts: Sequence[Prompt], run: StepRun | None, *, now: datetime) -> Change:
    """Leave the rounds of these prompts open a week longer, and remind who has not answered, NUDGES times at most.

    A round that is still open has its reminder on the way. One that came to an outcome stays closed.
    """
    day = schedule.on_the_wall(now, walk.group.zone).date() + timedelta(days=7)
    until = schedule.instant_of(day, walk.partnership.rhythm.hour, walk.group.zone)
    made, plan = [], []
    for prompt in prompts:
        latest = put(walk, prompt, run)
        if latest is None or latest.standing or walk.partnership.outcome_of(latest.id):
            continue
        made.append(replace(latest, closed_at=None, closes_at=until))
        plan.append(walk.occurrence("close", until, subject=latest.id))
        if latest.closed_at not in (None, now):  # what closes at this moment is told anew anyway
            plan += refresh(walk, prompt, latest, f"o{to_ms(until)}", now=now)
        if latest.closed_at is None or latest.closings >= NUDGES:
            continue
        for member in asked(walk.at_home, prompt):
            if walk.answer(latest.id, member.person) is None:
                plan += nudge_after(walk, made[-1], member.person, now=now)
    return Change(rounds=tuple(made), plan=tuple(plan))


def closings(round_: Round) -> tuple[datetime, ...]:
    """When a round has closed so far: left open longer, it closes again a week later each time."""
    first = 0 if round_.closed_at else 1
    return tuple(round_.closes_at - timedelta(weeks=n) for n in range(first, first + round_.closings))


def takes_answers(walk: Walk, round_id: str) -> bool:
    """Whether a round still takes answers: while its step is open and its prompt was not put again.

    A round of deciding takes none once it came to an outcome: what was decided stands until it is looked at again.
    """
    found = walk.round(round_id)
    if found is None or walk.partnership.over or walk.partnership.outcome_of(round_id):
        return False
    if found.closed_at is None:
        return True
    run = walk.partnership.run(found.step)
    later = (r for r in walk.rounds if r.prompt == found.prompt and r.number > found.number)
    return run is not None and run.closed_on is None and not any(later)


def takes_new(walk: Walk, round_: Round, *, today: date) -> bool:
    """Whether a round is open and has begun by `today`: what waits for people."""
    return round_.closed_at is None and round_.opens_on <= today
