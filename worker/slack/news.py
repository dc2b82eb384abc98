"""An event of Slack's, read once. What is not of a shape that Slack sends says nothing, and changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from slack_bolt import BoltContext


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened, where, and when. `workspace` is empty in news of a whole organisation.

    `whole` is whether it came by the organisation's installation; `ourselves` is our own user there. `at` is the
    instant it is of (aware, UTC): news come late, twice and in any order.
    """

    workspace: str
    enterprise: str
    whole: bool
    ourselves: str
    at: datetime | None
    event: Mapping[str, Any]

    @classmethod
    def from_body(cls, body: Mapping[str, Any], context: BoltContext) -> Self:
        """Read an event. Where it is from is what it was let in by: Slack names others beside it in shared channels."""
        event = body["event"]
        return cls(
            workspace=_text(context.team_id),
            enterprise=_text(context.enterprise_id),
            whole=bool(context.is_enterprise_install),
            ourselves=_text(context.bot_user_id),
            at=_instant(event.get("event_ts")) or _instant(body.get("event_time")),
            event=event,
        )

    def text(self, name: str) -> str:
        """Return a field that holds text, or nothing."""
        return _text(self.event.get(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a field that holds a list of texts, or nothing."""
        given = self.event.get(name)
        return tuple(one for one in given if isinstance(one, str) and one) if isinstance(given, list) else ()


def _text(given: object) -> str:
    return given if isinstance(given, str) else ""


def _instant(given: object) -> datetime | None:
    """Slack writes instants as seconds, as a number or as text."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        return datetime.fromtimestamp(float(given), UTC)
    except (ValueError, OverflowError, OSError):
        return None
