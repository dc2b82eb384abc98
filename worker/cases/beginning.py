"""How a workspace and a partnership begin, and how somebody joins one."""

import secrets
from dataclasses import replace
from datetime import timedelta

from worker.cases.desk import Desk
from worker.store.workspaces import Workspace
from workflows import (
    ids,
    joining,
    starting,
)
from workflows.errors import AskPerson, NotFound
from workflows.forms import Form, Typed
from workflows.people import Group, Membership, Partner, Person, Preference
from workflows.walk import Partnership

_SAME_PRESS = timedelta(minutes=10)  # Slack and people repeat themselves within minutes, not later


class Beginning(Desk):
    """Workspaces, starting, joining."""

    __slots__ = ()

    def workspace_installed(self, workspace: str, name: str, installer: str) -> None:
        """The app was added; adding it again finds everything as it was."""
        self.workspaces.keep(Workspace(id=workspace, name=name, installer=installer, active=True))

    def workspace_removed(self, workspace: str) -> None:
        """The app was taken out. What people wrote stays until it is erased; nothing is sent there any more."""
        found = self.workspaces.get(workspace)
        if found is not None:
            self.workspaces.keep(replace(found, active=False))

    def start_form(self, workspace: str, *, channel: str = "", by_slack_user: str = "", zone: str = "") -> Form:
        """The form that starts a partnership."""
        return starting.start_form(
            self.words, self.programmes.all(), channel=channel, installer=by_slack_user, zone=zone
        )

    def start(self, workspace: str, by_slack_user: str, typed: Typed) -> str:
        """Start a walk and return its id. Pressing the button twice starts one."""
        setup = starting.read_start(self.words, self.programmes.all(), typed)
        now = self.clock.now()
        programme = self.programmes.newest(setup.programme)
        names = (setup.channel, setup.group.casefold(), setup.partner.casefold(), programme.id)
        pid = "p" + ids.made_of("partnership", workspace, *names)[:11]
        starter = ids.person_id(workspace, by_slack_user)
        partnership = Partnership(
            id=pid,
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
            started_at=now,
            started_by=starter,
            salt=secrets.token_hex(16),
        )
        named = {by_slack_user: "member", **dict.fromkeys(setup.members, "member")}
        named |= dict.fromkeys(setup.facilitators, "facilitator")
        people = tuple(Person(id=ids.person_id(workspace, user), name=user, slack_user=user) for user in named)
        members = tuple(
            Membership(person=ids.person_id(workspace, user), role="facilitator" if role == "facilitator" else "member")
            for user, role in named.items()
        )
        change = joining.started(partnership, members, everyone=not setup.members, now=now)
        self._refuse_another(partnership)
        self.workspaces.add_partnership(workspace, pid)
        self.walks.begin_walk(replace(change, people=people))
        return pid

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
