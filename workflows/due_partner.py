"""What is due about a partner: mails to its contacts, and what facilitators hear of them.

A contact is looked at as they are now: who was ended meanwhile, or wants no mails any more, gets none. The weekly look
at what is due plans the next one only while somebody wants it, so that no chain outlives its contact.
"""

from datetime import date, datetime, timedelta
from functools import partial

from workflows import contacting, promises, reach, schedule
from workflows.contacts import Contact
from workflows.due import Compose, Decision, Send, away, to_person
from workflows.messages import partner_due as partner_due_mail
from workflows.messages import partner_invite as partner_invite_mail
from workflows.messages import partner_said
from workflows.messages import partner_shared as partner_shared_mail
from workflows.messages.partner_said import News
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.promises import Promise

AHEAD = timedelta(days=7)


def partner_invite(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The one mail that comes unasked."""
    contact = _contact(scene, due)
    if contact is None:
        return Decision(left="ended")
    return _to(contact, due, partial(partner_invite_mail.compose, scene, contact=contact))


def partner_shared(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The group shares something else now."""
    contact = _contact(scene, due)
    if contact is None or not contact.reminds:
        return Decision(left="ended")
    return _to(contact, due, partial(partner_shared_mail.compose, scene, contact=contact))


def partner_due(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """What the partner promised and is due within a week, or late."""
    contact = _contact(scene, due)
    if contact is None or not contact.reminds or scene.walk.partnership.over:
        return Decision(left="ended")
    then = (contacting.next_reminder(scene.walk, contact.id, now=max(now, due.slot)),)
    today = schedule.on_the_wall(now, scene.walk.group.zone).date()
    waiting = due_soon(scene, today)
    if not waiting:
        return Decision(left="nothing_due", then=then)
    message = partial(partner_due_mail.compose, scene, contact=contact, due=waiting, today=today)
    return _to(contact, due, message, then)


def due_soon(scene: Scene, today: date) -> tuple[Promise, ...]:
    """The partner's promises that are shared, open, and due within a week or before today."""
    if not promises.are_shared(scene.walk):
        return ()
    there = promises.promises(scene.walk, scene.programme)
    return tuple(p for p in there if p.of_partner and p.is_open and p.due and p.due <= today + AHEAD)


def partner_word(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """Somebody who leads hears what the partner said since the day before."""
    if not scene.walk.may_lead(due.person):
        return Decision(left="settled")
    if gone := away(scene, due.person):
        return Decision(left=gone)
    news = news_until(scene, due.slot)
    if not news:
        return Decision(left="settled")
    message = partial(partner_said.compose, scene, person=due.person, news=news)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.slot.date().isoformat())


def news_until(scene: Scene, slot: datetime) -> News:
    """What came in between the telling of the day before and this one; of a promise its last word."""
    zone, partnership = scene.walk.group.zone, scene.walk.partnership
    day = schedule.on_the_wall(slot, zone).date() - timedelta(days=1)
    since = schedule.instant_of(day, promises.TOLD_AT, zone)
    words = {w.row: w for w in partnership.partner_words if since < w.at <= slot}
    letters = [one for one in partnership.letters if since < one.at <= slot]
    themselves = [c for c in partnership.contacts if c.ended_by == contacting.BY_THEMSELVES and c.ended_at]
    ended = [c for c in themselves if c.ended_at and since < c.ended_at <= slot]
    lost = [c for c in contacting.here(scene.walk) if c.lost_at and since < c.lost_at <= slot]
    return News(words=tuple(words.values()), letters=letters, ended=ended, lost=lost)


def _contact(scene: Scene, due: Occurrence) -> Contact | None:
    found = scene.walk.partnership.contact(due.subject)
    return found if found and found.state != "ended" and not found.stopped else None


def _to(contact: Contact, due: Occurrence, message: Compose, then: tuple[Occurrence, ...] = ()) -> Decision:
    name = f"{due.kind}/{contact.id}//mail"
    send = Send(channel="mail", person="", compose=message, name=name, contact=contact.id)
    return Decision(sends=(send,), then=then)
