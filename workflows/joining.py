"""Who takes part: enrolling members, asking for consent, and what a yes or a no sets going.

Nothing but the request itself is planned for a person before they say yes. A yes taken back plans nothing more; what
was planned already is skipped when it is due, and their answers are shown no more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from workflows import digests, keeping, orphaned, rounds, schedule, steps
from workflows.changes import applied, merge
from workflows.occurrences import Occurrence
from workflows.people import Consent, Membership, Person, Preference
from workflows.walk import Change, Partnership, Via, Walk

CONSENT_AGAIN = timedelta(days=3)
ASKED_ANEW = timedelta(days=1)  # at the soonest: who is taken out and added over and over is not written to each time
TO_AGREE = timedelta(days=3)  # the tick of a date comes up to 38 hours before it: leave people a day to say yes
JUST_NOW = timedelta(minutes=10)
EVERYONE = "everyone"  # the subject of an enrolment that takes in the whole channel


def started(partnership: Partnership, members: Sequence[Membership], *, everyone: bool, now: datetime) -> Change:
    """A walk begins: keep it, and look up who its members are, with `everyone` in the channel as well."""
    subject = EVERYONE if everyone else ""
    enrol = Occurrence(
        workspace=partnership.workspace, partnership=partnership.id, kind="enrol", subject=subject, slot=now
    )
    return Change(partnership=partnership, members=tuple(members), plan=(enrol,))


def enrolled(walk: Walk, people: Sequence[Person], *, now: datetime) -> Change:
    """The members are known: ask each in their daytime, who just started at once. The first time, begin."""
    joining = tuple(Membership(person=p.id) for p in people if p.id not in walk.members)
    there = Change(people=tuple(people), members=joining)
    walk = applied(walk, there)
    plan, asked = [], []
    for member in walk.members.values():
        if member.consent == "unasked" and walk.reaches(member.person):
            request = _ask_consent(walk, member, now=now)
            plan.append(request)
            asked.append(replace(member, consent="asked", asked_at=request.slot))
    begins = Change() if has_begun(walk) else _begun(walk, now=now)
    return merge((there, begins, Change(members=tuple(asked), plan=tuple(plan))))


def has_begun(walk: Walk) -> bool:
    """Whether a walk's first members were looked up, so that its weeks are counted."""
    return walk.next_round_on is not None or bool(walk.partnership.steps)


def _begun(walk: Walk, *, now: datetime) -> Change:
    rhythm, zone = walk.partnership.rhythm, walk.group.zone
    first = schedule.first_slot(rhythm.weekday, rhythm.hour, zone, after=now + TO_AGREE)
    told = (walk.occurrence("confirm", now),) if walk.group.channel else ()
    return Change(partnership=replace(walk.partnership, next_round_on=first), plan=(steps.tick(walk, first), *told))


def joined(walk: Walk, person: Person, member: Membership, *, now: datetime) -> Change:
    """Somebody new: keep who they are and ask them for consent. Nothing happens for someone who is in already."""
    if person.id in walk.members:
        return Change()
    walk = applied(walk, Change(people=(person,), members=(member,)))
    return replace(asked(walk, member, now=now), people=(person,))


def one_person(walk: Walk, own: str, person: Person) -> Change:
    """Whoever was named by their Slack account, under its `own` id, is somebody who is known by mail: one member.

    Nobody who was asked anything changes who they are.
    """
    named, there = walk.members.get(own), walk.members.get(person.id)
    if named is None or named.consent != "unasked":
        return Change()
    leads = "facilitator" in (named.role, there.role if there else "")
    member = there or replace(named, person=person.id)
    begun = replace(walk.partnership, started_by=person.id) if walk.partnership.started_by == own else None
    return Change(
        partnership=begun,
        people=(person,),
        members=(replace(member, role="facilitator") if leads else member,),
        gone=(own,),
    )


def asked(walk: Walk, member: Membership, *, now: datetime) -> Change:
    """Ask somebody who is in already and was never asked."""
    request = _ask_consent(walk, member, now=now)
    return Change(members=(replace(member, consent="asked", asked_at=request.slot),), plan=(request,))


def just_started(walk: Walk, person: str, *, now: datetime) -> bool:
    """Whether somebody started this walk a moment ago: then they are awake, and wait to see that it began."""
    partnership = walk.partnership
    return person == partnership.started_by and timedelta() <= now - partnership.started_at <= JUST_NOW


def _ask_consent(walk: Walk, member: Membership, *, now: datetime) -> Occurrence:
    person, before = member.person, member.asked_at
    if before and before > now:  # it is on its way
        slot = before
    elif before:
        slot = walk.in_daytime(person, max(now, before + ASKED_ANEW))
    else:
        slot = now if just_started(walk, person, now=now) else walk.in_daytime(person, now)
    return walk.occurrence("consent", slot, subject="1", person=person)


def consented(walk: Walk, person: str, *, given: bool, prefers: Preference | None, via: Via, now: datetime) -> Change:
    """A person said yes or no. Yes plans what is open now and the weekly digest; no, or yes taken back, plans nothing.

    An open reminder or prompt of someone who took their yes back is skipped when it is due; when they were the last to
    facilitate, the group is asked who will. A yes of somebody who was taken out brings nobody back.
    """
    member = walk.members[person]
    if given and member.taken_out:
        return Change()
    wanted: Consent = "given" if given else ("withdrawn" if member.consent in ("given", "withdrawn") else "refused")
    updated = replace(member, consent=wanted, prefers=prefers or member.prefers)
    if wanted == member.consent:
        return Change(members=(updated,)) if updated != member else Change()
    updated = replace(updated, consent_at=now, consent_via=via)
    plan = [walk.occurrence("settled", now, person=person)]
    if wanted == "withdrawn":
        mine = (walk.round(a.round) for a in walk.answers if a.person == person)
        plan += [walk.occurrence("retell", now, subject=r.id) for r in mine if r is not None and r.closings]
    if given:
        after = applied(walk, Change(members=(updated,)))
        to_me = (r for r in rounds.open_ones(walk) if member.role != "observer")
        plan += [rounds.ask(after, r, person, now=now) for r in to_me]
        plan.append(digests.first(after, person, now=now))
        if member.role == "facilitator" and not walk.group.channel and member.consent != "withdrawn":
            plan.append(walk.occurrence("confirm", now, person=person))
    change = Change(members=(updated,), plan=tuple(plan))
    if given:
        return change
    left = keeping.left(walk, person, now=now) if wanted == "withdrawn" else Change()
    return merge((change, left, orphaned.noticed(applied(walk, change), now=now)))
