"""A message on its way to a mailbox as the mail that carries it: to whom, about what, and where it stands.

Pure: what was sent before is looked up by whoever asks. A mail goes to somebody of the group, to the partner's contact,
or to an address that nobody has proved; the last names neither person nor group.
"""

from datetime import datetime

from worker import threads
from worker.mail.mailing import Mailing
from workflows.contacts import CONTACT
from workflows.deciding import Send
from workflows.messages.consent import CONSENT
from workflows.messages.keep import KEEP
from workflows.messages.offer import LEAD
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.people import Person
from workflows.reach import sort_of
from workflows.waiting import waiting

_ASKED = ("ask", "nudge", "again")
_REPLIED = (*_ASKED, "follow")  # mails that may be answered by reply stand for their round


def mailing_of(scene: Scene, due: Occurrence, send: Send, *, delivery: str, follows: str, now: datetime) -> Mailing:
    """Return the mail of a send. `delivery` is its key in the ledger, `follows` the Message-ID it comes back to."""
    if send.contact:
        return _to_contact(scene, send, delivery)
    if send.to:
        return _to_nobody(scene, send, delivery)
    person = scene.walk.people[send.person]
    return Mailing(
        delivery=delivery,
        to_name=person.name,
        to_address=person.email or "",
        message=send.message,
        ticket=scene.ticket(person.id, _about(due)),
        list_name=scene.walk.group.name,
        thread=threads.thread_of(scene, due, person.id),
        follows=follows,
        topic=threads.topic(scene, due) or send.message.subject,
        hides=person.hides,
        sort=sort_of(send.message.kind),
        waits=_waits(scene, due, person, now=now) if person.hides else 1,
    )


def _to_contact(scene: Scene, send: Send, delivery: str) -> Mailing:
    """A mail to the partner's contact. Who was forgotten meanwhile has no address left, and nothing goes out."""
    contact = scene.walk.partnership.contact(send.contact)
    return Mailing(
        delivery=delivery,
        to_name=contact.name if contact else "",
        to_address=contact.address if contact else "",
        message=send.message,
        ticket=scene.ticket("", CONTACT + send.contact),
        list_name=scene.walk.group.name,
    )


def _to_nobody(scene: Scene, send: Send, delivery: str) -> Mailing:
    """A mail to an address that nobody has proved: it names neither person nor group."""
    return Mailing(
        delivery=delivery,
        to_name="",
        to_address=send.to,
        message=send.message,
        ticket=scene.ticket(send.person),
        list_name="",
        to_nobody=True,
    )


def _about(due: Occurrence) -> str:
    """What a reply to the mail is about, as the subject of a ticket; nothing where nothing is asked."""
    match due.kind:
        case kind if kind in _REPLIED:
            return due.subject.split(".")[0]
        case "consent":
            return CONSENT
        case "offer":
            return LEAD
        case "keep":
            return KEEP + due.subject
        case "milestone":
            return due.subject.rpartition(".")[0]
    return ""


def _waits(scene: Scene, due: Occurrence, person: Person, *, now: datetime) -> int:
    """How many questions wait, as far as a mail is about those."""
    return max(1, len(waiting(scene, person.id, now=now))) if due.kind in _ASKED else 1
