"""Messages out to Slack, and the few things we ask it (`look_ups.py`).

Promises: one attempt for each posting, at most ten at a time, and one outcome for each, in order; nothing is repeated
in silence. Slack has no idempotency key, so each message carries its delivery (an opaque id) as metadata: after a crash
or a lost answer, `find` looks whether it is there. An edit that was lost is Later and not Unknown, for the same edit
twice is one edit. Slack's limits of speed hold over all processes (`turns.py`): a batch asks for its turns before
anything is sent, sleeps a moment for some, and what has to wait longer comes Later. After a "not so fast" of a
workspace nobody calls that method there, the rest of the batch neither, before Slack's own `Retry-After` is over.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from worker.settings import Settings
from worker.slack.blocks import render
from worker.slack.client import CheckedAsyncClient, Line
from worker.slack.home import publish
from worker.slack.look_ups import METADATA, Profile, by_address, call, find, members, profile
from worker.slack.outcomes import PACED, NotSent, of_code, of_error, told
from worker.slack.turns import POST, Turns
from worker.store.pace import Turn
from workflows.errors import GiveUp, Retry
from workflows.message import Message
from workflows.outcomes import Failed, Later, Outcome, Sent, Unknown

__all__ = ["AT_ONCE", "Posting", "Profile", "Slack"]

log = structlog.get_logger()

AT_ONCE = 10
EDIT_AGAIN = timedelta(seconds=30)
# Seconds that a form waits for a look-up: Slack waits three for us, and a form may need both.
PEOPLE_WAIT, SIZE_WAIT = 1.8, 0.8

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


class Slack:
    """`tokens` gives a workspace's bot token, or None when the app is not installed there; `turns` when to call."""

    def __init__(self, *, settings: Settings, tokens: Callable[[str], str | None], turns: Turns) -> None:
        self._api_url = settings.slack_api_url
        self._tokens = tokens
        self._turns = turns
        self._line = Line()

    def post(self, batch: Sequence[Posting]) -> list[Outcome]:
        """Send each of `batch` once; outcomes in the same order. Raises StoreUnavailable before any is sent."""
        workspaces = dict.fromkeys(posting.workspace for posting in batch)
        tokens = {workspace: self._tokens(workspace) for workspace in workspaces}
        turns: dict[int, Turn] = {}
        for workspace in workspaces:
            theirs = [place for place, posting in enumerate(batch) if posting.workspace == workspace]
            calls = [(_method(batch[place]), _place(batch[place])) for place in theirs]
            if tokens[workspace]:
                turns.update(zip(theirs, self._turns.of_batch(workspace, calls), strict=True))
        return self._line.run(self._post_all(batch, tokens, turns))

    def find(self, workspace: str, to: str, delivery: str, *, ref_channel: str = "", thread: str = "") -> str | None:
        """Return the ref of the message that carries `delivery`, or None when it is not there.

        `thread` ("C123:1712.0001") is where a reply would be. Raises Retry or GiveUp when Slack does not tell: that is
        no "no".
        """
        return self._ask(workspace, lambda client: find(client, ref_channel or to, delivery, thread), to=to)

    def profile(self, workspace: str, slack_users: Sequence[str]) -> Mapping[str, Profile]:
        """Return what Slack says of each user; whom it does not know is left out. Raises Retry or GiveUp."""
        found = self._ask(workspace, lambda client: _together(profile(client, user) for user in slack_users))
        return {profile.slack_user: profile for profile in found if profile is not None}

    def by_address(self, workspace: str, addresses: Sequence[str]) -> Mapping[str, Profile | None]:
        """Return who in Slack has each mail address, None for one that nobody has. Raises Retry or GiveUp.

        Somebody waits before a form: it takes PEOPLE_WAIT seconds at most.
        """

        async def asked(client: CheckedAsyncClient) -> list[Profile | None]:
            every = _together(by_address(client, address) for address in addresses)
            return await asyncio.wait_for(every, PEOPLE_WAIT)

        found = self._ask(workspace, asked)
        return dict(zip(addresses, found, strict=True))

    def members(self, workspace: str, channel: str) -> tuple[str, ...]:
        """Return the users in a channel, bots included. Raises Retry or GiveUp."""
        return self._ask(workspace, lambda client: members(client, channel))

    def size(self, workspace: str, channel: str) -> int:
        """Return how many are in a channel, apps and deactivated people included. Raises Retry or GiveUp.

        Somebody waits before a form: it takes SIZE_WAIT seconds at most.
        """

        async def counted(client: CheckedAsyncClient) -> int:
            asked = call(client, "conversations.info", channel=channel, include_num_members=True)
            found = await asyncio.wait_for(asked, SIZE_WAIT)
            return int(found["channel"].get("num_members") or 0)

        return self._ask(workspace, counted)

    def join(self, workspace: str, channel: str) -> None:
        """Enter a public channel; being there already is fine. GiveUp for a private one: somebody must invite us."""
        self._ask(workspace, lambda client: call(client, "conversations.join", channel=channel))

    def publish(
        self, workspace: str, slack_user: str, view: dict[str, Any], *, mark: str = "", seconds: float | None = None
    ) -> str:
        """Draw somebody's Home tab and return Slack's mark of it; with `mark`, only over the view of that mark.

        Raises Retry, also when it takes longer than `seconds`, or GiveUp; the reason is Slack's own code:
        `hash_conflict` when it is another view by now.
        """

        async def published(client: CheckedAsyncClient) -> str:
            return await asyncio.wait_for(publish(client, slack_user, view, mark), seconds)

        return self._ask(workspace, published, to=slack_user)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    async def _post_all(
        self, batch: Sequence[Posting], tokens: Mapping[str, str | None], turns: Mapping[int, Turn]
    ) -> list[Outcome]:
        wait: dict[tuple[str, str], Later] = {}
        last: dict[tuple[str, str], float] = {}
        clients = {name: self._line.client(self._api_url, token) for name, token in tokens.items() if token}
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(place: int, posting: Posting) -> Outcome:
            client = clients.get(posting.workspace)
            if client is None:
                return of_code("not_installed")
            turn = turns[place]
            if not turn.mine:
                return Later(reason=PACED, after=turn.wait)
            await asyncio.sleep(turn.wait.total_seconds())
            method = (posting.workspace, _method(posting))
            async with gate:
                await _after_the_last(last, posting, self._turns.apart)
                if method in wait:
                    return wait[method]
                outcome, error = await _post(client, posting)
                if error is not None and isinstance(outcome, Later):
                    await asyncio.to_thread(self._turns.note, *method, error)
                if isinstance(outcome, Later) and outcome.reason in ("ratelimited", "rate_limited"):
                    wait[method] = outcome
                return outcome

        return await asyncio.gather(*(one(place, posting) for place, posting in enumerate(batch)))

    def _ask(
        self, workspace: str, question: Callable[[CheckedAsyncClient], Coroutine[Any, Any, _T]], *, to: str = ""
    ) -> _T:
        token = self._tokens(workspace)
        if token is None:
            raise GiveUp("not_installed", mark="workspace")

        async def asked() -> _T:
            return await question(self._line.client(self._api_url, token, gate=self._turns.gate(workspace)))

        try:
            return self._line.run(asked())
        except Exception as error:
            raise _as_error(of_error(error, to=to), error) from None


