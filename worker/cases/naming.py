"""Who is meant by a Slack user or a mail address. In a mail home nobody has Slack, and Slack is never asked.

An address is looked for in Slack; whom Slack knows takes part there, everyone else by mail alone, where the group
allows it. Nothing that a person typed is dropped in silence: each address that leads to nobody is named beside its
field, to them alone, and a Slack that does not answer leaves everything as it is.
"""

from collections.abc import Iterator, Mapping, Sequence

from worker import one_person
from worker.cases.desk import Desk
from worker.enrol import address_of, as_they_wish, can_write, person_of
from worker.slack.look_ups import Profile
from workflows import ids
from workflows.addresses import Address, folded
from workflows.errors import AskPerson, GiveUp, Retry
from workflows.people import Person
from workflows.starting import listed


class Naming(Desk):
    """From what somebody named to the people who are meant."""

    __slots__ = ()

    def _by_user(self, workspace: str, users: Sequence[str]) -> tuple[Person, ...]:
        """The people behind Slack users; whom we do not know yet is looked up when they are enrolled."""
        named = {person: user for user, person in self.people.ids_of(workspace, users).items()}
        known = self.people.some(workspace, named)
        return tuple(known.get(p) or Person(id=p, name=user, slack_user=user) for p, user in named.items())

    def _by_address(
        self, workspace: str, addresses: Sequence[Address], *, mail: bool, nobody: str
    ) -> tuple[Person, ...]:
        """The people behind mail addresses; `mail` when the group may write mails, `nobody` the words when it may not.

        Raises AskPerson.
        """
        if not addresses:
            return ()
        profiles = self._looked_up(workspace, [folded(one.address) for one in addresses])
        found = {at: p for at, p in profiles.items() if p and not p.deleted and can_write(workspace, p)}
        alone = [one for one in addresses if folded(one.address) not in found]
        if alone and not mail:
            raise AskPerson({"addresses": self.words(nobody, unknown=listed([one.address for one in alone]))})
        return (*self._in_slack(workspace, tuple(found.values())), *self._by_mail(workspace, alone))

    def _in_slack(self, workspace: str, profiles: Sequence[Profile]) -> Iterator[Person]:
        accounts = {p.slack_user: address_of(workspace, p) for p in profiles}
        theirs = one_person.ids_of(self.people, self.walks, workspace, accounts)
        known = self.people.some(workspace, theirs.values())
        return as_they_wish((person_of(workspace, p, theirs[p.slack_user]) for p in profiles), known)

    def _by_mail(self, workspace: str, addresses: Sequence[Address]) -> tuple[Person, ...]:
        """The person of each address, in their order: who has it, however they came, else who was invited by it."""
        if not addresses:
            return ()
        having = {folded(p.email): p for p in self.people.all(workspace) if p.email}
        having |= self.people.by_addresses(workspace, [one.address for one in addresses])
        named = {ids.person_id(workspace, folded(one.address)): one for one in addresses}
        known = self.people.some(workspace, named)
        return tuple(
            having.get(folded(one.address)) or known.get(p) or Person(id=p, name=one.name, email=one.address)
            for p, one in named.items()
        )

    def _looked_up(self, workspace: str, addresses: Sequence[str]) -> Mapping[str, Profile | None]:
        home = self.workspaces.get(workspace)
        if home is not None and home.kind == "mail":
            return {}
        try:
            return self.slack.by_address(workspace, addresses)
        except Retry:
            raise AskPerson({"addresses": self.words("hosting.slack_busy")}) from None
        except GiveUp as refused:
            if refused.reason == "not_installed":  # Slack has taken us out: whoever is new is there by mail
                return {}
            raise AskPerson({"addresses": self.words("hosting.no_lookup")}) from None
