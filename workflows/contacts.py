"""What a group lets its partner see, and what the partner said to it: the values alone.

A *contact* is somebody at the partner's: no member, never asked a question, never counted. A *share* is one thing that
the group shows them. A *word* is how the partner sees a promise, a *letter* what it wrote to the facilitators; both are
kept as the partner said them. Nothing here is ever changed but to be ended, so that all of it is a record.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PROMISES = "promises"  # what a share shows, where it is not a worksheet
CONTACT = "contact."  # a ticket's subject: whose page it is
SHARE = "share"  # a ticket's subject: what the partner sees; a facilitator's
PREVIEW = "preview"  # a ticket's subject: the page of a contact, for whoever takes part
DIFFER = "differ"  # of a promise: the two sides do not see it alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody at the partner's, invited by a facilitator.

    `seen` since they did something on their page; only looking at it is noted nowhere. `by` and `ended_by` are persons;
    who ended it themselves has `ended_by` "contact". They get no mail after the invitation unless they want it
    (`reminds`), and none at all once they `stopped` us. Links made before `links_since` are dead. `lost_at`: since then
    no mail has reached them, as far as we heard.
    """

    id: str
    name: str
    address: str
    by: str
    at: datetime
    state: Literal["invited", "seen", "ended"] = "invited"
    reminds: bool = False
    stopped: bool = False
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    links_since: datetime | None = None
    lost_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What a ticket of theirs is about."""
        return CONTACT + self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One thing that the partner sees: PROMISES, or the agreed `version` of the worksheet `what`.

    `note` is what the group tells the partner about it.
    """

    what: str
    version: int = 0
    by: str
    at: datetime
    note: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def stands(self) -> bool:
        """Whether the partner sees it now."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerWord:
    """How a contact sees a promise: `row` of the worksheet of promises, `status` an option of its column `theirs`.

    `about` is the promise as they read it: once the group words it another way, this is not said of it.
    """

    row: str
    about: str
    status: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a contact wrote to the facilitators."""

    by: str
    at: datetime
    text: str


def differ(ours: object, theirs: object) -> bool:
    """Whether two sides see a promise differently: both have said something, and neither is unsure."""
    return ours != theirs and not {ours, theirs} & {None, "", "unsure"}
