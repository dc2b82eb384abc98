"""An occurrence: one thing that is due once, for one partnership, at one planned instant.

Its encoding is the member of the due index and travels through the broker; it holds opaque ids alone:
`workspace/partnership/kind/subject/person/slot_ms`. An empty person means the group's channel or the walk itself.
The store refuses the second one of the same meaning.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Self, get_args

Kind = Literal[
    "enrol",  # look up who the members are, then ask each for consent
    "confirm",  # tell the channel that a walk has begun; without a channel, a facilitator who has said yes
    "consent",  # ask one person for consent; subject: the try
    "settled",  # a person said yes or no: change the request into what they said
    "open",  # the weekly tick of a partnership: open the next round; subject: the local date
    "close",  # a round's deadline; subject: the round
    "announce",  # the channel's opening message of a round
    "ask",  # put a round to one person
    "nudge",  # remind one person of a round
    "again",  # ask a person once more, as they wished; subject: round.until in UTC ms
    "refresh",  # what was sent about a round says what is so now, in place; subject: round.why; nobody: in the channel
    "follow",  # an answer came in: counts, edited prompt, gate; subject: round.revision
    "summary",  # the channel's summary of a closed round
    "retell",  # somebody took their consent back: a summary is told without their answer
    "decided",  # tell the channel, or each person, what a round of deciding came to; subject: the round
    "amend",  # tell a facilitator what was said before a decision, or what keeps it from being made; subject: the round
    "rest",  # tell a person that they are not asked any more for now; subject: the round that was one too many
    "stalled",  # tell a facilitator what a gate still misses; subject: step.extension
    "step",  # tell the channel, or each person, that a step is done and which comes next
    "reading",  # bring a reading to one person; subject: the reading
    "milestone",  # remind the owner; subject: milestone.rung
    "reached",  # a milestone is done: its last reminder says so
    "digest",  # a person's weekly digest; subject: the local date
    "orphaned",  # look whether anybody looks after the group, and ask the next one whether they will
    "offer",  # ask a person to facilitate; without a person: tell the channel that nobody took it on
    "handed",  # tell a person, or the channel, what became of a request to facilitate; subject: the one who was asked
    "parted",  # tell a person that a facilitator took them out
    "lost",  # tell a facilitator that the group's channel is lost; subject: why
    "without_slack",  # tell a facilitator by mail that Slack took us out
    "mail_lost",  # tell somebody that mails do not arrive; subject: whose.how (hard, soft)
    "wanting",  # tell who added the app that it must be added again; subject: what is missing.their Slack id
    "keep",  # ask an author whether their message may be kept; subject: the kept message
    "kept",  # tell who kept a message what came of it; without a person: the question says so; subject: message.state
    "unkept",  # a kept message to which its author says nothing is dropped; subject: the kept message
    "prove",  # a link to a mail address that a person asked for, and a word to the one they have; subject: its mark
    "discuss",  # put the question of a reading into the channel, to talk about; subject: the reading
    "shelved",  # a person marked a reading: its message shows how; subject: the reading
    "link",  # mail a person a new link, as they asked; subject: page.subject of its ticket
    "partner_invite",  # the partner's contact gets a link to their page; subject: the contact
    "partner_shared",  # a contact who wants that hears that the group shares something else; subject: the contact
    "partner_due",  # a contact who wants that is reminded of what is due, once a week; subject: the contact
    "partner_word",  # tell a facilitator what the partner said, once a day
    "home",  # draw the Home tabs of a walk's people anew; sends no message
]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One due thing. `slot` is the planned instant (aware, UTC)."""

    workspace: str
    partnership: str
    kind: Kind
    subject: str = ""
    person: str = ""
    slot: datetime

    @property
    def slot_ms(self) -> int:
        """The planned instant in UTC milliseconds: its score in the due index."""
        return to_ms(self.slot)

    def encode(self) -> str:
        """Return the due index member; `decode` reads it back."""
        return "/".join((self.workspace, self.partnership, self.kind, self.subject, self.person, str(self.slot_ms)))

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read what `encode` wrote. Raises ValueError on anything else."""
        workspace, partnership, kind, subject, person, slot_ms = text.split("/")
        if kind not in KINDS:
            raise ValueError(f"unknown kind of occurrence: {kind}")
        return cls(
            workspace=workspace,
            partnership=partnership,
            kind=kind,  # type: ignore[arg-type]  # checked against the same Literal just above
            subject=subject,
            person=person,
            slot=from_ms(int(slot_ms)),
        )


def to_ms(instant: datetime) -> int:
    """UTC milliseconds of an aware instant."""
    return round(instant.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The aware UTC instant of UTC milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)
