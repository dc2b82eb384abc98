"""The group's board: where a walk stands, for a member to look at.

All of it has passed the gate for the group, or for facilitators where one of them looks. It names no person but owners
of milestones, those who put their name to something themselves, and authors who agreed that their words are kept.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from workflows import gates, milestone_forms, rounds, say, sharing
from workflows.balance import Balance, balance_of
from workflows.board_parts import BoardDecision, BoardKept, BoardSheet, decision_of, kept_of, sheet_of
from workflows.gates import Missing
from workflows.messages.scene import Scene
from workflows.programme import Reading, Step
from workflows.schedule import instant_of
from workflows.walk import Milestone, Round, StepRun


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRound:
    """An open round. `subject` is what a link to its form is about, empty where the reader is not asked."""

    title: str
    answered: int
    of: int
    closes: str
    subject: str = ""
    mine: bool = False
    standing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMilestone:
    """A milestone with its day in words. `subject` is what a link to change it is about, empty for who may not."""

    title: str
    due: str
    owner: str
    state: Literal["late", "open", "done"]
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardStep:
    """A step that has begun: its worksheets and decisions, and what its gate still waits for."""

    id: str
    title: str
    open: bool
    reason: str
    sheets: tuple[BoardSheet, ...]
    decisions: tuple[BoardDecision, ...]
    waits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything the page draws. `lead`: the reader may correct rows and decide about steps. `over`: all has ended."""

    group: str
    partner: str
    next: str
    steps: tuple[tuple[str, Literal["done", "now", "ahead"]], ...]
    rounds: tuple[BoardRound, ...]
    parts: tuple[BoardStep, ...]
    balance: Balance
    milestones: tuple[BoardMilestone, ...]
    readings: tuple[Reading, ...]
    kept: tuple[BoardKept, ...] = ()
    lead: bool = False
    over: bool = False
    shared: tuple[str, ...] = ()  # what the partner sees, and who there
    may_share: bool = False
    share_later: str = ""  # what has to happen before anything can be shared, for who decides about it


def board_of(scene: Scene, *, person: str, now_day: date) -> Board:
    """The board as a member sees it on a day of their own calendar: the open step first, then those before it."""
    walk, lead = scene.walk, scene.walk.may_lead(person)
    runs = sorted(walk.partnership.steps, key=lambda run: run.closed_on is not None)
    milestones = sorted(walk.milestones, key=lambda m: (m.done_on is not None, m.due))
    return Board(
        group=walk.partnership.group.name,
        partner=walk.partnership.partner.name,
        next=next_round(scene, person),
        steps=scene.progress().steps,
        rounds=tuple(_round(scene, r, person) for r in walk.rounds if rounds.takes_new(walk, r, today=now_day)),
        parts=tuple(_part(scene, run, person) for run in runs),
        balance=balance_of(walk, scene.programme, walk.sees_as(person), reader=person),
        milestones=tuple(_milestone(scene, m, person, now_day) for m in milestones),
        readings=tuple(r for run in runs for r in scene.programme.step(run.step).readings),
        kept=kept_of(scene, person),
        lead=lead,
        over=walk.partnership.over,
        shared=sharing.told(scene),
        may_share=lead and bool(sharing.things(scene)),
        share_later=sharing.later(scene) if lead else "",
    )


def sheet_page(scene: Scene, sheet: str, *, person: str) -> BoardSheet | None:
    """A worksheet of a step that has begun, as a member sees it; none when there is no such one."""
    begun = (scene.programme.step(run.step) for run in scene.walk.partnership.steps)
    found = next((w for step in begun for w in step.worksheets if w.id == sheet), None)
    return sheet_of(scene, found, person) if found else None


def _round(scene: Scene, found: Round, person: str) -> BoardRound:
    have, of = scene.counts(found)
    prompt = scene.programme.prompt(found.prompt)
    asked = any(m.person == person for m in rounds.asked(scene.walk, prompt))
    return BoardRound(
        title=prompt.title,
        answered=have,
        of=of,
        closes="" if found.standing else scene.words("board.closes", until=scene.until(found, person)),
        subject=found.id if asked else "",
        mine=scene.walk.answer(found.id, person) is not None,
        standing=found.standing,
    )


def _part(scene: Scene, run: StepRun, person: str) -> BoardStep:
    step, is_open = scene.programme.step(run.step), run.closed_on is None
    lead = scene.walk.may_lead(person)
    return BoardStep(
        id=step.id,
        title=step.title,
        open=is_open,
        reason=run.reason,
        sheets=tuple(sheet_of(scene, sheet, person) for sheet in step.worksheets),
        decisions=tuple(decision_of(scene, decision, lead=lead) for decision in step.decisions),
        waits=waits(scene, step) if is_open else (),
    )


def waits(scene: Scene, step: Step) -> tuple[str, ...]:
    """What the gate of the open step lacks, in words; a gate that never closes waits for nothing."""
    if step.gate.never:
        return ()
    return tuple(_lack(scene, lack) for lack in gates.missing(scene.walk, scene.programme, step))


def _lack(scene: Scene, lack: Missing) -> str:
    return scene.words(f"board.waits.{lack.what}", title=lack.title, have=lack.have, need=lack.need)


def next_round(scene: Scene, person: str) -> str:
    """When the next questions come, on a person's own clock, and how long they take; nothing when none are planned."""
    day, upcoming = scene.walk.next_round_on, scene.upcoming()
    if day is None or upcoming is None:
        return ""
    zone = scene.walk.zone(person)
    when = say.moment(instant_of(day, scene.walk.partnership.rhythm.hour, zone), zone, scene.locale)
    return scene.words("digest.next_round", when=when, minutes=upcoming.minutes)


def _milestone(scene: Scene, milestone: Milestone, person: str, today: date) -> BoardMilestone:
    may = milestone_forms.may_change(scene.walk, person, milestone) and not scene.walk.partnership.over
    late = milestone.done_on is None and milestone.due < today
    return BoardMilestone(
        title=milestone.title,
        due=say.day(milestone.done_on or milestone.due, scene.locale),
        owner=scene.name(milestone.owner),
        state="done" if milestone.done_on else "late" if late else "open",
        subject=f"{milestone_forms.MILESTONE}{milestone.id}" if may else "",
    )
