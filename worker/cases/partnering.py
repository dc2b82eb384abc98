"""What the partner sees, and what its contacts say: facilitators decide, a contact has a page of their own.

A contact is no member: their ticket names no person, and opens what the group shares and nothing else. Everything is
decided on the walk as it is when it is changed; what was ended meanwhile stays ended. The same request twice changes
nothing twice, and looking changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from worker.cases.desk import Desk
from workflows import contacting, partner_forms, partner_page, promises, sharing_forms
from workflows.about import AboutSharing
from workflows.contacts import CONTACT, PREVIEW, Contact
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.messages.scene import Scene
from workflows.partner_page import PartnerPage
from workflows.promises import Promise
from workflows.ticket import Ticket
from workflows.walk import Change, Walk


class Partnering(Desk):
    """The partner's side, and who decides what it sees."""

    __slots__ = ()

    # --- facilitators ---

    def _settle_sharing(self, ticket: Ticket, scene: Scene, asked: AboutSharing, typed: Typed) -> None:
        wanted, now = sharing_forms.read_sharing(scene, typed), self.clock.now()

        def decide(walk: Walk) -> Change:
            if not walk.may_lead(ticket.person):
                raise NotFound("only who facilitates decides what the partner sees")
            change = sharing_forms.settled(replace(scene, walk=walk), wanted, by=ticket.person, now=now)
            if change and asked.as_seen not in ("", sharing_forms.as_it_is(walk)):
                raise AskPerson({"": self.words("sharing.changed")})
            return change

        self.walks.change(ticket.partnership, decide)

    # --- the partner's contact ---

    def contact_opens(self, ticket: Ticket, made_at: datetime) -> bool:
        """Whether a link of a contact, made then, opens anything now."""
        try:
            walk = self.walks.get(ticket.partnership)
        except NotFound:
            return False
        contact = ticket.subject.removeprefix(CONTACT)
        return walk.partnership.workspace == ticket.workspace and contacting.opens(walk, contact, made_at)

    def partner_page(self, ticket: Ticket) -> PartnerPage:
        """What a contact sees; for somebody who takes part, a preview of that. Raises NotFound."""
        now = self.clock.now()
        if ticket.person and ticket.subject == PREVIEW:
            scene = self.looking(ticket)
            return partner_page.page_of(scene, self._anybody(scene), now=now, preview=True)
        scene, contact = self._contact(ticket)
        return partner_page.page_of(scene, contact, now=now)

    def word_form(self, ticket: Ticket, row: str) -> Form:
        """How a contact sees a promise that the partner made. Raises NotFound for any other."""
        scene, _ = self._contact(ticket)
        return partner_forms.word_form(scene, self._promise(scene, row))

    def say_word(self, ticket: Ticket, row: str, typed: Typed) -> bool:
        """Keep it. Returns that they still have access. Raises AskPerson, NotFound."""
        scene, contact = self._contact(ticket)
        self._promise(scene, row)
        status, note = partner_forms.read_word(scene, typed)
        now = self.clock.now()

        def decide(found: Scene) -> Change:
            self._promise(found, row)
            after = promises.said(found.walk, found.programme, contact.id, row, status=status, note=note, now=now)
            return contacting.with_seen(found.walk, contact.id, after, now=now)

        self._as_contact(ticket, decide)
        return True

    def letter_form(self, ticket: Ticket) -> Form:
        """A letter to the facilitators."""
        return partner_forms.letter_form(self._contact(ticket)[0])

    def write_letter(self, ticket: Ticket, typed: Typed) -> bool:
        """Keep what a contact wrote; the facilitators get it. Returns that they still have access.

        Raises AskPerson, also when it is too often.
        """
        self._contact(ticket)
        text, now = partner_forms.read_letter(self.words, typed), self.clock.now()

        def decide(found: Scene) -> Change:
            contact = self._here(found, ticket)
            change = contacting.wrote(found.walk, contact.id, text, now=now)
            if change and not contacting.may_write(found.walk, contact.id, now=now):
                raise AskPerson({"text": self.words("partner_form.too_many", most=contacting.LETTERS_A_DAY)})
            return change

        self._as_contact(ticket, decide)
        return True

    def mails_form(self, ticket: Ticket) -> Form:
        """Whether a contact wants mails, and the way out."""
        return partner_forms.mails_form(*self._contact(ticket))

    def settle_mails(self, ticket: Ticket, typed: Typed) -> bool:
        """Do what a contact wants. Returns whether they still have access. Raises AskPerson."""
        contact = self._contact(ticket)[1]
        wants, now = partner_forms.read_mails(self.words, typed), self.clock.now()
        if wants == "end":
            self.contact_leaves(ticket)
            return False
        mails = wants == "yes"
        self._as_contact(ticket, lambda found: contacting.reminding(found.walk, contact.id, wants=mails, now=now))
        return True

    def contact_address(self, ticket: Ticket) -> str:
        """Where a contact gets mail. Raises NotFound once their access ended."""
        return self._contact(ticket)[1].address

    def contact_stopped(self, ticket: Ticket) -> bool:
        """Whether a contact wants no mail at all. Raises NotFound once their access ended."""
        return self._contact(ticket)[1].stopped

    def contact_stops_mail(self, ticket: Ticket) -> None:
        """A contact wants no mail at all, also where their link is old; their page stays as it is."""
        contact = ticket.subject.removeprefix(CONTACT)
        self._as_contact(ticket, lambda found: contacting.stopped(found.walk, contact))

    def contact_leaves(self, ticket: Ticket) -> None:
        """A contact wants nothing more: no mail, no page, and their address is forgotten. Twice is once."""
        contact, now = ticket.subject.removeprefix(CONTACT), self.clock.now()

        def decide(found: Scene) -> Change:
            return contacting.ended(found.walk, contact, by=contacting.BY_THEMSELVES, now=now)

        self._as_contact(ticket, decide)

    def _as_contact(self, ticket: Ticket, decide: Callable[[Scene], Change]) -> None:
        def on(walk: Walk) -> Change:
            return decide(self._scene(walk, ticket))

        self.walks.change(ticket.partnership, on)

    def _scene(self, walk: Walk, ticket: Ticket) -> Scene:
        if walk.partnership.workspace != ticket.workspace or ticket.person:
            raise NotFound("that is no contact's")
        return Scene(words=self.words, walk=walk, programme=self.programmes.of(walk.partnership))

    def _contact(self, ticket: Ticket) -> tuple[Scene, Contact]:
        scene = self._scene(self.walks.get(ticket.partnership), ticket)
        return scene, self._here(scene, ticket)

    def _here(self, scene: Scene, ticket: Ticket) -> Contact:
        found = scene.walk.partnership.contact(ticket.subject.removeprefix(CONTACT))
        if found is None or found.state == "ended" or found.subject != ticket.subject:
            raise NotFound("nothing is shared with them")
        return found

    def _promise(self, scene: Scene, row: str) -> Promise:
        """A promise that the partner made and sees."""
        there = promises.promises(scene.walk, scene.programme) if promises.are_shared(scene.walk) else ()
        found = next((p for p in there if p.row == row and p.of_partner), None)
        if found is None:
            raise NotFound("there is no such promise, or it is not theirs")
        return found

    def _anybody(self, scene: Scene) -> Contact:
        """Whoever looks at a preview sees what any contact sees."""
        started = scene.walk.partnership
        return Contact(id="", name=started.partner.name, address="", by="", at=started.started_at)
