"""Presses on the Home tab and on a reading: marks, and putting a question to the group."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack.modals import render_modal
from worker.slack.payloads import Press
from worker.wiring import House
from workflows.forms import Form

View = dict[str, Any]


def _shelf(house: House, press: Press) -> None:
    house.cases.mark_reading(press.ticket(), press.choice)


def _discuss(house: House, press: Press) -> View:
    """The question appears elsewhere, so whoever pressed is told where."""
    house.cases.discuss_reading(press.ticket())
    says, words = house.words.lines("home.discuss.asked"), house.words
    title, close = words("home.discuss.title"), words("slack.close")
    return render_modal(Form(id="notice", title=title, submit="", fields=(), intro=says, cancel=close))


# A press that gives a view opens it; the others are done when they return.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {"shelf": _shelf, "discuss": _discuss}
