"""Reading a mail reply: what it says to whatever the mail was about."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from worker.cases.answering import Answering
from workflows import asking, by_reply, replying, rounds
from workflows.about import AboutRound
from workflows.by_reply import Taken
from workflows.errors import AskPerson, NotFound
from workflows.forms import Typed, is_same
from workflows.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a reply comes to: `typed` fills in the form of its ticket, unless it stops, pauses or skips."""

    what: Taken | Literal["answered", "skipped"]
    typed: Typed


class Replying(Answering):
    """Replies by mail."""

    __slots__ = ()

    def reply_ticket(self, partnership: str, person: str, *, said_to: Ticket | None) -> Ticket:
        """What a mail is about that somebody else says is this person's: what it was sent to, else what is put to them
        now. Raises NotFound when they are not in that partnership.
        """
        walk = self.walks.get(partnership)
        if person not in walk.members:
            raise NotFound("there is no such person in that partnership")
        ticket = Ticket(workspace=walk.partnership.workspace, partnership=partnership, person=person)
        if said_to and said_to.partnership == partnership and said_to.subject:
            return replace(ticket, subject=said_to.subject)
        programme = self.programmes.of(walk.partnership)
        open_now = (
            r
            for r in reversed(rounds.open_ones(walk))
            if walk.members[person] in rounds.asked(walk, programme.prompt(r.prompt))
        )
        found = next(open_now, None)
        return replace(ticket, subject=found.id if found else "")

    def stops(self, text: str) -> bool:
        """Whether somebody wants no more mail, and wrote nothing else."""
        return by_reply.order(self.words, text) == "stop"

    def overwrites(self, ticket: Ticket, typed: Typed, *, within: timedelta) -> bool:
        """Whether `typed` would replace something else that they said less than `within` ago."""
        walk, scene = self._member(ticket)
        found = self._about(scene, ticket)
        before = walk.answer(found.round.id, ticket.person) if isinstance(found, AboutRound) else None
        if not isinstance(found, AboutRound) or before is None or self.clock.now() - before.at >= within:
            return False
        said = asking.typed_of(scene.prompt(found.round), before.values)
        return any(not is_same(given, typed.get(field)) for field, given in said.items() if given)

    def read_reply(self, ticket: Ticket, text: str, *, marked: str = "") -> Reply:
        """Read a reply; `marked` is the same with what it quotes before each part.

        Raises AskPerson for what cannot be understood, NotFound where nothing was asked.
        """
        walk, scene = self._member(ticket)
        match by_reply.order(self.words, text):
            case "stop":
                return Reply(what="stopped", typed={})
            case "pause":
                return Reply(what="paused", typed={})
        found = self._about(scene, ticket)
        if not isinstance(found, AboutRound):
            what, typed = by_reply.decided(self.words, found, text, signed=walk.people[ticket.person].name)
            return Reply(what=what, typed=typed)
        if found.later or found.skip:
            raise AskPerson({"": self.words("mail_in.page_alone")})
        if replying.is_skip(self.words, text):
            return Reply(what="skipped", typed={})
        return Reply(what="answered", typed=self.parse_reply(ticket, marked or text))
