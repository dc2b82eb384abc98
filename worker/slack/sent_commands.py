"""Modals that a command or a shortcut opened, sent: a milestone, a message to keep, which partnership comes first.

Promises: what stands behind a modal names who opened it; sent by anybody else it changes nothing. Every problem comes
back beside its field. What was stored is shown in the modal's place. The same modal twice stores it once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from worker.slack.keep_form import DROP, KEEP, Carried
from worker.slack.opening import notice
from worker.slack.payloads import Submission
from worker.wiring import House
from workflows import command_answers, keeping, milestone_forms, say, schedule
from workflows.errors import AskPerson, GiveUp, NotFound, Retry
from workflows.forms import one
from workflows.keeping import Spoken
from workflows.kinds import clean
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Kept

View = dict[str, Any]

FIRST = "first_waiting"  # a callback_id


# --- a milestone ------------------------------------------------------------------------------------------------------


def _send_milestone(house: House, sent: Submission) -> View:
    ticket = sent.ticket(house.people)
    scene = house.cases.looking(ticket)
    today = schedule.on_the_wall(house.clock.now(), scene.walk.group.zone).date()
    wanted = milestone_forms.read(scene, ticket.person, sent.typed, today=today)
    made = house.cases.add_milestone(ticket.partnership, title=wanted.title, owner=wanted.owner, due=wanted.due)
    there = house.cases.looking(ticket).walk.milestone(made)
    if there is None:
        raise NotFound("it was not kept")
    day = say.day(there.due, scene.locale)
    done = house.words("commands.milestone.done", title=there.title, due=day, owner=scene.name(there.owner))
    return notice(house, "commands.milestone.title", done)


# --- a message to keep ------------------------------------------------------------------------------------------------


def _send_keep(house: House, sent: Submission) -> View:
    try:
        carried = Carried.from_token(sent.token)
        said_at = carried.said_at
    except (ValueError, TypeError, OverflowError, OSError):
        raise NotFound("that modal carries no message") from None
    if carried.by != sent.slack_user:
        raise NotFound("somebody else opened that modal")
    kind, note = _read_keep(house, sent)
    partnership = carried.partnership or one(sent.typed, "partnership")
    if not partnership:
        raise AskPerson({"partnership": house.words("keeping.need_partnership")})
    person = house.people.id_of(sent.workspace, sent.slack_user)
    ticket = Ticket(workspace=sent.workspace, partnership=partnership, person=person)
    scene = house.cases.looking(ticket)
    if kind is None:
        dropped = house.cases.take_back(ticket, carried.message)
        says = house.words("keeping.done_dropped" if dropped else "keeping.nothing_to_drop")
        return notice(house, "keeping.title", says)
    spoken = Spoken(
        message=carried.message,
        text=carried.text,
        author=house.people.id_of(sent.workspace, carried.author),
        name=_name(house, scene, sent.workspace, carried.author),
        slack_user=carried.author,
        at=said_at,
    )
    return _kept(house, scene, house.cases.keep(ticket, spoken, kind=kind, note=note), person)


def _read_keep(house: House, sent: Submission) -> tuple[keeping.Kind | None, str]:
    """What it is kept as, None to take it back, and the note. Raises AskPerson with every problem."""
    problems = {}
    said, note = one(sent.typed, "kind"), clean.line(one(sent.typed, "note"))
    kind = next((k for k in keeping.KINDS if k == said), None)
    if kind is None and said != DROP:
        problems["kind"] = house.words("keeping.need_kind")
    if len(note) > keeping.NOTE_CHARS:
        problems["note"] = house.words("keeping.too_long", most=keeping.NOTE_CHARS)
    if problems:
        raise AskPerson(problems)
    return kind, note


def _name(house: House, scene: Scene, workspace: str, author: str) -> str:
    """The name of an author; one who takes no part is looked up. Raises AskPerson for whom nobody could ask."""
    person = house.people.id_of(workspace, author)
    if person in scene.walk.members:
        return scene.name(person)
    try:
        found = house.slack.profile(workspace, [author]).get(author)
    except (Retry, GiveUp):
        known = house.people.some(workspace, [person]).get(person)
        return known.name if known else ""  # Slack does not tell just now; the question goes out all the same
    if found is None or found.is_bot or found.deleted:
        raise AskPerson({"": house.words("keeping.no_author")})
    return found.name


def _kept(house: House, scene: Scene, kept: Kept, person: str) -> View:
    """What came of it, in words."""
    who = scene.name(kept.author) or kept.name or house.words("keeping.somebody")
    key = "done_given" if kept.state == "given" else "done_asked" if kept.by == person else "done_asked_before"
    return notice(house, "keeping.title", house.words(f"keeping.{key}", partnership=scene.title, who=who))


# --- which comes first ------------------------------------------------------------------------------------------------


def _send_first(house: House, sent: Submission) -> Ticket | View:
    person = house.people.id_of(sent.workspace, sent.slack_user)
    partnership = one(sent.typed, "partnership")
    if not partnership:
        raise AskPerson({"partnership": house.words("keeping.need_partnership")})
    scene = house.cases.looking(Ticket(workspace=sent.workspace, partnership=partnership, person=person))
    ticket = command_answers.first(scene, person, now=house.clock.now())
    return ticket or notice(house, "commands.waits.title", *command_answers.coming(scene, person))


# Each gives what is shown in its place: words, or the form of a ticket.
MODALS: Mapping[str, Callable[[House, Submission], View | Ticket | None]] = {
    milestone_forms.NEW: _send_milestone,
    KEEP: _send_keep,
    FIRST: _send_first,
}
