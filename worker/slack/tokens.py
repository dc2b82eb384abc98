"""The token to speak to Slack with: a workspace's own, else that of its organisation; renewed before it ends.

With token rotation a token lives twelve hours, and what renews it works once. So one process at a time renews, the
others go on with the token that is there; the new one takes the place of exactly the one that was renewed, or, when
somebody added the app again meanwhile, is dropped. Bolt's own rotation takes no lock and is never used.

A token has half of its life left when it is renewed first. A crash

* before Slack was asked: spends nothing. The turn ends after TURN_MS, and whoever needs the token next tries.
* after Slack answered, before the new token is kept: the new one is lost and the old refresh token spent. The token
  that is there works to its end. The next try hears `invalid_refresh_token`: then whoever added the app is told once to
  add it again, `fairsteps doctor` names the workspace, and when the token ends everything there waits until they did.
  An answer of Slack's that is lost on the way comes to the same, if Slack had heard us.
* after it is kept: nothing. Redis writes to disk within a second; losing that second is the case before.

What Slack refuses for now, or for a setting of ours that is wrong, spends nothing: it is tried again after TURN_MS,
with the token that is there until then. Logs hold Slack's code alone.
"""

import ssl
from http.client import HTTPException
from typing import Protocol

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store import Bot

from worker.settings import Settings
from worker.slack.client import sync_client
from worker.slack.installations import FairstepsInstallationStore, bot_from_text, bot_to_text
from worker.store.installations import Installations
from worker.store.workspaces import Workspaces

log = structlog.get_logger()

AHEAD = 6 * 3600  # seconds before its end at which a worker renews a token
AT_LAST = 300  # the same while a person waits for a modal: a worker has long done it, unless nothing was sent for hours
TURN_MS = 30_000  # longer than a call takes, and a pause between tries
_SECONDS = 5
# Slack's words for a refresh token that will never work again.
_SPENT = frozenset({"invalid_refresh_token", "invalid_grant", "token_revoked", "account_inactive"})


class Lost(Protocol):
    """Hears, for a workspace, that its installation's token cannot be renewed, and later that it is over."""

    def __call__(self, home: str, workspace: str, *, over: bool) -> None: ...


class Tokens:
    """Gives out bots and their tokens. Every method raises StoreUnavailable when Redis is gone."""

    def __init__(self, *, settings: Settings, installations: Installations, workspaces: Workspaces, lost: Lost) -> None:
        self._settings = settings
        self._installations = installations
        self._store = FairstepsInstallationStore(installations)
        self._workspaces = workspaces
        self._lost = lost

    def bot_token(self, workspace: str) -> str | None:
        """Return the token to send with in `workspace`, or None when the app is not there."""
        bot = self.bot(workspace)
        return bot.bot_token if bot else None

    def bot(self, workspace: str, *, enterprise: str = "", ahead: int = AHEAD) -> Bot | None:
        """Return the bot of a workspace: its own, else that of its organisation; None when neither has us.

        `enterprise` is the organisation as Slack names it; without it, as it is known. Its token lives `ahead` seconds
        more, as far as that can be had.
        """
        kept = self._installations.find(workspace, "bot") if workspace else None
        if kept is not None:
            return self._living(workspace, kept, workspace, ahead=ahead)
        home = enterprise or self._organisation(workspace)
        kept = self._installations.find(home, "bot") if home and home != workspace else None
        return self._living(home, kept, workspace, ahead=ahead) if kept is not None else None

    def _organisation(self, workspace: str) -> str:
        found = self._workspaces.get(workspace)
        return found.enterprise if found else ""

    def _living(self, home: str, kept: str, workspace: str, *, ahead: int) -> Bot:
        bot = bot_from_text(kept)
        if not bot.bot_refresh_token or not bot.bot_token_expires_at:
            return bot
        left = bot.bot_token_expires_at - self._installations.now()
        if left > ahead:
            return bot
        if self._store.is_spent(home, bot):
            if left <= 0:
                self._lost(home, workspace, over=True)
            return bot
        if not self._installations.take_turn(home, ms=TURN_MS):
            return self._now(home, bot)  # somebody may have just done it
        again = self._installations.find(home, "bot")
        if again != kept:
            return bot_from_text(again) if again else bot
        return self._renew(home, kept, workspace)

    def _renew(self, home: str, kept: str, workspace: str) -> Bot:
        bot = bot_from_text(kept)
        client = sync_client(self._settings.slack_api_url, tls=ssl.create_default_context(), seconds=_SECONDS)
        try:
            said = client.oauth_v2_access(
                client_id=self._settings.slack_client_id or "",
                client_secret=self._settings.slack_client_secret or "",
                grant_type="refresh_token",
                refresh_token=bot.bot_refresh_token,
            )
            bot.bot_token, bot.bot_refresh_token = str(said["access_token"]), str(said["refresh_token"])
            bot.bot_token_expires_at = int(self._installations.now()) + int(said["expires_in"])
        except (SlackClientError, OSError, HTTPException, KeyError, TypeError, ValueError) as failed:
            return self._refused(home, kept, workspace, failed)
        if self._installations.swap(home, "bot", before=kept, after=bot_to_text(bot)):
            log.info("A token was renewed.", action="token_renewed", id=home)
        return self._now(home, bot)

    def _refused(self, home: str, kept: str, workspace: str, failed: Exception) -> Bot:
        bot = bot_from_text(kept)
        code = failed.response.get("error") if isinstance(failed, SlackApiError) else type(failed).__name__
        log.error("A token was not renewed.", action="token_not_renewed", id=home, reason=str(code)[:60])
        if code in _SPENT and self._installations.find(home, "bot") == kept:
            # Noted beside the token, not in it: whoever did renew it and is slow to say so can still put it in place.
            self._store.note_spent(home, bot)
            self._lost(home, workspace, over=False)
        return self._now(home, bot)

    def _now(self, home: str, otherwise: Bot) -> Bot:
        kept = self._installations.find(home, "bot")
        return bot_from_text(kept) if kept else otherwise
