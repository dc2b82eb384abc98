"""What Slack tells by itself: the app was taken out, tokens are dead, somebody looks at the Home tab.

Promises: an event that comes again, late or in any order changes nothing twice, and one that is older than the
installation changes nothing at all.
"""

from collections.abc import Mapping
from typing import Any

import structlog

from worker import homes
from worker.slack.installations import FairstepsInstallationStore
from worker.wiring import House
from workflows.errors import GiveUp, Retry

log = structlog.get_logger()


def uninstalled(house: House, store: FairstepsInstallationStore, body: Mapping[str, Any]) -> None:
    """The app was taken out: forget every token. What the group wrote stays its own."""
    workspace, enterprise = _where(body)
    if _reinstalled_since(store, body):
        return
    store.delete_all(enterprise_id=enterprise, team_id=workspace)
    house.cases.workspace_removed(workspace)
    log.info("Fairsteps was taken out of a workspace.", action="workspace_removed", id=workspace)


def tokens_revoked(house: House, store: FairstepsInstallationStore, body: Mapping[str, Any]) -> None:
    """Some tokens are dead. A user's own is theirs alone; without the bot's, the workspace cannot be served."""
    workspace, enterprise = _where(body)
    tokens = body["event"].get("tokens")
    if not isinstance(tokens, Mapping):
        return  # of no shape that Slack sends: nothing is taken away on its word
    users = tokens.get("oauth")
    for user in users if isinstance(users, list) else ():
        store.delete_installation(enterprise_id=enterprise, team_id=workspace, user_id=str(user))
    if tokens.get("bot") and not _reinstalled_since(store, body):
        store.delete_bot(enterprise_id=enterprise, team_id=workspace)
        house.cases.workspace_removed(workspace)
    log.info("Slack took tokens back.", action="tokens_revoked", id=workspace)


def home_opened(house: House, body: Mapping[str, Any]) -> None:
    """Somebody looks at the Home tab: draw it, and then get to know who they are, if nobody has told us.

    A tab that stays as it was hurts nobody, so what Slack refuses is only noted.
    """
    user = body["event"].get("user")
    if body["event"].get("tab") != "home" or not isinstance(user, str):
        return
    workspace, _ = _where(body)
    for act in (homes.opened, homes.remember):
        try:
            act(house, workspace, user)
        except (Retry, GiveUp) as refused:
            log.warning("A look at a Home tab came to nothing.", action="home_failed", reason=refused.reason)


def _where(body: Mapping[str, Any]) -> tuple[str, str | None]:
    return str(body["team_id"]), body.get("enterprise_id")


def _reinstalled_since(store: FairstepsInstallationStore, body: Mapping[str, Any]) -> bool:
    """Whether the event is older than the installation: Slack brings one again for minutes, in any order."""
    workspace, enterprise = _where(body)
    bot = store.find_bot(enterprise_id=enterprise, team_id=workspace)
    happened = body.get("event_time")
    return bot is not None and isinstance(happened, int) and happened < int(bot.installed_at)
