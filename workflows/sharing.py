"""What a group lets its partner see, under the group's own control.

Nothing is shared by itself: facilitators share one agreed text, or the promises, and end that at once. Each of these is
kept with who and when, and the group hears of it (`told`). What passes has been through the gate (`privacy.py`). Pure;
the same request twice changes nothing twice.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workflows import contacting, privacy, promises, say, schedule
from workflows.contacts import PROMISES, Share
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.programme import Programme, Worksheet
from workflows.walk import Change, Sheet, Walk
from workflows.worksheet_columns import visible

MOST_SHARES = 200  # on record
NOTE_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that can be shared, or is. `version` is 0 for promises."""

    what: str
    version: int
    title: str
    since: datetime | None = None  # from when on the partner sees it

    @property
    def id(self) -> str:
        """What stands for it in a form."""
        return f"{self.what}.{self.version}"


def standing(walk: Walk) -> tuple[Share, ...]:
    """What the partner sees now, in the order in which it was shared."""
    return tuple(s for s in walk.partnership.shares if s.stands)


def things(scene: Scene) -> tuple[Thing, ...]:
    """Everything that can be shared now, and what is: the newest agreed texts first, then older ones that are shown."""
    walk, shown = scene.walk, {(s.what, s.version): s.at for s in standing(scene.walk)}
    found = []
    for sheet in (w for step in scene.programme.steps for w in step.worksheets if w.shareable and not w.promised):
        agreed = [s for s in walk.partnership.sheets if s.worksheet == sheet.id and _text(scene.programme, sheet, s)]
        for each in reversed(agreed):
            since = shown.get((sheet.id, each.version))
            if since or each is agreed[-1]:
                title = scene.words("sharing.sheet", title=sheet.title, version=each.version, day=_day(scene, each.at))
                found.append(Thing(what=sheet.id, version=each.version, title=title, since=since))
    of_promises = promises.sheet_of(scene.programme)
    if of_promises and _begun(walk, scene.programme, of_promises):
        found.append(
            Thing(what=PROMISES, version=0, title=scene.words("sharing.promises"), since=shown.get((PROMISES, 0)))
        )
    return tuple(found)


def later(scene: Scene) -> str:
    """What has to happen before anything can be shared, and anybody be invited; nothing where something can be."""
    if things(scene):
        return ""
    waits = ((step, sheet) for step in scene.programme.steps for sheet in step.worksheets if sheet.shareable)
    found = next(waits, None)
    if found is None:
        return ""
    step, sheet = found
    key = "sharing.later_promises" if sheet.promised else "sharing.later"
    return scene.words(key, partner=scene.walk.partnership.partner.name, title=sheet.title, step=step.title)


def _begun(walk: Walk, programme: Programme, sheet: Worksheet) -> bool:
    """Whether the step of a worksheet has begun."""
    return any(walk.partnership.run(s.id) and sheet in s.worksheets for s in programme.steps)


def sheet_shared(programme: Programme, walk: Walk, share: Share) -> tuple[Worksheet, Sheet] | None:
    """A shared worksheet and its agreed text as the partner may read it; None where it may not any more."""
    sheets = (w for step in programme.steps for w in step.worksheets)
    sheet = next((w for w in sheets if w.id == share.what and w.shareable), None)
    agreed = next((s for s in walk.partnership.sheets if (s.worksheet, s.version) == (share.what, share.version)), None)
    text = _text(programme, sheet, agreed) if sheet and agreed else None
    return (sheet, text) if sheet and text else None


def _text(programme: Programme, sheet: Worksheet, agreed: Sheet) -> Sheet | None:
    """An agreed text with what reaches the partner, if anything does."""
    return privacy.for_partner(agreed, {c.id for c in visible(programme, sheet, "partner")}, by=sheet.by)


def shared(scene: Scene, wanted: Collection[str], *, note: str, by: str, now: datetime) -> Change:
    """From now on the partner sees `wanted`, ids of things, and nothing else; contacts who want to hear of it do.

    `note` goes with what is new.
    """
    walk = scene.walk
    there = {thing.id: thing for thing in things(scene)}
    shown = {f"{s.what}.{s.version}" for s in standing(walk)}
    kept = [
        replace(s, ended_at=now, ended_by=by) if s.stands and f"{s.what}.{s.version}" not in wanted else s
        for s in walk.partnership.shares
    ]
    new = [there[name] for name in there if name in wanted and name not in shown]
    made = [Share(what=t.what, version=t.version, by=by, at=now, note=note[:NOTE_CHARS]) for t in new]
    shares = _bounded((*kept, *made))
    if shares == walk.partnership.shares:
        return Change()
    return Change(partnership=replace(walk.partnership, shares=shares), plan=_changed(walk, now=now))


def _bounded(shares: tuple[Share, ...]) -> tuple[Share, ...]:
    """At most so many on record; what is shown now always is."""
    over = max(0, len(shares) - MOST_SHARES)
    ended = [s for s in shares if not s.stands][:over]
    return tuple(s for s in shares if s not in ended)


def _changed(walk: Walk, *, now: datetime) -> tuple[Occurrence, ...]:
    """What tells contacts of a change: once for all that is changed within the hour, so that a slip can be mended."""
    slot = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    return tuple(
        walk.occurrence("partner_shared", slot, subject=c.id)
        for c in walk.partnership.contacts
        if c.reminds and c.state != "ended"
    )


def told(scene: Scene) -> tuple[str, ...]:
    """What the group is told of it: what the partner sees and since when, and who there; nothing while it sees nothing.

    Contacts are named to the group, for they may read its words.
    """
    walk, shown = scene.walk, [t for t in things(scene) if t.since]
    people = contacting.here(walk)
    if not shown and not people:
        return ()
    partner = walk.partnership.partner.name
    lines = [scene.words("sharing.told_one", what=t.title, day=_day(scene, t.since)) for t in shown if t.since]
    if not lines:
        lines = [scene.words("sharing.told_nothing", partner=partner)]
    names = ", ".join(c.name for c in people)
    return (*lines, scene.words("sharing.told_who", names=names) if people else scene.words("sharing.told_nobody"))


def _day(scene: Scene, at: datetime) -> str:
    return say.day(schedule.on_the_wall(at, scene.walk.group.zone).date(), scene.locale)
