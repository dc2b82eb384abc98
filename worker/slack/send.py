"""Messages out to Slack, and the few things we ask it: who somebody is, who is in a channel, is a message there.

Promises: one attempt for each posting, at most ten at a time, and one outcome for each, in order; nothing is repeated
in silence. Slack has no idempotency key, so each message carries its delivery (an opaque id) as metadata: after a crash
or a lost answer, `find` looks whether it is there. An edit that was lost is Later and not Unknown, for the same edit
twice is one edit. After the first "not so fast" of a workspace the rest of its batch waits without asking.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from worker.settings import Settings
from worker.slack.blocks import render
from worker.slack.client import CheckedAsyncClient, Line
from worker.slack.outcomes import NotSent, of_error
from workflows.errors import GiveUp, Retry
from workflows.message import Message
from workflows.outcomes import Failed, Later, Outcome, Sent, Unknown

log = structlog.get_logger()

AT_ONCE = 10
METADATA = "fairsteps_delivery"
# New apps outside the Marketplace get no more than fifteen objects a call.
HISTORY = 15
MEMBERS_PAGE = 200
EDIT_AGAIN = timedelta(seconds=30)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One message to a user (a DM) or a channel. `ref` ("C123:1712.0001") changes that message instead.

    `thread` ("C123:1712.0001") is the message in whose thread it goes; with `broadcast` the channel sees it as well.
    """

    workspace: str
    delivery: str
    to: str
    message: Message
    ref: str = ""
    thread: str = ""
    broadcast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What Slack says of one of its users. `email` is None without the right to see it."""

    slack_user: str
    name: str
    zone: str | None
    email: str | None = field(repr=False)
    locale: str
    deleted: bool
    is_bot: bool


class Slack:
    """`tokens` gives a workspace's bot token, or None when the app is not installed there."""

    def __init__(self, *, settings: Settings, tokens: Callable[[str], str | None]) -> None:
        self._api_url = settings.slack_api_url
        self._tokens = tokens
        self._line = Line()

    def post(self, batch: Sequence[Posting]) -> list[Outcome]:
        """Send each of `batch` once; outcomes in the same order. Raises StoreUnavailable before any is sent."""
        tokens = {workspace: self._tokens(workspace) for workspace in {posting.workspace for posting in batch}}
        return self._line.run(self._post_all(batch, tokens))

    def find(self, workspace: str, to: str, delivery: str, *, ref_channel: str = "") -> str | None:
        """Return the ref of the message that carries `delivery`, or None when it is not there.

        Raises Retry or GiveUp when Slack does not tell: that is no "no".
        """
        return self._ask(workspace, lambda client: _find(client, ref_channel or to, delivery))

    def profile(self, workspace: str, slack_users: Sequence[str]) -> Mapping[str, Profile]:
        """Return what Slack says of each user; whom it does not know is left out. Raises Retry or GiveUp."""
        found = self._ask(workspace, lambda client: _together(_profile(client, user) for user in slack_users))
        return {profile.slack_user: profile for profile in found if profile is not None}

    def members(self, workspace: str, channel: str) -> tuple[str, ...]:
        """Return the users in a channel, bots included. Raises Retry or GiveUp."""
        return self._ask(workspace, lambda client: _members(client, channel))

    def size(self, workspace: str, channel: str) -> int:
        """Return how many are in a channel, apps and deactivated people included. Raises Retry or GiveUp."""

        async def counted(client: CheckedAsyncClient) -> int:
            found = await _call(client, "conversations.info", channel=channel, include_num_members=True)
            return int(found["channel"].get("num_members") or 0)

        return self._ask(workspace, counted)

    def join(self, workspace: str, channel: str) -> None:
        """Enter a public channel; being there already is fine. GiveUp for a private one: somebody must invite us."""
        self._ask(workspace, lambda client: _call(client, "conversations.join", channel=channel))

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    async def _post_all(self, batch: Sequence[Posting], tokens: Mapping[str, str | None]) -> list[Outcome]:
        wait: dict[str, Later] = {}
        clients = {name: self._line.client(self._api_url, token) for name, token in tokens.items() if token}

        async def one(posting: Posting) -> Outcome:
            client = clients.get(posting.workspace)
            if client is None:
                return Failed(reason="not_installed")
            if posting.workspace in wait:
                return wait[posting.workspace]
            outcome = await _post(client, posting)
            if isinstance(outcome, Later) and outcome.reason == "ratelimited":
                wait[posting.workspace] = outcome
            return outcome

        return await _together(one(posting) for posting in batch)

    def _ask(self, workspace: str, question: Callable[[CheckedAsyncClient], Coroutine[Any, Any, _T]]) -> _T:
        token = self._tokens(workspace)
        if token is None:
            raise GiveUp("not_installed")

        async def asked() -> _T:
            return await question(self._line.client(self._api_url, token))

        try:
            return self._line.run(asked())
        except Exception as error:
            raise _as_error(of_error(error), error) from None


