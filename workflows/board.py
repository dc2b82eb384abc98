"""The group's board: where a walk stands, for a member to look at. All of it has passed the gate for a group."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from workflows import say
from workflows.messages.scene import Scene
from workflows.programme import Reading
from workflows.schedule import instant_of
from workflows.walk import Milestone
from workflows.worksheets import Table, table


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRound:
    """The open round."""

    title: str
    answered: int
    of: int
    closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMilestone:
    """A milestone with its day in words."""

    title: str
    due: str
    owner: str
    state: Literal["late", "open", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything the page draws."""

    group: str
    partner: str
    next: str
    steps: tuple[tuple[str, Literal["done", "now", "ahead"]], ...]
    round: BoardRound | None
    worksheets: tuple[Table, ...]
    milestones: tuple[BoardMilestone, ...]
    readings: tuple[Reading, ...]


def board_of(scene: Scene, *, person: str, now_day: date) -> Board:
    """The board as a member sees it on a day of their own calendar."""
    partnership = scene.walk.partnership
    runs = [scene.programme.step(run.step) for run in partnership.steps]
    open_round = next((r for r in scene.walk.rounds if r.closed_at is None), None)
    milestones = sorted(scene.walk.milestones, key=lambda m: (m.done_on is not None, m.due))
    return Board(
        group=partnership.group.name,
        partner=partnership.partner.name,
        next=_next(scene, person),
        steps=scene.progress().steps,
        round=_round(scene, open_round.id, person) if open_round else None,
        worksheets=tuple(table(scene.walk, scene.programme, w, "group") for s in runs for w in s.worksheets),
        milestones=tuple(_milestone(scene, m, now_day) for m in milestones),
        readings=tuple(r for s in runs for r in s.readings),
    )


def _round(scene: Scene, round_id: str, person: str) -> BoardRound | None:
    found = scene.walk.round(round_id)
    if found is None:
        return None
    have, of = scene.counts(found)
    closes = scene.words("board.closes", until=scene.until(found, person))
    return BoardRound(title=scene.prompt(found).title, answered=have, of=of, closes=closes)


def _next(scene: Scene, person: str) -> str:
    day, upcoming = scene.walk.next_round_on, scene.upcoming()
    if day is None or upcoming is None:
        return ""
    zone = scene.walk.zone(person)
    when = say.moment(instant_of(day, scene.walk.partnership.rhythm.hour, zone), zone, scene.locale)
    return scene.words("digest.next_round", when=when, minutes=upcoming.minutes)


def _milestone(scene: Scene, milestone: Milestone, today: date) -> BoardMilestone:
    late = milestone.done_on is None and milestone.due < today
    return BoardMilestone(
        title=milestone.title,
        due=say.day(milestone.done_on or milestone.due, scene.locale),
        owner=scene.name(milestone.owner),
        state="done" if milestone.done_on else "late" if late else "open",
    )
