"""The forms about who takes part and who facilitates, and reading them. They say states, never what anybody answered.

Adding goes by Slack's own picker, which a page does not have, and by mail addresses, which go everywhere. Everything
else is one thing at a time, done to one person from a folded list, so that a group of hundreds fits.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workflows import addresses, hosting, orphaned, starting
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one, several
from workflows.messages.scene import Scene
from workflows.people import Membership
from workflows.starting_forms import address_field
from workflows.ticket import Ticket
from workflows.walk import Walk
from workflows.words import Words

PEOPLE, LEAD, CHANNEL, CHANNEL_LINK = "people", "lead", "channel", "channel_link"
_CHANNEL = re.compile(r"(?:^|/)([CG][A-Z0-9]{1,20})(?:$|[/?#])")  # in https://GROUP.slack.com/archives/C0123ABCD
SHOWN = 40  # names of one state before the rest is a number
_LABEL_CHARS = 75
Do = Literal["nothing", "share", "hand", "back", "out", "step", "lead"]
_ABOUT_ONE: tuple[Do, ...] = ("share", "hand", "back", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a facilitator wants: Slack users and addresses to add, and one thing to `do`, to `who` if to anybody."""

    users: tuple[str, ...]
    addresses: tuple[addresses.Address, ...]
    do: Do
    who: str


def people_form(scene: Scene, ticket: Ticket, *, now: datetime) -> Form:
    """Who takes part and in what state, and what can be done about it."""
    w, walk = scene.words, scene.walk
    acts = _acts(walk, ticket.person, now=now)
    do = Field(
        id="do",
        widget="choice",
        label=w("hosting.do"),
        options=tuple(Option(value=act, label=w(f"hosting.do_{act}")) for act in acts),
    )
    return Form(
        id=PEOPLE,
        title=w("hosting.form_title"),
        submit=w("hosting.send"),
        cancel=w("hosting.close"),
        intro=(*states(scene), w("hosting.intro")),
        fields=(
            *((_from_slack(w),) if walk.group.channel else ()),
            address_field(w, hint=_addresses_hint(walk)),
            do,
            *_who(w, walk, ticket.person, acts),
            *((_sure(w),) if "step" in acts and not orphaned.others(walk, ticket.person, now=now) else ()),
        ),
        token=ticket.encode(),
        typed={"do": "nothing"},
    )


def _from_slack(words: Words) -> Field:
    return Field(id="add", widget="people", label=words("hosting.add"), hint=words("hosting.add_hint"), required=False)


def _addresses_hint(walk: Walk) -> str:
    if walk.group.channel is None:
        return "people_page.addresses_hint"
    return "hosting.addresses_hint" if walk.partnership.mail_allowed else "hosting.addresses_slack"


def _acts(walk: Walk, person: str, *, now: datetime) -> tuple[Do, ...]:
    """What somebody may do: who only stands in for a facilitator takes nobody out and hands nothing over."""
    waiting: tuple[Do, ...] = ("back",) if any(m.offer == "open" for m in walk.members.values()) else ()
    if walk.members[person].role == "facilitator":
        return ("nothing", "share", "hand", *waiting, "step", "out")
    leads: tuple[Do, ...] = ("lead",) if hosting.may_lead_on(walk, person, now=now) else ()
    return ("nothing", *leads, "share", *waiting)


def _who(words: Words, walk: Walk, person: str, acts: Sequence[Do]) -> tuple[Field, ...]:
    """The one to do it to: everyone else who is here, by name."""
    there = sorted((m for m in hosting.takes_part(walk) if m.person != person), key=lambda m: _name(walk, m).casefold())
    if not there:
        return ()
    return (
        Field(
            id="who",
            widget="choice",
            label=words("hosting.who"),
            required=False,
            options=tuple(Option(value=m.person, label=_name(walk, m)[:_LABEL_CHARS]) for m in there),
            menu=True,
            when="do",
            when_values=tuple(act for act in acts if act in _ABOUT_ONE),
        ),
    )


def _sure(words: Words) -> Field:
    sure = (Option(value="yes", label=words("hosting.sure_yes")),)
    return Field(
        id="sure",
        widget="choices",
        label=words("hosting.sure"),
        required=False,
        options=sure,
        when="do",
        when_values=("step",),
    )


def states(scene: Scene) -> tuple[str, ...]:
    """Return a line for each state that anybody is in: how many, and who."""
    w, walk = scene.words, scene.walk
    here = hosting.takes_part(walk)
    said_yes = [m for m in here if m.consent == "given"]
    lost = [m for m in walk.members.values() if not walk.reaches(m.person) and not m.taken_out and m not in here]
    groups = (
        ("yes", [m for m in said_yes if not m.paused]),
        ("paused", [m for m in said_yes if m.paused]),
        ("asked", [m for m in here if m.consent != "given"]),
        ("lost", [m for m in lost if m.consent in ("unasked", "asked", "given")]),
    )
    lines = [_line(scene, state, members) for state, members in groups if members]
    gone = sum(1 for m in walk.members.values() if hosting.said_no(walk, m.person))
    return (*lines, *((w("hosting.gone", count=gone),) if gone else ()))


