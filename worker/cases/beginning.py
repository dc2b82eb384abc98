"""How a partnership begins, and how somebody joins one."""

import secrets
from dataclasses import replace
from datetime import timedelta

from worker.cases.naming import Naming
from workflows import (
    ids,
    joining,
    schedule,
    starting,
)
from workflows.errors import AskPerson, GiveUp, NotFound, Retry
from workflows.forms import Form, Typed
from workflows.people import Group, Membership, Partner, Person, Preference, Role
from workflows.starting import Setup
from workflows.walk import Partnership

_SAME_PRESS = timedelta(minutes=10)  # Slack and people repeat themselves within minutes, not later


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
            person = ids.person_id(workspace, slack_user)
            theirs = Person(id=person, name=profile.name, slack_user=slack_user, zone=profile.zone)
            self.people.keep_new(workspace, [theirs])

    def start_form(self, workspace: str, *, channel: str = "", by_slack_user: str = "", zone: str = "") -> Form:
        """The form that starts a partnership."""
        return starting.start_form(
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
        leads = {ids.person_id(workspace, user) for user in setup.facilitators}
        people = {p.id: p for p in (*written, *picked)}
        members = tuple(_member(p, facilitator=p.id in leads) for p in people.values())
        change = joining.started(partnership, members, everyone=partnership.everyone, now=partnership.started_at)
        self.workspaces.add_partnership(workspace, partnership.id)
        self.walks.begin_walk(replace(change, people=tuple(people.values())))
        return partnership.id

    def _partnership(self, workspace: str, by_slack_user: str, setup: Setup) -> Partnership:
        programme = self.programmes.newest(setup.programme)
        names = (setup.channel, setup.group.casefold(), setup.partner.casefold(), programme.id)
        return Partnership(
            id="p" + ids.made_of("partnership", workspace, *names)[:11],
            workspace=workspace,
            group=Group(
                id="g" + ids.made_of("group", workspace, setup.channel)[:11],
                name=setup.group,
                zone=setup.zone,
                channel=setup.channel,
                currency=setup.currency,
            ),
            partner=Partner(name=setup.partner, kind=setup.partner_kind),
            programme=programme.id,
            version=programme.version,
            rhythm=setup.rhythm,
            mail_allowed=setup.mail_allowed,
            started_at=self.clock.now(),
            started_by=ids.person_id(workspace, by_slack_user),
            salt=secrets.token_hex(16),
            everyone=not setup.members and not setup.addresses,
        )

    def _refuse_another(self, wanted: Partnership) -> None:
        """The same button pressed twice finds its walk; another walk of the same name is a mistake to be told."""
        try:
            there = self.walks.get(wanted.id).partnership
        except NotFound:
            return
        if there.started_by != wanted.started_by or wanted.started_at - there.started_at > _SAME_PRESS:
            raise AskPerson({"group": self.words("start.exists")})

    def add_person(self, partnership: str, person: Person, *, role: str, prefers: Preference) -> None:
        """Somebody new takes part, once they have said yes."""
        member = Membership(person=person.id, role="observer" if role == "observer" else "member", prefers=prefers)
        if role == "facilitator":
            member = replace(member, role="facilitator")
        self.walks.change(partnership, lambda walk: joining.joined(walk, person, member, now=self.clock.now()))


def _member(person: Person, *, facilitator: bool) -> Membership:
    role: Role = "facilitator" if facilitator else "member"
    return Membership(person=person.id, role=role, prefers="slack" if person.slack_user else "mail")
