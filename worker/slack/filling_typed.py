"""What is typed in an open modal, kept letter by letter, and once more when it is closed without sending.

Promises: it is kept as a draft, in whatever order Slack's reports arrive, and nothing is drawn. It never gets in
anybody's way: when the draft cannot be kept now (the state is away, the round is not theirs any more) the report is
taken all the same, for the text is still in the modal and the next letter brings all of it again. That the state is
away is logged once, and again only after it was back. Closing keeps what Slack sends along, which may be nothing; what
is empty there empties nothing. A crash loses a letter at most.
"""

from collections.abc import Callable

import structlog

from worker.slack.payloads import Change, Closed
from worker.wiring import House
from workflows.errors import Conflict, NotFound, StoreUnavailable
from workflows.forms import Typed, with_empty

log = structlog.get_logger()


class TypedAlong:
    """Keeps what is typed, for one process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._away = False

    def typed(self, change: Change) -> None:
        """Keep what a modal holds after one more letter, or one more thing chosen."""
        words = with_empty(change.typed, change.shown)
        self._quietly(lambda: self._keep(change, words))

    def closed(self, closed: Closed) -> None:
        """Keep what a modal held when it was closed."""
        if closed.typed:
            self._quietly(lambda: self._keep(closed, closed.typed))

    def missed(self, error: Exception) -> None:
        """Say that something typed was not kept, unless that was said already."""
        if not self._away:
            log.warning("What is typed is not kept now.", action="typing_missed", reason=type(error).__name__)
        self._away = True

    def _keep(self, given: Change | Closed, typed: Typed) -> None:
        cases = self._house.cases
        if given.form == "start":
            cases.keep_beginning(given.workspace, given.slack_user, given.form, typed, given.moment)
        else:
            cases.keep_typing(given.ticket(self._house.people), typed, given.moment)

    def _quietly(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except (NotFound, Conflict):
            return  # nobody asks this of them any more; Send says so
        except StoreUnavailable as away:
            self.missed(away)
        else:
            self._away = False
