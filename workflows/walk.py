"""A walk: all the state of one partnership, gathered together, and a change to it as a value.

Decisions are pure: they read a `Walk` and return a `Change`. The store applies a whole `Change` in one atomic step,
or, when somebody else changed the walk meanwhile, not at all; then it is gathered and decided again. `changes.py`
joins several and shows the walk as it is after one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from workflows import schedule
from workflows.kinds.kind import Value
from workflows.occurrences import Occurrence
from workflows.partnership import Dissent, Edit, Kept, Note, Outcome, Partnership, Rhythm, Sheet, StepRun, Unled
from workflows.people import Group, Membership, Person
from workflows.question import Audience

__all__ = [
    "Answer",
    "Change",
    "Dissent",
    "Edit",
    "Kept",
    "Milestone",
    "Note",
    "Outcome",
    "Partnership",
    "Record",
    "Rhythm",
    "Round",
    "Sheet",
    "StepRun",
    "Unled",
    "Via",
    "Walk",
]

Via = Literal["slack", "mail", "web"]


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
    """One delivery in the ledger. `ref` is the channel's own name for the message, to find and edit it again.

    "unknown": tried more than once, and the other side never said whether it has it.
    """

    state: Literal["attempting", "sent", "unknown", "skipped", "failed", "missed"]
    at_ms: int
    ref: str = ""
    reason: str = ""
    fence: int = 0


Index = Mapping[str, Mapping[str, Answer]]


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
    away: bool = False  # the workspace took Fairsteps out: nobody is reached by Slack now

    @property
    def group(self) -> Group:
        """The group that walks."""
        return self.partnership.group

    def zone(self, person: str) -> str:
        """The zone a person lives by: their own, else the group's."""
        return self.people[person].zone or self.group.zone

    def in_daytime(self, person: str, instant: datetime) -> datetime:
        """`instant`, or the end of the quiet hours of a person when it falls into them."""
        return schedule.in_daytime(instant, self.zone(person), self.people[person].quiet)

    @property
    def next_round_on(self) -> date | None:
        """The date of the next weekly tick."""
        return self.partnership.next_round_on

    def counted(self) -> tuple[Membership, ...]:
        """Everyone who is asked and counted."""
        return tuple(m for m in self.members.values() if m.counts and self.reaches(m.person))

    def mails(self, person: str) -> bool:
        """Whether a person may be written to by mail: a Slack profile's address only when the group said so."""
        who = self.people[person]
        return bool(who.email) and self.mails_allowed(person) and not who.mail_stopped and not who.mail_lost

    def mails_allowed(self, person: str) -> bool:
        """Whether mail to a person is theirs or the group's wish, and not only the address of a Slack profile."""
        who = self.people[person]
        return self.partnership.mail_allowed or who.slack_user is None or who.email_chosen

    def reaches(self, person: str) -> bool:
        """Whether any way to a person is left. Who stopped our mail and has no Slack still comes by the web page."""
        who = self.people[person]
        no_slack = who.slack_gone or (self.away and who.slack_user is not None)
        return who.reachable and not (no_slack and not self.mails(person))

    @property
    def at_home(self) -> "Walk":
        """The walk as if Slack had us: what is planned for people whom Slack alone reaches waits until it has."""
        return replace(self, away=False) if self.away else self

    def leads(self) -> tuple[Membership, ...]:
        """Who looks after the walk now: the facilitators who are not away; when none is left, everyone who takes part.

        A group must not be stuck because one person fell ill.
        """
        return tuple(m for m in self.facilitators() if not m.paused) or self.counted()

    def facilitators(self) -> tuple[Membership, ...]:
        """The facilitators who take part, away or not."""
        return tuple(m for m in self.counted() if m.role == "facilitator")

    def may_lead(self, person: str) -> bool:
        """Whether a person may do what a facilitator does."""
        return any(m.person == person for m in (*self.facilitators(), *self.leads()))

    def sees_as(self, person: str) -> Audience:
        """The widest audience that a person is in. Who only stands in for a facilitator sees what the group sees."""
        member = self.members.get(person)
        return "facilitators" if member and member.counts and member.role == "facilitator" else "group"

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
    def by_round(self) -> Index:
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

    def told(self, kind: str, slot: datetime, *, subject: str) -> tuple[Occurrence, ...]:
        """What tells the group something: once in its channel, or each who takes part where it has none."""
        if self.group.channel:
            return (self.occurrence(kind, slot, subject=subject),)
        return tuple(self.occurrence(kind, slot, subject=subject, person=m.person) for m in self.at_home.counted())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a decision wants changed, all at once: documents to keep, occurrences to plan.

    `gone` are persons whose membership ends without a trace: they were somebody else who is known.
    """

    partnership: Partnership | None = None
    members: tuple[Membership, ...] = ()
    rounds: tuple[Round, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    answers: tuple[Answer, ...] = ()
    people: tuple[Person, ...] = ()
    plan: tuple[Occurrence, ...] = ()
    dropped: tuple[str, ...] = ()  # ids of milestones that are taken out
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to change."""
        return self != Change()
