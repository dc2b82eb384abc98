"""Who takes part and who facilitates: adding people, asking one to facilitate, handing over, stepping back, parting.

Nobody facilitates who has not said so: asking changes nothing but the open offer, which stands in the walk and is one
however often it is asked. Whoever hands over steps back in the same change in which the other one accepts, so that the
group is never without. Nobody is asked for consent again who said no or has stopped. Each function is pure and does
nothing the second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from workflows import engine, joining, orphaned
from workflows.changes import applied, merge
from workflows.people import Membership, Person, Role
from workflows.starting import MOST_PEOPLE
from workflows.walk import Change, Walk


def takes_part(walk: Walk) -> tuple[Membership, ...]:
    """Everyone who takes a place in the group: who said yes, and who was asked and may still say so."""
    return tuple(
        m for m in walk.members.values() if m.consent in ("unasked", "asked", "given") and walk.reaches(m.person)
    )


def said_no(walk: Walk, person: str) -> bool:
    """Whether somebody said no or stopped by themselves, so that nobody asks them again."""
    member = walk.members.get(person)
    return member is not None and member.consent in ("refused", "withdrawn") and not member.taken_out


def room(walk: Walk) -> int:
    """How many more may come."""
    return max(0, MOST_PEOPLE - len(takes_part(walk)))


def newcomers(walk: Walk, people: Sequence[Person]) -> tuple[Person, ...]:
    """Those of `people` whom adding would bring in: not here yet, or taken out before."""
    there = walk.members
    return tuple(p for p in people if p.id not in there or there[p.id].taken_out)


def added(walk: Walk, people: Sequence[Person], *, roles: Mapping[str, Role] = {}, now: datetime) -> Change:
    """People are added: whoever is new is looked up where Slack knows more of them, and asked for consent first.

    `roles` says what somebody takes part as, by person; without it, as a member.
    """
    new = newcomers(walk, people)
    members = tuple(_newcomer(walk, p, roles.get(p.id, "member")) for p in new)
    return Change(people=new, members=members, plan=(walk.occurrence("enrol", now),)) if new else Change()


def _newcomer(walk: Walk, person: Person, role: Role) -> Membership:
    if person.id not in walk.members:
        return Membership(person=person.id, role=role, prefers="slack" if person.slack_user else "mail")
    return replace(walk.members[person.id], consent="unasked", taken_out=False, role=role, paused_at=None)


def invited(walk: Walk, person: Person, *, now: datetime) -> Change:
    """Somebody came into the group's channel: ask them for consent, once in their life, if there is room."""
    if walk.partnership.over or person.id in walk.members or not room(walk):
        return Change()
    return joining.joined(walk, person, Membership(person=person.id), now=now)


def may_be_asked(walk: Walk, person: str) -> bool:
    """Whether somebody can be asked to facilitate: they take part, are here and do not do it yet."""
    member = walk.members.get(person)
    if member is None or member.role == "facilitator" or not member.counts:
        return False
    return not member.paused and walk.reaches(person)


def offered(walk: Walk, person: str, *, by: str, hands_over: bool = False, now: datetime) -> Change:
    """Ask somebody to facilitate, beside or instead of the one who asks; `by` is empty for whoever runs Fairsteps."""
    if walk.partnership.over or not may_be_asked(walk, person):
        return Change()
    member = walk.members[person]
    if member.offer == "open":  # they have been asked; what follows from a yes may have changed
        mine = by and member.offered_by in (by, "")
        kept = replace(member, offered_by=by, hands_over=hands_over) if mine else member
        return Change(members=(kept,)) if kept != member else Change()
    asked = replace(member, offer="open", offered_by=by, offered_at=now, hands_over=hands_over)
    return Change(members=(asked,), plan=(walk.occurrence("offer", now, subject="asked", person=person),))


def taken_back(walk: Walk, person: str, *, now: datetime) -> Change:
    """The request is taken back: what was sent says so."""
    member = walk.members.get(person)
    if member is None or member.offer != "open":
        return Change()
    back = Change(
        members=(replace(member, offer="", offered_at=None, hands_over=False),),
        plan=(walk.occurrence("handed", now, subject=person, person=person),),
    )
    return merge((back, orphaned.noticed(applied(walk, back), now=now)))


