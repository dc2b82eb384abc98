"""Another mail address: asked for, proved by a link in a mail to it, or given up again.

Nothing changes before the proof: until then mails go where they went. The link works for two days, once asked for anew
an older one does not, and the address that one had hears of it, so that nobody moves another's mail in silence. Asking
twice for the same is one request, with one mail; proving twice is one proof.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from workflows import addresses, ids
from workflows.errors import AskPerson
from workflows.occurrences import Occurrence, to_ms
from workflows.people import NewAddress, Person
from workflows.walk import Walk
from workflows.words import Words

VALID = timedelta(days=2)
DAY = timedelta(days=1)
MOST = 3  # addresses asked for in a day: nobody may have us write to strangers all day
KEEP = "keep."  # at the start of a ticket's subject: give the new address up


def waits(person: Person, *, now: datetime) -> NewAddress | None:
    """The address that a person asked for and has not proved yet, as long as they can."""
    wanted = person.new_address
    return wanted if wanted and wanted.state == "asked" and now - wanted.asked_at <= VALID else None


def asked(words: Words, person: Person, address: str, *, now: datetime) -> Person:
    """The person who asks for an address. Raises AskPerson for what is none, and for one too many today."""
    if not addresses.is_address(address):
        raise AskPerson({"address": words("address.wrong")})
    if is_theirs(person, address):
        return given_up(person, person.new_address.mark) if person.new_address else person
    before = person.new_address
    if before and waits(person, now=now) and addresses.folded(before.address) == addresses.folded(address):
        return person
    lately = before.asked if before and now - before.asked_at < DAY else 0
    if lately >= MOST:
        raise AskPerson({"address": words("address.enough")})
    mark = ids.made_of("address", person.id, addresses.folded(address), str(to_ms(now)))
    return replace(person, new_address=NewAddress(address=address, mark=mark, asked_at=now, asked=lately + 1))


def is_theirs(person: Person, address: str) -> bool:
    """Whether mails go to this address already, however its letters are written."""
    return addresses.folded(address) == addresses.folded(person.email or "") and not person.mail_lost


def told(walk: Walk, person: str, wanted: NewAddress) -> Occurrence:
    """The mails that follow a request."""
    return walk.occurrence("prove", wanted.asked_at, subject=wanted.mark, person=person)


def proved(person: Person, mark: str, *, now: datetime) -> Person | None:
    """The person whose mails go to the address from now on; None when this link proves nothing any more."""
    wanted = person.new_address
    if wanted is None or wanted.mark != mark:
        return None
    if wanted.state == "proved":
        return person
    if waits(person, now=now) is None:
        return None
    return replace(
        person,
        email=wanted.address,
        email_chosen=True,
        mail_lost="",
        mail_lost_at=None,
        mail_late=(),
        new_address=replace(wanted, state="proved"),
    )


def given_up(person: Person, mark: str) -> Person:
    """The person without the address they asked for; one that was proved meanwhile stays."""
    wanted = person.new_address
    if wanted is None or wanted.mark != mark or wanted.state != "asked":
        return person
    return replace(person, new_address=replace(wanted, address="", state="given up"))


def masked(address: str) -> str:
    """An address to be recognized by whoever knows it and by nobody else: `b…@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
