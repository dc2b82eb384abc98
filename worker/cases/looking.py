"""Looking: what a person takes part in, and where a walk stands."""

from worker.cases.desk import Desk
from workflows import ids
from workflows.errors import NotFound
from workflows.messages.scene import Scene


class Looking(Desk):
    """Reading alone; nothing here changes anything."""

    __slots__ = ()

    def mine(self, workspace: str, slack_user: str) -> tuple[Scene, ...]:
        """The walks that a Slack user is a member of, the newest first; whether they said yes or not."""
        person = ids.person_id(workspace, slack_user)
        found = []
        for partnership in self.walks.of(workspace, person):
            try:
                walk = self.walks.get(partnership)
            except NotFound:
                continue
            if walk.partnership.workspace == workspace and person in walk.members:
                programme = self.programmes.of(walk.partnership)
                found.append(Scene(words=self.words, walk=walk, programme=programme))
        return tuple(sorted(found, key=lambda scene: scene.walk.partnership.started_at, reverse=True))
