"""What it means for a person that mails to them come back, and that they arrive again.

A refusal for good counts at once. One for now counts when it is the third, over days: servers and full mailboxes mend.
A complaint stops mail as if they had asked for it. A request to take part that does not arrive is told to who
facilitates. Told twice, nothing changes twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from workflows import orphaned
from workflows.changes import merge
from workflows.people import Person
from workflows.walk import Change, Walk

Refusal = Literal["hard", "soft", "complaint"]
_SOFT_MANY, _SOFT_OVER = 3, timedelta(days=3)
_SOFT_FORGOTTEN = timedelta(days=14)
IN_VAIN = "asked"  # how mail is lost, of somebody who has said yes to nothing yet
_SAME = timedelta(hours=1)  # what comes back within an hour is one failure, told by several servers


def refused(person: Person, how: Refusal, *, now: datetime) -> Person:
    """The person once a mail to them came back."""
    if how == "complaint":
        return replace(person, mail_stopped=True)
    if person.mail_lost == "hard" or (person.mail_lost and how == "soft"):
        return person
    if how == "hard":
        return replace(person, mail_lost="hard", mail_lost_at=now, mail_late=())
    late = tuple(at for at in person.mail_late if now - at < _SOFT_FORGOTTEN)
    if not late or now - late[-1] >= _SAME:
        late = (*late, now)
    if len(late) >= _SOFT_MANY and late[-1] - late[0] >= _SOFT_OVER:
        return replace(person, mail_lost="soft", mail_lost_at=now, mail_late=())
    return replace(person, mail_late=late)


def arrives(person: Person) -> Person:
    """The person once something shows that mail reaches them, such as a mail from their address."""
    return replace(person, mail_lost="", mail_lost_at=None, mail_late=())


def told(walk: Walk, person: str, *, now: datetime) -> Change:
    """Plan who hears of it: they themselves, and who looks after the group. Planned again it is the same thing."""
    if walk.members[person].consent in ("unasked", "asked"):
        return in_vain(walk, person, now=now)
    who = walk.people[person]
    look = orphaned.noticed(walk, now=now)
    if not who.mail_lost or who.mail_lost_at is None or walk.partnership.over or not walk.members[person].counts:
        return look
    others = (m.person for m in walk.leads() if m.person != person)
    subject = f"{person}.{who.mail_lost}"
    plan = (walk.occurrence("mail_lost", who.mail_lost_at, subject=subject, person=p) for p in (person, *others))
    return merge((Change(plan=tuple(plan)), look))


def in_vain(walk: Walk, person: str, *, now: datetime) -> Change:
    """Plan that who facilitates hears that somebody could not be asked; once a request, however often it comes back.

    Why it came back is nobody's to know: the address may be wrong, or they may have asked to be left alone.
    """
    member = walk.members[person]
    if walk.partnership.over or member.consent not in ("unasked", "asked"):
        return Change()
    leads = [m for m in walk.leads() if m.role == "facilitator"]
    named = [m for m in walk.members.values() if m.role == "facilitator" and m.consent in ("unasked", "asked")]
    slot, subject = member.asked_at or now, f"{person}.{IN_VAIN}"
    told = [m.person for m in leads or named or walk.leads() if m.person != person]
    return Change(plan=tuple(walk.occurrence("mail_lost", slot, subject=subject, person=p) for p in told))
