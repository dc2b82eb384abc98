"""The Home tab of a person as a value: what waits, where each group stands, what is theirs to do. Slack draws it.

Promises: it tells a person nothing that another page or message does not tell them: counts and titles have passed the
same gates, who has not answered is told to facilitators alone, and marks of readings are a person's own. Whoever has
not said yes to a walk sees the request and nothing of the walk. Lists are short whatever the group's size, and say how
much is left out; the same walks on the same day give the same value. `home_parts.py` fills the parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from workflows import home_parts as parts
from workflows.home_leading import leading
from workflows.home_parts import Item, Part, Path
from workflows.message import Action
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.people import Membership
from workflows.programme import Programme
from workflows.schedule import on_the_wall
from workflows.waiting import waiting
from workflows.words import Words

MOST_WALKS = 12  # with more there would be room for titles alone
MOST_TITLES = 20
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One walk. `parts` stand with the most urgent first; `path`, a picture and its words, comes after `before`.

    `ticket` is the person's for the walk as a whole, encoded; empty for who has not said yes to it.
    """

    title: str
    ticket: str = ""
    paused: bool = False
    over: bool = False
    before: tuple[Part, ...] = ()
    path: Path | None = None
    parts: tuple[Part, ...] = ()
    foot: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """All walks of a person, the most urgent first; none for a newcomer, who reads `intro`.

    `more` names walks that do not fit; `fold` says, in a section that a channel has no room for, that there is more.
    """

    heading: str
    intro: tuple[str, ...]
    sections: tuple[Section, ...]
    more: tuple[str, ...]
    fold: str
    start: str
    foot: tuple[Action, ...]


def home_of(words: Words, scenes: Sequence[Scene], person: str, *, now: datetime, most: int = MOST_WALKS) -> Home:
    """Return the Home of a person from their walks, the newest first; `most` of them are told whole."""
    ordered = sorted(scenes, key=lambda scene: _urgency(scene, person, now=now))
    start = Action(id="start", label=words("button.start"), value="start", style="plain" if ordered else "primary")
    return Home(
        heading="" if ordered else words("home.heading"),
        intro=() if ordered else words.lines("home.newcomer"),
        sections=tuple(_section(scene, person, now=now) for scene in ordered[:most]),
        more=_titles(words, ordered[most:]),
        fold=words("home.more"),
        start=words("home.start_another" if ordered else "home.start"),
        foot=(start,),
    )


def _urgency(scene: Scene, person: str, *, now: datetime) -> tuple[int, datetime]:
    """What waits comes first, by when it closes; then requests to take part; what is over or declined is last."""
    member = scene.walk.members[person]
    if member.consent in ("refused", "withdrawn"):
        return 4, _NEVER
    if member.consent != "given":
        return 1, _NEVER
    first = next((w.round.closes_at for w in waiting(scene, person, now=now) if w.snoozed is None), None)
    if first:
        return 0, first
    return (3 if scene.walk.partnership.over else 2), _NEVER


def _titles(words: Words, scenes: Sequence[Scene]) -> tuple[str, ...]:
    if not scenes:
        return ()
    left = len(scenes) - MOST_TITLES
    more = (words("home.more_walks_count", count=left),) if left > 0 else ()
    return (words("home.more_walks"), *(scene.title for scene in scenes[:MOST_TITLES]), *more)


def _section(scene: Scene, person: str, *, now: datetime) -> Section:
    member = scene.walk.members[person]
    if member.consent != "given":
        return Section(title=scene.title, before=parts.request(scene, member))
    found = waiting(scene, person, now=now)
    today = on_the_wall(now, scene.walk.zone(person)).date()
    return Section(
        title=scene.title,
        ticket=scene.ticket(person).encode(),
        paused=member.paused,
        over=scene.walk.partnership.over,
        before=(
            *parts.pause(scene, member),
            *parts.asked(scene, member),
            *parts.waits(scene, member, tuple(w for w in found if w.snoozed is None)),
        ),
        path=parts.path(scene, person, today=today),
        parts=(
            *parts.milestones(scene, person, today=today),
            *leading(scene, person, today=today),
            *parts.put_off(scene, person, tuple(w for w in found if w.snoozed is not None)),
            *parts.answered(scene, member),
            *parts.any_time(scene, member),
            *parts.readings(scene, member),
        ),
        foot=_foot(scene, member),
    )


def _foot(scene: Scene, member: Membership) -> tuple[Action, ...]:
    board = scene.button("board", "button.board", person=member.person, subject="", page="board", main=False)
    settings = scene.button(
        "settings", "button.settings", person=member.person, subject="", page="preferences", main=False
    )
    return board, settings


def example(words: Words, programme: Programme, person: str = examples.BO) -> Home:
    """The Home of somebody in the group that every message is shown with: Bo's, unless another is named."""
    return home_of(words, (examples.scene(words, programme),), person, now=examples.NOW)


__all__ = ["Home", "Item", "Part", "Path", "Section", "example", "home_of"]
