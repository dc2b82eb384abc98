"""How a partnership begins, in Slack or in a home of its own by mail, and how somebody joins one.

A mail home is one group: whoever begins the same group with another partner finds its people there as they are, and
another group is another home, so that nobody's groups are known to each other. Begun twice is begun once. A crash in
between leaves a home without a group, which the same words fill when they come again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from worker import one_person
from worker.cases.naming import Naming
from worker.enrol import address_of
from worker.store.workspaces import Workspace
from workflows import (
    hosting,
    ids,
    joining,
    schedule,
    starting,
    starting_forms,
)
from workflows.addresses import Address, folded
from workflows.errors import AskPerson, GiveUp, NotFound, Retry
from workflows.forms import Form, Typed
from workflows.people import Group, Membership, Partner, Person, Preference, Role
from workflows.starting import Named, Setup
from workflows.walk import Change, Partnership, Walk

_SAME_PRESS = timedelta(minutes=10)  # Slack and people repeat themselves within minutes, not later


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of people who were named: asked now, there already, or not asked again since they said no."""

    began: bool = False
    asked: tuple[Person, ...] = ()
    there: tuple[Person, ...] = ()
    said_no: tuple[Person, ...] = ()


class Beginning(Naming):
    """Starting, joining."""

    __slots__ = ()

    def met(self, workspace: str, slack_user: str) -> None:
        """Keep name and zone of somebody who may start something soon, so that the form is filled in when it opens.

        When Slack does not tell, they choose their zone.
        """
        try:
            profile = self.slack.profile(workspace, [slack_user]).get(slack_user)
        except (Retry, GiveUp):
            return
        if profile and profile.zone and schedule.is_zone(profile.zone):
            accounts = {slack_user: address_of(workspace, profile)}
            person = one_person.ids_of(self.people, self.walks, workspace, accounts)[slack_user]
            theirs = Person(id=person, name=profile.name, slack_user=slack_user, zone=profile.zone)
            self.people.keep_new(workspace, [theirs])

    def start_form(self, workspace: str, *, channel: str = "", by_slack_user: str = "", zone: str = "") -> Form:
        """The form that starts a partnership."""
        return starting_forms.start_form(
            self.words, self.programmes.all(), channel=channel, installer=by_slack_user, zone=zone
        )

    def start(self, workspace: str, by_slack_user: str, typed: Typed) -> str:
        """Start a walk and return its id. Pressing the button twice starts one.

        Raises AskPerson, also when an address leads to nobody whom the group could reach.
        """
        setup = starting.read_start(self.words, self.programmes.all(), typed)
        partnership = self._partnership(workspace, by_slack_user, setup)
        self._refuse_another(partnership)
        named = {by_slack_user: "member", **dict.fromkeys(setup.members, "member")}
        named |= dict.fromkeys(setup.facilitators, "facilitator")
        picked = self._by_user(workspace, tuple(named))
        written = self._by_address(workspace, setup.addresses, mail=setup.mail_allowed, nobody="hosting.nobody_start")
        leads = set(self.people.ids_of(workspace, setup.facilitators).values())
        people = {p.id: p for p in (*written, *picked)}
        members = tuple(_member(p, facilitator=p.id in leads) for p in people.values())
        change = joining.started(partnership, members, everyone=partnership.everyone, now=partnership.started_at)
        self.workspaces.add_partnership(workspace, partnership.id)
        self.walks.begin_walk(replace(change, people=tuple(people.values())))
        return partnership.id

    def _partnership(self, workspace: str, by: str, setup: Setup) -> Partnership:
        """The partnership that a Slack user, or in a mail home a mail address, begins."""
        programme = self.programmes.newest(setup.programme)
        names = (setup.channel, setup.group.casefold(), setup.partner.casefold(), programme.id)
        return Partnership(
            id="p" + ids.made_of("partnership", workspace, *names)[:11],
            workspace=workspace,
            group=Group(
                id="g" + ids.made_of("group", workspace, setup.channel)[:11],
                name=setup.group,
                zone=setup.zone,
                channel=setup.channel or None,
                currency=setup.currency,
            ),
            partner=Partner(name=setup.partner, kind=setup.partner_kind),
            programme=programme.id,
            version=programme.version,
            rhythm=setup.rhythm,
            mail_allowed=setup.mail_allowed,
            started_at=self.clock.now(),
            started_by=self.people.id_of(workspace, by),
            salt=secrets.token_hex(16),
            everyone=bool(setup.channel) and not setup.members and not setup.addresses,
        )

    def _refuse_another(self, wanted: Partnership, *, why: str = "start.exists") -> None:
        """The same button pressed twice finds its walk; another walk of the same name is a mistake to be told."""
        try:
            there = self.walks.get(wanted.id).partnership
        except NotFound:
            return
        if there.started_by != wanted.started_by or wanted.started_at - there.started_at > _SAME_PRESS:
            raise AskPerson({"group": self.words(why)})

    def begin_form(self) -> Form:
        """The form that starts a group without Slack."""
        return starting_forms.mail_form(self.words, self.programmes.all())

    def begin_by_mail(self, typed: Typed, *, by: str) -> str:
        """Begin a group without Slack for whoever proved the address `by`; return the id of its partnership.

        Sent twice it begins once. Raises AskPerson.
        """
        setup, leader = starting.read_mail_start(self.words, self.programmes.all(), typed, by=by)
        partnership = self._partnership(ids.mail_home(by, setup.group), folded(by), setup)
        self._refuse_another(partnership, why="begin.exists")
        return self._begin(partnership, leader, [Named(address=one) for one in setup.addresses])

    def create_group(self, setup: Setup, leader: Address, named: Sequence[Named]) -> tuple[str, Added]:
        """Begin a group without Slack for whoever runs Fairsteps; return its partnership's id and whom it asks.

        One that has begun already gets those of `named` who are new. Raises AskPerson.
        """
        partnership = self._partnership(ids.mail_home(leader.address, setup.group), folded(leader.address), setup)
        try:
            self.walks.get(partnership.id)
        except NotFound:
            self._begin(partnership, leader, named)
            asked = tuple(self.walks.get(partnership.id).people.values())
            return partnership.id, Added(began=True, asked=asked)
        return partnership.id, self.add_people(partnership.id, named)

    def _begin(self, partnership: Partnership, leader: Address, named: Sequence[Named]) -> str:
        home, lead = partnership.workspace, Named(address=leader, role="facilitator")
        everyone = {folded(one.address.address): one for one in (*named, lead)}
        people = self._by_mail(home, [one.address for one in everyone.values()])
        as_named = {p.id: one for p, one in zip(people, everyone.values(), strict=True)}
        people = tuple(_with_what_is_known(p, as_named[p.id]) for p in {p.id: p for p in people}.values())
        members = tuple(Membership(person=p.id, role=as_named[p.id].role, prefers="mail") for p in people)
        change = joining.started(partnership, members, everyone=False, now=partnership.started_at)
        self.workspaces.keep(Workspace(id=home, name=partnership.group.name, installer="", active=True, kind="mail"))
        self.workspaces.add_partnership(home, partnership.id)
        self.walks.begin_walk(replace(change, people=people))
        return partnership.id

    def add_people(self, partnership: str, named: Sequence[Named]) -> Added:
        """Ask people who are named by address whether they take part; who is in, or said no, is left as they are.

        Raises AskPerson when there is no room, or when an address leads to nobody whom the group may write to.
        """
        walk = self.walks.get(partnership)
        home, now = walk.partnership.workspace, self.clock.now()
        written = [one.address for one in named]
        people = self._by_address(home, written, mail=walk.partnership.mail_allowed, nobody="hosting.nobody")
        by_address = {folded(one.address.address): one for one in named}
        as_named = {p.id: by_address[folded(p.email)] for p in people if p.email and folded(p.email) in by_address}
        known = self.people.some(home, [p.id for p in people])
        people = tuple(
            _with_what_is_known(p, as_named[p.id]) if p.id not in known and not p.slack_user else p for p in people
        )
        roles = {person: one.role for person, one in as_named.items()}

        def decide(walk: Walk) -> Change:
            willing = [p for p in people if not hosting.said_no(walk, p.id)]
            if len(hosting.newcomers(walk, willing)) > hosting.room(walk):
                full = self.words("hosting.full", most=starting.MOST_PEOPLE, room=hosting.room(walk))
                raise AskPerson({"addresses": full})
            return hosting.added(walk, willing, roles=roles, now=now)

        no = tuple(p for p in people if hosting.said_no(walk, p.id))
        asked = tuple(p for p in hosting.newcomers(walk, people) if p not in no)
        self.walks.change(partnership, decide)
        return Added(asked=asked, said_no=no, there=tuple(p for p in people if p not in (*no, *asked)))

    def add_person(self, partnership: str, person: Person, *, role: str, prefers: Preference) -> Person:
        """Somebody new takes part, once they have said yes. Returns who they are here: they may be known already."""
        home = self.walks.get(partnership).partnership.workspace
        if person.email and not person.slack_user:
            (there,) = self._by_mail(home, [Address(name=person.name, address=person.email)])
            person = there if there.id in self.people.some(home, [there.id]) else person
        member = Membership(person=person.id, role="observer" if role == "observer" else "member", prefers=prefers)
        if role == "facilitator":
            member = replace(member, role="facilitator")
        self.walks.change(partnership, lambda walk: joining.joined(walk, person, member, now=self.clock.now()))
        return person


def _with_what_is_known(person: Person, named: Named) -> Person:
    return replace(person, zone=person.zone or named.zone or None, locale=named.locale)


def _member(person: Person, *, facilitator: bool) -> Membership:
    role: Role = "facilitator" if facilitator else "member"
    return Membership(person=person.id, role=role, prefers="slack" if person.slack_user else "mail")
