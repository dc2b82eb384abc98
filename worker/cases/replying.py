"""Reading a mail reply: what it says to whatever the mail was about."""

from dataclasses import dataclass
from typing import Literal

from worker.cases.answering import Answering
from workflows import by_reply, replying
from workflows.about import AboutRound
from workflows.by_reply import Taken
from workflows.errors import AskPerson
from workflows.forms import Typed
from workflows.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a reply comes to: `typed` fills in the form of its ticket, unless it stops, pauses or skips."""

    what: Taken | Literal["answered", "skipped"]
    typed: Typed


class Replying(Answering):
    """Replies by mail."""

    __slots__ = ()

    def read_reply(self, ticket: Ticket, text: str) -> Reply:
        """Read a reply. Raises AskPerson for what cannot be understood, NotFound where nothing was asked."""
        _, scene = self._member(ticket)
        match by_reply.order(self.words, text):
            case "stop":
                return Reply(what="stopped", typed={})
            case "pause":
                return Reply(what="paused", typed={})
        found = self._about(scene, ticket)
        if not isinstance(found, AboutRound):
            what, typed = by_reply.decided(self.words, found, text)
            return Reply(what=what, typed=typed)
        if found.later or found.skip:
            raise AskPerson({"": self.words("mail_in.page_alone")})
        if replying.is_skip(self.words, text):
            return Reply(what="skipped", typed={})
        return Reply(what="answered", typed=self.parse_reply(ticket, text))
