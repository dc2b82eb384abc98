"""Signed links: who holds one may do one thing as one person, without logging in.

A link carries a ticket (opaque ids) and is signed for one page; it expires after a year. Nothing changes on GET.
"""

from collections.abc import Sequence

from itsdangerous import BadData, URLSafeTimedSerializer

from workflows.errors import NotFound
from workflows.ticket import Ticket

LINK_SECONDS = 365 * 24 * 3600


class Links:
    """Makes and reads signed links under the keys of FAIRSTEPS_SECRET_KEYS, newest first."""

    def __init__(self, *, public_url: str, keys: Sequence[str]) -> None:
        self.public_url = public_url.rstrip("/")
        self._keys = [*reversed(keys)]  # itsdangerous signs with the last one

    def _signer(self, page: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._keys, salt=f"fairsteps.{page}")

    def token(self, page: str, ticket: Ticket) -> str:
        """Return the token of `ticket` for `page`."""
        token = self._signer(page).dumps(ticket.encode())
        return token.decode() if isinstance(token, bytes) else token

    def url(self, page: str, ticket: Ticket) -> str:
        """Return the whole address of `page` for `ticket`."""
        return f"{self.public_url}/{page}/{self.token(page, ticket)}"

    def read(self, page: str, token: str) -> Ticket:
        """Return the ticket of a token. Raises NotFound when it is forged, expired or for another page."""
        try:
            return Ticket.decode(self._signer(page).loads(token, max_age=LINK_SECONDS))
        except (BadData, ValueError) as bad:
            raise NotFound("that link is not valid any more") from bad
