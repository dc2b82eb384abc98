"""Who takes part and who facilitates: adding people, sharing and handing over."""

from worker.cases.desk import Desk
from workflows.forms import Form, Typed
from workflows.messages.scene import Scene
from workflows.ticket import Ticket


class Hosting(Desk):
    """People and facilitation."""

    __slots__ = ()

    def _people_form(self, ticket: Ticket, scene: Scene) -> Form:
        raise NotImplementedError

    def _settle_people(self, ticket: Ticket, scene: Scene, typed: Typed) -> None:
        raise NotImplementedError

    def _lead_form(self, ticket: Ticket, scene: Scene) -> Form:
        raise NotImplementedError

    def _lead(self, ticket: Ticket, scene: Scene, typed: Typed) -> None:
        raise NotImplementedError
