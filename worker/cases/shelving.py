"""What a person thinks of a reading: read, saved, not for me; and putting its question to the group."""

from worker.cases.desk import Desk
from workflows import shelf
from workflows.errors import NotFound
from workflows.messages.scene import Scene
from workflows.ticket import Ticket


class Shelving(Desk):
    """The shelf. A ticket's subject is the reading; it must be of a step that has begun, for one who takes part."""

    __slots__ = ()

    def mark_reading(self, ticket: Ticket, mark: str) -> None:
        """Keep a person's mark of a reading: one of `shelf.MARKS`, or `shelf.NONE` to take it back."""
        self._reading(ticket)
        if mark not in (*shelf.MARKS, shelf.NONE):
            raise NotFound("there is no such mark")
        now = self.clock.now()
        self.walks.change(
            ticket.partnership, lambda walk: shelf.marked(walk, ticket.person, ticket.subject, mark, now=now)
        )

    def discuss_reading(self, ticket: Ticket) -> None:
        """Put the question of a reading into the group's channel; it is there once, whoever asks for it."""
        self._reading(ticket)
        now = self.clock.now()
        self.walks.change(
            ticket.partnership, lambda walk: shelf.discussed(walk, ticket.person, ticket.subject, now=now)
        )

    def _reading(self, ticket: Ticket) -> Scene:
        scene = self.looking(ticket)
        if shelf.reading_of(scene.walk, scene.programme, ticket.subject) is None:
            raise NotFound("there is no such reading here")
        return scene
