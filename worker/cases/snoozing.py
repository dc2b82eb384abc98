"""Putting a round off until later, and answering it with one tap: what a prompt takes without a form."""

from worker.cases.desk import Desk
from workflows import engine, quick, rounds, snoozing
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Change, Round, Walk


class Snoozing(Desk):
    """What a person does about a round that comes at a bad moment, or at a good one."""

    __slots__ = ()

    def snooze(self, ticket: Ticket, choice: str) -> None:
        """Put a round off with one press. Raises AskPerson, in words for them, when it cannot be."""
        _, scene = self._member(ticket)
        self._put_off(ticket, self._round(scene, ticket), choice)

    def tap(self, ticket: Ticket, choice: str) -> None:
        """Keep one of the answers that a prompt offers as buttons; what else was answered or typed stays.

        Raises AskPerson, in words for them, when the round takes no more answers or does not offer that one any more.
        """
        _, scene = self._member(ticket)
        asked, person, now = self._round(scene, ticket), ticket.person, self.clock.now()

        def decide(walk: Walk) -> Change:
            if not rounds.takes_answers(walk, asked.id):
                raise AskPerson({"": self.words("quick.over")})
            prompt = Scene(words=self.words, walk=walk, programme=scene.programme).prompt(asked)
            values = quick.tapped(prompt, choice, walk.answer(asked.id, person))
            if values is None:
                raise AskPerson({"": self.words("quick.gone")})
            return engine.answered(walk, scene.programme, person, asked.id, values, via="slack", now=now)

        self.walks.change(ticket.partnership, decide)
        self._forget_tapped(scene, ticket, asked)

    def _forget_tapped(self, scene: Scene, ticket: Ticket, asked: Round) -> None:
        """Of a draft only the question that was tapped is done with; a note beside it was not sent and stays."""
        draft = self.drafts.get(ticket.partnership, asked.id, ticket.person)
        question = quick.question(scene.prompt(asked))
        if draft and question:
            leaving = {name: given for name, given in draft.items() if name != question.id and given}
            self.drafts.forget(ticket.partnership, asked.id, ticket.person, leaving=leaving)

    def _later_form(self, ticket: Ticket, scene: Scene, asked: Round) -> Form:
        if asked.standing:
            raise NotFound(self.words("answer.not_asked"))
        title = scene.prompt(asked).title
        return snoozing.form(self.words, scene.walk, asked, title=title, ticket=ticket, now=self.clock.now())

    def _later(self, ticket: Ticket, scene: Scene, asked: Round, typed: Typed) -> None:
        self._put_off(ticket, asked, snoozing.read(typed))

    def _put_off(self, ticket: Ticket, asked: Round, choice: str) -> None:
        wanted, now = snoozing.chosen(self.words, choice), self.clock.now()
        self.walks.change(
            ticket.partnership,
            lambda walk: snoozing.put_off(self.words, walk, asked.id, ticket.person, wanted, now=now),
        )
