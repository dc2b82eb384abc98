"""What a person thinks of a reading, and putting its question into the channel: pure decisions.

A mark is one word a person and reading; marking the same twice changes nothing, and each mark can be taken back. A
question goes into the channel once, whoever asks for it and however often. Marks are a person's own: nothing counts or
shows them to anybody else.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal, cast, get_args

from workflows import reach
from workflows.people import Membership, Shelved
from workflows.programme import Programme, Reading
from workflows.walk import Change, Walk

Mark = Literal["read", "saved", "unwanted"]
MARKS: tuple[str, ...] = get_args(Mark)
NONE = "none"  # what a button says that takes a mark back


def mark_of(member: Membership, reading: str) -> Mark | None:
    """How a person marked a reading."""
    return next((s.mark for s in member.shelf if s.reading == reading), None)


def reading_of(walk: Walk, programme: Programme, reading: str) -> Reading | None:
    """A reading of a step that has begun."""
    begun = {run.step for run in walk.partnership.steps}
    return next((r for s in programme.steps if s.id in begun for r in s.readings if r.id == reading), None)


def marked(walk: Walk, person: str, reading: str, mark: str, *, now: datetime) -> Change:
    """Keep a person's mark of a reading, or take it back with NONE; its message then shows how it is."""
    member = walk.members[person]
    wanted = cast(Mark, mark) if mark in MARKS else None
    if mark_of(member, reading) == wanted:
        return Change()
    others = tuple(s for s in member.shelf if s.reading != reading)
    kept = (*others, Shelved(reading=reading, mark=wanted)) if wanted else others
    shown = (walk.occurrence("shelved", now, subject=reading, person=person),) if reach.can_slack(walk, person) else ()
    return Change(members=(replace(member, shelf=kept),), plan=shown)


def may_discuss(walk: Walk, person: str, reading: str) -> bool:
    """Whether a person may put the question of a reading into the channel: there is one, and it is not there yet."""
    there = walk.group.channel and not walk.group.channel_lost
    return bool(there) and walk.members[person].counts and reading not in walk.partnership.discussed


def discussed(walk: Walk, person: str, reading: str, *, now: datetime) -> Change:
    """Put the question of a reading into the channel, to talk about in its thread."""
    if not may_discuss(walk, person, reading):
        return Change()
    partnership = replace(walk.partnership, discussed=(*walk.partnership.discussed, reading))
    return Change(partnership=partnership, plan=(walk.occurrence("discuss", now, subject=reading),))
