"""Presses about a kept message."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack.payloads import Press
from worker.wiring import House

View = dict[str, Any]

# A press that gives a view opens it; the others are done when they return.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {}
