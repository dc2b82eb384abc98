"""One mail in hand, and whether it is of the person whose token it carries.

Promises: pure but for reading the mail. A token proves nothing by itself: the sender must be the member's own address,
our mail server must vouch for it where it is asked to, and the mail that it answers must not have been switched off.
"""

from dataclasses import dataclass

from worker.mail.authentication import verdict
from worker.mail.finding import head_of
from worker.mail.parse import Understood
from worker.store.mailroom import SentMail, Why
from workflows.addresses import folded
from workflows.people import Person
from workflows.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail in hand: its id here, its bytes, what it says, and the mail of ours that it belongs to."""

    id: str
    raw: bytes
    understood: Understood
    sent: SentMail

    @property
    def ticket(self) -> Ticket:
        """Whom and what it is about."""
        return self.sent.ticket

    def is_from(self, address: str) -> bool:
        """Whether `address` wrote it.

        Case is folded in the local part too: no mail service that people use tells `Bo@` from `bo@`.
        """
        return bool(address) and folded(self.understood.sender) == folded(address)

    def is_genuine(self, authserv: str) -> bool:
        """Whether the mail server `authserv` vouches for its sender; without a name nobody is asked."""
        sender = self.understood.sender
        return not authserv or verdict(head_of(self.raw), authserv=authserv, sender=sender) == "pass"

    def doubt(self, person: Person, authserv: str) -> Why | None:
        """Why, with a good token, it may still not be the member's."""
        if not self.is_from(person.email or ""):
            return "other_sender"
        if not self.is_genuine(authserv):
            return "unproved"
        since, at = person.links_since, self.sent.at
        return "switched_off" if since and at and at < since else None
