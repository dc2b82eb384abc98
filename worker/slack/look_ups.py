"""What we ask Slack: who somebody is, who is in a channel, is a message there.

Promises: each asks once, by a posted form; who is not there is None or left out, and every other refusal is raised as
the SDK raises it. Nothing is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from worker.slack.client import CheckedAsyncClient
from worker.slack.outcomes import of_error
from workflows.errors import GiveUp
from workflows.outcomes import Failed

METADATA = "fairsteps_delivery"
# New apps outside the Marketplace get no more than fifteen objects a call.
HISTORY = 15
REPLIES = 200  # Slack gives fifteen where it gives no more
MEMBERS_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What Slack says of one of its users. `email` is None without the right to see it.

    `homes` are the workspaces that they belong to. Whoever belongs to another organisation shares a channel with us
    (Slack Connect), and cannot be written to.
    """

    slack_user: str
    name: str
    zone: str | None
    email: str | None = field(repr=False)
    locale: str
    deleted: bool
    is_bot: bool
    homes: tuple[str, ...] = ()
    confirmed: bool = True  # they have shown that the address is theirs


async def call(client: CheckedAsyncClient, method: str, **asked: str | int) -> AsyncSlackResponse:
    """Ask by a posted form: every method takes one. The SDK would GET, and a proxy may remember or log that."""
    form = {name: str(value).lower() if isinstance(value, bool) else value for name, value in asked.items()}
    return await client.api_call(method, data=form)


async def find(client: CheckedAsyncClient, place: str, delivery: str, thread: str) -> str | None:
    """Return the ref of the message in `place` that carries `delivery`. Raises GiveUp for a thread too long to see."""
    if place.startswith(("U", "W")):
        opened = await call(client, "conversations.open", users=place)
        place = opened["channel"]["id"]
    if not thread:
        look = await call(client, "conversations.history", channel=place, limit=HISTORY, include_all_metadata=True)
        return _carrying(look["messages"], place, delivery)
    ts = thread.partition(":")[2]
    look = await call(client, "conversations.replies", channel=place, ts=ts, limit=REPLIES, include_all_metadata=True)
    ref = _carrying(look["messages"], place, delivery)
    if ref is None and look.get("has_more"):
        # Replies come oldest first. Page after page would starve where one call a minute is the most.
        raise GiveUp("thread_too_long")
    return ref


def _carrying(messages: Iterable[Mapping[str, Any]], place: str, delivery: str) -> str | None:
    for message in messages:
        metadata = message.get("metadata") or {}
        ours = metadata.get("event_type") == METADATA
        if ours and (metadata.get("event_payload") or {}).get("key") == delivery:
            return f"{place}:{message['ts']}"
    return None


async def profile(client: CheckedAsyncClient, slack_user: str) -> Profile | None:
    """Return what Slack says of a user, or None when it knows nobody of that id."""
    try:
        answer = await call(client, "users.info", user=slack_user, include_locale=True)
    except Exception as error:
        refused = of_error(error, to=slack_user)
        if isinstance(refused, Failed) and refused.reason in ("user_not_found", "user_not_visible"):
            return None
        raise
    return _profile_from(slack_user, answer)


async def by_address(client: CheckedAsyncClient, address: str) -> Profile | None:
    """Return what Slack says of whoever has this mail address, or None when nobody here has."""
    try:
        answer = await call(client, "users.lookupByEmail", email=address)
    except Exception as error:
        refused = of_error(error)
        if isinstance(refused, Failed) and refused.reason in ("users_not_found", "user_not_found"):
            return None
        raise
    return _profile_from(str(answer["user"]["id"]), answer)


def _profile_from(slack_user: str, answer: AsyncSlackResponse) -> Profile:
    user: Mapping[str, Any] = answer["user"]
    said: Mapping[str, Any] = user.get("profile") or {}
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    names = (said.get("display_name"), said.get("real_name"), user.get("real_name"), user.get("name"), slack_user)
    return Profile(
        slack_user=slack_user,
        name=next(name.strip() for name in names if name and name.strip()),
        zone=user.get("tz") or None,
        email=said.get("email") or None,
        locale=str(user.get("locale") or "en").partition("-")[0].lower(),
        deleted=bool(user.get("deleted")),
        is_bot=bool(user.get("is_bot")) or slack_user == "USLACKBOT",
        homes=tuple(str(home) for home in (user.get("team_id"), *teams) if home),
        confirmed=user.get("is_email_confirmed") is not False,
    )


async def members(client: CheckedAsyncClient, channel: str) -> tuple[str, ...]:
    """Return the users in a channel, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        page = await call(client, "conversations.members", channel=channel, limit=MEMBERS_PAGE, cursor=cursor)
        found += page["members"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return tuple(dict.fromkeys(found))
