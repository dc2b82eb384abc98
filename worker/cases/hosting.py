"""Who takes part and who facilitates: adding people, sharing and handing over, another channel.

Everything is decided on the walk as it is when it is changed; what somebody else did meanwhile is never undone. The
same request twice asks, adds and takes out once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from worker.cases.naming import Naming
from workflows import hosting, hosting_forms
from workflows.about import AboutChannel, AboutLead, AboutPeople
from workflows.changes import applied, merge
from workflows.errors import AskPerson, GiveUp, NotFound, Retry
from workflows.forms import Form, Typed, one
from workflows.hosting_forms import Wanted
from workflows.messages.scene import Scene
from workflows.people import Person
from workflows.starting import MOST_PEOPLE, listed
from workflows.ticket import Ticket
from workflows.walk import Change, Walk


class Hosting(Naming):
    """People and facilitation."""

    __slots__ = ()

    def invite(self, workspace: str, partnership: str, person: Person) -> None:
        """Ask somebody who came into the group's channel whether they take part; never a second time.

        Nothing happens when the group is full, or when they are in it, said no or left. Raises NotFound for a
        partnership of another workspace.
        """
        if self.walks.get(partnership).partnership.workspace != workspace:
            raise NotFound("there is no such partnership here")
        known = self.people.some(workspace, [person.id]).get(person.id, person)
        now = self.clock.now()
        self.walks.change(partnership, lambda walk: hosting.invited(walk, known, now=now))

    def _people_form(self, ticket: Ticket, scene: Scene, typed: Typed | None) -> Form:
        form = hosting_forms.people_form(scene, ticket, now=self.clock.now())
        return replace(form, typed={**form.typed, **(typed or {})})

    def _settle_people(self, ticket: Ticket, scene: Scene, typed: Typed) -> None:
        now, partnership = self.clock.now(), scene.walk.partnership
        wanted = hosting_forms.read_people(self.words, scene.walk, ticket.person, typed, now=now)
        picked = self._by_user(ticket.workspace, wanted.users)
        written = self._by_address(
            ticket.workspace, wanted.addresses, mail=partnership.mail_allowed, nobody="hosting.nobody"
        )

        def decide(walk: Walk) -> Change:
            if not walk.may_lead(ticket.person):
                raise NotFound("only who facilitates decides about people")
            self._refuse_newcomers(walk, {"add": picked, "addresses": written})
            added = hosting.added(walk, (*picked, *written), now=now)
            return merge((added, _done(applied(walk, added), wanted, by=ticket.person, now=now)))

        self.walks.change(ticket.partnership, decide)

    def _refuse_newcomers(self, walk: Walk, named: dict[str, Sequence[Person]]) -> None:
        """Name whom we do not ask again, and how much room there is."""
        problems = {}
        for field, people in named.items():
            if no := [walk.people[p.id].name for p in people if hosting.said_no(walk, p.id)]:
                problems[field] = self.words("hosting.said_no", names=listed(no))
        everyone = {p.id: p for people in named.values() for p in people}
        if len(hosting.newcomers(walk, tuple(everyone.values()))) > hosting.room(walk):
            field = next(field for field, people in named.items() if people)
            full = self.words("hosting.full", most=MOST_PEOPLE, room=hosting.room(walk))
            problems[field] = " ".join((*([problems[field]] if field in problems else []), full))
        if problems:
            raise AskPerson(problems)

    def _lead_form(self, ticket: Ticket, scene: Scene) -> Form:
        return hosting_forms.lead_form(scene, ticket, now=self.clock.now())

    def _lead(self, ticket: Ticket, scene: Scene, typed: Typed) -> None:
        self.take_lead(ticket, hosting_forms.read_lead(self.words, typed))

    def take_lead(self, ticket: Ticket, will: bool) -> None:
        """Keep whether somebody will facilitate. Raises NotFound when that is settled, or was never asked."""
        _, scene = self._member(ticket)
        if not isinstance(self._about(scene, ticket), AboutLead):
            raise NotFound(self.words("answer.not_asked"))
        now, person = self.clock.now(), ticket.person

        def decide(walk: Walk) -> Change:
            if not will:
                return hosting.declined(walk, person, now=now)
            if walk.members[person].role != "facilitator" and not hosting.may_lead_on(walk, person, now=now):
                raise NotFound("somebody else does it now, or the request was taken back")
            return hosting.accepted(walk, person, now=now)

        self.walks.change(ticket.partnership, decide)

    def offer_lead(self, partnership: str, person: str) -> None:
        """Whoever runs Fairsteps asks somebody to facilitate; asking twice is one offer. Raises AskPerson, NotFound."""
        now = self.clock.now()

        def decide(walk: Walk) -> Change:
            if person not in walk.members:
                raise NotFound("there is no such person in that partnership")
            if not hosting.may_be_asked(walk, person):
                leads = walk.members[person].role == "facilitator"
                why = "hosting.leads_already" if leads else "hosting.not_here"
                raise AskPerson({"person": self.words(why, name=walk.people[person].name)})
            return hosting.offered(walk, person, by="", now=now)

        self.walks.change(partnership, decide)

    def channel_form(self, ticket: Ticket) -> Form:
        """Which channel is the group's; for who facilitates."""
        return hosting_forms.channel_form(self._hosted(ticket), ticket)

    def choose_channel(self, ticket: Ticket, typed: Typed) -> None:
        """The group has another channel from now on. Raises AskPerson when we cannot be there."""
        self._hosted(ticket)
        channel = one(typed, "channel")
        if not channel:
            raise AskPerson({"channel": self.words("start.need_channel")})
        try:
            self._enter(ticket.workspace, channel)
        except Retry:
            raise AskPerson({"channel": self.words("hosting.channel_busy")}) from None
        except GiveUp as refused:
            why = "hosting.channel_archived" if refused.reason == "is_archived" else "hosting.channel_private"
            raise AskPerson({"channel": self.words(why)}) from None
        self.walks.change(ticket.partnership, lambda walk: hosting.in_channel(walk, channel))

    def _enter(self, workspace: str, channel: str) -> None:
        try:
            self.slack.join(workspace, channel)
        except GiveUp as refused:
            if refused.reason == "is_archived":
                raise
            self.slack.size(workspace, channel)  # a private channel, which we see when somebody let us in

    def _hosted(self, ticket: Ticket) -> Scene:
        _, scene = self._member(ticket)
        if not isinstance(self._about(scene, ticket), AboutPeople | AboutChannel):
            raise NotFound(self.words("answer.not_asked"))
        return scene


def _done(walk: Walk, wanted: Wanted, *, by: str, now: datetime) -> Change:
    """The one thing beside adding."""
    match wanted.do:
        case "share" | "hand":
            return hosting.offered(walk, wanted.who, by=by, hands_over=wanted.do == "hand", now=now)
        case "back":
            return hosting.taken_back(walk, wanted.who, now=now)
        case "out":
            return hosting.taken_out(walk, wanted.who, by=by, now=now)
        case "step":
            return hosting.stepped_back(walk, by, now=now)
        case "lead":
            return hosting.accepted(walk, by, now=now)
        case "nothing":
            return Change()
