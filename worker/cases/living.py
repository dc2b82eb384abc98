"""What Slack tells of people, channels and workspaces, kept as it is told."""

from worker.cases.desk import Desk


class Living(Desk):
    """The life of a workspace."""

    __slots__ = ()
