"""What a due occurrence comes to, now: messages to send, or a reason to leave it.

Everything is looked at as it is at this moment, not as it was when it was planned: somebody may have answered, paused,
left or taken their consent back meanwhile. A message too late for its window is missed; one that comes into the quiet
hours waits for the morning. The decision also names what follows it, so that the store can plan both in one step.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from workflows import (
    due_address,
    due_hosting,
    due_keeping,
    due_links,
    due_living,
    due_mail,
    due_partner,
    due_people,
    due_rounds,
    due_shelf,
    due_snoozed,
    due_steps,
    joining,
    schedule,
)
from workflows.due import Decision, Send
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence

__all__ = ["MOVES", "Decision", "Send", "decide"]

MOVES = ("enrol", "open", "close", "orphaned", "unkept")  # these change the walk and send nothing themselves
_STRANGERS = ("keep",)  # these may be for somebody who does not take part
_TIMELY = ("ask", "nudge", "again", "reading", "milestone", "digest", "announce")  # missed when the late window is over
# Somebody has just done something and waits for these.
_AT_ONCE = (
    "follow",
    "refresh",
    "settled",
    "reached",
    "retell",
    "confirm",
    "kept",
    "handed",
    "shelved",
    "link",
    "prove",
)
# Words that somebody took back still stand in a channel that takes no change now: they go as soon as it does.
_MAY_COME_BACK = ("archived", "removed")
_NEXT_LOOK = timedelta(hours=6)


def decide(scene: Scene, due: Occurrence, *, now: datetime) -> Decision:
    """Return what `due` comes to at `now`."""
    member = due.person in scene.walk.members
    if due.person and not member and due.kind not in _STRANGERS:
        return Decision(left="not_a_member")
    zone = scene.walk.zone(due.person) if member else scene.walk.group.zone
    quiet = scene.walk.people[due.person].quiet if member else None
    if not _at_once(scene, due, now=now):
        if due.kind in _TIMELY and schedule.too_late(due.slot, now=now, zone=zone, quiet=quiet):
            return replace(_then_only(scene, due, now=now), missed=True, left="late")
        daytime = schedule.in_daytime(now, zone, quiet)
        if daytime > now:
            return Decision(wait=daytime)
    decision, lost = _DECIDERS[due.kind](scene, due, now), scene.walk.group.channel_lost
    if due.kind == "retell" and decision.sends and lost in _MAY_COME_BACK:
        return Decision(wait=now + _NEXT_LOOK)
    return _where_we_can(decision) if lost else decision


def _at_once(scene: Scene, due: Occurrence, *, now: datetime) -> bool:
    """Whether somebody waits for this, so that it comes at night too."""
    return due.kind in _AT_ONCE or (due.kind == "consent" and joining.just_started(scene.walk, due.person, now=now))


def _where_we_can(decision: Decision) -> Decision:
    """Leave out what goes to a channel that is lost; people hear of it in their digest."""
    kept = tuple(send for send in decision.sends if send.channel != "channel")
    if len(kept) == len(decision.sends):
        return decision
    return replace(decision, sends=kept, left="" if kept else "channel_lost")


def _then_only(scene: Scene, due: Occurrence, *, now: datetime) -> Decision:
    return Decision(then=_DECIDERS[due.kind](scene, due, now).then)


_Decider = Callable[[Scene, Occurrence, datetime], Decision]
_DECIDERS: dict[str, _Decider] = {
    "confirm": due_people.confirm,
    "consent": due_people.consent,
    "settled": due_people.settled,
    "announce": due_rounds.announce,
    "ask": due_rounds.ask,
    "nudge": due_rounds.nudge,
    "again": due_snoozed.again,
    "follow": due_rounds.follow,
    "refresh": due_rounds.refresh,
    "summary": due_rounds.summary,
    "retell": due_rounds.retell,
    "decided": due_steps.decided,
    "amend": due_steps.amend,
    "rest": due_steps.rest,
    "stalled": due_steps.stalled,
    "step": due_steps.step,
    "prove": due_address.prove,
    "reading": due_people.reading,
    "shelved": due_shelf.shelved,
    "discuss": due_shelf.discuss,
    "milestone": due_people.milestone,
    "reached": due_people.reached,
    "digest": due_people.digest,
    "offer": due_hosting.offer,
    "handed": due_hosting.handed,
    "lost": due_hosting.lost,
    "parted": due_hosting.parted,
    "wanting": due_living.wanting,
    "without_slack": due_living.without_slack,
    "mail_lost": due_mail.mail_lost,
    "keep": due_keeping.keep,
    "kept": due_keeping.kept,
    "partner_invite": due_partner.partner_invite,
    "partner_shared": due_partner.partner_shared,
    "partner_due": due_partner.partner_due,
    "partner_word": due_partner.partner_word,
    "link": due_links.link,
}
