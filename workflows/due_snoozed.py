"""What is due about a round that somebody put off."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from workflows import messages, reach, snoozing
from workflows.due import Decision, Send, away
from workflows.due_rounds import no_need, open_round
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence, to_ms
from workflows.people import Snooze
from workflows.walk import Round


def again(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person is asked once more, at the time they chose, in a message of its own; the older ones point to it."""
    found, gone = open_round(scene, due), away(scene, due.person)
    if found is None or (gone := gone or no_need(scene, found, due.person)):
        return Decision(left=gone or "closed")
    put_off = snoozing.of(scene.walk.members[due.person], found.id)
    if put_off is None or due.subject != f"{found.id}.{to_ms(put_off.until)}":
        return Decision(left="put_off_anew")
    sends = (*_asked_again(scene, found, due.person, put_off), *_pointing_on(scene, found, due.person, put_off))
    return Decision(sends=sends, left="" if sends else "no_channel")


def _asked_again(scene: Scene, found: Round, person: str, put_off: Snooze) -> Iterator[Send]:
    """The prompt, numbered by how often it was put off; by its second name it is found as the newest of them."""
    for channel in reach.channels(scene.walk, person):
        by_mail = channel == "mail"
        yield Send(
            channel=channel,
            person=person,
            compose=partial(messages.prompt.compose, scene, round_=found, person=person, by_mail=by_mail, again=True),
            name=f"again/{found.id}.{put_off.times}/{person}/{channel}",
            also=f"again/{found.id}/{person}/{channel}",
        )


def _pointing_on(scene: Scene, found: Round, person: str, put_off: Snooze) -> Iterator[Send]:
    if not reach.can_slack(scene.walk, person):
        return
    point = partial(messages.snoozed.pointer, scene, round_=found, person=person)
    older = (f"ask/{found.id}", f"nudge/{found.id}", *(f"again/{found.id}.{n}" for n in range(1, put_off.times)))
    for name in older:
        yield Send(channel="slack", person=person, compose=point, name=f"{name}/{person}/slack", edits=True)
