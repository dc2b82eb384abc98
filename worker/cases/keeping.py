"""Keeping a Slack message as a promise, evidence or an incident, with its author's yes."""

from worker.cases.desk import Desk
from workflows.forms import Form, Typed
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Kept


class Keeping(Desk):
    """Kept messages."""

    __slots__ = ()

    def _kept_form(self, ticket: Ticket, scene: Scene, kept: Kept) -> Form:
        raise NotImplementedError

    def _let_keep(self, ticket: Ticket, scene: Scene, kept: Kept, typed: Typed) -> None:
        raise NotImplementedError
