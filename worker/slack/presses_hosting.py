"""Presses about people: who takes part, whether to facilitate, another channel for the group."""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack.filling import drawn
from worker.slack.modals import render_modal
from worker.slack.payloads import Press
from worker.wiring import House

View = dict[str, Any]


def _people(house: House, press: Press) -> View:
    ticket = press.ticket(house.people)
    return drawn(house, ticket, house.cases.answer_form(ticket))


def _channel(house: House, press: Press) -> View:
    return render_modal(house.cases.channel_form(press.ticket(house.people)))


def _will(house: House, press: Press) -> None:
    house.cases.take_lead(press.ticket(house.people), True)


def _will_not(house: House, press: Press) -> None:
    house.cases.take_lead(press.ticket(house.people), False)


# A press that gives a view opens it; the others are done when they return, and an edited message follows.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {
    "people": _people,
    "channel": _channel,
    "lead_yes": _will,
    "lead_no": _will_not,
}
