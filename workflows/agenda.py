"""What is dated for a person, for a calendar: when rounds close that wait for them, milestones, the next review. Pure.

Promises: an entry keeps its `uid` for as long as it is about the same thing, so that a calendar moves it instead of
adding another. It holds no answer and no link. For whoever hides content nothing names a group, a partner, a title or a
person. An owner finds their own milestones, a facilitator those of the whole group.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows import ids
from workflows.messages.scene import Scene
from workflows.milestones import REVIEW
from workflows.waiting import waiting
from workflows.walk import Milestone
from workflows.words import Words

_BEFORE = timedelta(minutes=30)  # an entry of no length is drawn as nothing by some calendars; it ends at the deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a calendar. Either a whole `day`, or from `begins` to `ends` (aware, UTC) as told in `zone`."""

    uid: str
    title: str
    text: str
    day: date | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """All of it, by time. `zones` are those of its times, never none: a calendar without any part is not one."""

    title: str
    entries: tuple[Entry, ...]
    zones: tuple[str, ...]


def agenda_of(words: Words, scenes: Sequence[Scene], person: str, *, now: datetime) -> Agenda:
    """Return what is dated for a person in the walks that they said yes to and that are not over."""
    mine = [s for s in scenes if s.walk.members[person].consent == "given" and not s.walk.partnership.over]
    entries = [entry for scene in mine for entry in _of(scene, person, now=now)]
    return Agenda(
        title=words("calendar.title"),
        entries=tuple(sorted(entries, key=lambda e: (e.day or (e.begins or now).date(), e.uid))),
        zones=tuple(dict.fromkeys(scene.walk.zone(person) for scene in scenes)),
    )


def _of(scene: Scene, person: str, *, now: datetime) -> Iterator[Entry]:
    hides = scene.walk.people[person].hides
    yield from _rounds(scene, person, hides=hides, now=now)
    yield from _milestones(scene, person, hides=hides)
    yield from _review(scene, person, hides=hides)


def _rounds(scene: Scene, person: str, *, hides: bool, now: datetime) -> Iterator[Entry]:
    w, zone = scene.words, scene.walk.zone(person)
    for one in waiting(scene, person, now=now):
        asks = scene.prompt(one.round)
        title = w("calendar.hidden_round") if hides else w("calendar.round", title=asks.title)
        text = w("calendar.how") if hides else w("calendar.round_text", partnership=scene.title, minutes=asks.minutes)
        yield Entry(
            uid=_uid(scene, "round", one.round.id),
            title=title,
            text=text,
            begins=one.round.closes_at - _BEFORE,
            ends=one.round.closes_at,
            zone=zone,
        )


def _milestones(scene: Scene, person: str, *, hides: bool) -> Iterator[Entry]:
    w = scene.words
    for one in _theirs(scene, person):
        title = w("calendar.hidden_milestone") if hides else one.title
        owner = scene.name(one.owner)
        told = w("calendar.milestone_text", partnership=scene.title, owner=owner, mine=one.owner == person)
        yield Entry(
            uid=_uid(scene, "milestone", one.id), title=title, text=w("calendar.how") if hides else told, day=one.due
        )


def _theirs(scene: Scene, person: str) -> tuple[Milestone, ...]:
    everyones = scene.walk.members[person].role == "facilitator"
    return tuple(m for m in scene.walk.milestones if not m.done_on and (everyones or m.owner == person))


def _review(scene: Scene, person: str, *, hides: bool) -> Iterator[Entry]:
    """The next look at everything, unless its own milestone says it already."""
    w, day = scene.words, scene.walk.partnership.review_on
    if day is None or any(m.id.startswith(REVIEW) and m.due == day for m in _theirs(scene, person)):
        return
    text = w("calendar.how") if hides else w("calendar.review_text", partnership=scene.title)
    title = w("calendar.hidden_review" if hides else "calendar.review")
    yield Entry(uid=_uid(scene, "review", ""), title=title, text=text, day=day)


def _uid(scene: Scene, kind: str, of: str) -> str:
    return f"{ids.made_of('calendar', scene.walk.partnership.id, kind, of)[:24]}@fairsteps"
