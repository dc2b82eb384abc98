"""What mail servers say of a person: mails come back, somebody complained, or mail arrives after all.

The person is marked first, once for all their walks; then each walk plans who hears of it, under the instant of the
mark. A crash between leaves the rest to the same report, which is brought again: what was planned is planned once.
"""

from functools import partial

import structlog

from worker.cases.living import Living
from workflows import bounced, contacting
from workflows.bounced import Refusal
from workflows.contacts import CONTACT
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

log = structlog.get_logger()


class Bouncing(Living):
    """Mail that does not arrive."""

    __slots__ = ()

    def mail_refused(self, workspace: str, person: str, how: Refusal) -> None:
        """A mail to somebody came back, or they complained about it."""
        now = self.clock.now()
        changed = self.people.change(workspace, person, partial(bounced.refused, how=how, now=now))
        if changed is None or changed[0] == changed[1] == bounced.arrives(changed[1]):
            return
        log.warning("A mail came back.", action="mail_refused", how=how, person=person, lost=changed[1].mail_lost)
        for partnership in self.walks.of(workspace, person):
            self._change(partnership, workspace, partial(bounced.told, person=person, now=now))

    def request_refused(self, ticket: Ticket) -> None:
        """Somebody could not be asked to take part in one walk. They stay as they are in all others."""
        now = self.clock.now()
        self._change(ticket.partnership, ticket.workspace, partial(bounced.in_vain, person=ticket.person, now=now))

    def contact_refused(self, ticket: Ticket, how: Refusal) -> None:
        """A mail to a partner's contact came back; for now it counts only while nothing else has reached them."""
        contact, now = ticket.subject.removeprefix(CONTACT), self.clock.now()

        def decide(walk: Walk) -> Change:
            found = walk.partnership.contact(contact)
            waits = found is not None and found.state == "invited"
            return contacting.unreached(walk, contact, now=now) if how == "hard" or waits else Change()

        self._change(ticket.partnership, ticket.workspace, decide)

    def mail_arrives(self, workspace: str, person: str) -> None:
        """A mail came from somebody's own address: mails to it are worth sending again."""
        changed = self.people.change(workspace, person, bounced.arrives)
        if changed is not None and changed[0].mail_lost:
            log.info("Mail reaches somebody again.", action="mail_found", person=person)
