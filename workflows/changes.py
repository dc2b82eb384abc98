"""Several changes as one, and a walk as it is after one: what the store does in Redis, done in memory.

Pure, so that a decision can build on another one before anything is stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from workflows.people import Membership
from workflows.walk import Answer, Change, Index, Milestone, Round, Walk


def merge(changes: Iterable[Change]) -> Change:
    """Return one change that does what several do; a later document of the same id wins."""
    whole = Change()
    for change in changes:
        whole = Change(
            partnership=change.partnership or whole.partnership,
            members=(*whole.members, *change.members),
            rounds=(*whole.rounds, *change.rounds),
            milestones=(*whole.milestones, *change.milestones),
            answers=(*whole.answers, *change.answers),
            people=(*whole.people, *change.people),
            plan=(*whole.plan, *change.plan),
            gone=(*whole.gone, *change.gone),
            dropped=(*whole.dropped, *change.dropped),
        )
    return whole


def applied(walk: Walk, change: Change) -> Walk:
    """Return the walk as it is after `change`: what the store does in Redis, done in memory."""
    after = replace(
        walk,
        version=walk.version + 1,
        partnership=change.partnership or walk.partnership,
        members=_members(walk, change),
        people={**walk.people, **{p.id: p for p in change.people}} if change.people else walk.people,
        rounds=_with(walk.rounds, change.rounds),
        milestones=tuple(m for m in _with(walk.milestones, change.milestones) if m.id not in change.dropped),
    )
    return _answered(after, walk.by_round, change.answers)


def _members(walk: Walk, change: Change) -> Mapping[str, Membership]:
    if not change.members and not change.gone:
        return walk.members
    after = {**walk.members, **{m.person: m for m in change.members}}
    return {person: m for person, m in after.items() if person not in change.gone}


_Kept = TypeVar("_Kept", Round, Milestone)


def _with(before: tuple[_Kept, ...], changed: tuple[_Kept, ...]) -> tuple[_Kept, ...]:
    if not changed:
        return before
    newest: dict[str, _Kept] = {}
    for one in before + changed:
        newest[one.id] = one
    return tuple(newest.values())


def _answered(walk: Walk, index: Index, answers: tuple[Answer, ...]) -> Walk:
    """The walk with these answers, and its index, which would be long to make again for one answer more."""
    by_round = dict(index)
    for answer in answers:
        by_round[answer.round] = {**by_round.get(answer.round, {}), answer.person: answer}
    if answers:
        replaced = {(a.round, a.person) for a in answers if a.person in index.get(a.round, {})}
        before = walk.answers
        if replaced:
            before = tuple(a for a in before if (a.round, a.person) not in replaced)
        newest = tuple({(a.round, a.person): a for a in answers}.values())
        walk = replace(walk, answers=(*before, *newest))
    walk.__dict__["by_round"] = by_round  # where cached_property keeps it
    return walk
