"""What is due about a round: announcing it, asking, nudging, following what happens to it, summing it up."""

from datetime import datetime
from functools import partial

from workflows import messages, prompted, reach, rounds, snoozing
from workflows.due import Decision, Send, away, to_channel, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.walk import Round

_CONFIRMED = 20  # how often one answer is confirmed by mail: what changes it more often is a machine that answers us


def open_round(scene: Scene, due: Occurrence) -> Round | None:
    """The round that something is due about, as long as it is open."""
    found = scene.walk.round(due.subject.split(".")[0])
    return found if found and found.closed_at is None else None


def no_need(scene: Scene, round_: Round, person: str) -> str:
    """Why a person need not be asked, or nothing."""
    if all(m.person != person for m in rounds.asked(scene.walk, scene.programme.prompt(round_.prompt))):
        return "not_theirs"
    return "answered" if scene.walk.answer(round_.id, person) else ""


def announce(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel hears that a round is open."""
    found = open_round(scene, due)
    if found is None:
        return Decision(left="closed")
    return to_channel(scene, due, partial(messages.round_opened.compose, scene, round_=found), subject=found.id)


def ask(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A prompt is put to a person, who is nudged some days later."""
    found, gone = open_round(scene, due), away(scene, due.person)
    if found is None or (gone := gone or no_need(scene, found, due.person)):
        return Decision(left=gone or "closed")
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


def nudge(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person who has said nothing yet is reminded."""
    found, gone = open_round(scene, due), away(scene, due.person)
    if found is None or (gone := gone or no_need(scene, found, due.person)):
        return Decision(left=gone or "closed")
    if snoozing.needs_no_nudge(scene.walk.members[due.person], found.id, now=now):
        return Decision(left="snoozed")
    message = partial(messages.nudge.compose, scene, round_=found, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=found.id)


def follow(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """An answer came in: the prompt shows it, the channel's count goes up, a reply by mail is confirmed.

    Both are told as they are now, also when a newer answer has come since: its own news may have been told before.
    """
    round_id = due.subject.split(".")[0]
    found, answer = scene.walk.round(round_id), scene.walk.answer(round_id, due.person)
    if found is None or answer is None:
        return Decision(left="gone")
    sends = [*prompted.edits(scene, found, due.person, now=now)]
    if (
        f"{round_id}.{answer.revision}" == due.subject
        and answer.via == "mail"
        and answer.revision <= _CONFIRMED
        and reach.can_mail(scene.walk, due.person)
    ):
        shown = partial(messages.answered.compose, scene, round_=found, answer=answer)
        name = f"follow/{due.subject}/{due.person}/mail"
        sends.append(Send(channel="mail", person=due.person, compose=shown, name=name))
    in_time = found.closed_at is None or answer.at < found.closed_at
    if in_time and not found.standing:
        sends += prompted.opening(scene, found)
    return Decision(sends=tuple(sends))


def refresh(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A round was put off, closed or opened again: what was sent about it says so, in place."""
    found = scene.walk.round(due.subject.split(".")[0])
    if found is None:
        return Decision(left="gone")
    if not due.person:
        return Decision(sends=prompted.opening(scene, found))
    if scene.walk.members[due.person].consent != "given":
        return Decision(left="no_consent")
    return Decision(sends=prompted.edits(scene, found, due.person, now=now))


def summary(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel hears what a closed round came to; in a large group, in the thread of its opening message."""
    found = scene.walk.round(due.subject.split(".")[0])
    if found is None or found.closed_at is None:
        return Decision(left="open_again")
    thread = f"announce/{found.id}//channel" if messages.round_opened.in_threads(scene) else ""
    message = partial(messages.summary.compose, scene, round_=found)
    return to_channel(scene, due, message, subject=due.subject, thread=thread)


def retell(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Somebody took their yes back: what the channel was told is told again without their answer."""
    found = scene.walk.round(due.subject)
    if found is None or not scene.walk.group.channel:
        return Decision(left="no_channel")
    prompt = scene.programme.prompt(found.prompt)
    if prompt.stage or prompt.to == "facilitators":
        return Decision(left="never_told")
    message = partial(messages.summary.compose, scene, round_=found, again=True)
    names = (f"summary/{found.id}.{closing}//channel" for closing in range(1, found.closings + 1))
    return Decision(sends=tuple(Send(channel="channel", person="", compose=message, name=n, edits=True) for n in names))
