"""What the messages about a round say now: told from the walk alone, whatever it is that has them told anew.

So it does not matter which change of a message is made first or last, or twice: each says what is so. A prompt that was
answered shows the answer; one that closed without a word says so; one that was put off says until when, and once it has
come again the older ones point to it.
"""

from datetime import datetime
from functools import partial

from workflows import messages, reach, snoozing
from workflows.due import Send
from workflows.message import Message
from workflows.messages.scene import Scene
from workflows.walk import Round

SENT_AS = ("ask", "nudge", "again")


def edits(scene: Scene, found: Round, person: str, *, now: datetime) -> tuple[Send, ...]:
    """What a person has in Slack about a round, changed in place; what was never sent has nothing to change."""
    if not reach.can_slack(scene.walk, person):
        return ()
    return tuple(
        Send(
            channel="slack",
            person=person,
            compose=partial(says, scene, found, person, sent_as, now=now),
            name=f"{sent_as}/{found.id}/{person}/slack",
            edits=True,
        )
        for sent_as in SENT_AS
    )


def opening(scene: Scene, found: Round) -> tuple[Send, ...]:
    """The opening message in the channel, with its count as it is now."""
    if not scene.walk.group.channel or scene.programme.prompt(found.prompt).to != "everyone":
        return ()
    count = partial(messages.round_opened.compose, scene, round_=found)
    return (Send(channel="channel", person="", compose=count, name=f"announce/{found.id}//channel", edits=True),)


def says(scene: Scene, found: Round, person: str, sent_as: str, *, now: datetime) -> Message:
    """What a message that was sent as `sent_as` says now."""
    answer = scene.walk.answer(found.id, person)
    if answer is not None:
        return messages.answered.compose(scene, round_=found, answer=answer)
    if found.closed_at is not None:
        return messages.unanswered.compose(scene, round_=found, person=person)
    put_off = snoozing.of(scene.walk.members[person], found.id)
    if put_off is None and sent_as == "nudge":
        return messages.nudge.compose(scene, round_=found, person=person)
    if put_off is None:
        return messages.prompt.compose(scene, round_=found, person=person)
    came_again = put_off.times > 1 or put_off.until <= now
    if came_again and sent_as != "again":
        return messages.snoozed.pointer(scene, round_=found, person=person)
    if put_off.until > now:
        return messages.snoozed.compose(scene, round_=found, person=person, put_off=put_off)
    return messages.prompt.compose(scene, round_=found, person=person, again=True)
