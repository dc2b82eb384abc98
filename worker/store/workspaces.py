"""Workspaces: Slack teams and mail homes, and which partnerships live in each.

Promises: each method is one command, or a few in an order in which a crash between them does no harm: an organisation
may know a team too many, and a channel a partnership too many; whoever reads looks at the team or the walk itself.
Every method raises StoreUnavailable when Redis is gone.
"""

from dataclasses import dataclass
from typing import Literal

import redis

from worker.store import keys
from worker.store.connection import reachable, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One home. `installer` is the Slack user who added the app; `active` is False while we cannot be there.

    A home of the kind `mail` is one group without Slack: it has no installer, no channel, and is always active.
    `trouble` says why not, in a short code, and `wants` names what adding the app again would give us. `enterprise` is
    the organisation it belongs to; an organisation that has us as a whole is one of these, with its own id there.
    `access_at` (seconds) is when that organisation last said whether we may serve this team.
    """

    id: str
    name: str
    installer: str
    active: bool
    enterprise: str = ""
    trouble: str = ""
    wants: tuple[str, ...] = ()
    access_at: float = 0.0
    kind: Literal["slack", "mail"] = "slack"

    @property
    def is_organisation(self) -> bool:
        """Whether this is a whole organisation, in which no partnership lives."""
        return self.id == self.enterprise


class Workspaces:
    """Reads and keeps workspaces."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def keep(self, workspace: Workspace) -> None:
        """Keep a workspace as it is now."""
        fields: list[str | int | float] = ["name", workspace.name, "installer", workspace.installer]
        fields += ["active", int(workspace.active), "enterprise", workspace.enterprise, "trouble", workspace.trouble]
        fields += ["wants", ",".join(workspace.wants), "access_at", workspace.access_at]
        fields += ["kind", workspace.kind]
        with reachable():
            if workspace.enterprise and not workspace.is_organisation:
                self._client.sadd(keys.teams(workspace.enterprise), workspace.id)
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
            enterprise=found.get("enterprise", ""),
            trouble=found.get("trouble", ""),
            wants=tuple(found["wants"].split(",")) if found.get("wants") else (),
            access_at=float(found.get("access_at", 0.0)),
            kind="mail" if found.get("kind") == "mail" else "slack",
        )

    def is_active(self, workspace: str) -> bool:
        """Whether we may be there, as far as we know; one that nothing is known of counts as there."""
        with reachable():
            active = self._client.hget(keys.workspace(workspace), "active")
        return active is None or text(active) == "1"

    def all(self) -> tuple[Workspace, ...]:
        """Return every workspace, by id."""
        with reachable():
            ids = sorted(text(m) for m in self._client.smembers(keys.workspaces()))
        return tuple(w for w in (self.get(one) for one in ids) if w is not None)

    def teams(self, enterprise: str) -> tuple[Workspace, ...]:
        """Return the workspaces that are known of an organisation, by id."""
        with reachable():
            ids = sorted(text(m) for m in self._client.smembers(keys.teams(enterprise)))
        found = (self.get(one) for one in ids)
        return tuple(w for w in found if w is not None and w.enterprise == enterprise)

    def partnerships(self, workspace: str) -> tuple[str, ...]:
        """Return the ids of a workspace's partnerships."""
        with reachable():
            return tuple(sorted(text(m) for m in self._client.smembers(keys.partnerships(workspace))))

    def add_partnership(self, workspace: str, partnership: str) -> None:
        """Note that a partnership lives in a workspace."""
        with reachable():
            self._client.sadd(keys.partnerships(workspace), partnership)

    def meeting_in(self, workspace: str, channel: str) -> tuple[str, ...]:
        """Return the ids of the partnerships whose group has, or once had, a channel."""
        with reachable():
            return tuple(sorted(text(m) for m in self._client.smembers(keys.meeting_in(workspace, channel))))
