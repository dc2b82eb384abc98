"""Putting a round off until later."""

from worker.cases.desk import Desk
from workflows.forms import Form, Typed
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Round


class Snoozing(Desk):
    """What a person does about a round that comes at a bad moment."""

    __slots__ = ()

    def snooze(self, ticket: Ticket, choice: str) -> None:
        """Put a round off with one press."""
        raise NotImplementedError

    def _later_form(self, ticket: Ticket, scene: Scene, asked: Round) -> Form:
        raise NotImplementedError

    def _later(self, ticket: Ticket, scene: Scene, asked: Round, typed: Typed) -> None:
        raise NotImplementedError
