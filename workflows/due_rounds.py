"""What is due about a round: announcing it, asking, nudging, following an answer, summing it up."""

from datetime import datetime
from functools import partial

from workflows import messages, reach, rounds
from workflows.due import Decision, Send, away, to_channel, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.walk import Round


def _open_round(scene: Scene, due: Occurrence) -> Round | None:
    found = scene.walk.round(due.subject.split(".")[0])
    return found if found and found.closed_at is None else None


def _no_need(scene: Scene, round_: Round, person: str) -> str:
    """Why a person need not be asked, or nothing."""
    if all(m.person != person for m in rounds.asked(scene.walk, scene.programme.prompt(round_.prompt))):
        return "not_theirs"
    return "answered" if scene.walk.answer(round_.id, person) else ""


def announce(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel hears that a round is open."""
    found = _open_round(scene, due)
    if found is None:
        return Decision(left="closed")
    return to_channel(scene, due, partial(messages.round_opened.compose, scene, round_=found), subject=found.id)


def ask(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A prompt is put to a person, who is nudged some days later."""
    found, gone = _open_round(scene, due), away(scene, due.person)
    if found is None or (gone := gone or _no_need(scene, found, due.person)):
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
    found, gone = _open_round(scene, due), away(scene, due.person)
    if found is None or (gone := gone or _no_need(scene, found, due.person)):
        return Decision(left=gone or "closed")
    message = partial(messages.nudge.compose, scene, round_=found, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=found.id)


def follow(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """An answer came in: the prompt shows it, the channel's count goes up, a reply by mail is confirmed."""
    round_id = due.subject.split(".")[0]
    found, answer = scene.walk.round(round_id), scene.walk.answer(round_id, due.person)
    if found is None or answer is None or f"{round_id}.{answer.revision}" != due.subject:
        return Decision(left="answered_again")
    shown = partial(messages.answered.compose, scene, round_=found, answer=answer)
    sends = []
    if reach.can_slack(scene.walk, due.person):
        for asked in ("ask", "nudge"):  # a reminder that was answered must not go on asking
            name = f"{asked}/{round_id}/{due.person}/slack"
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


def summary(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel hears what a closed round came to."""
    found = scene.walk.round(due.subject.split(".")[0])
    if found is None or found.closed_at is None:
        return Decision(left="open_again")
    return to_channel(scene, due, partial(messages.summary.compose, scene, round_=found), subject=due.subject)


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
