"""Slack's installations and OAuth states behind slack_sdk's interfaces, kept in our store.

A workspace has one bot and perhaps tokens of single users. The parts are kept apart: `bot` holds the bot's token,
`latest` and `user:ID` hold who installed and their own token. So a user's token that is taken back is that user's
alone, and a bot's that is taken back leaves nothing to send with. Raises StoreUnavailable when the state cannot be
reached.
"""

import json
import logging
from typing import Any

from slack_sdk.oauth import InstallationStore, OAuthStateStore
from slack_sdk.oauth.installation_store import Bot, Installation

from worker.slack.client import silent
from worker.store.installations import Installations
from workflows.ids import made_of

_BOT = ("bot_token", "bot_refresh_token", "bot_token_expires_at")
_TIMES = ("bot_token_expires_at", "user_token_expires_at", "installed_at")


class FairstepsInstallationStore(InstallationStore):
    """Installations by workspace; an organisation-wide one by its enterprise."""

    def __init__(self, store: Installations) -> None:
        self._store = store

    @property
    def logger(self) -> logging.Logger:
        return silent()

    def save(self, installation: Installation) -> None:
        """Keep an installation: its bot, and who installed."""
        parts = {"latest": _user_part(installation), f"user:{installation.user_id}": _user_part(installation)}
        if installation.bot_token:
            parts["bot"] = bot_to_text(installation.to_bot())
        team = None if installation.is_enterprise_install else installation.team_id
        self._store.save(_home(installation.enterprise_id, team), parts)

    def save_bot(self, bot: Bot) -> None:
        """Keep a bot alone."""
        team = None if bot.is_enterprise_install else bot.team_id
        self._store.save(_home(bot.enterprise_id, team), {"bot": bot_to_text(bot)})

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the bot of a workspace, or None."""
        kept = self._store.find(_home(enterprise_id, None if is_enterprise_install else team_id), "bot")
        return bot_from_text(kept) if kept else None

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return a user's installation, or without a user the newest, with the workspace's bot in it."""
        home = _home(enterprise_id, None if is_enterprise_install else team_id)
        kept = self._store.find(home, f"user:{user_id}" if user_id else "latest")
        if kept is None:
            return None
        bot = self._store.find(home, "bot")
        bot_fields = {name: value for name, value in json.loads(bot or "{}").items() if name in _BOT}
        return Installation(**{**json.loads(kept), **bot_fields})

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the bot: nothing can be sent any more."""
        self._store.delete(_home(enterprise_id, team_id), "bot")

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget a user's own part, or without a user the newest. The workspace's bot stays."""
        home = _home(enterprise_id, team_id)
        if user_id is None:
            self._store.delete(home, "latest")
            return
        latest = self._store.find(home, "latest")
        theirs = latest is not None and json.loads(latest).get("user_id") == user_id
        self._store.delete(home, f"user:{user_id}", *(("latest",) if theirs else ()))

    def delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget everything of a workspace."""
        self._store.delete_all(_home(enterprise_id, team_id))

    def bot_token(self, workspace: str) -> str | None:
        """Return the token of a workspace's own installation as it is kept, or None; `Tokens` gives the one to use."""
        bot = self.find_bot(enterprise_id=None, team_id=workspace)
        return bot.bot_token if bot else None

    def note_spent(self, home: str, bot: Bot) -> None:
        """Note that Slack takes this bot's refresh token no more. Whatever takes its place is not spent."""
        self._store.save(home, {"spent": _mark(bot)})

    def is_spent(self, home: str, bot: Bot) -> bool:
        """Whether the token of this bot cannot be renewed."""
        return bool(bot.bot_refresh_token) and self._store.find(home, "spent") == _mark(bot)


class FairstepsStateStore(OAuthStateStore):
    """States that are given out once and used once."""

    def __init__(self, store: Installations) -> None:
        self._store = store

    @property
    def logger(self) -> logging.Logger:
        return silent()

    def issue(self, *args: Any, **kwargs: Any) -> str:
        """Give out a state."""
        return self._store.issue_state()

    def consume(self, state: str) -> bool:
        """Use a state up; False when it is not one of ours, too old or used before."""
        return self._store.consume_state(state)


def _home(enterprise_id: str | None, team_id: str | None) -> str:
    """The workspace an installation belongs to: the team, or the enterprise when it holds for all its teams."""
    return team_id or enterprise_id or "none"


def _mark(bot: Bot) -> str:
    return made_of("spent", bot.bot_refresh_token or "")


def bot_to_text(bot: Bot) -> str:
    """Return a bot as it is kept."""
    return _written(bot.to_dict_for_copying())


def bot_from_text(kept: str) -> Bot:
    """Read what `bot_to_text` wrote."""
    return Bot(**json.loads(kept))


def _user_part(installation: Installation) -> str:
    return _written({name: v for name, v in installation.to_dict_for_copying().items() if name not in _BOT})


def _written(fields: dict[str, Any]) -> str:
    # The SDK gives instants, and takes them back as ISO text.
    plain = {n: v.isoformat() if n in _TIMES and v is not None else v for n, v in fields.items()}
    return json.dumps({name: value for name, value in plain.items() if value is not None})
