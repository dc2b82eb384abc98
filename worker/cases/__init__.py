"""Everything a person can do, whichever channel they use: gather, decide, apply.

Each method stores durably before it returns, so that a channel may acknowledge. Wrong input is AskPerson, with every
problem in the person's words; what is not theirs is NotFound; a lost store is StoreUnavailable and changes nothing.
What follows from it (counts, thank-you, edited messages) is in the due index by then, and survives any crash.
"""

from worker.cases.answering import LED
from worker.cases.beginning import Beginning
from worker.cases.bouncing import Bouncing
from worker.cases.hosting import Hosting
from worker.cases.keeping import Keeping
from worker.cases.leading import Leading
from worker.cases.linking import Linking
from worker.cases.looking import Looking
from worker.cases.milestoning import Milestoning
from worker.cases.partnering import Partnering
from worker.cases.replying import Replying
from worker.cases.saving import Saving
from worker.cases.settling import Settling
from worker.cases.shelving import Shelving
from worker.cases.snoozing import Snoozing
from workflows import (
    choosing,
    correcting,
    drafting,
    facilitating,
    hosting_forms,
    schedule,
    sharing_forms,
)
from workflows.about import (
    About,
    AboutChannel,
    AboutConsent,
    AboutKept,
    AboutLead,
    AboutMilestone,
    AboutObjection,
    AboutPeople,
    AboutPlan,
    AboutRound,
    AboutRow,
    AboutSharing,
    AboutStep,
)
from workflows.board import Board, board_of
from workflows.forms import Form, Typed
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Via, Walk


class Cases(
    Beginning,
    Replying,
    Settling,
    Leading,
    Snoozing,
    Bouncing,
    Hosting,
    Keeping,
    Shelving,
    Milestoning,
    Partnering,
    Looking,
    Saving,
    Linking,
):
    """The use cases. What a ticket asks, and what is given for it, goes the same way for every channel."""

    __slots__ = ()

    def answer_form(self, ticket: Ticket, *, typed: Typed | None = None, extra: int = 0) -> Form:
        """What a ticket asks of a person, with the draft they left of it.

        `typed` draws the form of a round with what they have typed so far, with `extra` more lines.
        """
        walk, scene = self._member(ticket)
        found = self._about(scene, ticket)
        form = self._form(ticket, walk, scene, found, typed, extra)
        if isinstance(found, LED):
            draft = self.drafts.get(ticket.partnership, drafting.subject_of(ticket.subject), ticket.person)
            return drafting.restored(self.words, form, draft)
        return form

    def _form(self, ticket: Ticket, walk: Walk, scene: Scene, found: About, typed: Typed | None, extra: int) -> Form:
        match found:
            case AboutConsent():
                return choosing.consent_form(scene, ticket)
            case AboutStep(step=step):
                return facilitating.step_form(self.words, walk, scene.programme, step, ticket)
            case AboutRow(sheet=sheet, row=row):
                return correcting.correct_form(self.words, walk, scene.programme, sheet, row, ticket)
            case AboutObjection(decision=decision, title=title):
                return choosing.met_form(self.words, walk, decision, title=title, ticket=ticket)
            case AboutMilestone(milestone=milestone):
                ended = milestone.done_on is not None or not self._may_close(walk, ticket.person, milestone)
                return choosing.done_form(self.words, title=milestone.title, ticket=ticket, ended=ended)
            case AboutPlan() as planned:
                return self._plan_form(ticket, scene, planned)
            case AboutPeople():
                return self._people_form(ticket, scene, typed)
            case AboutSharing():
                return sharing_forms.sharing_form(scene, ticket)
            case AboutChannel():
                return hosting_forms.channel_link_form(scene, ticket)
            case AboutLead():
                return self._lead_form(ticket, scene)
            case AboutKept(kept=kept):
                return self._kept_form(ticket, scene, kept)
            case AboutRound(later=True) as asked:
                return self._later_form(ticket, scene, asked.round)
            case AboutRound() as asked:
                return self._round_form(scene, ticket, asked, typed, extra)

    def submit_answer(self, ticket: Ticket, typed: Typed, *, via: Via) -> None:
        """Keep what a person gave for a ticket, whatever it asks."""
        _, scene = self._member(ticket)
        found = self._about(scene, ticket)
        self._submit(ticket, scene, found, typed, via)
        if isinstance(found, LED):
            self.drafts.forget(ticket.partnership, drafting.subject_of(ticket.subject), ticket.person)

    def _submit(self, ticket: Ticket, scene: Scene, found: About, typed: Typed, via: Via) -> None:
        match found:
            case AboutConsent():
                self.submit_consent(ticket, typed, via=via)
            case AboutStep() as led:
                self._decide_step(ticket, scene, led, typed)
            case AboutRow(sheet=sheet, row=row):
                self._correct(ticket, scene, sheet, row, typed)
            case AboutObjection(decision=decision):
                self._met(ticket, decision, choosing.read_met(self.words, typed))
            case AboutMilestone():
                self.milestone_done(ticket)
            case AboutPlan() as planned:
                self._plan(ticket, scene, planned, typed)
            case AboutPeople():
                self._settle_people(ticket, scene, typed)
            case AboutSharing() as shared:
                self._settle_sharing(ticket, scene, shared, typed)
            case AboutChannel():
                self.choose_channel(ticket, {"channel": hosting_forms.read_channel(self.words, typed)})
            case AboutLead():
                self._lead(ticket, scene, typed)
            case AboutKept(kept=kept):
                self._let_keep(ticket, scene, kept, typed)
            case AboutRound(later=True) as asked:
                self._later(ticket, scene, asked.round, typed)
            case AboutRound(skip=True) as asked:
                self._skip(ticket, scene, asked.round, via=via)
            case AboutRound() as asked:
                self._answer(ticket, scene, asked, typed, via=via)

    def board(self, ticket: Ticket) -> Board:
        """Where the walk stands, for a member who said yes."""
        scene = self.looking(ticket)
        today = schedule.on_the_wall(self.clock.now(), scene.walk.zone(ticket.person)).date()
        return board_of(scene, person=ticket.person, now_day=today)
