"""What a person thinks of a reading: read, saved, not for me."""

from worker.cases.desk import Desk


class Shelving(Desk):
    """The shelf."""

    __slots__ = ()
