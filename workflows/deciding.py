"""What a due occurrence comes to, now: messages to send, or a reason to leave it.

Everything is looked at as it is at this moment, not as it was when it was planned: somebody may have answered, paused,
left or taken their consent back meanwhile. A message too late for its window is missed; one that comes into the quiet
hours waits for the morning. The decision also names what follows it, so that the store can plan both in one step.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from workflows import joining, messages, milestones, reach, rounds, schedule
from workflows.message import Message
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.people import Channel
from workflows.walk import Round

MOVES = ("enrol", "open", "close")  # these change the walk and send nothing themselves
_TIMELY = ("ask", "nudge", "reading", "milestone", "digest", "announce")  # missed when the late window is over
_AT_ONCE = ("follow", "settled", "reached", "retell", "confirm")  # somebody has just done something and waits for this


Compose = Callable[[], Message]


@dataclass(frozen=True, kw_only=True)  # without slots, for the message is composed once and kept
class Send:
    """One message through one channel. `name` is how its reference is kept; with `edits`, that message is changed.

    The message is composed when it is first asked for: a simulation never asks.
    """

    channel: Channel
    person: str
    compose: Compose
    name: str
    edits: bool = False

    @cached_property
    def message(self) -> Message:
        """The message as it reads now."""
        return self.compose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do about an occurrence. `left` says why nothing is sent; `wait` puts it off to an instant."""

    sends: tuple[Send, ...] = ()
    then: tuple[Occurrence, ...] = ()
    left: str = ""
    missed: bool = False
    wait: datetime | None = None


def decide(scene: Scene, due: Occurrence, *, now: datetime) -> Decision:
    """Return what `due` comes to at `now`."""
    if due.person and due.person not in scene.walk.members:
        return Decision(left="not_a_member")
    zone = scene.walk.zone(due.person) if due.person else scene.walk.group.zone
    if due.kind not in _AT_ONCE:
        if due.kind in _TIMELY and schedule.too_late(due.slot, now=now, zone=zone):
            return replace(_then_only(scene, due, now=now), missed=True, left="late")
        daytime = schedule.in_daytime(now, zone)
        if daytime > now:
            return Decision(wait=daytime)
    return _DECIDERS[due.kind](scene, due, now)


def _then_only(scene: Scene, due: Occurrence, *, now: datetime) -> Decision:
    return Decision(then=_DECIDERS[due.kind](scene, due, now).then)


def _to_person(
    due: Occurrence, message: Compose, channels: Iterable[Channel], *, subject: str, then: Iterable[Occurrence] = ()
) -> Decision:
    sends = tuple(
        Send(channel=c, person=due.person, compose=message, name=f"{due.kind}/{subject}/{due.person}/{c}")
        for c in channels
    )
    return Decision(sends=sends, then=tuple(then), left="" if sends else "no_channel")


def _to_channel(scene: Scene, due: Occurrence, message: Compose, *, subject: str) -> Decision:
    if not scene.walk.group.channel:
        return Decision(left="no_channel")
    name = f"{due.kind}/{subject}//channel"
    return Decision(sends=(Send(channel="channel", person="", compose=message, name=name),))


def _away(scene: Scene, person: str) -> str:
    """Why a person is not written to now, or nothing."""
    member = scene.walk.members[person]
    if member.consent != "given":
        return "no_consent"
    if member.paused:
        return "paused"
    return "" if scene.walk.people[person].reachable else "unreachable"


def _open_round(scene: Scene, due: Occurrence) -> Round | None:
    found = scene.walk.round(due.subject.split(".")[0])
    return found if found and found.closed_at is None else None


