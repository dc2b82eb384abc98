"""What mail servers say of a person: mails come back, somebody complained, or mail arrives after all.

The person is marked first, once for all their walks; then each walk plans who hears of it, under the instant of the
mark. A crash between leaves the rest to the same report, which is brought again: what was planned is planned once.
"""

from functools import partial

import structlog

from worker.cases.living import Living
from workflows import bounced
from workflows.bounced import Refusal

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

    def mail_arrives(self, workspace: str, person: str) -> None:
        """A mail came from somebody's own address: mails to it are worth sending again."""
        changed = self.people.change(workspace, person, bounced.arrives)
        if changed is not None and changed[0].mail_lost:
            log.info("Mail reaches somebody again.", action="mail_found", person=person)
