"""A ticket names one person and what they may act on; the same one stands behind a button, a link and a reply address.

A ticket proves nothing by itself. Slack vouches for who pressed a button, a signature vouches for a link
(`worker/links.py`), and a use case still checks that the person is a member.
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Opaque ids alone. `subject` is a round, a milestone or a step, or empty."""

    workspace: str
    partnership: str
    person: str = ""
    subject: str = ""

    def encode(self) -> str:
        """Return `workspace/partnership/person/subject`; `decode` reads it back."""
        return "/".join((self.workspace, self.partnership, self.person, self.subject))

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read what `encode` wrote. Raises ValueError on anything else."""
        workspace, partnership, person, subject = text.split("/")
        if not workspace or not partnership:
            raise ValueError("a ticket names a workspace and a partnership")
        return cls(workspace=workspace, partnership=partnership, person=person, subject=subject)
