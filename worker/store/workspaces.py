"""Workspaces: Slack teams (or, later, homes without Slack), and which partnerships live in each."""

from dataclasses import dataclass

import redis

from worker.store import keys
from worker.store.connection import reachable, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One home. `installer` is the Slack user who added the app; `active` is False once it was removed."""

    id: str
    name: str
    installer: str
    active: bool


class Workspaces:
    """Reads and keeps workspaces. Every method raises StoreUnavailable when Redis is gone."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def keep(self, workspace: Workspace) -> None:
        """Keep a workspace as it is now."""
        fields: list[str | int] = ["name", workspace.name, "installer", workspace.installer]
        fields += ["active", int(workspace.active)]
        with reachable():
            self._client.hset(keys.workspace(workspace.id), items=[*fields])
            self._client.sadd(keys.workspaces(), workspace.id)

    def get(self, workspace: str) -> Workspace | None:
        """Return one workspace, or None."""
        with reachable():
            raw = self._client.hgetall(keys.workspace(workspace))
        found = {text(name): text(value) for name, value in raw.items()}
        if not found:
            return None
        return Workspace(
            id=workspace,
            name=found["name"],
            installer=found["installer"],
            active=found["active"] == "1",
        )

    def all(self) -> tuple[Workspace, ...]:
        """Return every workspace, by id."""
        with reachable():
            ids = sorted(text(m) for m in self._client.smembers(keys.workspaces()))
        return tuple(w for w in (self.get(one) for one in ids) if w is not None)

    def partnerships(self, workspace: str) -> tuple[str, ...]:
        """Return the ids of a workspace's partnerships."""
        with reachable():
            return tuple(sorted(text(m) for m in self._client.smembers(keys.partnerships(workspace))))

    def add_partnership(self, workspace: str, partnership: str) -> None:
        """Note that a partnership lives in a workspace."""
        with reachable():
            self._client.sadd(keys.partnerships(workspace), partnership)
