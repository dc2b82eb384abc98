"""The reading shelf: all readings of the steps that have begun, with a person's own marks. Pure.

Promises: marks are the person's own; nobody else's stand here and none are counted. What is new comes first in its
step. A shelf that shows one mark alone still says how many there are of each.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from workflows import shelf
from workflows.message import Action
from workflows.messages import reading
from workflows.messages.scene import Scene
from workflows.programme import Reading

Show = Literal["all", "new", "saved", "read", "unwanted"]
SHOWS: tuple[Show, ...] = get_args(Show)
_ORDER = (None, "saved", "read", "unwanted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """One reading. `mark` says in words how the person marked it, and `talk` whether its question was put already."""

    id: str
    title: str
    by: str
    why: str
    where: str
    url: str
    talk: str
    mark: str
    state: Show
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingShelf:
    """The readings by step, the open one first. `counts` has how many each of SHOWS would show."""

    title: str
    show: Show
    counts: tuple[tuple[Show, int], ...]
    steps: tuple[tuple[str, tuple[Shelved, ...]], ...]


def show_of(text: str) -> Show:
    """Read what to show; anything else is all."""
    return next((show for show in SHOWS if show == text), "all")


def shelf_of(scene: Scene, person: str, show: Show) -> ReadingShelf:
    """Return the shelf of a person, with what `show` names."""
    runs = sorted(scene.walk.partnership.steps, key=lambda run: run.closed_on is not None)
    steps = [scene.programme.step(run.step) for run in runs]
    member = scene.walk.members[person]
    order = {r.id: _ORDER.index(shelf.mark_of(member, r.id)) for s in steps for r in s.readings}
    told = [(s.title, [_one(scene, r, person) for r in sorted(s.readings, key=lambda r: order[r.id])]) for s in steps]
    everything = [one for _, some in told for one in some]
    return ReadingShelf(
        title=scene.title,
        show=show,
        counts=tuple((s, sum(1 for one in everything if s in ("all", one.state))) for s in SHOWS),
        steps=tuple((t, kept) for t, some in told if (kept := tuple(o for o in some if show in ("all", o.state)))),
    )


def _one(scene: Scene, one: Reading, person: str) -> Shelved:
    w, mark = scene.words, shelf.mark_of(scene.walk.members[person], one.id)
    told = one.id in scene.walk.partnership.discussed
    return Shelved(
        id=one.id,
        title=one.title,
        by=reading.by(scene, one),
        why=one.why,
        where=one.where,
        url=one.url,
        talk=w("home.reading_discussed" if told else "home.reading_discuss", question=one.discuss),
        mark=reading.marked(scene, one, person),
        state=mark or "new",
        actions=reading.actions(scene, one, person),
    )
