"""What a person settles for themselves: taking part, how they are reached, pausing, mail.

A new mail address is asked for among the settings and proved by the link in a mail to it: the person is kept first,
then noted under it. A crash in between leaves an address that works and by which nobody is found yet; the same link,
pressed again, notes it.
"""

from collections.abc import Callable
from dataclasses import replace

from worker.cases.desk import Desk
from worker.files import words
from workflows import (
    choosing,
    engine,
    joining,
    moving_mail,
    preferences,
    preferences_form,
)
from workflows.errors import NotFound
from workflows.forms import Form, Typed
from workflows.people import Membership, NewAddress, Person, Preference, Sort
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
        now, languages = self.clock.now(), words.languages()
        return preferences_form.form(self.words, walk, ticket, title=scene.title, now=now, languages=languages)

    def submit_preferences(self, ticket: Ticket, typed: Typed, *, via: Via) -> str:
        """Keep a person's settings; return the address that a link is sent to now, masked, or nothing."""
        walk, _ = self._member(ticket)
        wanted = preferences.read(self.words, typed, walk, ticket.person)
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            return preferences.settled(self.words, walk, ticket.person, wanted, via=via, now=now)

        after = self.walks.change(ticket.partnership, decide).people[ticket.person]
        waits = moving_mail.waits(after, now=now) if wanted.address else None
        return moving_mail.masked(waits.address) if waits else ""

    def new_address(self, ticket: Ticket) -> NewAddress:
        """The address that a link in a mail is about. Raises NotFound once the link stands for nothing any more."""
        walk, _ = self._member(ticket)
        wanted, mark = walk.people[ticket.person].new_address, ticket.subject.removeprefix(moving_mail.KEEP)
        if wanted is None or wanted.mark != mark or wanted.state == "given up":
            raise NotFound("that address was given up, or another one was asked for")
        if wanted.state == "asked" and moving_mail.waits(walk.people[ticket.person], now=self.clock.now()) is None:
            raise NotFound("that link has expired")
        return wanted

    def prove_address(self, ticket: Ticket) -> str:
        """Send a person's mails to the address that they proved, and return it. Raises NotFound."""
        self.new_address(ticket)
        now = self.clock.now()
        home, person = ticket.workspace, ticket.person
        changed = self.people.change(home, person, lambda p: moving_mail.proved(p, ticket.subject, now=now) or p)
        wanted = changed[1].new_address if changed else None
        if wanted is None or wanted.mark != ticket.subject or wanted.state != "proved":
            raise NotFound("that link stands for nothing any more")
        self.people.has_address(home, person, wanted.address)
        return wanted.address

    def keep_address(self, ticket: Ticket) -> None:
        """Forget the address that was asked for. One that was proved meanwhile stays."""
        mark = ticket.subject.removeprefix(moving_mail.KEEP)
        self._member(ticket)
        self.people.change(ticket.workspace, ticket.person, lambda person: moving_mail.given_up(person, mark))

    def mail_of(self, ticket: Ticket) -> tuple[Person, Membership]:
        """What a person settled about mail, for the page that stops it."""
        walk, _ = self._member(ticket)
        return walk.people[ticket.person], walk.members[ticket.person]

    def stop_mail(self, ticket: Ticket) -> None:
        """Send a person no more mail, wherever they take part."""
        self._mail(ticket, stopped=True)

    def resume_mail(self, ticket: Ticket) -> None:
        """Send a person mail again."""
        self._mail(ticket, stopped=False)

    def stop_sort(self, ticket: Ticket, sort: Sort) -> None:
        """Send a person no more mail of a sort; what they have in Slack as well goes on there."""
        self._sort(ticket, lambda member: preferences.without_mail(member, sort))

    def resume_sort(self, ticket: Ticket, sort: Sort) -> None:
        """Send a person mail of a sort again, as it comes by itself."""
        self._sort(ticket, lambda member: preferences.as_usual(member, sort))

    def _sort(self, ticket: Ticket, decide: Callable[[Membership], Membership]) -> None:
        self._member(ticket)

        def change(walk: Walk) -> Change:
            before = walk.members[ticket.person]
            after = decide(before)
            return Change(members=(after,)) if after != before else Change()

        self.walks.change(ticket.partnership, change)

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
        self._member(ticket)

        def change(walk: Walk) -> Change:
            before = walk.people[ticket.person]
            return (
                Change(people=(replace(before, mail_stopped=stopped),)) if before.mail_stopped != stopped else Change()
            )

        self.walks.change(ticket.partnership, change)
