"""A mail that breaks by our own fault: told to whoever runs Fairsteps, by the kind of the fault and its place alone.

Promises: no word and no address of a mail is told, for the text of an error may hold them. The mail itself stays with
whoever brought it, or in its mailbox.
"""

import traceback
from pathlib import PurePath

import structlog

from worker.measures import count_mail_in
from worker.store.breaking import Breaking

log = structlog.get_logger()
_OURS = ("worker", "workflows")


def tell(error: Exception, raw: bytes = b"", breaking: Breaking | None = None) -> None:
    """Count it, log it, and note the mail, where there is one, among those that break."""
    count_mail_in("broke")
    log.error("A mail could not be handled.", action="reply_broke", error=type(error).__name__, at=_place_of(error))
    if breaking is not None:
        breaking.note(raw)


def _place_of(error: Exception) -> str:
    """The last line of ours on the way to an error, for a report of the fault."""
    frames = [(PurePath(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [f"{file.parent.name}/{file.name}:{line}" for file, line in frames if not set(_OURS).isdisjoint(file.parts)]
    return ours[-1] if ours else ""
