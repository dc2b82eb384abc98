"""A group that nobody looks after: its people are asked one after the other whether one of them will facilitate.

It is orphaned when no facilitator takes part, can be reached and is here; one who paused counts as here for AWAY, and
one who was never heard of for as long after the start. Whoever started the walk is asked first, then who has answered
most rounds, then who joined first. Each has three days; who is away, or was asked within the last month, is passed
over. When all were asked, the channel hears it once and the group is left in peace for a month.

No two of these offers are ever open at once, for the open one stands in the walk itself and every look begins with it.
What happens next is planned in the same change; a crash repeats a look, and a look that finds nothing to do does
nothing. Looks come from whatever may leave a group alone, from an offer's end, and from the weekly tick as a net.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from workflows.occurrences import Occurrence
from workflows.people import Membership
from workflows.walk import Change, Unled, Walk

AWAY = timedelta(days=14)
TO_ANSWER = timedelta(days=3)
REST = timedelta(days=30)


def is_orphaned(walk: Walk, *, now: datetime) -> bool:
    """Whether nobody looks after a group in which somebody takes part."""
    if walk.partnership.over or not walk.counted():
        return False
    return not any(_looks_after(walk, m, now=now) for m in walk.members.values() if m.role == "facilitator")


def _looks_after(walk: Walk, member: Membership, *, now: datetime) -> bool:
    if not walk.reaches(member.person):
        return False
    if member.consent in ("unasked", "asked"):
        return now - walk.partnership.started_at < AWAY
    return member.consent == "given" and (member.paused_at is None or now - member.paused_at < AWAY)


def others(walk: Walk, person: str, *, now: datetime) -> bool:
    """Whether somebody else than `person` facilitates, has said yes and is here."""
    there = (m for m in walk.facilitators() if m.person != person)
    return any(_looks_after(walk, m, now=now) for m in there)


def noticed(walk: Walk, *, now: datetime) -> Change:
    """Plan a look, when nobody looks after the group any more. For every change that may have left it alone."""
    return Change(plan=(_look(walk, now),)) if is_orphaned(walk, now=now) else Change()


def _look(walk: Walk, at: datetime) -> Occurrence:
    return walk.occurrence("orphaned", at)


def looked_after(walk: Walk, *, now: datetime) -> Change:
    """The look itself: wait for the open offer, end it, make the next one, or rest."""
    if not is_orphaned(walk, now=now):
        return ended(walk)
    unled = walk.partnership.unled or Unled(turn=now)
    open_ones = [m for m in walk.members.values() if m.offer == "open"]
    if unled.turn > now or any(_may_answer(walk, m, now=now) for m in open_ones):
        return Change()
    passed = tuple(replace(m, offer="declined") for m in open_ones)
    partnership = replace(walk.partnership, unled=unled)
    willing = _in_order(walk, unled)
    here = next((m for m in willing if not m.paused), None)
    if here is not None:
        asked = replace(here, offer="open", offered_by="", offered_at=now, hands_over=False)
        plan = (walk.occurrence("offer", now, subject="next", person=here.person), _look(walk, now + TO_ANSWER))
        return Change(partnership=partnership, members=(*passed, asked), plan=plan)
    if willing:  # they are away; the weekly tick looks again
        return Change(partnership=partnership, members=passed)
    rest = Unled(turn=now + REST, told=True)
    told = () if unled.told else (walk.occurrence("offer", now, subject="rest"),)
    return Change(partnership=replace(partnership, unled=rest), members=passed, plan=(*told, _look(walk, now + REST)))


def ended(walk: Walk) -> Change:
    """Somebody looks after the group again: what we asked others is taken back."""
    if walk.partnership.unled is None:
        return Change()
    back = tuple(
        replace(m, offer="", offered_at=None) for m in walk.members.values() if m.offer == "open" and not m.offered_by
    )
    return Change(partnership=replace(walk.partnership, unled=None), members=back)


def _may_answer(walk: Walk, member: Membership, *, now: datetime) -> bool:
    """Whether an open offer is worth waiting for."""
    in_time = member.offered_at is not None and now < member.offered_at + TO_ANSWER
    return in_time and member.counts and not member.paused and walk.reaches(member.person)


def _in_order(walk: Walk, unled: Unled) -> list[Membership]:
    """Who may be asked in this turn, the first one first."""

    def place(member: Membership) -> tuple[bool, int, str, str]:
        answered = sum(1 for a in walk.answers if a.person == member.person and not a.skipped)
        joined = member.consent_at.isoformat() if member.consent_at else ""
        return (member.person != walk.partnership.started_by, -answered, joined, member.person)

    lately = unled.turn - REST
    willing = (m for m in walk.counted() if m.role != "facilitator" and m.offer != "open")
    return sorted((m for m in willing if m.offered_at is None or m.offered_at <= lately), key=place)
