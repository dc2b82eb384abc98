"""The form in which facilitators decide what the partner sees and who there may look, and reading it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workflows import addresses, contacting, ids, say, schedule, sharing
from workflows.addresses import Address
from workflows.changes import applied, merge
from workflows.contacts import SHARE
from workflows.drafting import AS_SEEN
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one, several
from workflows.messages.scene import Scene
from workflows.ticket import Ticket
from workflows.walk import Change, Walk
from workflows.words import Words

Do = Literal["nothing", "invite", "link", "end"]
_ABOUT_ONE: tuple[Do, ...] = ("link", "end")
_LABEL_CHARS = 75  # an option's text in Slack
_NAME_CHARS = 80
_ADDRESS_CHARS = 254
_LETTERS_SHOWN = 3
_LETTER_SHOWN = 300  # letters of a letter; all of it came as a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a facilitator wants the partner to see, and the one thing to `do` about a contact."""

    show: tuple[str, ...]
    note: str
    do: Do
    address: Address | None = None
    who: str = ""


def sharing_form(scene: Scene, ticket: Ticket) -> Form:
    """What the partner sees now, what else it could, and who there may look."""
    w, facts = scene.words, {"partner": scene.walk.partnership.partner.name}
    things = sharing.things(scene)
    show = Field(
        id="show",
        widget="choices",
        label=w("sharing.show", **facts),
        hint=w("sharing.show_hint"),
        required=False,
        options=tuple(Option(value=t.id, label=_cut(t.title)) for t in things),
    )
    note = Field(
        id="note",
        widget="line",
        label=w("sharing.note"),
        hint=w("sharing.note_hint"),
        required=False,
        max_chars=sharing.NOTE_CHARS,
    )
    subject = f"{SHARE}{AS_SEEN}{as_it_is(scene.walk)}"
    return Form(
        id="sharing",
        title=w("sharing.form_short"),
        submit=w("sharing.send"),
        cancel=w("sharing.close"),
        intro=(w("sharing.intro", **facts), *_now(scene)),
        fields=(*((show, note) if things else ()), *_people(scene)),
        token=replace(ticket, subject=subject).encode(),
        typed={"show": tuple(t.id for t in things if t.since), "do": "nothing"},
    )


def _now(scene: Scene) -> Iterator[str]:
    """What they see, who they are, and what they wrote last."""
    w, things = scene.words, sharing.things(scene)
    shown = [t for t in things if t.since]
    for thing in shown:
        yield w("sharing.now_one", what=thing.title, day=_day(scene, thing.since))
    if not shown:
        yield w("sharing.now_nothing" if things else "sharing.nothing_yet")
    for contact in contacting.here(scene.walk):
        at = contact.lost_at or (contact.seen_at if contact.state == "seen" else contact.at)
        state = "lost" if contact.lost_at else contact.state
        yield w(f"sharing.contact_{state}", name=contact.name, day=_day(scene, at))
    names = {c.id: c.name for c in scene.walk.partnership.contacts}
    for letter in scene.walk.partnership.letters[-_LETTERS_SHOWN:]:
        text = letter.text if len(letter.text) <= _LETTER_SHOWN else letter.text[:_LETTER_SHOWN].rstrip() + "…"
        name = names.get(letter.by, scene.walk.partnership.partner.name)
        yield w("sharing.letter", name=name, day=_day(scene, letter.at), text=" ".join(text.split()))


def _people(scene: Scene) -> tuple[Field, ...]:
    """Whom to invite, and whose access to end."""
    w, partner, there = scene.words, scene.walk.partnership.partner.name, contacting.here(scene.walk)
    acts: tuple[Do, ...] = ("nothing", "invite", *(_ABOUT_ONE if there else ()))
    options = tuple(Option(value=act, label=_cut(w(f"sharing.do_{act}", partner=partner))) for act in acts)
    who = Field(
        id="who",
        widget="choice",
        label=w("sharing.who"),
        required=False,
        options=tuple(Option(value=c.id, label=_cut(c.name)) for c in there),
        menu=True,
        when="do",
        when_values=_ABOUT_ONE,
    )
    return (
        Field(id="do", widget="choice", label=w("sharing.do"), options=options),
        _line(w, "name", _NAME_CHARS),
        _line(w, "address", _ADDRESS_CHARS, hint=w("sharing.address_hint")),
        *((who,) if there else ()),
    )


