"""Presses on a prompt: later, and an answer in one tap. Their message changes by itself; only a no is said at once."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack.opening import notice
from worker.slack.payloads import Press
from worker.wiring import House
from workflows.errors import AskPerson

View = dict[str, Any]


def _later(house: House, press: Press) -> View | None:
    try:
        house.cases.snooze(press.ticket(house.people), press.choice)
    except AskPerson as refused:
        return notice(house, "later.sorry_title", *refused.problems.values())
    return None


def _quick(house: House, press: Press) -> View | None:
    try:
        house.cases.tap(press.ticket(house.people), press.choice)
    except AskPerson as refused:
        return notice(house, "quick.sorry_title", *refused.problems.values())
    return None


# A press that gives a view opens it; the others are done when they return.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {"later": _later, "quick": _quick}