def _line(scene: Scene, state: str, members: Iterable[Membership]) -> str:
    w, named = scene.words, sorted(members, key=lambda m: (m.role != "facilitator", _name(scene.walk, m).casefold()))
    names = [_described(scene, m) for m in named[:SHOWN]]
    more = (w("hosting.more", count=len(named) - SHOWN),) if len(named) > SHOWN else ()
    return w(f"hosting.state_{state}", count=len(named), names=", ".join((*names, *more)))


def _described(scene: Scene, member: Membership) -> str:
    w, name = scene.words, _name(scene.walk, member)
    if member.role == "facilitator":
        return w("hosting.is_facilitator", name=name)
    if member.offer == "open":
        return w("hosting.is_offered", name=name)
    return w("hosting.is_observer", name=name) if member.role == "observer" else name


def _name(walk: Walk, member: Membership) -> str:
    return " ".join(walk.people[member.person].name.split()) or "–"


def read_people(words: Words, walk: Walk, by: str, typed: Typed, *, now: datetime) -> Wanted:
    """Read the form. Raises AskPerson with every problem beside its field."""
    problems: dict[str, str] = {}
    found = starting.read_addresses(words, typed, problems)
    acts = _acts(walk, by, now=now)
    do = next((act for act in acts if act == (one(typed, "do") or "nothing")), None)
    if do is None:
        problems["do"] = words("start.need_choice")
    who = one(typed, "who") if do in _ABOUT_ONE else ""
    if do in _ABOUT_ONE and (why := _refused(words, walk, by, do, who)):
        problems["who" if len(walk.members) > 1 else "do"] = why
    alone = do == "step" and not orphaned.others(walk, by, now=now)
    if alone and "yes" not in several(typed, "sure"):
        problems["sure"] = words("hosting.need_sure")
    users = several(typed, "add")
    if do == "nothing" and not users and not found and not problems:
        problems["do"] = words("hosting.need_something")
    if problems or do is None:
        raise AskPerson(problems)
    return Wanted(users=users, addresses=found, do=do, who=who)


def _refused(words: Words, walk: Walk, by: str, do: Do, who: str) -> str:
    """Why this cannot be done to that person, or nothing."""
    if who not in walk.members or who == by:
        return words("hosting.need_who")
    name, member = _name(walk, walk.members[who]), walk.members[who]
    if do == "out":
        return "" if hosting.may_be_taken_out(walk, who, by=by) else words("hosting.not_out", name=name)
    if do == "back":
        return "" if member.offer == "open" else words("hosting.not_offered", name=name)
    if member.role == "facilitator":
        return words("hosting.leads_already", name=name)
    return "" if hosting.may_be_asked(walk, who) else words("hosting.not_here", name=name)


def lead_form(scene: Scene, ticket: Ticket, *, now: datetime) -> Form:
    """Whether somebody will facilitate; nothing to choose once it is settled."""
    w, facts = scene.words, scene.facts()
    open_now = hosting.may_lead_on(scene.walk, ticket.person, now=now)
    yes_no = (Option(value="yes", label=w("hosting.lead_yes")), Option(value="no", label=w("hosting.lead_no")))
    facilitates = scene.walk.members[ticket.person].role == "facilitator"
    over = "hosting.lead_done" if facilitates else "hosting.lead_over"
    return Form(
        id=LEAD,
        title=w("hosting.lead_title"),
        submit=w("hosting.send") if open_now else "",
        cancel=w("hosting.close"),
        intro=w.lines("offer.what", **facts) if open_now else (w(over, **facts),),
        fields=(Field(id="lead", widget="choice", label=w("hosting.lead_question"), options=yes_no),)
        if open_now
        else (),
        token=ticket.encode(),
    )


def read_lead(words: Words, typed: Typed) -> bool:
    """Whether they will. Raises AskPerson when they said neither."""
    said = one(typed, "lead")
    if said not in ("yes", "no"):
        raise AskPerson({"lead": words("start.need_choice")})
    return said == "yes"


def channel_form(scene: Scene, ticket: Ticket) -> Form:
    """Which channel is the group's, from now on."""
    w, group = scene.words, scene.walk.group
    known = {"channel": group.channel} if group.channel and not group.channel_lost else {}
    return Form(
        id=CHANNEL,
        title=w("hosting.channel_title"),
        submit=w("hosting.send"),
        cancel=w("hosting.close"),
        intro=(w("hosting.channel_intro"),),
        fields=(Field(id="channel", widget="channel", label=w("start.channel"), hint=w("hosting.channel_hint")),),
        token=ticket.encode(),
        typed=known,
    )


def channel_link_form(scene: Scene, ticket: Ticket) -> Form:
    """The same where Slack's own list of channels is not at hand: its link is pasted."""
    w = scene.words
    link = Field(
        id="channel", widget="line", label=w("people_page.channel"), hint=w("people_page.channel_hint"), max_chars=300
    )
    return replace(channel_form(scene, ticket), id=CHANNEL_LINK, fields=(link,), typed={})


def read_channel(words: Words, typed: Typed) -> str:
    """Return the Slack id of a channel from its pasted link, or from the id itself. Raises AskPerson."""
    found = _CHANNEL.search(one(typed, "channel"))
    if found is None:
        raise AskPerson({"channel": words("people_page.need_channel")})
    return found[1]
