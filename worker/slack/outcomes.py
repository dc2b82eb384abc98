"""One table from what Slack says to what we do about it.

Promises: every way in which a call can go wrong becomes Later (certainly not delivered), Failed (never will be) or
Unknown (may have been delivered: look first). A code that nobody has seen before is Unknown, for that is what it is.
No reason holds more than Slack's own code.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

from worker.slack.limits import SlackLimit
from workflows.outcomes import Failed, Later, Unknown

NotSent = Failed | Later | Unknown
RATE_LIMITED = timedelta(seconds=30)  # when Slack does not say how long
BUSY = timedelta(minutes=1)
CLOSED_SHORTLY = timedelta(minutes=15)  # an organisation that is being moved or checked comes back in a while

_FAILED: frozenset[str] = frozenset((
    # The workspace does not know us any more, or never gave us this right: only an administrator can change that.
    "account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed", "missing_scope",
    "no_permission", "not_installed", "ekm_access_denied", "org_login_required", "access_denied",
    "not_allowed_token_type", "two_factor_setup_required", "restricted_action",
    "restricted_action_read_only_channel", "restricted_action_non_threadable_channel",
    "restricted_action_thread_only_channel", "team_access_not_granted", "enterprise_is_restricted",
    # Where or to whom: it is gone, closed, or not ours to write in.
    "channel_not_found", "not_in_channel", "is_archived", "user_not_found", "user_disabled", "user_not_visible",
    "cannot_dm_bot", "user_is_bot", "user_is_restricted", "method_not_supported_for_channel_type",
    "messages_tab_disabled", "channel_type_not_supported", "is_inactive", "no_such_channel", "cant_dm_bot",
    "not_in_dm",
    # What: our own mistake, and it will not become right by trying again.
    "msg_too_long", "msg_blocks_too_long", "no_text", "invalid_blocks", "invalid_blocks_format",
    "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_metadata_format",
    "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app", "invalid_post_type",
    "invalid_form_data", "invalid_json", "too_many_attachments", "unknown_method", "method_deprecated",
    "deprecated_endpoint",
    # Changing a message that is not there any more, or is too old to change.
    "message_not_found", "cant_update_message", "edit_window_closed",
))  # fmt: skip
_LATER: Mapping[str, timedelta] = {
    "ratelimited": RATE_LIMITED,
    "rate_limited": RATE_LIMITED,
    "message_limit_exceeded": BUSY,
    "service_unavailable": BUSY,
    "accesslimited": BUSY,
    "team_added_to_org": CLOSED_SHORTLY,
    "external_channel_migrating": CLOSED_SHORTLY,
}
# https://docs.slack.dev/reference/methods/chat.postMessage#errors: "the operation may have succeeded"
_UNKNOWN: frozenset[str] = frozenset({"internal_error", "fatal_error", "request_timeout"})

# The connection was never made, so nothing was sent; ClientConnectorError also covers names that do not resolve.
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_LOST = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


def of_code(code: str, *, retry_after: timedelta | None = None) -> NotSent:
    """Return what to do about an error code of Slack's."""
    if code in _LATER:
        return Later(reason=code, after=retry_after or _LATER[code])
    if code in _FAILED:
        return Failed(reason=code)
    return Unknown(reason=code if code in _UNKNOWN else _short(code))


def of_error(error: Exception) -> NotSent | None:
    """Return what to do about a call that raised `error`; None when it is none of Slack's doing."""
    if isinstance(error, SlackLimit):
        return Failed(reason="over_limit")
    if isinstance(error, SlackApiError):
        return _of_answer(error)
    if isinstance(error, SlackRequestError):
        return Failed(reason="bad_request")
    if isinstance(error, _NEVER_SENT):
        return Later(reason="unreachable", after=RATE_LIMITED)
    if isinstance(error, _LOST):
        return Unknown(reason="answer_lost")
    return None


def _of_answer(error: SlackApiError) -> NotSent:
    # `response` is Slack's answer, or the bare HTTP one when its body could not be read.
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0) or 0)
    if status == 429:
        return of_code("ratelimited", retry_after=_retry_after(getattr(answer, "headers", None) or {}))
    body = getattr(answer, "data", None)
    code = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(code, str) and code:
        return of_code(code)
    if status in (404, 405):
        return Failed(reason=f"http_{status}")
    # A gateway before Slack says 502 to 504 for what may well have arrived behind it.
    return Unknown(reason=f"http_{status}")


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    text = given[0] if isinstance(given, list) and given else given
    return timedelta(seconds=int(text)) if re.fullmatch(r"[0-9]{1,5}", str(text)) else None


def _short(code: str) -> str:
    return code if re.fullmatch(r"[a-z0-9_]{1,60}", code) else "unreadable_code"
