"""Keeping a Slack message as a promise, evidence or an incident, with its author's yes.

Whoever keeps takes part in the walk; the author may be anybody in the workspace, so their word is checked against the
kept message itself and not against a membership. What is kept, asked and planned is one change, applied whole.
"""

from worker.cases.desk import Desk
from workflows import keeping
from workflows.errors import AskPerson, NotFound
from workflows.forms import Field, Form, Option, Typed, one
from workflows.keeping import Spoken
from workflows.messages import keep
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Change, Kept, Walk


class Keeping(Desk):
    """Kept messages."""

    __slots__ = ()

    def keep(self, ticket: Ticket, spoken: Spoken, *, kind: keeping.Kind, note: str) -> Kept:
        """Keep a message for a walk, or ask its author first; return it as it stands now.

        Raises NotFound for whom takes no part, and AskPerson when it cannot be kept.
        """
        self.looking(ticket)
        kept_id, now = keeping.id_of(ticket.partnership, spoken.message, kind), self.clock.now()

        def decide(walk: Walk) -> Change:
            self._refuse(walk, spoken, keeping.found(walk, kept_id), by=ticket.person)
            return keeping.kept(walk, spoken, kind=kind, note=note, by=ticket.person, now=now)

        found = keeping.found(self.walks.change(ticket.partnership, decide), kept_id)
        if found is None:
            raise NotFound("it was not kept")
        return found

    def _refuse(self, walk: Walk, spoken: Spoken, before: Kept | None, *, by: str) -> None:
        """Say why a message cannot be kept. One that stands already is no reason: it is kept once."""
        if before and before.state in ("asked", "given"):
            return
        reason = ""
        if walk.partnership.over:
            reason = "keeping.over"
        elif by != spoken.author and before:
            reason = "keeping.asked_before"
        elif by != spoken.author and not keeping.may_ask(walk, spoken.author):
            reason = "keeping.no_author"
        elif keeping.is_full(walk):
            reason = "keeping.full"
        if reason:
            raise AskPerson({"": self.words(reason, most=keeping.MOST, group=walk.group.name)})

    def take_back(self, ticket: Ticket, message: str) -> bool:
        """Drop what a person kept of a message, or what others kept of theirs; whether there was anything to drop."""
        self.looking(ticket)
        now, dropped = self.clock.now(), False

        def decide(walk: Walk) -> Change:
            nonlocal dropped
            change = keeping.taken_back(walk, message, person=ticket.person, now=now)
            dropped = bool(change)
            return change

        self.walks.change(ticket.partnership, decide)
        return dropped

    def let_keep(self, ticket: Ticket, *, given: bool) -> None:
        """Keep an author's yes or no. Raises NotFound when it is none of theirs, or a yes to what was dropped."""
        walk = self.walks.get(ticket.partnership)
        found = keeping.found(walk, ticket.subject.removeprefix(keep.KEEP))
        theirs = found is not None and keep.KEEP + found.id == ticket.subject and found.author == ticket.person
        if walk.partnership.workspace != ticket.workspace or found is None or not theirs:
            raise NotFound("nothing of theirs is kept there")
        self._answer_keeping(ticket.partnership, found.id, given=given)

    def _answer_keeping(self, partnership: str, kept_id: str, *, given: bool) -> None:
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            found = keeping.found(walk, kept_id)
            if given and (found is None or found.state not in ("asked", "given")):
                raise NotFound("it was dropped")
            return keeping.answered(walk, kept_id, given=given, now=now)

        self.walks.change(partnership, decide)

    def _kept_form(self, ticket: Ticket, scene: Scene, kept: Kept) -> Form:
        """The same question as the message, to answer on a page."""
        w, ended = self.words, kept.state not in ("asked", "given")
        options = (Option(value="yes", label=w("keep.yes")), Option(value="no", label=w("keep.no")))
        return Form(
            id="kept",
            title=w("keep.form_title"),
            submit="" if ended else w("keep.send"),
            cancel=w("keep.close"),
            intro=(w("keep.over"),) if ended else keep.told(scene, kept),
            fields=() if ended else (Field(id="keep", widget="choice", label=w("keep.question"), options=options),),
            token=ticket.encode(),
            typed={"keep": "yes"} if kept.state == "given" else {},
        )

    def _let_keep(self, ticket: Ticket, scene: Scene, kept: Kept, typed: Typed) -> None:
        said = one(typed, "keep")
        if said not in ("yes", "no"):
            raise AskPerson({"keep": self.words("keep.choose")})
        self._answer_keeping(ticket.partnership, kept.id, given=said == "yes")
