"""Modals about people, sent."""

from collections.abc import Callable, Mapping

from worker.slack.payloads import Submission
from worker.wiring import House

MODALS: Mapping[str, Callable[[House, Submission], None]] = {}
