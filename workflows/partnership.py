"""A partnership: one group walking one programme with one partner, and everything on its record.

How each step went and what facilitators decided about it, what was corrected in worksheets, what the group agreed on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from workflows.contacts import Contact, Letter, PartnerWord, Share
from workflows.kinds.kind import Value
from workflows.people import Group, Partner


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

    what: str  # "extended", "quorum", "moved_on", "reopened", "version" (by the operator), or "yes:CHECK"
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
    """A worksheet as the group agreed on it, text only. `text_hash` is SHA-256 of its canonical text, in hex.

    `columns` are the ids of what its headers name; a sheet that does not know them is never shown outside the group.
    """

    worksheet: str
    version: int
    at: datetime
    decision: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_hash: str
    columns: tuple[str, ...] = ()


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
class Kept:
    """A message that somebody kept from Slack. Its `text` is shown to nobody else before its author said yes.

    `author` and `by` are persons; `said_at` is when it was written. `name` and `slack_user` are the author's, who need
    not take part in the walk. Only one that is asked or given has text, note and name (`keeping.py`).
    """

    id: str
    kind: Literal["promise", "evidence", "incident"]
    text: str
    author: str
    by: str
    at: datetime
    said_at: datetime
    state: Literal["asked", "given", "refused", "lapsed", "withdrawn"]
    note: str = ""
    name: str = ""
    slack_user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unled:
    """Nobody looks after a group. `turn` is when its people began, or will begin, to be asked one after the other.

    `told`: the channel has heard that nobody took it on.
    """

    turn: datetime
    told: bool = False


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
    everyone: bool = False  # whoever comes into the channel is invited
    kept: tuple[Kept, ...] = ()
    unled: Unled | None = None
    discussed: tuple[str, ...] = ()  # readings whose question was put into the channel
    contacts: tuple[Contact, ...] = ()
    shares: tuple[Share, ...] = ()
    partner_words: tuple[PartnerWord, ...] = ()
    letters: tuple[Letter, ...] = ()

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

    def contact(self, contact_id: str) -> Contact | None:
        """The partner's contact of that id."""
        return next((c for c in self.contacts if c.id == contact_id), None)

    def partner_word(self, row: str) -> PartnerWord | None:
        """How the partner sees a promise now."""
        return next((w for w in reversed(self.partner_words) if w.row == row), None)

    def agreed(self, worksheet: str) -> Sheet | None:
        """The newest agreed version of a worksheet."""
        return next((s for s in reversed(self.sheets) if s.worksheet == worksheet), None)
