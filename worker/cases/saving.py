"""Saving what somebody types on a page as a draft, without a press and never over what they wrote elsewhere.

A page knows the *mark* of the draft that it was drawn over. What it saves is kept only while that is still the draft
there is, or one of its own; after that somebody has written on another device, in Slack or in another window, or the
answer was sent, and the page is told so instead. Each save is one atomic step; a crash leaves one draft or the other.
"""

from worker.cases.answering import LED
from worker.cases.desk import Desk
from workflows import drafting
from workflows.about import AboutRound
from workflows.errors import NotFound
from workflows.forms import Typed
from workflows.ticket import Ticket
from workflows.walk import Walk


class Saving(Desk):
    """Drafts that save themselves."""

    __slots__ = ()

    def draft_mark(self, ticket: Ticket) -> str:
        """Which draft and which answer of a person there is now; tells nothing of what is in them."""
        walk, _ = self._member(ticket)
        draft = self.drafts.mark(ticket.partnership, drafting.subject_of(ticket.subject), ticket.person)
        return f"{draft}.{_sent(walk, ticket)}"

    def save_draft(self, ticket: Ticket, typed: Typed, *, over: str, page: str) -> str | None:
        """Keep what is typed on a `page` that was drawn over the draft of mark `over`.

        Returns the new mark, or None where there is a newer draft and this one was not kept. Raises NotFound for what
        has no drafts, and for whoever is not asked.
        """
        walk, scene = self._member(ticket)
        found = self._about(scene, ticket)
        answers = isinstance(found, AboutRound) and not (found.skip or found.later)
        if not (answers or isinstance(found, LED)):
            raise NotFound(self.words("answer.not_asked"))
        draft, _, sent = over.partition(".")
        if sent != _sent(walk, ticket):
            return None
        subject, whole = drafting.subject_of(ticket.subject), drafting.as_typed(ticket.subject, typed)
        kept = self.drafts.keep_over(ticket.partnership, subject, ticket.person, whole, mark=draft, page=page)
        return None if kept is None else f"{kept}.{sent}"


def _sent(walk: Walk, ticket: Ticket) -> str:
    """Which answer of theirs stands: a draft that was typed before it was sent must not come back after it."""
    answer = walk.answer(drafting.subject_of(ticket.subject), ticket.person)
    return str(answer.revision) if answer else ""
