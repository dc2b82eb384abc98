"""A walk: all the state of one partnership, gathered together, and a change to it as a value.

Decisions are pure: they read a `Walk` and return a `Change`. The store applies a whole `Change` in one atomic step,
or, when somebody else changed the walk meanwhile, not at all; then it is gathered and decided again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar

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
class Note:
    """Something a facilitator decided about a step, on record with its reason. `what` of a yes names its check."""

    what: str  # "extended", "quorum", "moved_on", "reopened", or "yes:CHECK"
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step as this group walks it. `how` says what ended it: its gate, or a facilitator with a `reason`.

    `quorum` overrides that of the gate. A step that was reopened puts the prompts in `again` once more: for them only
    rounds with a number above `after_round` count, and of its decisions only what was decided after `reopened_at`.
    """

    step: str
    opened_on: date
    closed_on: date | None = None
    how: Literal["", "gate", "facilitator"] = ""
    reason: str = ""
    extensions: int = 0
    quorum: Decimal | None = None
    notes: tuple[Note, ...] = ()
    reopened_at: datetime | None = None
    after_round: int = 0
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A worksheet cell corrected by a facilitator: who, when, before, after. The newest edit of a cell holds.

    A row made by hand begins with an edit of a new row id (`h1`, `h2`, …). An edit without a column strikes the row out
    (`after` None) or brings it back (`after` "back").
    """

    worksheet: str
    row: str
    column: str
    before: Value | None
    after: Value | None
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A worksheet as the group agreed on it, text only. `text_hash` is SHA-256 of its canonical text, in hex."""

    worksheet: str
    version: int
    at: datetime
    decision: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """Somebody stood aside or objected; `met` is how the group met it. Stays in the document."""

    word: Literal["aside", "object"]
    reason: str
    person: str = ""
    met: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one round of deciding came to. Outcomes of a decision are numbered from 1; the last one holds.

    `agreed` and `kept` hold; `chosen` is the outcome of a vote; `blocked` waits for its objections to be met;
    `reopen` means that a review wants a change; `lapsed` that too few took part to change what held before.
    `took_part` lists who said something, never what. `counts` are voices for each word, dots for each option, or, of a
    ranked vote, the place of each option.
    """

    decision: str
    number: int
    round: str
    at: datetime
    result: Literal["agreed", "chosen", "blocked", "kept", "reopen", "lapsed"]
    method: str
    text: str
    took_part: tuple[str, ...]
    of: int
    counts: tuple[tuple[str, int], ...] = ()
    dissent: tuple[Dissent, ...] = ()
    advice: tuple[str, ...] = ()
    review_on: date | None = None
    sheet_version: int = 0
    text_hash: str = ""


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
    salt: str = ""  # makes the ids of worksheet rows unguessable
    edits: tuple[Edit, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def current(self) -> StepRun | None:
        """The step that is open now: the first one, when an earlier step was reopened."""
        return next((s for s in self.steps if s.closed_on is None), None)

    def run(self, step: str) -> StepRun | None:
        """How this group walks a step, if it has begun it."""
        return next((s for s in self.steps if s.step == step), None)

    def outcome(self, decision: str) -> Outcome | None:
        """The newest outcome of a decision."""
        return next((o for o in reversed(self.outcomes) if o.decision == decision), None)

    def outcome_of(self, round_id: str) -> Outcome | None:
        """What a round of deciding came to."""
        return next((o for o in self.outcomes if o.round == round_id), None)

    def agreed(self, worksheet: str) -> Sheet | None:
        """The newest agreed version of a worksheet."""
        return next((s for s in reversed(self.sheets) if s.worksheet == worksheet), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One prompt put to the group. Answers after `closed_at` are late: kept, and counted while the step is open.

    A `standing` round is put to nobody and has no deadline of its own: it closes with its step.
    """

    id: str
    prompt: str
    step: str
    number: int
    opens_on: date
    closes_at: datetime
    closed_at: datetime | None = None
    closings: int = 0  # a round that a gate kept open longer closes more than once
    standing: bool = False


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
    """What one person answered to one round; one per person and round, whichever channel. `values` by question id.

    A `skipped` one holds nothing and counts for nothing; it says that they want no reminder. `short` was given in the
    low-energy variant.
    """

    round: str
    person: str
    revision: int
    at: datetime
    via: Via
    values: Mapping[str, Value]
    skipped: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One delivery in the ledger. `ref` is the channel's own name for the message, to find and edit it again."""

    state: Literal["attempting", "sent", "skipped", "failed", "missed"]
    at_ms: int
    ref: str = ""
    reason: str = ""
    fence: int = 0


_Index = Mapping[str, Mapping[str, Answer]]


@dataclass(frozen=True, kw_only=True)  # without slots, for the index of answers is made once and kept
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
        return self.by_round.get(round_id, {}).get(person)

    @cached_property
    def by_round(self) -> _Index:
        """The answers by round and person."""
        found: dict[str, dict[str, Answer]] = {}
        for answer in self.answers:
            found.setdefault(answer.round, {})[answer.person] = answer
        return found

    def answers_to(self, round_id: str) -> tuple[Answer, ...]:
        """All answers to a round that count: of people who are still in it and have not taken their consent back."""
        counted = {m.person for m in self.members.values() if m.consent == "given"}
        answers = self.by_round.get(round_id, {}).values()
        return tuple(a for a in answers if a.person in counted and not a.skipped)

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
    after = replace(
        walk,
        version=walk.version + 1,
        partnership=change.partnership or walk.partnership,
        members={**walk.members, **{m.person: m for m in change.members}} if change.members else walk.members,
        people={**walk.people, **{p.id: p for p in change.people}} if change.people else walk.people,
        rounds=_with(walk.rounds, change.rounds),
        milestones=_with(walk.milestones, change.milestones),
    )
    return _answered(after, walk.by_round, change.answers)


_Kept = TypeVar("_Kept", Round, Milestone)


def _with(before: tuple[_Kept, ...], changed: tuple[_Kept, ...]) -> tuple[_Kept, ...]:
    if not changed:
        return before
    newest: dict[str, _Kept] = {}
    for one in before + changed:
        newest[one.id] = one
    return tuple(newest.values())


def _answered(walk: Walk, index: _Index, answers: tuple[Answer, ...]) -> Walk:
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
