"""A walk: all the state of one partnership, gathered together, and a change to it as a value.

Decisions are pure: they read a `Walk` and return a `Change`. The store applies a whole `Change` in one atomic step,
or, when somebody else changed the walk meanwhile, not at all; then it is gathered and decided again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from workflows.kinds.kind import Value
from workflows.occurrences import Occurrence
from workflows.people import Group, Membership, Partner, Person

Via = Literal["slack", "mail", "web"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a group is asked: Monday is weekday 0, hours are 0-23 on each person's own clock."""

    weekday: int
    hour: int
    digest_weekday: int
    digest_hour: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step as this group walks it. `how` says what ended it: its gate, or a facilitator with a `reason`."""

    step: str
    opened_on: date
    closed_on: date | None = None
    how: Literal["", "gate", "facilitator"] = ""
    reason: str = ""
    extensions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """One group walking one programme with one partner."""

    id: str
    workspace: str
    group: Group
    partner: Partner
    programme: str
    version: str
    rhythm: Rhythm
    mail_allowed: bool
    started_at: datetime
    started_by: str
    steps: tuple[StepRun, ...] = ()
    next_round_on: date | None = None
    review_on: date | None = None
    over: bool = False

    @property
    def current(self) -> StepRun | None:
        """The step that is open now."""
        return next((s for s in self.steps if s.closed_on is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One prompt put to the group. Answers after `closed_at` are late: kept, and counted while the step is open."""

    id: str
    prompt: str
    step: str
    number: int
    opens_on: date
    closes_at: datetime
    closed_at: datetime | None = None
    closings: int = 0  # a round that a gate kept open longer closes more than once


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Something promised or planned, with an owner and a due date on the owner's calendar."""

    id: str
    title: str
    owner: str
    due: date
    done_on: date | None = None
    done_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person answered to one round; one per person and round, whichever channel. `values` by question id."""

    round: str
    person: str
    revision: int
    at: datetime
    via: Via
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One delivery in the ledger. `ref` is the channel's own name for the message, to find and edit it again."""

    state: Literal["attempting", "sent", "skipped", "failed", "missed"]
    at_ms: int
    ref: str = ""
    reason: str = ""
    fence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Everything the engine needs to know about one partnership, as of `version`."""

    version: int
    partnership: Partnership
    people: Mapping[str, Person]
    members: Mapping[str, Membership]
    rounds: tuple[Round, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def group(self) -> Group:
        """The group that walks."""
        return self.partnership.group

    def zone(self, person: str) -> str:
        """The zone a person lives by: their own, else the group's."""
        return self.people[person].zone or self.group.zone

    @property
    def next_round_on(self) -> date | None:
        """The date of the next weekly tick."""
        return self.partnership.next_round_on

    def counted(self) -> tuple[Membership, ...]:
        """Everyone who is asked and counted."""
        return tuple(m for m in self.members.values() if m.counts and self.people[m.person].reachable)

    def leads(self) -> tuple[Membership, ...]:
        """Who looks after the walk: the facilitators who take part; when none is left, everyone who takes part."""
        counted = self.counted()
        return tuple(m for m in counted if m.role == "facilitator") or counted

    def may_lead(self, person: str) -> bool:
        """Whether a person may do what a facilitator does."""
        return any(m.person == person for m in self.leads())

    def round(self, round_id: str) -> Round | None:
        """The round of that id."""
        return next((r for r in self.rounds if r.id == round_id), None)

    def milestone(self, milestone_id: str) -> Milestone | None:
        """The milestone of that id."""
        return next((m for m in self.milestones if m.id == milestone_id), None)

    def answer(self, round_id: str, person: str) -> Answer | None:
        """What a person answered to a round."""
        return next((a for a in self.answers if a.round == round_id and a.person == person), None)

    def answers_to(self, round_id: str) -> tuple[Answer, ...]:
        """All answers to a round that count: of people who are still in it and have not taken their consent back."""
        counted = {m.person for m in self.members.values() if m.consent == "given"}
        return tuple(a for a in self.answers if a.round == round_id and a.person in counted)

    def occurrence(self, kind: str, slot: datetime, *, subject: str = "", person: str = "") -> Occurrence:
        """Return the occurrence of `kind` in this walk."""
        return Occurrence(
            workspace=self.partnership.workspace,
            partnership=self.partnership.id,
            kind=kind,  # type: ignore[arg-type]  # callers pass literals; decode checks what comes from outside
            subject=subject,
            person=person,
            slot=slot,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a decision wants changed, all at once: documents to keep, occurrences to plan and to drop."""

    partnership: Partnership | None = None
    members: tuple[Membership, ...] = ()
    rounds: tuple[Round, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    answers: tuple[Answer, ...] = ()
    people: tuple[Person, ...] = ()
    plan: tuple[Occurrence, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to change."""
        return self != Change()


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
        )
    return whole


def applied(walk: Walk, change: Change) -> Walk:
    """Return the walk as it is after `change`: what the store does in Redis, done in memory."""
    rounds = {r.id: r for r in (*walk.rounds, *change.rounds)}
    milestones = {m.id: m for m in (*walk.milestones, *change.milestones)}
    answers = {(a.round, a.person): a for a in (*walk.answers, *change.answers)}
    return replace(
        walk,
        version=walk.version + 1,
        partnership=change.partnership or walk.partnership,
        members={**walk.members, **{m.person: m for m in change.members}},
        people={**walk.people, **{p.id: p for p in change.people}},
        rounds=tuple(rounds.values()),
        milestones=tuple(milestones.values()),
        answers=tuple(answers.values()),
    )
