"""What a person does about their own links: switch the old ones off, and have a new one mailed.

Promises: switching off reaches every link that was made before, on every page, at once; doing it twice is doing it once
more. A new link goes by mail to the person's own address and nowhere else, and whether it could is not told.
"""

from dataclasses import replace
from datetime import timedelta

from worker.cases.desk import Desk
from workflows.errors import NotFound
from workflows.occurrences import from_ms, to_ms
from workflows.people import Person
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

_ONE_IN = timedelta(minutes=10)  # who presses again meanwhile asked for the same mail
# What a mail's button can open; the board leads to all else.
_OPENS = ("answer", "preferences", "board", "home", "reading")


class Linking(Desk):
    """Links that were given out."""

    __slots__ = ()

    def switch_off_links(self, ticket: Ticket) -> None:
        """Switch off every link of a member that was made until now. Raises NotFound."""
        self._member(ticket)
        self.unlink(ticket.workspace, ticket.person)

    def unlink(self, workspace: str, person: str) -> None:
        """The same for anybody known in a workspace. Raises NotFound."""
        now = self.clock.now()

        def decide(who: Person) -> Person:
            return replace(who, links_since=now)

        if self.people.change(workspace, person, decide) is None:
            raise NotFound("there is no such person here")

    def mail_link(self, ticket: Ticket, page: str) -> None:
        """Plan a mail to the person of `ticket` with a new link to `page`. For a stranger nothing is planned."""
        try:
            walk, _ = self._member(ticket)
        except NotFound:
            return
        wanted = f"{page}.{ticket.subject}" if page in _OPENS else "board."
        span = _ONE_IN // timedelta(milliseconds=1)
        slot = from_ms(to_ms(self.clock.now()) // span * span)
        due = walk.occurrence("link", slot, subject=wanted, person=ticket.person)

        def decide(_: Walk) -> Change:
            return Change(plan=(due,))

        self.walks.change(ticket.partnership, decide)
