"""Signed links: who holds one may do one thing as one person, without logging in.

A link carries a ticket (opaque ids) and when it was made, to the millisecond; it is signed for one page, the first part
of its path, and works for a year. Nothing changes on GET. Whether its person has switched it off meanwhile is looked up
where it comes in (`worker/web/opened.py`), for a signature alone cannot know.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from workflows.errors import NotFound
from workflows.ticket import Ticket

LINK_LIFE = timedelta(days=365)
_MILLISECONDS_FROM = 10**11  # links of the first versions carry seconds, which get there in the year 5138


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a link of ours says: its ticket, when it was made (aware, UTC), and whether that is too long ago."""

    ticket: Ticket
    at: datetime
    expired: bool = False


class Links:
    """Makes and reads signed links under the keys of FAIRSTEPS_SECRET_KEYS, newest first. `now` tells the time."""

    def __init__(
        self, *, public_url: str, keys: Sequence[str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.public_url = public_url.rstrip("/")
        self._keys = [*reversed(keys)]  # itsdangerous signs with the last one
        self._now = now

    def _signer(self, page: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._keys, salt=f"fairsteps.{page}", signer=_Stamped, signer_kwargs={"now": self._now}
        )

    def token(self, page: str, ticket: Ticket) -> str:
        """Return the token of `ticket` for `page`."""
        token = self._signer(page).dumps(ticket.encode())
        return token.decode() if isinstance(token, bytes) else token

    def url(self, page: str, ticket: Ticket) -> str:
        """Return the whole address of `page` for `ticket`."""
        return f"{self.public_url}/{page}/{self.token(page, ticket)}"

    def made(self, page: str, token: str) -> Made:
        """Return what a token says. Raises NotFound when it is forged, cut off or for another page."""
        try:
            encoded, at = self._signer(page).loads(token, return_timestamp=True)
            ticket = Ticket.decode(encoded)
        except (BadData, ValueError, AttributeError) as bad:
            raise NotFound("that is no link of ours") from bad
        return Made(ticket=ticket, at=at, expired=self._now() - at > LINK_LIFE)

    def read(self, page: str, token: str) -> Ticket:
        """Return the ticket of a token. Raises NotFound when it is forged, expired or for another page."""
        made = self.made(page, token)
        if made.expired:
            raise NotFound("that link is too old")
        return made.ticket


class _Stamped(TimestampSigner):
    """Signs with milliseconds of our own clock: a link made right after all others were switched off is a new one."""

    def __init__(self, *args: object, now: Callable[[], datetime], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as the serializer hands them on
        self._now = now

    def get_timestamp(self) -> int:
        return round(self._now().timestamp() * 1000)

    def timestamp_to_datetime(self, ts: int) -> datetime:
        return datetime.fromtimestamp(ts / 1000 if ts > _MILLISECONDS_FROM else ts, UTC)
