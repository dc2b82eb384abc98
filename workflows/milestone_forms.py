"""The form of a milestone: a new one, or one that is there. The same in Slack and on the web, where both have it.

Whoever takes part may add one that they look after; who looks after the walk may name somebody else, and may change,
close and take out each. A form that was drawn before somebody else changed the milestone changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from workflows import ids, say
from workflows.drafting import AS_SEEN
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one
from workflows.kinds import clean
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Milestone, Walk
from workflows.words import Words

NEW, CHANGE = "milestone_new", "milestone"  # which form
MILESTONE = "milestone."  # `milestone.ID`: change it; ID `new` adds one
TITLE_CHARS = 150
_FAR = timedelta(days=5 * 366)
_AS_SEEN_CHARS = 8
Do = Literal["save", "done", "again", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a milestone is to be, and what is done about it: with `done`, `again` and `remove` the rest stays."""

    do: Do
    title: str
    owner: str
    due: date


def may_change(walk: Walk, person: str, milestone: Milestone) -> bool:
    """Whether a person may change a milestone: its owner, and who looks after the walk."""
    member = walk.members.get(person)
    mine = person == milestone.owner and member is not None and member.consent == "given"
    return mine or walk.may_lead(person)


def as_it_is(milestone: Milestone) -> str:
    """What a milestone is now, told by nothing but a hash."""
    parts = (milestone.title, milestone.owner, milestone.due.isoformat(), str(milestone.done_on))
    return ids.made_of("milestone as seen", *parts)[:_AS_SEEN_CHARS]


def new_form(scene: Scene, ticket: Ticket, *, title: str = "") -> Form:
    """The form of a new milestone; whoever looks after the walk may choose who looks after it."""
    w, person, lead = scene.words, ticket.person, scene.walk.may_lead(ticket.person)
    return Form(
        id=NEW,
        title=w("commands.milestone.title"),
        submit=w("commands.milestone.send"),
        cancel=w("commands.milestone.close"),
        intro=(
            w("commands.milestone.intro", partnership=scene.title),
            *(() if lead else (w("commands.milestone.yours"),)),
        ),
        fields=_fields(scene, person),
        token=ticket.encode(),
        typed={
            **({"title": title} if title else {}),
            **({"owner": person} if lead and any(m.person == person for m in scene.walk.counted()) else {}),
        },
    )


def change_form(scene: Scene, ticket: Ticket, milestone: Milestone) -> Form:
    """The form of one that is there. Nothing to press for who may not change it, or once all is over."""
    w, ended = scene.words, scene.walk.partnership.over
    open_to = may_change(scene.walk, ticket.person, milestone) and not ended
    acts: tuple[Do, ...] = ("save", "again" if milestone.done_on else "done", "remove")
    do = Field(
        id="do",
        widget="choice",
        label=w("milestone_form.do"),
        options=tuple(Option(value=act, label=w(f"milestone_form.do_{act}")) for act in acts),
    )
    return Form(
        id=CHANGE,
        title=w("milestone_form.title"),
        submit=w("milestone_form.send") if open_to else "",
        cancel=w("commands.milestone.close"),
        intro=(milestone.title, *_state(scene, milestone), *(() if open_to else (w("milestone_form.not_yours"),))),
        fields=(*_fields(scene, ticket.person), do) if open_to else (),
        token=replace(ticket, subject=f"{MILESTONE}{milestone.id}{AS_SEEN}{as_it_is(milestone)}").encode(),
        typed={
            "title": milestone.title,
            "owner": milestone.owner,
            "due": milestone.due.isoformat(),
            "do": "save",
        },
    )


def _state(scene: Scene, milestone: Milestone) -> tuple[str, ...]:
    if milestone.done_on is None:
        return ()
    return (scene.words("milestone_form.is_done", day=say.day(milestone.done_on, scene.locale)),)


def _fields(scene: Scene, person: str) -> tuple[Field, ...]:
    w = scene.words
    takes_part = sorted(scene.walk.counted(), key=lambda m: scene.name(m.person).casefold())
    owners = tuple(Option(value=m.person, label=scene.name(m.person)) for m in takes_part)
    choose = Field(id="owner", widget="choice", label=w("commands.milestone.owner"), options=owners, menu=True)
    return (
        Field(
            id="title",
            widget="line",
            label=w("commands.milestone.what"),
            hint=w("commands.milestone.what_hint"),
            max_chars=TITLE_CHARS,
        ),
        *((choose,) if owners and scene.walk.may_lead(person) else ()),
        Field(id="due", widget="date", label=w("commands.milestone.due")),
    )


def read(scene: Scene, person: str, typed: Typed, *, today: date, milestone: Milestone | None = None) -> Planned:
    """Read either form; `milestone` is the one that is changed. Raises AskPerson with every problem.

    Whoever does not look after the walk names nobody else. A day that is past stays where it stood before.
    """
    w, problems = scene.words, {}
    do = _do(one(typed, "do")) if milestone else "save"
    if milestone and do != "save":
        return Planned(do=do, title=milestone.title, owner=milestone.owner, due=milestone.due)
    stays = milestone.owner if milestone else person
    title, due = clean.line(one(typed, "title")), _day(one(typed, "due"))
    owner = (one(typed, "owner") or stays) if scene.walk.may_lead(person) else stays
    if scene.walk.partnership.over:
        problems[""] = w("commands.milestone.over", partnership=scene.title)
    if not title:
        problems["title"] = w("milestone.need_title")
    elif len(title) > TITLE_CHARS:
        problems["title"] = w("commands.milestone.too_long", most=TITLE_CHARS)
    gone = owner not in scene.walk.members or scene.walk.members[owner].consent != "given"
    if gone:
        problems["owner"] = w("milestone.need_owner")
    problems |= _problem_of(w, due, today=today, before=milestone.due if milestone else None)
    if problems or due is None:
        raise AskPerson(problems)
    return Planned(do="save", title=title, owner=owner, due=due)


def _problem_of(words: Words, due: date | None, *, today: date, before: date | None) -> Mapping[str, str]:
    if due is None:
        return {"due": words("commands.milestone.need_due")}
    if due < today and due != before:
        return {"due": words("milestone.need_date")}
    return {"due": words("commands.milestone.too_far")} if due - today > _FAR else {}


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _do(said: str) -> Do:
    match said:
        case "done" | "again" | "remove":
            return said
        case _:
            return "save"
