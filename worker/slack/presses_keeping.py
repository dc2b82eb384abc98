"""Presses about a kept message: its author says yes or no, whether they take part in anything here or not."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack.payloads import Press
from worker.wiring import House

View = dict[str, Any]


def _yes(house: House, press: Press) -> None:
    house.cases.let_keep(press.ticket(house.people), given=True)


def _no(house: House, press: Press) -> None:
    house.cases.let_keep(press.ticket(house.people), given=False)


# A press that gives a view opens it; the others are done when they return, and an edited message follows.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {"keep_yes": _yes, "keep_no": _no}