def may_lead_on(walk: Walk, person: str, *, now: datetime) -> bool:
    """Whether a yes of somebody makes them facilitate: they are asked, or nobody does it."""
    member = walk.members.get(person)
    if member is None or not member.counts or member.role == "facilitator" or walk.partnership.over:
        return False
    return member.offer == "open" or orphaned.is_orphaned(walk, now=now)


def accepted(walk: Walk, person: str, *, now: datetime) -> Change:
    """Somebody will facilitate: from now on they do, and whoever handed over to them steps back."""
    if not may_lead_on(walk, person, now=now):
        return Change()
    back = engine.came_back(walk, person, now=now)
    member = applied(walk, back).members[person]
    asker = walk.members.get(member.offered_by) if member.offer == "open" else None
    changed = [replace(member, role="facilitator", offer="accepted", hands_over=False)]
    if asker and member.hands_over and asker.role == "facilitator":
        changed.append(replace(asker, role="member", offer=""))
    plan = [walk.occurrence("handed", now, subject=person, person=person)]
    plan += [walk.occurrence("handed", now, subject=person, person=asker.person)] if asker else []
    plan += [walk.occurrence("handed", now, subject=person)] if walk.group.channel else []
    whole = merge((back, Change(members=tuple(changed), plan=tuple(plan))))
    return merge((whole, _others_told(applied(walk, whole), now=now)))


def _others_told(walk: Walk, *, now: datetime) -> Change:
    """What we asked of others is taken back, and what they got says so."""
    back = orphaned.ended(walk)
    told = (m for m in back.members if walk.members[m.person].offer == "open")
    return merge(
        (back, Change(plan=tuple(walk.occurrence("handed", now, subject=m.person, person=m.person) for m in told)))
    )


def declined(walk: Walk, person: str, *, now: datetime) -> Change:
    """Somebody will not facilitate: who asked hears it; where nobody did, the next one is asked."""
    member = walk.members[person]
    if member.offer != "open":
        return Change()
    told = (person, member.offered_by) if member.offered_by in walk.members else (person,)
    no = Change(
        members=(replace(member, offer="declined", hands_over=False),),
        plan=tuple(walk.occurrence("handed", now, subject=person, person=one) for one in told),
    )
    return merge((no, orphaned.noticed(applied(walk, no), now=now)))


def stepped_back(walk: Walk, person: str, *, now: datetime) -> Change:
    """A facilitator takes part as one among others; they are not the next one to be asked."""
    member = walk.members[person]
    if member.role != "facilitator":
        return Change()
    back = Change(members=(replace(member, role="member", offer="declined", offered_by="", offered_at=now),))
    return merge((back, orphaned.noticed(applied(walk, back), now=now)))


def may_be_taken_out(walk: Walk, person: str, *, by: str) -> bool:
    """Whether `by` may take somebody out: a facilitator, and nobody who facilitates too.

    Whoever said no or stopped by themselves is out by their own word, and that stays theirs (`said_no`).
    """
    member = walk.members.get(person)
    if member is None or member.role == "facilitator" or member.taken_out or said_no(walk, person):
        return False
    return any(m.person == by for m in walk.facilitators())


def taken_out(walk: Walk, person: str, *, by: str, now: datetime) -> Change:
    """Somebody is taken out: nothing comes to them any more, and what they answered goes the way of a yes taken back.

    Whoever took part is told; whoever was only asked finds the request settled.
    """
    if not may_be_taken_out(walk, person, by=by):
        return Change()
    before = walk.members[person]
    left = joining.consented(walk, person, given=False, prefers=None, via="web", now=now)
    gone = {m.person: m for m in left.members}.get(person, before)
    plan = tuple(o for o in left.plan if o.kind != "settled")
    if before.consent in ("asked", "given"):
        plan += (walk.occurrence("parted", now, person=person),)
    closed = replace(gone, taken_out=True, offer="", offered_at=None, hands_over=False)
    return replace(left, members=(*left.members, closed), plan=plan)


def in_channel(walk: Walk, channel: str) -> Change:
    """The group has another channel, or the same one back. Nothing that was said before is said again."""
    group = replace(walk.group, channel=channel, channel_lost="")
    return Change(partnership=replace(walk.partnership, group=group)) if group != walk.group else Change()
