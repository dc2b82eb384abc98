"""Modals that a command or a shortcut opened, sent: a milestone, a message to keep, which partnership comes first.

Promises: what stands behind a modal names who opened it; sent by anybody else it changes nothing. Every problem comes
back beside its field. What was stored is shown in the modal's place. The same modal twice stores it once.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from worker.slack.keep_form import DROP, KEEP, Carried
from worker.slack.opening import notice
from worker.slack.payloads import Submission
from worker.wiring import House
from workflows import command_answers, ids, keeping, say, schedule
from workflows.errors import AskPerson, GiveUp, NotFound, Retry
from workflows.forms import Field, Form, Option, Typed, one
from workflows.keeping import Spoken
from workflows.kinds import clean
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Kept

View = dict[str, Any]

MILESTONE, FIRST = "milestone_new", "first_waiting"  # callback_ids
TITLE_CHARS = 150
_FAR = timedelta(days=5 * 366)


# --- a milestone ------------------------------------------------------------------------------------------------------


def milestone_form(scene: Scene, person: str, *, title: str) -> Form:
    """The form of a new milestone; whoever facilitates may choose who looks after it."""
    w, lead = scene.words, scene.walk.may_lead(person)
    takes_part = sorted(scene.walk.counted(), key=lambda m: scene.name(m.person).casefold())
    owners = tuple(Option(value=m.person, label=scene.name(m.person)) for m in takes_part)
    typed: dict[str, str | tuple[str, ...]] = {"title": title} if title else {}
    choose = Field(id="owner", widget="choice", label=w("commands.milestone.owner"), options=owners, menu=True)
    if lead and any(o.value == person for o in owners):
        typed["owner"] = person
    return Form(
        id=MILESTONE,
        title=w("commands.milestone.title"),
        submit=w("commands.milestone.send"),
        cancel=w("commands.milestone.close"),
        intro=(
            w("commands.milestone.intro", partnership=scene.title),
            *(() if lead else (w("commands.milestone.yours"),)),
        ),
        fields=(
            Field(
                id="title",
                widget="line",
                label=w("commands.milestone.what"),
                hint=w("commands.milestone.what_hint"),
                max_chars=TITLE_CHARS,
            ),
            *((choose,) if lead and owners else ()),
            Field(id="due", widget="date", label=w("commands.milestone.due")),
        ),
        token=scene.ticket(person).encode(),
        typed=typed,
    )


def _send_milestone(house: House, sent: Submission) -> View:
    ticket = sent.ticket()
    scene = house.cases.looking(ticket)
    title, owner, due = _read_milestone(house, scene, ticket.person, sent.typed)
    made = house.cases.add_milestone(ticket.partnership, title=title, owner=owner, due=due)
    there = house.cases.looking(ticket).walk.milestone(made)
    if there is None:
        raise NotFound("it was not kept")
    day = say.day(there.due, scene.locale)
    done = house.words("commands.milestone.done", title=there.title, due=day, owner=scene.name(there.owner))
    return notice(house, "commands.milestone.title", done)


def _read_milestone(house: House, scene: Scene, person: str, typed: Typed) -> tuple[str, str, date]:
    """Read the form; whoever does not facilitate looks after it themselves. Raises AskPerson with every problem."""
    w, problems = house.words, {}
    title, given = clean.line(one(typed, "title")), one(typed, "due")
    owner = (one(typed, "owner") or person) if scene.walk.may_lead(person) else person
    today = schedule.on_the_wall(house.clock.now(), scene.walk.group.zone).date()
    due = _day(given)
    if scene.walk.partnership.over:
        problems[""] = w("commands.milestone.over", partnership=scene.title)
    if not title:
        problems["title"] = w("milestone.need_title")
    elif len(title) > TITLE_CHARS:
        problems["title"] = w("commands.milestone.too_long", most=TITLE_CHARS)
    if owner not in scene.walk.members or scene.walk.members[owner].consent != "given":
        problems["owner"] = w("milestone.need_owner")
    if due is None:
        problems["due"] = w("commands.milestone.need_due")
    elif due < today:
        problems["due"] = w("milestone.need_date")
    elif due - today > _FAR:
        problems["due"] = w("commands.milestone.too_far")
    if problems or due is None:
        raise AskPerson(problems)
    return title, owner, due


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


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
    person = ids.person_id(sent.workspace, sent.slack_user)
    ticket = Ticket(workspace=sent.workspace, partnership=partnership, person=person)
    scene = house.cases.looking(ticket)
    if kind is None:
        dropped = house.cases.take_back(ticket, carried.message)
        says = house.words("keeping.done_dropped" if dropped else "keeping.nothing_to_drop")
        return notice(house, "keeping.title", says)
    spoken = Spoken(
        message=carried.message,
        text=carried.text,
        author=ids.person_id(sent.workspace, carried.author),
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
    person = ids.person_id(workspace, author)
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
    person = ids.person_id(sent.workspace, sent.slack_user)
    partnership = one(sent.typed, "partnership")
    if not partnership:
        raise AskPerson({"partnership": house.words("keeping.need_partnership")})
    scene = house.cases.looking(Ticket(workspace=sent.workspace, partnership=partnership, person=person))
    ticket = command_answers.first(scene, person, now=house.clock.now())
    return ticket or notice(house, "commands.waits.title", *command_answers.coming(scene, person))


# Each gives what is shown in its place: words, or the form of a ticket.
MODALS: Mapping[str, Callable[[House, Submission], View | Ticket | None]] = {
    MILESTONE: _send_milestone,
    KEEP: _send_keep,
    FIRST: _send_first,
}
