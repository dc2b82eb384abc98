"""What happens on a press of a button in a message or on the Home tab: call the use case, acknowledge. In that order.

Promises: nothing is acknowledged before the use case has stored it. The same request twice (Slack asks again; somebody
replays it) changes nothing twice, for the use cases are idempotent and a trigger opens one modal. What happens in an
open modal is in `filling.py`, and what Slack tells by itself in `events.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from worker import homes
from worker.slack import presses_commands, presses_home, presses_hosting, presses_keeping, presses_later
from worker.slack.blocks import draw
from worker.slack.client import CheckedClient
from worker.slack.filling import drawn
from worker.slack.modals import render_modal
from worker.slack.opening import notice, opened
from worker.slack.payloads import Press
from worker.slack.private_reply import reply_privately
from worker.wiring import House
from workflows.errors import AskPerson, Conflict, NotFound
from workflows.message import Link

log = structlog.get_logger()
View = dict[str, Any]


def _answer(house: House, press: Press) -> View:
    ticket = press.ticket(house.people)
    return drawn(house, ticket, house.cases.answer_form(ticket))


def _start(house: House, press: Press) -> View:
    # A press in a direct message says nothing about the group's channel.
    channel = press.channel if press.channel.startswith(("C", "G")) else ""
    zone = _zone(house, press)
    form = house.cases.start_form(press.workspace, channel=channel, by_slack_user=press.slack_user, zone=zone)
    return render_modal(house.cases.begun(press.workspace, press.slack_user, form))


def _zone(house: House, press: Press) -> str:
    """Where the presser lives, as far as we know, to fill in. Asking Slack would cost a second round trip."""
    person = house.people.id_of(press.workspace, press.slack_user)
    known = house.people.some(press.workspace, [person]).get(person)
    return known.zone or "" if known else ""


def _settings(house: House, press: Press) -> View:
    return render_modal(house.cases.preferences_form(press.ticket(house.people)))


def _board(house: House, press: Press) -> View:
    ticket = press.ticket(house.people)
    house.cases.board(ticket)  # raises NotFound for whom it is not
    link = Link(label=house.words("button.board"), url=house.links.url("board", ticket))
    view = notice(house, "slack.board_title", *house.words.lines("slack.board_link"))
    return {**view, "blocks": [*view["blocks"], *(block.to_dict() for block in draw(link))]}


def _agree(house: House, press: Press) -> None:
    house.cases.give_consent(press.ticket(house.people), True, via="slack")


def _decline(house: House, press: Press) -> None:
    house.cases.give_consent(press.ticket(house.people), False, via="slack")


def _done(house: House, press: Press) -> None:
    house.cases.milestone_done(press.ticket(house.people))


def _skip(house: House, press: Press) -> None:
    house.cases.skip(press.ticket(house.people))


def _resume(house: House, press: Press) -> None:
    house.cases.resume(press.ticket(house.people))


# A press that gives a view opens it; the others are done when they return, and an edited message follows.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {
    "answer": _answer,
    "change": _answer,
    "short": _answer,
    "move_on": _answer,
    "met": _answer,
    "start": _start,
    "settings": _settings,
    "board": _board,
    "consent_yes": _agree,
    "consent_no": _decline,
    "milestone_done": _done,
    "skip": _skip,
    "resume": _resume,
    **presses_later.PRESSES,
    **presses_home.PRESSES,
    **presses_hosting.PRESSES,
    **presses_keeping.PRESSES,
    **presses_commands.PRESSES,
}


def pressed(house: House, press: Press, client: CheckedClient) -> None:
    """Do what a button stands for. Raises StoreUnavailable when nothing could be read, so nothing could be shown."""
    try:
        view = PRESSES[press.action](house, press)
    except (NotFound, Conflict, AskPerson) as refused:
        log.info("A press came to nothing.", action="press_refused", reason=type(refused).__name__, id=press.action)
        words = "slack.press_again" if isinstance(refused, Conflict) else _why(house, press)
        view = notice(house, "slack.sorry_title", *house.words.lines(words))
    if view is not None:
        if not opened(client, press.trigger, view, why=press.action) and client.ssl:
            again, ours = house.words("slack.too_late"), house.settings.slack_api_url
            reply_privately(press.response_url, again, api_url=ours, tls=client.ssl)
    elif not press.channel:
        homes.freshen(house, press.workspace, press.slack_user)


def _why(house: House, press: Press) -> str:
    try:
        press.ticket(house.people)
    except NotFound:
        return "slack.somebody_elses"
    return "slack.over"