def _confirm(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    first = scene.walk.next_round_on
    if first is None:
        return Decision(left="not_enrolled")
    return _to_channel(scene, due, partial(messages.started.compose, scene, first=first), subject="")


def _consent(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    if scene.walk.members[due.person].consent not in ("unasked", "asked"):
        return Decision(left="answered")
    again = due.subject != "1"
    then: tuple[Occurrence, ...] = ()
    if not again:
        slot = schedule.in_daytime(now + joining.CONSENT_AGAIN, scene.walk.zone(due.person))
        then = (scene.walk.occurrence("consent", slot, subject="2", person=due.person),)
    message = partial(messages.consent.compose, scene, person=due.person, again=again)
    return _to_person(due, message, reach.channels(scene.walk, due.person), subject="", then=then)


def _settled(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    message = partial(messages.settled.compose, scene, person=due.person)
    edit = Send(channel="slack", person=due.person, compose=message, name=f"consent//{due.person}/slack", edits=True)
    return Decision(sends=(edit,) if reach.can_slack(scene.walk, due.person) else ())


def _announce(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    found = _open_round(scene, due)
    if found is None:
        return Decision(left="closed")
    return _to_channel(scene, due, partial(messages.round_opened.compose, scene, round_=found), subject=found.id)


def _ask(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    found, away = _open_round(scene, due), _away(scene, due.person)
    if away or found is None or scene.walk.answer(found.id, due.person):
        return Decision(left=away or ("closed" if found is None else "answered"))
    channels = reach.channels(scene.walk, due.person)
    sends = tuple(
        Send(
            channel=c,
            person=due.person,
            compose=partial(messages.prompt.compose, scene, round_=found, person=due.person, by_mail=c == "mail"),
            name=f"ask/{found.id}/{due.person}/{c}",
        )
        for c in channels
    )
    then = rounds.nudge_after(scene.walk, found, due.person, now=now)
    return Decision(sends=sends, then=then, left="" if sends else "no_channel")


def _nudge(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    found, away = _open_round(scene, due), _away(scene, due.person)
    if away or found is None or scene.walk.answer(found.id, due.person):
        return Decision(left=away or ("closed" if found is None else "answered"))
    message = partial(messages.nudge.compose, scene, round_=found, person=due.person)
    return _to_person(due, message, reach.channels(scene.walk, due.person), subject=found.id)


def _follow(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """An answer came in: the prompt shows it, the channel's count goes up, a reply by mail is confirmed."""
    round_id = due.subject.split(".")[0]
    found, answer = scene.walk.round(round_id), scene.walk.answer(round_id, due.person)
    if found is None or answer is None or f"{round_id}.{answer.revision}" != due.subject:
        return Decision(left="answered_again")
    shown = partial(messages.answered.compose, scene, round_=found, answer=answer)
    sends = []
    if reach.can_slack(scene.walk, due.person):
        name = f"ask/{round_id}/{due.person}/slack"
        sends.append(Send(channel="slack", person=due.person, compose=shown, name=name, edits=True))
    if answer.via == "mail" and reach.can_mail(scene.walk, due.person):
        name = f"follow/{due.subject}/{due.person}/mail"
        sends.append(Send(channel="mail", person=due.person, compose=shown, name=name))
    told = scene.walk.group.channel and found.closed_at is None and not found.standing
    if told and scene.programme.prompt(found.prompt).to == "everyone":
        count = partial(messages.round_opened.compose, scene, round_=found)
        sends.append(
            Send(channel="channel", person="", compose=count, name=f"announce/{round_id}//channel", edits=True)
        )
    return Decision(sends=tuple(sends))


def _summary(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    found = scene.walk.round(due.subject.split(".")[0])
    if found is None or found.closed_at is None:
        return Decision(left="open_again")
    return _to_channel(scene, due, partial(messages.summary.compose, scene, round_=found), subject=due.subject)


def _retell(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Somebody took their yes back: what the channel was told is told again without their answer."""
    found = scene.walk.round(due.subject)
    if found is None or not scene.walk.group.channel:
        return Decision(left="no_channel")
    message = partial(messages.summary.compose, scene, round_=found, again=True)
    names = (f"summary/{found.id}.{closing}//channel" for closing in range(1, found.closings + 1))
    return Decision(sends=tuple(Send(channel="channel", person="", compose=message, name=n, edits=True) for n in names))


def _decided(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    outcome = scene.walk.partnership.outcome_of(due.subject)
    if outcome is None:
        return Decision(left="undecided")
    return _to_channel(scene, due, partial(messages.decided.compose, scene, outcome=outcome), subject=due.subject)


def _amend(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    found, away = scene.walk.round(due.subject), _away(scene, due.person)
    if away or found is None:
        return Decision(left=away or "no_round")
    message = partial(messages.amend.compose, scene, round_=found, person=due.person)
    return _to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def _rest(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    member = scene.walk.members[due.person]
    if not member.resting or member.consent != "given":
        return Decision(left="came_back")
    message = partial(messages.resting.compose, scene, person=due.person)
    return _to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def _stalled(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    step_id, _, tries = due.subject.rpartition(".")
    run = scene.walk.partnership.current
    away = _away(scene, due.person)
    if away or run is None or run.step != step_id:
        return Decision(left=away or "step_closed")
    message = partial(messages.stalled.compose, scene, step_id=step_id, person=due.person, tries=int(tries))
    return _to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def _step(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    return _to_channel(scene, due, partial(messages.step_done.compose, scene, step_id=due.subject), subject=due.subject)


def _reading(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    if away := _away(scene, due.person):
        return Decision(left=away)
    message = partial(messages.reading.compose, scene, reading=scene.programme.reading(due.subject), person=due.person)
    return _to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def _milestone(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    found, away = scene.walk.milestone(due.subject.rpartition(".")[0]), _away(scene, due.person)
    if away or found is None or found.done_on or found.owner != due.person:
        return Decision(left=away or "settled")
    today = schedule.on_the_wall(now, scene.walk.zone(due.person)).date()
    message = partial(messages.milestone.compose, scene, milestone=found, today=today)
    return _to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def _reached(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    found = scene.walk.milestone(due.subject)
    if found is None or found.done_on is None or not reach.can_slack(scene.walk, due.person):
        return Decision(left="no_slack")
    message = partial(messages.milestone.settled, scene, milestone=found, today=found.done_on)
    names = (f"milestone/{found.id}.{rung}/{due.person}/slack" for rung in milestones.RUNGS)
    return Decision(
        sends=tuple(Send(channel="slack", person=due.person, compose=message, name=n, edits=True) for n in names)
    )


def _digest(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    member = scene.walk.members[due.person]
    if member.consent != "given" or scene.walk.partnership.over:
        return Decision(left="no_consent")
    day = date.fromisoformat(due.subject)
    then = (joining.digest_on(scene.walk, due.person, day + timedelta(days=7)),)
    away = "" if member.resting else _away(scene, due.person)  # whoever rests still hears how it goes
    if not member.digest or away or not scene.walk.people[due.person].reachable:
        return Decision(left="digest_off", then=then)
    if not scene.walk.rounds:
        return Decision(left="nothing_yet", then=then)
    message = partial(messages.digest.compose, scene, person=due.person, day=day, now=now)
    channels = reach.digest_channels(scene.walk, due.person)
    return _to_person(due, message, channels, subject=due.subject, then=then)


_Decider = Callable[[Scene, Occurrence, datetime], Decision]
_DECIDERS: dict[str, _Decider] = {
    "confirm": _confirm,
    "consent": _consent,
    "settled": _settled,
    "announce": _announce,
    "ask": _ask,
    "nudge": _nudge,
    "follow": _follow,
    "summary": _summary,
    "retell": _retell,
    "decided": _decided,
    "amend": _amend,
    "rest": _rest,
    "stalled": _stalled,
    "step": _step,
    "reading": _reading,
    "milestone": _milestone,
    "reached": _reached,
    "digest": _digest,
}
