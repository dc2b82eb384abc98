"""What every use case has at hand, and what a ticket stands for.

What is not theirs is NotFound, in words that tell nothing of others.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from worker.store.drafts import Drafts
from worker.store.due import Due
from worker.store.people import People
from worker.store.walks import Walks
from worker.store.workspaces import Workspaces
from worker.versions import Versions
from workflows.about import (
    About,
    AboutRound,
    about,
)
from workflows.errors import NotFound
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Round, Walk
from workflows.words import Words

if TYPE_CHECKING:
    from worker.slack.send import Slack


class Tells(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The aware UTC instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that the use cases are wired with, once at start."""

    walks: Walks
    workspaces: Workspaces
    due: Due
    people: People
    drafts: Drafts
    programmes: Versions
    words: Words
    clock: Tells
    slack: "Slack"  # who somebody is, where they are named by an address or a picker alone

    def _member(self, ticket: Ticket) -> tuple[Walk, Scene]:
        walk = self.walks.get(ticket.partnership)
        if walk.partnership.workspace != ticket.workspace or ticket.person not in walk.members:
            raise NotFound(self.words("answer.not_asked"))
        programme = self.programmes.of(walk.partnership)
        return walk, Scene(words=self.words, walk=walk, programme=programme)

    def _about(self, scene: Scene, ticket: Ticket) -> About:
        if scene.walk.members[ticket.person].taken_out:
            raise NotFound(self.words("answer.not_asked"))
        return about(scene.walk, scene.programme, ticket, not_asked=self.words("answer.not_asked"))

    def _round(self, scene: Scene, ticket: Ticket) -> Round:
        found = self._about(scene, ticket)
        if not isinstance(found, AboutRound):
            raise NotFound(self.words("answer.not_asked"))
        return found.round

    def looking(self, ticket: Ticket) -> Scene:
        """The walk as a member who said yes may look at it: the board, the workbook. Raises NotFound."""
        walk, scene = self._member(ticket)
        if walk.members[ticket.person].consent != "given":
            raise NotFound("the board is for people who take part")
        return scene
