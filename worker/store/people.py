"""The people of a workspace, encrypted. One person is one record, whichever channels they use.

A person's id is computed: from their Slack account, or from the address they were first invited by. Whoever came by
mail and has Slack later keeps their id, and the account leads to it (`lead`), one account to one person, for good.
"""

from collections.abc import Callable, Iterable, Mapping

import redis

from worker.store import keys
from worker.store.connection import reachable, text
from worker.store.documents import person_from_sealed, person_to_sealed
from worker.store.scripts import script
from worker.vault import Vault
from workflows import ids
from workflows.addresses import folded
from workflows.errors import NotFound
from workflows.people import Person


class People:
    """Reads and keeps people. Every method raises StoreUnavailable when Redis is gone."""

    def __init__(self, client: redis.Redis, vault: Vault) -> None:
        self._client = client
        self._vault = vault
        self._lead = script(client, "lead")

    def id_of(self, workspace: str, slack_user: str) -> str:
        """Return the id that a Slack account has here, known or not."""
        return self.ids_of(workspace, [slack_user])[slack_user]

    def ids_of(self, workspace: str, slack_users: Iterable[str]) -> Mapping[str, str]:
        """Return the ids that Slack accounts have here, by account, in the order given."""
        users = list(dict.fromkeys(slack_users))
        if not users:
            return {}
        with reachable():
            led = self._client.hmget(keys.aliases(workspace), users)
        pairs = zip(users, led, strict=True)
        return {user: text(person) if person is not None else ids.person_id(workspace, user) for user, person in pairs}

    def lead(self, workspace: str, slack_user: str, person: str) -> str:
        """Let a Slack account lead to a person and return whom it leads to: nobody ("") when they have another one."""
        with reachable():
            return text(self._lead(keys=[keys.aliases(workspace)], args=[slack_user, person]))

    def by_addresses(self, workspace: str, addresses: Iterable[str]) -> Mapping[str, Person]:
        """Return who was invited by these addresses, or proved them, and has them still; by address in lower case."""
        wanted = list(dict.fromkeys(folded(address) for address in addresses))
        if not wanted:
            return {}
        with reachable():
            noted = self._client.hmget(keys.addresses(workspace), [_digest(workspace, one) for one in wanted])
        proved = {one: text(person) for one, person in zip(wanted, noted, strict=True) if person is not None}
        invited = {one: ids.person_id(workspace, one) for one in wanted}
        known = self.some(workspace, (*proved.values(), *invited.values()))
        found = {}
        for address in wanted:
            both = (known.get(proved.get(address, "")), known.get(invited[address]))
            if theirs := next((p for p in both if p and folded(p.email or "") == address), None):
                found[address] = theirs
        return found

    def has_address(self, workspace: str, person: str, address: str) -> None:
        """Note that somebody proved an address, so that they are found by it. Raises StoreUnavailable."""
        if self.by_addresses(workspace, [address]).get(folded(address)) is None:
            with reachable():
                self._client.hset(keys.addresses(workspace), _digest(workspace, address), person)

    def get(self, workspace: str, person: str) -> Person:
        """Return one person. Raises NotFound."""
        found = self.some(workspace, [person])
        if person not in found:
            raise NotFound("there is no such person here")
        return found[person]

    def some(self, workspace: str, people: Iterable[str]) -> Mapping[str, Person]:
        """Return those of `people` that are known, by id."""
        wanted = list(people)
        if not wanted:
            return {}
        with reachable():
            sealed = self._client.hmget(keys.people(workspace), wanted)
        return {
            person: person_from_sealed(one, self._vault)
            for person, one in zip(wanted, sealed, strict=True)
            if one is not None
        }

    def all(self, workspace: str) -> tuple[Person, ...]:
        """Return everyone known in a workspace, by name."""
        with reachable():
            sealed = self._client.hvals(keys.people(workspace))
        return tuple(sorted((person_from_sealed(one, self._vault) for one in sealed), key=lambda p: p.name))

    def keep(self, workspace: str, people: Iterable[Person]) -> None:
        """Keep people as they are now; keeping the same ones twice changes nothing."""
        records = [part for p in people for part in (p.id, person_to_sealed(p, self._vault))]
        if records:
            with reachable():
                self._client.hset(keys.people(workspace), items=records)

    def change(self, workspace: str, person: str, decide: Callable[[Person], Person]) -> tuple[Person, Person] | None:
        """Change somebody who is known, and return them as they were and as they are; None for a stranger.

        Nobody else's change of them is lost: if one comes between, `decide` is asked again.
        """
        key = keys.people(workspace)
        found: list[tuple[Person, Person]] = []

        def write(pipe: redis.client.Pipeline) -> None:
            found.clear()
            sealed = pipe.hget(key, person)
            if not isinstance(sealed, bytes | str):
                return
            before = person_from_sealed(sealed, self._vault)
            found.append((before, decide(before)))
            pipe.multi()
            if found[0][0] != found[0][1]:
                pipe.hset(key, person, person_to_sealed(found[0][1], self._vault))

        with reachable():
            self._client.transaction(write, key)
        return found[0] if found else None

    def keep_new(self, workspace: str, people: Iterable[Person]) -> None:
        """Keep those who are not known yet; somebody known stays as they are."""
        with reachable():
            for person in people:
                self._client.hsetnx(keys.people(workspace), person.id, person_to_sealed(person, self._vault))


def _digest(workspace: str, address: str) -> str:
    """What an address is noted as: it says nothing to whoever reads it."""
    return ids.made_of("address", workspace, folded(address))
