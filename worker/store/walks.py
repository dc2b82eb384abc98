"""Walks in Redis: gathered as one value, changed by one atomic script or not at all.

`change` gathers, asks a pure function for a `Change`, and applies it whole if nobody changed the walk meanwhile; else
it gathers and asks again. A crash before the script leaves everything as it was; a crash after it leaves all of it
done, with what follows already in the due index. `begin` and `finish` keep the delivery ledger.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import uuid4

import redis

from worker.store import documents, keys
from worker.store.connection import reachable, text
from worker.store.due import Claim
from worker.store.people import People
from worker.store.scripts import script, server_ms
from worker.vault import Vault
from workflows.changes import applied
from workflows.errors import Conflict, NotFound
from workflows.home_due import redrawn
from workflows.occurrences import Occurrence
from workflows.walk import Change, Partnership, Record, Walk

_TRIES = 20  # fifty people answering in the same second need a handful
FENCED_OFF, SETTLED, GO, LOOK_FIRST = -1, 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One delivery about to be tried, under a claim."""

    claim: Claim
    delivery: str


class Tells(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The aware UTC instant."""


class Walks:
    """Reads and changes walks. Every method raises StoreUnavailable when Redis is gone."""

    def __init__(self, client: redis.Redis, vault: Vault, people: People, *, clock: Tells | None = None) -> None:
        self._client = client
        self._vault = vault
        self._people = people
        self._clock = clock  # without one, Home tabs are drawn anew only when somebody looks at theirs
        self._apply = script(client, "apply")
        self._begin = script(client, "begin")

    def get(self, partnership: str) -> Walk:
        """Gather a whole walk. Raises NotFound."""
        with reachable():
            pipe = self._client.pipeline(transaction=False)
            pipe.hmget(keys.partnership(partnership), ["version", "walk"])
            pipe.hvals(keys.answers(partnership))
            (version, sealed), answers = pipe.execute()
        if sealed is None:
            raise NotFound("there is no such partnership here")
        kept = documents.walk_from_sealed(sealed, self._vault)
        home = kept.partnership.workspace
        with reachable():
            active = self._client.hget(keys.workspace(home), "active")
        return Walk(
            version=int(version),
            partnership=kept.partnership,
            people=self._people.some(home, (m.person for m in kept.members)),
            members={m.person: m for m in kept.members},
            rounds=kept.rounds,
            milestones=kept.milestones,
            answers=documents.answers_from_sealed(answers, self._vault),
            away=active is not None and text(active) != "1",
        )

    def version(self, partnership: str) -> int:
        """Return how often a walk has been changed. Raises NotFound."""
        with reachable():
            counted = self._client.hget(keys.partnership(partnership), "version")
        if counted is None:
            raise NotFound("there is no such partnership here")
        return int(counted)

    def of(self, workspace: str, person: str) -> tuple[str, ...]:
        """Return the ids of the partnerships that a person is or was a member of, in no order."""
        with reachable():
            return tuple(text(pid) for pid in self._client.smembers(keys.walks_of(workspace, person)))

    def begin_walk(self, change: Change) -> None:
        """Keep a partnership that is new. Starting it twice changes nothing; who is known stays as they are."""
        if change.partnership is None:
            raise ValueError("a new walk needs its partnership")
        self._people.keep_new(change.partnership.workspace, change.people)
        walk = Walk(version=0, partnership=change.partnership, people={}, members={})
        operation = f"start/{change.partnership.id}"
        self._put(walk, replace(change, people=()), operation=operation, expect="0")

    def change(
        self,
        partnership: str,
        decide: Callable[[Walk], Change],
        *,
        claim: Claim | None = None,
    ) -> Walk:
        """Gather, decide and apply until it fits; with `claim`, its occurrence is done in the same step.

        Returns the walk as changed. Raises Conflict when the claim has passed on, or after too many tries.
        """
        operation = claim.encode() if claim else uuid4().hex
        for _ in range(_TRIES):
            walk = self.get(partnership)
            change = decide(walk)
            if not change and claim is None:
                return walk
            if self._put(walk, change, operation=operation, expect=str(walk.version), claim=claim):
                return applied(walk, change)
        raise Conflict("too many people change this at once")

    def _put(self, walk: Walk, change: Change, *, operation: str, expect: str, claim: Claim | None = None) -> bool:
        self._people.keep(walk.partnership.workspace, change.people)
        self._note(walk.partnership, change)
        documents_changed = bool(replace(change, plan=()))
        plan = (*change.plan, *(self._homes(walk) if documents_changed else ()))
        whole = {
            "answers": {f"{a.round}/{a.person}": documents.answer_to_sealed(a, self._vault) for a in change.answers},
            "plan": [[o.encode(), o.slot_ms] for o in plan],
            "done": [claim.occurrence.encode()] if claim else [],
        }
        if documents_changed:
            whole["walk"] = documents.walk_to_sealed(_document(applied(walk, change)), self._vault)
        result = self._run(walk.partnership.id, whole, operation=operation, expect=expect, claim=claim)
        if result == FENCED_OFF:
            raise Conflict("the claim has passed to somebody else")
        return result == 1

    def _homes(self, walk: Walk) -> tuple[Occurrence, ...]:
        """What draws the Home tabs of those whose walk this is, in a moment."""
        return () if self._clock is None else (redrawn(walk, now=self._clock.now()),)

    def _note(self, partnership: Partnership, change: Change) -> None:
        """Note whose walk this is and where it meets, before it is so: a note too many leads to a walk that says no."""
        names = [keys.walks_of(partnership.workspace, member.person) for member in change.members]
        if change.partnership and change.partnership.group.channel:
            names.append(keys.meeting_in(partnership.workspace, change.partnership.group.channel))
        if not names:
            return
        with reachable():
            pipe = self._client.pipeline(transaction=False)
            for name in names:
                pipe.sadd(name, partnership.id)
            pipe.execute()

    def begin(self, partnership: str, attempts: Sequence[Attempt], *, now_ms: int) -> tuple[int, ...]:
        """Mark deliveries as attempted. Returns GO, SETTLED, LOOK_FIRST or FENCED_OFF for each."""
        args: list[str | int] = []
        for attempt in attempts:
            record = Record(state="attempting", at_ms=now_ms, fence=attempt.claim.fence)
            args += [attempt.claim.occurrence.encode(), attempt.claim.fence]
            args += [attempt.delivery, documents.record_to_json(record)]
        with reachable():
            names = [keys.ledger(partnership), keys.fences(keys.shard_of(partnership))]
            return tuple(int(answer) for answer in self._begin(keys=names, args=args))

    def finish(
        self,
        partnership: str,
        *,
        claim: Claim,
        records: Mapping[str, Record] = {},
        latest: Mapping[str, str] = {},
        forget: Iterable[str] = (),
        plan: Iterable[tuple[Occurrence, int]] = (),
    ) -> None:
        """Record what became of deliveries, end the claim and plan what follows, in one step.

        `latest` keeps the newest reference by name; `forget` drops the mark of an attempt that certainly failed;
        `plan` pairs an occurrence with the UTC milliseconds at which to look at it. When the claim has passed to
        somebody else, what was sent is recorded all the same, since it is true, and the rest is theirs to do.
        """
        ledger = {
            **{delivery: documents.record_to_json(record) for delivery, record in records.items()},
            **{f"latest:{name}": ref for name, ref in latest.items()},
        }
        planned = [[o.encode(), at] for o, at in plan]
        whole = {"ledger": ledger, "forget": list(forget), "done": [claim.occurrence.encode()], "plan": planned}
        result = self._run(partnership, whole, operation=uuid4().hex, expect="", claim=claim)
        sent = {delivery for delivery, record in records.items() if record.state == "sent"}
        if result == FENCED_OFF and sent:
            true_anyway = {name: value for name, value in ledger.items() if name in sent or name.startswith("latest:")}
            self._run(partnership, {"ledger": true_anyway}, operation=uuid4().hex, expect="", claim=None)

    def _run(
        self, partnership: str, whole: Mapping[str, object], *, operation: str, expect: str, claim: Claim | None
    ) -> int:
        shard = keys.shard_of(partnership)
        body = {"answers": {}, "ledger": {}, "forget": [], "done": [], "plan": [], **whole}
        names = [keys.partnership(partnership), keys.answers(partnership), keys.ledger(partnership)]
        names += [keys.operations(partnership), keys.due(shard), keys.claimed(shard), keys.fences(shard)]
        needed = [claim.occurrence.encode(), claim.fence] if claim else ["", ""]
        with reachable():
            now = server_ms(self._client)
            return int(self._apply(keys=names, args=[operation, expect, now, *needed, json.dumps(body)]))

    def records(self, partnership: str) -> Mapping[str, Record]:
        """Return the whole ledger of a partnership, by delivery."""
        with reachable():
            fields = self._client.hgetall(keys.ledger(partnership))
        return {
            text(name): documents.record_from_json(kept)
            for name, kept in fields.items()
            if not text(name).startswith("latest:")
        }

    def latest(self, partnership: str, names: Sequence[str]) -> Mapping[str, str]:
        """Return the newest reference by name, for those that were sent."""
        if not names:
            return {}
        with reachable():
            found = self._client.hmget(keys.ledger(partnership), [f"latest:{name}" for name in names])
        return {name: text(ref) for name, ref in zip(names, found, strict=True) if ref is not None}


def _document(walk: Walk) -> documents.WalkDocument:
    return documents.WalkDocument(
        partnership=walk.partnership,
        members=tuple(walk.members.values()),
        rounds=walk.rounds,
        milestones=walk.milestones,
    )
