"""Slack's limits of speed: how often a workspace may be asked what, kept over all processes by `store.pace`.

Promises: after a "not so fast" (429) nobody calls that method in that workspace before Slack's own `Retry-After` has
passed; a conversation gets one message a second; a workspace gets far fewer messages a minute than Slack allows. What
has to wait longer than a moment is not sent, and says when to come again.

Reading a conversation is held to one call a minute for apps of others, and not for an organisation's own. So it is not
held back from here: where the rule holds, the first "not so fast" makes everybody wait for the minute it names, one
look gets through after each, and who looks is never told "no" (`Slack.find`).

In local mode nothing but the pauses holds: the local Slack has no such limits, and days pass there in seconds.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from worker.slack.outcomes import RATE_LIMITED, Paused, not_so_fast
from worker.store.pace import Call, Lane, Pace, Turn
from workflows.errors import StoreUnavailable

log = structlog.get_logger()

# https://docs.slack.dev/apis/web-api/rate-limits: one message a second a channel (a tenth more, for not every road is
# equally long), "several hundred" messages a minute a workspace, and tiers of 50 and more a minute for the others.
A_PLACE_MS = 1100
POST = "chat.postMessage"
_CEILINGS = {
    POST: Lane(name=POST, every_ms=400, at_once=50),
    "chat.update": Lane(name="chat.update", every_ms=1200, at_once=30),
    "conversations.history": Lane(name="conversations.history", every_ms=1200, at_once=10),
    "conversations.replies": Lane(name="conversations.replies", every_ms=1200, at_once=10),
}
PATIENCE = timedelta(seconds=2)  # a batch may sleep that long: far within its lease
AT_ONCE_OR_NEVER = timedelta(0)


class Turns:
    """Slack's limits over `pace`; `local` when it is not the real Slack."""

    def __init__(self, pace: Pace, *, local: bool) -> None:
        self._pace = pace
        self._local = local
        self.apart = 0.0 if local else A_PLACE_MS / 1000  # seconds between two messages in one conversation

    def of_batch(self, workspace: str, calls: Sequence[tuple[str, str]]) -> list[Turn]:
        """Return a turn for each (method, conversation). Raises StoreUnavailable, and then nothing was called."""
        return self._pace.turns(workspace, [self._call(*call) for call in calls], patience=PATIENCE)

    def gate(self, workspace: str) -> "Gate":
        """Return what a client for `workspace` passes before each call."""
        return Gate(self, workspace)

    def now_or(self, workspace: str, method: str) -> None:
        """Raise Paused unless `method` may be called this moment."""
        (turn,) = self._pace.turns(workspace, [self._call(method, "")], patience=AT_ONCE_OR_NEVER)
        if not turn.mine:
            raise Paused(turn.wait)

    def note(self, workspace: str, method: str, error: Exception) -> None:
        """Tell everybody when Slack said "not so fast". What cannot be told now, the next call will hear itself."""
        if isinstance(error, Paused) or not not_so_fast(error):
            return
        try:
            self._pace.pause(workspace, method, after=not_so_fast(error) or RATE_LIMITED)
        except StoreUnavailable:
            log.warning("A pause could not be told to the others.", action="pause_lost", id=workspace, reason=method)

    def _call(self, method: str, place: str) -> Call:
        if self._local:
            return Call(method=method)
        ceiling = (_CEILINGS[method],) if method in _CEILINGS else ()
        own = (Lane(name=f"{method}/{place}", every_ms=A_PLACE_MS),) if method == POST and place else ()
        return Call(method=method, lanes=ceiling + own)


class Gate:
    """What one client passes before and after each call in one workspace."""

    def __init__(self, turns: Turns, workspace: str) -> None:
        self._turns = turns
        self._workspace = workspace

    def before(self, method: str) -> None:
        """Raise Paused when Slack wants to be left alone; StoreUnavailable when nobody can say."""
        self._turns.now_or(self._workspace, method)

    def after(self, method: str, error: Exception) -> None:
        """Tell the others what Slack answered."""
        self._turns.note(self._workspace, method, error)
