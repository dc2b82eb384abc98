"""What is due to a person beside rounds: consent, reading, milestones, the digest."""

from datetime import date, datetime, timedelta
from functools import partial

from workflows import digests, joining, messages, milestones, reach, schedule
from workflows.due import Compose, Decision, Send, away, to_channel, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence

_ENROLLED_BY = timedelta(minutes=1)  # whoever began it on the page may say yes before their people are asked


def confirm(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel hears that a walk has begun; where there is none, whoever facilitates does, with their yes."""
    first = scene.walk.next_round_on
    if due.person and first is None and not scene.walk.partnership.steps:
        return Decision(wait=now + _ENROLLED_BY)
    if first is None:
        return Decision(left="not_enrolled")
    if not due.person:
        return to_channel(scene, due, partial(messages.started.compose, scene, first=first), subject="")
    if gone := away(scene, due.person):
        return Decision(left=gone)
    message = partial(messages.begun.compose, scene, person=due.person, first=first)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject="")


def consent(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The request for consent, and its one repeat."""
    if scene.walk.members[due.person].consent not in ("unasked", "asked"):
        return Decision(left="answered")
    again = due.subject != "1"
    then: tuple[Occurrence, ...] = ()
    if not again:
        slot = scene.walk.in_daytime(due.person, now + joining.CONSENT_AGAIN)
        then = (scene.walk.occurrence("consent", slot, subject="2", person=due.person),)
    message = partial(messages.consent.compose, scene, person=due.person, again=again)
    sends = tuple(
        Send(
            channel=c,
            person=due.person,
            compose=message,
            name=f"consent/{due.subject}/{due.person}/{c}",
            also=f"consent//{due.person}/{c}",
        )
        for c in reach.channels(scene.walk, due.person)
    )
    return Decision(sends=sends, then=then, left="" if sends else "no_channel")


def requests(person: str, message: Compose) -> tuple[Send, ...]:
    """Both requests that a person may have got in Slack, turned into `message`: neither goes on asking."""
    return tuple(
        Send(channel="slack", person=person, compose=message, name=f"consent/{tried}/{person}/slack", edits=True)
        for tried in ("1", "2")
    )


def settled(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The request turns into what they said."""
    message = partial(messages.settled.compose, scene, person=due.person)
    return Decision(sends=requests(due.person, message) if reach.can_slack(scene.walk, due.person) else ())


def reading(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Something to read."""
    if gone := away(scene, due.person):
        return Decision(left=gone)
    there = (r for step in scene.programme.steps for r in step.readings if r.id == due.subject)
    found = next(there, None)
    if found is None:  # of a step that has ended; the partnership was moved to a version without it
        return Decision(left="gone")
    message = partial(messages.reading.compose, scene, reading=found, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person, "reading"), subject=due.subject)


def milestone(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The owner is reminded."""
    found, gone = scene.walk.milestone(due.subject.rpartition(".")[0]), away(scene, due.person)
    if gone or found is None or found.done_on or found.owner != due.person:
        return Decision(left=gone or "settled")
    if not milestones.is_its_day(scene.walk, found, due):
        return Decision(left="moved")
    today = schedule.on_the_wall(now, scene.walk.zone(due.person)).date()
    message = partial(messages.milestone.compose, scene, milestone=found, today=today)
    return to_person(due, message, reach.channels(scene.walk, due.person, "milestones"), subject=due.subject)


def reached(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The reminders of a milestone say that it is done."""
    found = scene.walk.milestone(due.subject)
    if found is None or found.done_on is None or not reach.can_slack(scene.walk, due.person):
        return Decision(left="no_slack")
    message = partial(messages.milestone.settled, scene, milestone=found, today=found.done_on)
    names = (f"milestone/{found.id}.{rung}/{due.person}/slack" for rung in milestones.RUNGS)
    return Decision(
        sends=tuple(Send(channel="slack", person=due.person, compose=message, name=n, edits=True) for n in names)
    )


def digest(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The week in a message, and the one after it."""
    member = scene.walk.members[due.person]
    if member.consent != "given" or scene.walk.partnership.over:
        return Decision(left="no_consent")
    day = date.fromisoformat(due.subject)
    then = (digests.on(scene.walk, due.person, day + timedelta(days=7)),)
    gone = "" if member.resting else away(scene, due.person)  # whoever rests still hears how it goes
    if not member.digest or gone or not scene.walk.reaches(due.person):
        return Decision(left="digest_off", then=then)
    if not digests.is_wanted(member, day):
        return Decision(left="not_this_week", then=then)
    if not scene.walk.rounds:
        return Decision(left="nothing_yet", then=then)
    message = partial(messages.digest.compose, scene, person=due.person, day=day, now=now)
    channels = reach.digest_channels(scene.walk, due.person)
    return to_person(due, message, channels, subject=due.subject, then=then)
