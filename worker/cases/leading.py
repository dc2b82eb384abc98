"""What those who lead decide: a step, a correction, an objection met."""

from worker.cases.desk import Desk
from workflows import (
    correcting,
    facilitating,
    gates,
    steps,
    together,
)
from workflows.about import (
    AboutStep,
)
from workflows.changes import applied, merge
from workflows.errors import AskPerson
from workflows.forms import Typed
from workflows.messages.scene import Scene
from workflows.programme import Worksheet
from workflows.ticket import Ticket
from workflows.walk import Change, Walk


class Leading(Desk):
    """What a facilitator decides."""

    __slots__ = ()

    def _decide_step(self, ticket: Ticket, scene: Scene, led: AboutStep, typed: Typed) -> None:
        step, by, now = led.step, ticket.person, self.clock.now()
        wanted = facilitating.read_step(self.words, scene.walk, step, typed)

        def decide(walk: Walk) -> Change:
            if led.as_seen in ("", facilitating.as_it_is(walk, step)):
                return facilitating.decided(walk, scene.programme, step, wanted, by=by, now=now)
            if facilitating.is_decided(walk, step, wanted, by=by):
                return Change()
            raise AskPerson({"": self.words("step.changed")})

        self.walks.change(ticket.partnership, decide)

    def _correct(self, ticket: Ticket, scene: Scene, sheet: Worksheet, row: str, typed: Typed) -> None:
        """Keep a correction; it may be all that the gate of the step was waiting for."""
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            change = correcting.corrected(walk, scene.programme, sheet.id, row, typed, by=ticket.person, now=now)
            after = applied(walk, change)
            return merge((change, steps.close_if_met(after, scene.programme, now=now))) if change else change

        try:
            self.walks.change(ticket.partnership, decide)
        except correcting.Outdated:
            raise AskPerson({"": self.words("row.changed")}) from None

    def _met(self, ticket: Ticket, decision: str, how: str) -> None:
        """Keep how an objection was met. Somebody else's word on it stays; the second one is told, not dropped."""

        def decide(walk: Walk) -> Change:
            outcome = walk.partnership.outcome(decision)
            if not gates.is_blocked(outcome) and not (outcome and any(d.met == how for d in outcome.dissent)):
                raise AskPerson({"": self.words("met.over")})
            return together.met(walk, decision, how)

        self.walks.change(ticket.partnership, decide)
