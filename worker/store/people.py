"""The people of a workspace, encrypted. One person is one record, whichever channels they use."""

from collections.abc import Callable, Iterable, Mapping

import redis

from worker.store import keys
from worker.store.connection import reachable
from worker.store.documents import person_from_sealed, person_to_sealed
from worker.vault import Vault
from workflows.errors import NotFound
from workflows.people import Person


class People:
    """Reads and keeps people. Every method raises StoreUnavailable when Redis is gone."""

    def __init__(self, client: redis.Redis, vault: Vault) -> None:
        self._client = client
        self._vault = vault

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
