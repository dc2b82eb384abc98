"""What is wrong with a workspace, in words for whoever runs Fairsteps: why nothing is sent there, what is missing.

Read from what is kept alone; Slack is not asked. Nothing here holds a token or a person's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk.oauth.installation_store import Bot

from worker.slack.installations import FairstepsInstallationStore
from worker.slack.oauth import SCOPES
from worker.store.workspaces import Workspace, Workspaces

# Somebody wanted it so: nothing is broken.
_WANTED = {
    "uninstalled": "the app was taken out; what people wrote is kept, and goes on when it is added again",
    "tokens_revoked": "its tokens were taken back; what people wrote is kept, and goes on when the app is added again",
    "access_revoked": "its organisation does not let the app in here any more; an admin there can",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing about one workspace. `wanted` when somebody took us out on purpose."""

    workspace: str
    wanted: bool
    said: str


def troubles(workspaces: Workspaces, store: FairstepsInstallationStore, *, again: str) -> Iterator[Trouble]:
    """Yield what is wrong, workspace by workspace; `again` is the address at which the app is added."""
    for workspace in (one for one in workspaces.all() if one.kind == "slack"):
        wanted = _WANTED.get(workspace.trouble)
        if not workspace.active and wanted:
            yield Trouble(workspace=workspace.id, wanted=True, said=f"nothing is sent there: {wanted}")
            continue
        for said in _wrong(workspace, store):
            yield Trouble(workspace=workspace.id, wanted=False, said=f"{said}; add the app again: {again}")


def _wrong(workspace: Workspace, store: FairstepsInstallationStore) -> Iterator[str]:
    home = workspace.enterprise if store.bot_token(workspace.id) is None else workspace.id
    bot = _bot(store, home)
    if not workspace.active:
        why = "its token ended and could not be renewed" if workspace.trouble == "key_lost" else "Slack refuses"
        yield f"nothing is sent there: {why} ({workspace.trouble})"
    elif bot is None:
        yield "there is no token for it, or no key of FAIRSTEPS_SECRET_KEYS opens it"
    if bot is None:
        return
    if workspace.active and store.is_spent(home, bot):
        yield "its token cannot be renewed, and ends within hours of the last time it was"
    missing = sorted(set(SCOPES) - set(bot.bot_scopes))
    if missing:
        yield f"these rights were not given: {', '.join(missing)}"


def _bot(store: FairstepsInstallationStore, home: str) -> Bot | None:
    return store.find_bot(enterprise_id=None, team_id=home) if home else None
