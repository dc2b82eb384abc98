"""What a person settles for themselves: taking part, how they are reached, pausing, mail."""

from dataclasses import replace

from worker.cases.desk import Desk
from workflows import (
    choosing,
    engine,
    joining,
)
from workflows.errors import NotFound
from workflows.forms import Form, Typed
from workflows.people import Preference
from workflows.ticket import Ticket
from workflows.walk import Change, Via, Walk


class Settling(Desk):
    """Consent and settings."""

    __slots__ = ()

    def consent_form(self, ticket: Ticket) -> Form:
        """Yes or no, and how to be reached."""
        _, scene = self._member(ticket)
        return choosing.consent_form(scene, ticket)

    def submit_consent(self, ticket: Ticket, typed: Typed, *, via: Via) -> None:
        """Keep a yes or no given on a form."""
        walk, _ = self._member(ticket)
        given = choosing.read_consent(self.words, typed)
        prefers = choosing.read_prefers(typed, walk.members[ticket.person])
        self._consent(ticket, given=given, prefers=prefers, via=via)

    def give_consent(self, ticket: Ticket, given: bool, *, via: Via) -> None:
        """Keep a yes or no given with one press."""
        self._member(ticket)
        self._consent(ticket, given=given, prefers=None, via=via)

    def _consent(self, ticket: Ticket, *, given: bool, prefers: Preference | None, via: Via) -> None:
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            if given and walk.members[ticket.person].taken_out:
                raise NotFound("a facilitator took them out")
            return joining.consented(walk, ticket.person, given=given, prefers=prefers, via=via, now=now)

        self.walks.change(ticket.partnership, decide)

    def preferences_form(self, ticket: Ticket) -> Form:
        """A person's settings as they are."""
        walk, scene = self._member(ticket)
        return choosing.preferences_form(self.words, walk, ticket, title=scene.title)

    def submit_preferences(self, ticket: Ticket, typed: Typed) -> None:
        """Keep a person's settings."""
        walk, _ = self._member(ticket)
        wanted = choosing.read_preferences(self.words, typed, walk.members[ticket.person])
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            return choosing.preferred(walk, ticket.person, wanted, now=now)

        self.walks.change(ticket.partnership, decide)

    def stop_mail(self, ticket: Ticket) -> None:
        """Send a person no more mail, wherever they take part."""
        self._mail(ticket, stopped=True)

    def resume_mail(self, ticket: Ticket) -> None:
        """Send a person mail again."""
        self._mail(ticket, stopped=False)

    def pause(self, ticket: Ticket) -> None:
        """Leave a person alone until they come back; no reason is asked. Pausing twice is one pause."""
        self._member(ticket)
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            member = walk.members[ticket.person]
            paused = replace(member, paused_at=member.paused_at or now, resting=False)
            return Change(members=(paused,)) if paused != member else Change()

        self.walks.change(ticket.partnership, decide)

    def resume(self, ticket: Ticket) -> None:
        """Ask a person again after a pause."""
        self._member(ticket)
        now = self.clock.now()
        self.walks.change(ticket.partnership, lambda walk: engine.came_back(walk, ticket.person, now=now))

    def _mail(self, ticket: Ticket, *, stopped: bool) -> None:
        walk, _ = self._member(ticket)
        person = replace(walk.people[ticket.person], mail_stopped=stopped)
        self.walks.change(ticket.partnership, lambda _: Change(people=(person,)))
