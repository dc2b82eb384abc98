"""The two shortcuts: answer what waits, and keep this message.

Promises: a shortcut opens a modal in one round trip and stores nothing by itself. What cannot be kept (the words of a
bot, a message without words) is refused kindly. Whoever takes part in nothing here learns where to begin.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from worker.slack import commands
from worker.slack.client import CheckedClient
from worker.slack.filling import drawn
from worker.slack.keep_form import Carried, keep_form
from worker.slack.modals import render_modal
from worker.slack.opening import notice, opened
from worker.slack.payloads import Shortcut
from worker.slack.private_reply import show_privately
from worker.slack.sent_commands import FIRST
from worker.slack.unmarked import mentioned, unmarked
from worker.wiring import House
from workflows import command_answers
from workflows.errors import AskPerson, Conflict, NotFound
from workflows.forms import Field, Form, Option
from workflows.messages.consent import UNSAID
from workflows.messages.scene import Scene
from workflows.waiting import waiting

log = structlog.get_logger()
View = dict[str, Any]

ANSWER_WAITING, KEEP_MESSAGE = "answer_waiting", "keep_message"  # callback_ids
_BY_PEOPLE = (None, "", "thread_broadcast", "me_message", "file_share")  # subtypes of what somebody wrote themselves
_SLACKBOT = "USLACKBOT"
_RAW_CHARS = 12_000  # of a message, which may have 40,000; far more than is kept


def answer_waiting(house: House, shortcut: Shortcut, client: CheckedClient) -> None:
    """Open the form of what waits first; of several walks it asks which."""
    try:
        view = _waiting(house, shortcut)
    except (NotFound, Conflict, AskPerson) as refused:
        log.info("A shortcut came to nothing.", action="shortcut_refused", reason=type(refused).__name__)
        view = notice(house, "slack.sorry_title", *house.words.lines("slack.over"))
    opened(client, shortcut.trigger, view, why=ANSWER_WAITING)


def _waiting(house: House, shortcut: Shortcut) -> View:
    person = house.people.id_of(shortcut.workspace, shortcut.slack_user)
    mine = house.cases.mine(shortcut.workspace, shortcut.slack_user)
    scenes = [s for s in mine if not s.walk.members[person].taken_out]
    if not scenes:
        return notice(house, "commands.waits.title", house.words("commands.waits.stranger"))
    said_yes = [s for s in scenes if s.walk.members[person].consent == "given"]
    if not said_yes:
        ticket = scenes[0].ticket(person, UNSAID)
        return drawn(house, ticket, house.cases.answer_form(ticket))
    asked = [(scene, count) for scene in said_yes if (count := _count(house, scene, person))]
    if len(asked) > 1:
        return render_modal(_which(house, asked))
    form = commands.first_form(house, asked[0][0], person) if asked else None
    return form or notice(house, "commands.waits.title", *command_answers.coming(said_yes[0], person))


def _count(house: House, scene: Scene, person: str) -> int:
    return len(waiting(scene, person, now=house.clock.now()))


def _which(house: House, asked: Sequence[tuple[Scene, int]]) -> Form:
    w = house.words
    options = tuple(
        Option(value=s.walk.partnership.id, label=s.title, hint=w("commands.waits.count", count=count))
        for s, count in asked
    )
    return Form(
        id=FIRST,
        title=w("commands.waits.title"),
        submit=w("commands.waits.go"),
        cancel=w("slack.close"),
        fields=(Field(id="partnership", widget="choice", label=w("commands.waits.which"), options=options),),
        typed={"partnership": options[0].value},
    )


def keep_message(house: House, shortcut: Shortcut, client: CheckedClient) -> None:
    """Open the modal in which a message is kept; too late, the one who asked is told in private."""
    view = _keeping(house, shortcut)
    if not opened(client, shortcut.trigger, view, why=KEEP_MESSAGE):
        word = commands.word(house, "commands.late_shortcut")
        show_privately(shortcut.response_url, word, api_url=house.settings.slack_api_url)


def _keeping(house: House, shortcut: Shortcut) -> View:
    scenes = house.cases.mine(shortcut.workspace, shortcut.slack_user)
    person = house.people.id_of(shortcut.workspace, shortcut.slack_user)
    where = _where(scenes, person, shortcut.channel)
    if not where:
        asked = any(s.walk.members[person].consent in ("unasked", "asked") for s in scenes)
        return notice(house, "keeping.title", house.words("keeping.first_yes" if asked else "keeping.not_yours"))
    author = _author(shortcut.message)
    if not author:
        return notice(house, "keeping.title", house.words("keeping.no_author"))
    raw = str(shortcut.message.get("text") or "")[:_RAW_CHARS]
    names = _names(house, shortcut.workspace, where, (author, *mentioned(raw)))
    whole = unmarked(house.words, raw, name=lambda user: names.get(user, ""))
    if not whole:
        return notice(house, "keeping.title", house.words("keeping.no_words"))
    carried = Carried(
        by=shortcut.slack_user,
        partnership=where[0].walk.partnership.id if len(where) == 1 else "",
        channel=shortcut.channel,
        ts=str(shortcut.message["ts"]),
        author=author,
        text=whole,
    ).fitting()
    form = keep_form(house.words, where, carried, person=person, who=names.get(author, ""), whole=whole)
    return render_modal(form)


def _where(scenes: Sequence[Scene], person: str, channel: str) -> tuple[Scene, ...]:
    """The walks that somebody takes part in and that go on; those of this channel first."""
    mine = (s for s in scenes if s.walk.members[person].consent == "given" and not s.walk.partnership.over)
    return tuple(sorted(mine, key=lambda s: s.walk.group.channel != channel))


def _author(message: Mapping[str, Any]) -> str:
    """The Slack user who wrote a message; nothing for an app's, a bot's or one of Slack's own."""
    user = message.get("user")
    by_app = message.get("bot_id") or message.get("app_id") or message.get("subtype") not in _BY_PEOPLE
    return user if isinstance(user, str) and user != _SLACKBOT and not by_app else ""


def _names(house: House, workspace: str, scenes: Sequence[Scene], users: Sequence[str]) -> dict[str, str]:
    """The names of Slack users, as far as they are known here: nobody is looked up in Slack for a mention."""
    by_id = {person: user for user, person in house.people.ids_of(workspace, users).items()}
    known = dict(house.people.some(workspace, by_id))
    for scene in scenes:
        known |= {person: found for person, found in scene.walk.people.items() if person in by_id}
    return {by_id[person]: found.name for person, found in known.items()}
