"""Errors named by what the caller should do about them.

A vendor's code is turned into one of these at the edge (`worker/slack/outcomes.py`, `worker/mail/outcomes.py`).
None of them ever carries an answer, an address or a token in its text.
"""

from collections.abc import Mapping
from datetime import timedelta

from workflows.outcomes import Mark


class FairstepsError(Exception):
    """Something Fairsteps names itself."""


class Retry(FairstepsError):
    """The other side cannot take this now; try again after `after`."""

    def __init__(self, reason: str, *, after: timedelta = timedelta(seconds=30)) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class GiveUp(FairstepsError):
    """This will not work however often it is tried; `reason` is a short code, `mark` what it says of whom."""

    def __init__(self, reason: str, *, mark: Mark = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.mark = mark


class AskPerson(FairstepsError):
    """What a person gave cannot be used.

    `problems` says why in their words, field id by field id; the empty id is the whole form.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("the person is asked again at: " + ", ".join(sorted(problems)))
        self.problems = dict(problems)


class WrongInput(FairstepsError):
    """What stands in the environment, a file or a command cannot be used; the text names where and why."""


class NotFound(FairstepsError):
    """There is no such thing here, or it is not theirs to see."""


class Conflict(FairstepsError):
    """Somebody else changed it meanwhile; gather and decide again."""


class StoreUnavailable(FairstepsError):
    """The state cannot be reached now; nothing was changed."""
