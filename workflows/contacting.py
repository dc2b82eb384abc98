"""The partner's contacts: somebody there gets a page of their own, and loses it the moment that a facilitator says so.

A contact gets one mail, the invitation; they hear more only if they want to, and say so themselves. When access ends
every link made before is dead and the address is forgotten; whoever ended it themselves is not invited again. What a
contact did is kept; that they looked is not. Pure; the same request twice changes nothing twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from workflows import ids, promises, schedule
from workflows.addresses import Address, folded
from workflows.changes import applied, merge
from workflows.contacts import Contact, Letter
from workflows.occurrences import Occurrence
from workflows.walk import Change, Walk

MOST_CONTACTS = 10  # at one time; a partner is few people, and each is named to the group
MOST_KEPT = 60  # contacts on record
MOST_LETTERS = 200
LETTERS_A_DAY = 5
LETTER_CHARS = 3000
MONDAY, MORNING = 0, 9  # when a contact hears of promises that are due, on the group's clock
BY_THEMSELVES = "contact"


def here(walk: Walk) -> tuple[Contact, ...]:
    """The contacts who have access."""
    return tuple(c for c in walk.partnership.contacts if c.state != "ended")


def contact_id(partnership: str, address: str) -> str:
    """The id of a contact: the same address is the same contact."""
    return "c" + ids.made_of("contact", partnership, folded(address))[:11]


def refuses(walk: Walk, address: str) -> bool:
    """Whether whoever has this address ended it themselves, or wants no mail of ours."""
    before = walk.partnership.contact(contact_id(walk.partnership.id, address))
    return before is not None and (before.ended_by == BY_THEMSELVES or before.stopped)


def invited(walk: Walk, address: Address, *, by: str, now: datetime) -> Change:
    """A contact gets a page of their own, and one mail with the link to it. Who has it is not invited again."""
    made = contact_id(walk.partnership.id, address.address)
    before = walk.partnership.contact(made)
    if (before and before.state != "ended") or refuses(walk, address.address) or len(here(walk)) >= MOST_CONTACTS:
        return Change()
    contact = Contact(id=made, name=address.name, address=address.address, by=by, at=now)
    if before:  # links that they had before stay dead
        contact = replace(contact, links_since=before.links_since)
    rest = [c for c in walk.partnership.contacts if c.id != made]
    gone = [c for c in rest if c.state == "ended" and c.ended_by != BY_THEMSELVES]
    over = gone[: max(0, len(rest) + 1 - MOST_KEPT)]
    contacts = (*(c for c in rest if c not in over), contact)
    plan = (walk.occurrence("partner_invite", now, subject=made),)
    return Change(partnership=replace(walk.partnership, contacts=contacts), plan=plan)


def link_again(walk: Walk, contact: str, *, now: datetime) -> Change:
    """A contact gets a new link by mail, and the ones before are dead."""
    found = walk.partnership.contact(contact)
    if found is None or found.state == "ended" or found.stopped:
        return Change()
    change = _with(walk, replace(found, links_since=now, lost_at=None))
    return replace(change, plan=(walk.occurrence("partner_invite", now, subject=contact),))


def ended(walk: Walk, contact: str, *, by: str, now: datetime) -> Change:
    """A contact has no access any more, from this moment; `by` is a person, or BY_THEMSELVES.

    Their address is forgotten; their name stays with what they said. Their own word outdoes that of a facilitator.
    """
    found = walk.partnership.contact(contact)
    if found is None or found.ended_by == BY_THEMSELVES or (found.state == "ended" and by != BY_THEMSELVES):
        return Change()
    over = replace(found, state="ended", address="", reminds=False, ended_at=now, ended_by=by, links_since=now)
    change = _with(walk, over)
    return replace(change, plan=promises.tidings(walk, now=now)) if by == BY_THEMSELVES else change


def reminding(walk: Walk, contact: str, *, wants: bool, now: datetime) -> Change:
    """A contact wants mails about what is due and what changed, or wants none."""
    found = walk.partnership.contact(contact)
    if found is None or found.state == "ended" or found.reminds == wants:
        return Change()
    stopped = found.stopped and not wants
    change = _with(walk, replace(_seen(found, now=now), reminds=wants, stopped=stopped))
    return replace(change, plan=(next_reminder(walk, contact, now=now),)) if wants else change


def stopped(walk: Walk, contact: str) -> Change:
    """A contact wants no mail at all, not even a new link; their page stays open to them."""
    found = walk.partnership.contact(contact)
    if found is None or found.stopped:
        return Change()
    return _with(walk, replace(found, stopped=True, reminds=False))


def unreached(walk: Walk, contact: str, *, now: datetime) -> Change:
    """A mail to a contact did not arrive: who facilitates hears it once, until somebody sends a new link."""
    found = walk.partnership.contact(contact)
    if found is None or found.state == "ended" or found.lost_at:
        return Change()
    change = _with(walk, replace(found, lost_at=now, reminds=False))
    return replace(change, plan=promises.tidings(walk, now=now))


def next_reminder(walk: Walk, contact: str, *, now: datetime) -> Occurrence:
    """When a contact is next told what is due: one mail a week at most, and none when nothing is."""
    day = schedule.first_slot(MONDAY, MORNING, walk.group.zone, after=now)
    slot = schedule.instant_of(day, MORNING, walk.group.zone)
    return walk.occurrence("partner_due", slot, subject=contact)


def with_seen(walk: Walk, contact: str, change: Change, *, now: datetime) -> Change:
    """The same change, and a contact who did it on their page is seen."""
    after = applied(walk, change)
    found = after.partnership.contact(contact)
    if found is None or _seen(found, now=now) == found:
        return change
    return merge((change, _with(after, _seen(found, now=now))))


def wrote(walk: Walk, contact: str, text: str, *, now: datetime) -> Change:
    """A contact wrote to the facilitators. The same text twice within a day is one letter."""
    found = walk.partnership.contact(contact)
    lately = [m for m in walk.partnership.letters if m.by == contact and now - m.at < timedelta(days=1)]
    if found is None or any(m.text == text for m in lately):
        return Change()
    letter = Letter(by=contact, at=now, text=text[:LETTER_CHARS])
    change = _with(walk, _seen(found, now=now))
    assert change.partnership is not None
    letters = (*walk.partnership.letters, letter)[-MOST_LETTERS:]
    return Change(partnership=replace(change.partnership, letters=letters), plan=promises.tidings(walk, now=now))


def may_write(walk: Walk, contact: str, *, now: datetime) -> bool:
    """Whether a contact has not written too often today."""
    lately = [m for m in walk.partnership.letters if m.by == contact and now - m.at < timedelta(days=1)]
    return len(lately) < LETTERS_A_DAY


def opens(walk: Walk, contact: str, made_at: datetime) -> bool:
    """Whether a link of a contact that was made then opens their page."""
    found = walk.partnership.contact(contact)
    if found is None or found.state == "ended":
        return False
    return found.links_since is None or made_at >= found.links_since


def _with(walk: Walk, contact: Contact) -> Change:
    contacts = tuple(contact if c.id == contact.id else c for c in walk.partnership.contacts)
    return Change(partnership=replace(walk.partnership, contacts=contacts))


def _seen(contact: Contact, *, now: datetime) -> Contact:
    """They have the link, so that a mail reached them after all."""
    if contact.state != "invited":
        return replace(contact, lost_at=None)
    return replace(contact, state="seen", seen_at=now, lost_at=None)