def _method(posting: Posting) -> str:
    return "chat.update" if posting.ref else POST


def _place(posting: Posting) -> str:
    return posting.ref.partition(":")[0] or posting.to


async def _after_the_last(last: dict[tuple[str, str], float], posting: Posting, apart: float) -> None:
    """Keep the distance in one conversation also where a slow Slack has held up the message before."""
    if posting.ref or not apart:
        return
    place, clock = (posting.workspace, posting.to), asyncio.get_running_loop()
    last[place] = max(clock.time(), last.get(place, -apart) + apart)
    await asyncio.sleep(last[place] - clock.time())


def _as_error(outcome: NotSent | None, error: Exception) -> Exception:
    match outcome:
        case Failed(reason=reason, mark=mark):
            return GiveUp(reason, mark=mark)
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
        try:
            async with gate:
                return await one
        finally:
            one.close()

    tasks = [asyncio.ensure_future(gated(one)) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:  # after one refusal nobody waits for the others
            task.cancel()


async def _post(client: CheckedAsyncClient, posting: Posting) -> tuple[Outcome, Exception | None]:
    """Return what became of a posting, and what Slack or the way there raised."""
    try:
        return await _attempt(client, posting), None
    except Exception as error:
        # One posting that breaks must not take the outcomes of the others along.
        outcome = of_error(error, to=_place(posting)) or Unknown(reason=type(error).__name__)
        if isinstance(outcome, Unknown) and posting.ref:
            outcome = Later(reason=outcome.reason, after=EDIT_AGAIN)
        say = log.error if told(outcome.reason) == "operator" else log.info
        say("Slack did not take a message.", action="slack_refused", id=posting.delivery, reason=outcome.reason)
        return outcome, error


async def _attempt(client: CheckedAsyncClient, posting: Posting) -> Sent:
    body: dict[str, Any] = {
        **render(posting.message),
        "metadata": {"event_type": METADATA, "event_payload": {"key": posting.delivery}},
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if posting.ref:
        channel, _, ts = posting.ref.partition(":")
        answer = await client.chat_update(channel=channel, ts=ts, **body)
    else:
        if posting.thread:
            body["thread_ts"] = posting.thread.partition(":")[2]
            body["reply_broadcast"] = posting.broadcast
        answer = await client.chat_postMessage(channel=posting.to, **body)
    return Sent(ref=f"{answer['channel']}:{answer['ts']}")
