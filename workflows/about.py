"""What a ticket is about. Its subject names one thing in the walk; this reads it, the same for every channel.

Consent comes first: whoever has not said yes is asked that, whatever the ticket is about. A ticket for something that
is not the person's, or not there, is NotFound.
"""

from dataclasses import dataclass

from workflows.contacts import SHARE
from workflows.drafting import AS_SEEN, SHORT
from workflows.errors import NotFound
from workflows.messages.amend import MET
from workflows.messages.consent import CONSENT, DECLINE, UNSAID
from workflows.messages.handed import PEOPLE
from workflows.messages.keep import KEEP
from workflows.messages.lost import CHANNEL
from workflows.messages.offer import LEAD, NOT_LEAD
from workflows.milestone_forms import MILESTONE
from workflows.programme import Programme, Step, Worksheet
from workflows.snoozing import LATER
from workflows.ticket import Ticket
from workflows.walk import Kept, Milestone, Round, Walk

SKIP = "-skip"  # at the end of a ticket's subject: leave that round
ROW = "row."  # `row.WORKSHEET.ROW`: correct a row of a worksheet; ROW `new` adds one


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutConsent:
    """Whether to take part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutStep:
    """What a facilitator decides about a step; `as_seen` is what it looked like on their form."""

    step: Step
    as_seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutMilestone:
    """Whether a milestone is reached."""

    milestone: Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPlan:
    """Adding a milestone, or changing one that is there; `as_seen` is what it looked like on their form."""

    milestone: Milestone | None = None
    as_seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutRow:
    """A row of a worksheet that a facilitator corrects."""

    sheet: Worksheet
    row: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutObjection:
    """How the objections to a decision were met."""

    decision: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutRound:
    """An answer to a round, in full or short; or leaving it, or putting it off."""

    round: Round
    short: bool = False
    skip: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPeople:
    """Who takes part and who facilitates; a facilitator's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutSharing:
    """What the partner sees, and who there; a facilitator's. `as_seen` is what was so when their form was drawn."""

    as_seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutChannel:
    """Which channel is the group's; a facilitator's, of a group that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutLead:
    """Whether to facilitate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutKept:
    """Whether a message of theirs may be kept."""

    kept: Kept


About = (
    AboutConsent
    | AboutStep
    | AboutMilestone
    | AboutPlan
    | AboutRow
    | AboutObjection
    | AboutRound
    | AboutPeople
    | AboutChannel
    | AboutSharing
    | AboutLead
    | AboutKept
)


def about(walk: Walk, programme: Programme, ticket: Ticket, *, not_asked: str) -> About:
    """Return what `ticket` is about. Raises NotFound with the words `not_asked`."""
    member, subject = walk.members[ticket.person], ticket.subject
    if kept := _kept(walk, ticket):  # an author is asked about their words, whether they take part or not
        return AboutKept(kept=kept)
    if subject in (CONSENT, DECLINE, UNSAID) or member.consent != "given":
        return AboutConsent()
    if subject in (LEAD, NOT_LEAD):
        return AboutLead()
    if found := walk.milestone(subject):
        return AboutMilestone(milestone=found)
    if subject.startswith(MILESTONE):
        return _planned(walk, subject, not_asked)
    if walk.may_lead(ticket.person):
        if subject == PEOPLE:
            return AboutPeople()
        if subject == CHANNEL and walk.group.channel:
            return AboutChannel()
        if subject.partition(AS_SEEN)[0] == SHARE:
            return AboutSharing(as_seen=subject.partition(AS_SEEN)[2])
        led = _led(walk, programme, subject)
        if led:
            return led
    round_ = walk.round(subject.removesuffix(SHORT).removesuffix(SKIP).removesuffix(LATER))
    if round_ is None or member.role == "observer" or not _put_to(walk, programme, round_, ticket.person):
        raise NotFound(not_asked)
    return AboutRound(
        round=round_, short=subject.endswith(SHORT), skip=subject.endswith(SKIP), later=subject.endswith(LATER)
    )


def _kept(walk: Walk, ticket: Ticket) -> Kept | None:
    there = (k for k in walk.partnership.kept if KEEP + k.id == ticket.subject and k.author == ticket.person)
    return next(there, None)


def _planned(walk: Walk, subject: str, not_asked: str) -> AboutPlan:
    milestone, _, as_seen = subject.removeprefix(MILESTONE).partition(AS_SEEN)
    if milestone == "new":
        return AboutPlan()
    found = walk.milestone(milestone)
    if found is None:
        raise NotFound(not_asked)
    return AboutPlan(milestone=found, as_seen=as_seen)


def _led(walk: Walk, programme: Programme, subject: str) -> About | None:
    """What only a facilitator decides."""
    step_id, _, as_seen = subject.partition(AS_SEEN)
    for step in programme.steps:
        if step.id == step_id and walk.partnership.run(step.id):
            return AboutStep(step=step, as_seen=as_seen)
    if subject.startswith(ROW):
        sheet_id, _, row = subject.removeprefix(ROW).partition(".")
        sheets = (w for s in programme.steps for w in s.worksheets if w.id == sheet_id)
        sheet = next(sheets, None)
        return AboutRow(sheet=sheet, row=row) if sheet and row else None
    if subject.startswith(MET):
        for decision in (d for s in programme.steps for d in s.decisions):
            if decision.id == subject.removeprefix(MET):
                return AboutObjection(decision=decision.id, title=decision.title)
    return None


def _put_to(walk: Walk, programme: Programme, round_: Round, person: str) -> bool:
    """Whether a round is put to a person; what goes to the facilitators alone is closed to others."""
    return programme.prompt(round_.prompt).to == "everyone" or walk.may_lead(person)
