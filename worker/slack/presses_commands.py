"""The buttons in what a command answered: each stands for a command typed in one walk.

Promises: the ticket is the presser's own, and the walk one of theirs. The answer is a modal, or words for their eyes
alone beside the old ones, which stay. Pressing twice changes nothing twice.
"""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack import commands
from worker.slack.payloads import Press
from worker.slack.private_reply import show_privately
from worker.wiring import House
from workflows import commanding
from workflows.command_answers import COMMAND
from workflows.errors import NotFound
from workflows.message import Message

View = dict[str, Any]


def _command(house: House, press: Press) -> View | None:
    ticket, asked = press.ticket(house.people), commanding.read(house.words, press.choice)
    scenes = house.cases.mine(press.workspace, press.slack_user)
    scene = next((s for s in scenes if s.walk.partnership.id == ticket.partnership), None)
    if scene is None:
        raise NotFound("that walk is none of theirs")
    answer = commands.in_walk(house, scene, ticket.person, asked)
    if not isinstance(answer, Message):
        return answer
    show_privately(press.response_url, answer, api_url=house.settings.slack_api_url)
    return None


# A press that gives a view opens it; the others are done when they return.
PRESSES: Mapping[str, Callable[[House, Press], View | None]] = {COMMAND: _command}
