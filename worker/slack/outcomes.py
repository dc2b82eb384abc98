"""From what Slack says, or does not say, to what we do about it. The codes stand in `outcomes_table.py`.

Promises: every way in which a call can go wrong becomes Later (certainly not delivered), Failed (never will be) or
Unknown (may have been delivered: look first). A code that nobody has seen before is Unknown, for that is what it is.
No reason holds more than Slack's own code.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

from worker.slack.limits import SlackLimit
from worker.slack.outcomes_table import RATE_LIMITED, TABLE, Row, Told
from workflows.outcomes import Failed, Later, Unknown

__all__ = ["RATE_LIMITED", "NotSent", "Paused", "not_so_fast", "of_code", "of_error", "told"]

NotSent = Failed | Later | Unknown
PACED = "paced"  # not Slack said so, but we, before we asked

# The connection was never made, so nothing was sent; ClientConnectorError also covers names that do not resolve.
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_LOST = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


class Paused(SlackApiError):
    """Slack was not asked, for it wants to be left alone for `after`; reads like Slack's own "ratelimited"."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("Slack wants to be left alone", {"ok": False, "error": "ratelimited"})  # type: ignore[no-untyped-call]
        self.after = after


def of_code(code: str, *, retry_after: timedelta | None = None, to: str = "") -> NotSent:
    """Return what to do about an error code of Slack's; `to` is the conversation or user it was about."""
    row = TABLE.get(code)
    match row:
        case Row(does="later", after=after):
            return Later(reason=code, after=retry_after or after)
        case Row(does="failed", mark=mark, in_dm=in_dm):
            return Failed(reason=code, mark=in_dm if to.startswith(("U", "W", "D")) else mark)
        case _:
            return Unknown(reason=code if row else _short(code))


def told(code: str) -> Told:
    """Return who hears of a call that failed with this code."""
    row = TABLE.get(code)
    return row.told if row else "nobody"


def of_error(error: Exception, *, to: str = "") -> NotSent | None:
    """Return what to do about a call (about `to`) that raised `error`; None when it is none of Slack's doing."""
    if isinstance(error, SlackLimit):
        return Failed(reason="over_limit")
    if isinstance(error, Paused):
        return Later(reason=PACED, after=error.after)
    if isinstance(error, SlackApiError):
        return _of_answer(error, to)
    if isinstance(error, SlackRequestError):
        return Failed(reason="bad_request")
    if isinstance(error, _NEVER_SENT):
        return Later(reason="unreachable", after=RATE_LIMITED)
    if isinstance(error, _LOST):
        return Unknown(reason="answer_lost")
    return None


def not_so_fast(error: Exception) -> timedelta | None:
    """Return how long Slack wants to be left alone, if that is what it said."""
    if not isinstance(error, SlackApiError):
        return None
    said = _of_answer(error, "")
    return said.after if isinstance(said, Later) and said.reason in ("ratelimited", "rate_limited") else None


def _of_answer(error: SlackApiError, to: str) -> NotSent:
    # `response` is Slack's answer, or the bare HTTP one when its body could not be read.
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0) or 0)
    wait = _retry_after(getattr(answer, "headers", None) or {})
    if status == 429:
        return of_code("ratelimited", retry_after=wait)
    body = getattr(answer, "data", None)
    code = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(code, str) and code:
        return of_code(code, retry_after=wait, to=to)
    if status in (404, 405):
        return Failed(reason=f"http_{status}")
    # A gateway before Slack says 502 to 504 for what may well have arrived behind it.
    return Unknown(reason=f"http_{status}")


def _retry_after(headers: Mapping[str, Any]) -> timedelta | None:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    text = str(given[0] if isinstance(given, list) and given else given)
    return timedelta(seconds=int(text)) if re.fullmatch(r"[0-9]{1,5}", text) else None


def _short(code: str) -> str:
    return code if re.fullmatch(r"[a-z0-9_]{1,60}", code) else "unreadable_code"
