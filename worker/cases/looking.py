"""Looking: what a person takes part in, what there is to read, and what is dated for them."""

from worker.cases.desk import Desk
from workflows import agenda, reading_shelf
from workflows.agenda import Agenda
from workflows.board import sheet_page
from workflows.board_parts import BoardSheet
from workflows.errors import NotFound
from workflows.home import Home, home_of
from workflows.messages.scene import Scene
from workflows.reading_shelf import ReadingShelf, Show
from workflows.ticket import Ticket


class Looking(Desk):
    """Reading alone; nothing here changes anything."""

    __slots__ = ()

    def mine(self, workspace: str, slack_user: str) -> tuple[Scene, ...]:
        """The walks that a Slack user is a member of, the newest first; whether they said yes or not."""
        return self.walks_of(workspace, self.people.id_of(workspace, slack_user))

    def walks_of(self, workspace: str, person: str) -> tuple[Scene, ...]:
        """The walks that a person is a member of, the newest first. One whose programme is lost is left out."""
        found = (self._walk_of(workspace, person, partnership) for partnership in self.walks.of(workspace, person))
        there = (scene for scene in found if scene is not None)
        return tuple(sorted(there, key=lambda s: (s.walk.partnership.started_at, s.walk.partnership.id), reverse=True))

    def _walk_of(self, workspace: str, person: str, partnership: str) -> Scene | None:
        try:
            walk = self.walks.get(partnership)
            programme = self.programmes.of(walk.partnership)
        except NotFound:
            return None
        if walk.partnership.workspace != workspace or person not in walk.members or person not in walk.people:
            return None
        return Scene(words=self.words, walk=walk, programme=programme)

    def home(self, ticket: Ticket) -> Home:
        """Everything of a person in their workspace. Raises NotFound for whoever is in nothing there."""
        scenes = self.walks_of(ticket.workspace, ticket.person)
        if not scenes:
            raise NotFound("there is nobody of that name here")
        return home_of(self.words, scenes, ticket.person, now=self.clock.now(), most=len(scenes))

    def board_sheet(self, ticket: Ticket, sheet: str) -> tuple[Scene, BoardSheet]:
        """A worksheet for a page of its own, for a member who said yes. Raises NotFound, also when it is not there."""
        scene = self.looking(ticket)
        found = sheet_page(scene, sheet, person=ticket.person)
        if found is None:
            raise NotFound("there is no such worksheet yet")
        return scene, found

    def reading_shelf(self, ticket: Ticket, show: Show) -> ReadingShelf:
        """The readings of the steps that have begun, for a member who said yes. Raises NotFound."""
        return reading_shelf.shelf_of(self.looking(ticket), ticket.person, show)

    def agenda(self, ticket: Ticket) -> Agenda:
        """What is dated for a person in all walks that they said yes to. Raises NotFound for whoever is in none."""
        scenes = self.walks_of(ticket.workspace, ticket.person)
        if not scenes:
            raise NotFound("there is nobody of that name here")
        return agenda.agenda_of(self.words, scenes, ticket.person, now=self.clock.now())