def _line(words: Words, field: str, most: int, *, hint: str = "") -> Field:
    return Field(
        id=field,
        widget="line",
        label=words(f"sharing.{field}"),
        hint=hint,
        required=False,
        max_chars=most,
        when="do",
        when_values=("invite",),
    )


def as_it_is(walk: Walk) -> str:
    """What was shared, and with whom, when a form was drawn; told by nothing but a hash."""
    shown = sorted(f"{s.what}.{s.version}" for s in sharing.standing(walk))
    return ids.made_of("sharing as seen", *shown, "|", *(c.id for c in contacting.here(walk)))[:8]


def read_sharing(scene: Scene, typed: Typed) -> Wanted:
    """Read the form. Raises AskPerson with every problem beside its field."""
    w, walk, do = scene.words, scene.walk, one(typed, "do")
    known = {t.id for t in sharing.things(scene)}
    show = tuple(name for name in several(typed, "show") if name in known)
    note = one(typed, "note")
    problems = {"note": w("partner_form.too_long", most=sharing.NOTE_CHARS)} if len(note) > sharing.NOTE_CHARS else {}
    match do:
        case "invite":
            address, found = _address(w, walk, typed)
            problems |= found
            wanted = Wanted(show=show, note=note, do="invite", address=address)
        case "link" | "end":
            who = one(typed, "who")
            there = {c.id: c for c in contacting.here(walk)}
            if who not in there:
                problems["who"] = w("sharing.need_who")
            elif do == "link" and there[who].stopped:
                problems["who"] = w("sharing.refuses")
            wanted = Wanted(show=show, note=note, do="link" if do == "link" else "end", who=who)
        case _:
            if do != "nothing":
                problems["do"] = w("sharing.need_do")
            wanted = Wanted(show=show, note=note, do="nothing")
    if problems:
        raise AskPerson(problems)
    return wanted


def _address(words: Words, walk: Walk, typed: Typed) -> tuple[Address | None, dict[str, str]]:
    """Whom to invite, or why not."""
    name, written = " ".join(one(typed, "name").split()), one(typed, "address")
    problems = {} if 0 < len(name) <= _NAME_CHARS else {"name": words("sharing.need_name")}
    if not addresses.is_address(written):
        return None, {**problems, "address": words("sharing.need_address")}
    there = walk.partnership.contact(contacting.contact_id(walk.partnership.id, written))
    if contacting.refuses(walk, written):
        problems["address"] = words("sharing.refuses")
    elif there and there.state != "ended":
        problems["address"] = words("sharing.there")
    elif len(contacting.here(walk)) >= contacting.MOST_CONTACTS:
        problems["address"] = words("sharing.full", most=contacting.MOST_CONTACTS)
    return Address(name=name, address=written), problems


def settled(scene: Scene, wanted: Wanted, *, by: str, now: datetime) -> Change:
    """Do what a facilitator wants. What is done already is left."""
    change = sharing.shared(scene, wanted.show, note=wanted.note, by=by, now=now)
    walk = applied(scene.walk, change)
    match wanted.do:
        case "invite" if wanted.address:
            return merge((change, contacting.invited(walk, wanted.address, by=by, now=now)))
        case "link":
            return merge((change, contacting.link_again(walk, wanted.who, now=now)))
        case "end":
            return merge((change, contacting.ended(walk, wanted.who, by=by, now=now)))
        case _:
            return change


def _cut(text: str) -> str:
    return text if len(text) <= _LABEL_CHARS else text[: _LABEL_CHARS - 1].rstrip() + "…"


def _day(scene: Scene, at: datetime | None) -> str:
    return say.day(schedule.on_the_wall(at, scene.walk.group.zone).date(), scene.locale) if at else ""
