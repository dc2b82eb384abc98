"""/fairsteps: what is typed is read, done, and answered for the eyes of the one who typed it, and nobody else.

Promises: the answer goes back with the acknowledgement, without a call of its own; a form opens in one round trip with
the command's own trigger, and when that came too late the answer says so. Nothing is acknowledged before the use case
has stored it. The same command twice changes nothing twice. When the state is away it says that nothing was changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from worker.slack.blocks import render
from worker.slack.client import CheckedClient, check_call
from worker.slack.filling import drawn
from worker.slack.modals import render_modal
from worker.slack.opening import opened
from worker.slack.payloads import Command
from worker.wiring import House
from workflows import command_answers, commanding, milestone_forms
from workflows.commanding import Asked
from workflows.errors import AskPerson, Conflict, NotFound
from workflows.message import Message, Text
from workflows.messages.scene import Scene

log = structlog.get_logger()
View = dict[str, Any]
Answer = Message | View  # something to read, or a modal to open

COMMAND = "/fairsteps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Somebody in one of their walks, and what they asked for."""

    house: House
    scene: Scene
    person: str
    asked: Asked


def commanded(house: House, command: Command, client: CheckedClient) -> dict[str, Any]:
    """Do what was typed; return what Slack shows to the one who typed it, or nothing when a modal opened."""
    try:
        answer = answered(house, command)
    except (NotFound, Conflict, AskPerson) as refused:
        log.info("A command came to nothing.", action="command_refused", reason=type(refused).__name__)
        return ephemeral(word(house, "commands.away"))
    if isinstance(answer, Message):
        return ephemeral(answer)
    if opened(client, command.trigger, answer, why="command"):
        return {}
    return ephemeral(word(house, "commands.late"))


def ephemeral(message: Message) -> dict[str, Any]:
    """Return a message as the answer to a command: for one pair of eyes, with nothing unfolded."""
    body = render(message)
    check_call("chat.postEphemeral", body)
    return {"response_type": "ephemeral", "unfurl_links": False, "unfurl_media": False, **body}


def away(house: House) -> dict[str, Any]:
    """The answer when nothing could be done."""
    return ephemeral(word(house, "commands.away"))


def word(house: House, key: str) -> Message:
    """Return a message of one sentence."""
    text = house.words(key)
    return Message(kind=command_answers.KIND, subject=text, parts=(Text(text=text),), locale=house.words.locale)


def answered(house: House, command: Command) -> Answer:
    """Do what was typed, in the walk that is meant, and return the answer."""
    asked = commanding.read(house.words, command.text)
    scenes = house.cases.mine(command.workspace, command.slack_user)
    if not scenes:
        return command_answers.stranger(house.words)
    person = house.people.id_of(command.workspace, command.slack_user)
    name = asked.name or asked.meant
    meant = commanding.meant_walks(scenes, person, channel=command.channel, name=name)
    if asked.name in ("", "help"):
        label = house.words("commands.unknown.go", name=name)
        go = command_answers.go(meant[0], person, name, label=label) if asked.meant and len(meant) == 1 else None
        return command_answers.help_text(house.words, asked=asked, go=go)
    if len(meant) > 1:
        return command_answers.which(meant, person, asked)
    return in_walk(house, meant[0], person, asked)


def in_walk(house: House, scene: Scene, person: str, asked: Asked) -> Answer:
    """Do what was asked for in one walk; whoever has not said yes finds the question first."""
    if asked.name in ("", "help"):
        return command_answers.help_text(house.words, asked=asked)
    if scene.walk.members[person].consent != "given":
        return command_answers.unasked(scene, person)
    return _DOES[asked.name](Here(house=house, scene=scene, person=person, asked=asked))


def first_form(house: House, scene: Scene, person: str) -> View | None:
    """Return the form of what waits first, or nothing."""
    ticket = command_answers.first(scene, person, now=house.clock.now())
    return drawn(house, ticket, house.cases.answer_form(ticket)) if ticket else None


def _next(here: Here) -> Answer:
    form = first_form(here.house, here.scene, here.person)
    return form if form is not None else command_answers.nothing_waits(here.scene, here.person)


def _status(here: Here) -> Answer:
    return command_answers.status(here.scene, here.person, now=here.house.clock.now())


def _pause(here: Here) -> Answer:
    here.house.cases.pause(here.scene.ticket(here.person))
    return command_answers.paused(here.scene, here.person)


def _resume(here: Here) -> Answer:
    here.house.cases.resume(here.scene.ticket(here.person))
    return command_answers.resumed(here.scene, was_paused=here.scene.walk.members[here.person].paused)


def _milestone(here: Here) -> Answer:
    return render_modal(milestone_forms.new_form(here.scene, here.scene.ticket(here.person), title=here.asked.rest))


def _reading(here: Here) -> Answer:
    return command_answers.reading(here.scene)


def _settings(here: Here) -> Answer:
    return render_modal(here.house.cases.preferences_form(here.scene.ticket(here.person)))


def _export(here: Here) -> Answer:
    links, ticket = here.house.links, here.scene.ticket(here.person)
    return command_answers.export(here.scene, workbook=links.url("workbook", ticket), board=links.url("board", ticket))


_DOES: Mapping[str, Callable[[Here], Answer]] = {
    "next": _next,
    "status": _status,
    "pause": _pause,
    "resume": _resume,
    "milestone": _milestone,
    "reading": _reading,
    "settings": _settings,
    "export": _export,
}
