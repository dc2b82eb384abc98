"""Presses on the Home tab and on a reading: marks, and putting a question to the group."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack.opening import notice
from worker.slack.payloads import Press
from worker.wiring import House

View = dict[str, Any]


def _shelf(house: House, press: Press) -> None:
    house.cases.mark_reading(press.ticket(house.people), press.choice)


def _discuss(house: House, press: Press) -> View:
    """The question appears elsewhere, so whoever pressed is told where."""
    house.cases.discuss_reading(press.ticket(house.people))
    return notice(house, "home.discuss.title", *house.words.lines("home.discuss.asked"))


# A press that gives a view opens it; the others are done when they return.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {"shelf": _shelf, "discuss": _discuss}