def _as_error(outcome: NotSent | None, error: Exception) -> Exception:
    match outcome:
        case Failed(reason=reason):
            return GiveUp(reason)
        case Later(reason=reason, after=after):
            return Retry(reason, after=after)
        case Unknown(reason=reason):
            return Retry(reason)
        case None:
            return error


async def _together(work: Iterable[Coroutine[Any, Any, _T]]) -> list[_T]:
    """Do all of `work`, ten at a time, in order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def gated(one: Coroutine[Any, Any, _T]) -> _T:
        async with gate:
            return await one

    return await asyncio.gather(*map(gated, work))


async def _post(client: CheckedAsyncClient, posting: Posting) -> Outcome:
    try:
        outcome: Outcome = await _attempt(client, posting)
    except Exception as error:
        # One posting that breaks must not take the outcomes of the others along.
        outcome = of_error(error) or Unknown(reason=type(error).__name__)
    if isinstance(outcome, Unknown) and posting.ref:
        outcome = Later(reason=outcome.reason, after=EDIT_AGAIN)
    if not isinstance(outcome, Sent):
        log.info("Slack did not take a message.", action="slack_refused", id=posting.delivery, reason=outcome.reason)
    return outcome


async def _attempt(client: CheckedAsyncClient, posting: Posting) -> Sent:
    body = {
        **render(posting.message),
        "metadata": {"event_type": METADATA, "event_payload": {"key": posting.delivery}},
        "parse": "none",
        "link_names": False,
    }
    if posting.ref:
        channel, _, ts = posting.ref.partition(":")
        answer = await client.chat_update(channel=channel, ts=ts, **body)
    else:
        answer = await client.chat_postMessage(channel=posting.to, unfurl_links=False, unfurl_media=False, **body)
    return Sent(ref=f"{answer['channel']}:{answer['ts']}")


async def _call(client: CheckedAsyncClient, method: str, **asked: str | int) -> AsyncSlackResponse:
    """Ask by a posted form: every method takes one. The SDK would GET, and a proxy may remember or log that."""
    form = {name: str(value).lower() if isinstance(value, bool) else value for name, value in asked.items()}
    return await client.api_call(method, data=form)


async def _find(client: CheckedAsyncClient, place: str, delivery: str) -> str | None:
    if place.startswith(("U", "W")):
        opened = await _call(client, "conversations.open", users=place)
        place = opened["channel"]["id"]
    history = await _call(client, "conversations.history", channel=place, limit=HISTORY, include_all_metadata=True)
    for message in history["messages"]:
        metadata = message.get("metadata") or {}
        ours = metadata.get("event_type") == METADATA
        if ours and (metadata.get("event_payload") or {}).get("key") == delivery:
            return f"{place}:{message['ts']}"
    return None


async def _profile(client: CheckedAsyncClient, slack_user: str) -> Profile | None:
    try:
        answer = await _call(client, "users.info", user=slack_user, include_locale=True)
    except Exception as error:
        if of_error(error) in (Failed(reason="user_not_found"), Failed(reason="user_not_visible")):
            return None
        raise
    return _profile_from(slack_user, answer)


def _profile_from(slack_user: str, answer: AsyncSlackResponse) -> Profile:
    user: Mapping[str, Any] = answer["user"]
    said: Mapping[str, Any] = user.get("profile") or {}
    names = (said.get("display_name"), said.get("real_name"), user.get("real_name"), user.get("name"), slack_user)
    return Profile(
        slack_user=slack_user,
        name=next(name.strip() for name in names if name and name.strip()),
        zone=user.get("tz") or None,
        email=said.get("email") or None,
        locale=str(user.get("locale") or "en").partition("-")[0].lower(),
        deleted=bool(user.get("deleted")),
        is_bot=bool(user.get("is_bot")) or slack_user == "USLACKBOT",
    )


async def _members(client: CheckedAsyncClient, channel: str) -> tuple[str, ...]:
    found: list[str] = []
    cursor = ""
    while True:
        page = await _call(client, "conversations.members", channel=channel, limit=MEMBERS_PAGE, cursor=cursor)
        found += page["members"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return tuple(dict.fromkeys(found))
