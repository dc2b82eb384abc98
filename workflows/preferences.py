"""What a person settled on the form of `preferences_form.py`: read, and made so.

Every problem comes back at once beside its field, and nothing is kept then. A field that was not shown leaves what it
stands for as it is. Sent twice it changes nothing twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workflows import addresses, engine, joining, moving_mail, reach, schedule
from workflows.changes import applied, merge
from workflows.choosing import read_prefers
from workflows.errors import AskPerson
from workflows.forms import Typed, one
from workflows.people import WAYS, Membership, Person, Preference, Sort, Way
from workflows.preferences_form import APART, SAME, ways
from workflows.schedule import Quiet
from workflows.walk import Change, Via, Walk
from workflows.words import Words

_YES_OR_NO = ("consent", "pause", "energy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person wants of us. `ways` names what goes another way than the rest; `address` is a new one, or empty."""

    consent: bool
    prefers: Preference
    ways: tuple[tuple[Sort, Way], ...]
    digest: bool
    digest_every: Literal["week", "month"]
    paused: bool
    low_energy: bool
    zone: str
    quiet: Quiet | None
    hides: bool
    mail: bool
    locale: str
    address: str = ""


def read(words: Words, typed: Typed, walk: Walk, person: str) -> Preferences:
    """Read the form. Raises AskPerson with every problem beside its field."""
    member, who = walk.members[person], walk.people[person]
    problems = {
        field: words("start.need_choice") for field in _YES_OR_NO if one(typed, field) not in ("yes", "no")
    } | _wrong_ways(words, typed, who)
    if not schedule.is_zone(one(typed, "zone")):
        problems["zone"] = words("start.need_zone")
    quiet = _quiet(typed, who)
    if quiet is not None and not schedule.leaves_room(quiet):
        problems["quiet_until"] = words("preferences.quiet_until.wrong", least=schedule.LEAST_AWAKE)
    if one(typed, "address") and not addresses.is_address(one(typed, "address")):
        problems["address"] = words("address.wrong")
    if problems:
        raise AskPerson(problems)
    every = one(typed, "digest_every") or member.digest_every
    return Preferences(
        consent=one(typed, "consent") == "yes",
        prefers=read_prefers(typed, member),
        ways=_ways(typed, walk, person),
        digest=(one(typed, "digest") != "none") if one(typed, "digest") else member.digest,
        digest_every="month" if every == "month" else "week",
        paused=one(typed, "pause") == "yes",
        low_energy=one(typed, "energy") == "yes",
        zone=one(typed, "zone"),
        quiet=None if quiet == schedule.NIGHT else quiet,
        hides=_said(typed, "hides", who.hides),
        mail=_said(typed, "mail", not who.mail_stopped),
        locale=one(typed, "language") or who.locale,
        address=one(typed, "address"),
    )


def _wrong_ways(words: Words, typed: Typed, person: Person) -> dict[str, str]:
    sorts: tuple[Sort, ...] = (*APART, "digest")
    given = {sort: one(typed, sort) for sort in sorts}
    offered = {sort: {option.value for option in ways(words, person, sort)} for sort in sorts}
    return {sort: words("start.need_choice") for sort in sorts if given[sort] and given[sort] not in offered[sort]}


def _ways(typed: Typed, walk: Walk, person: str) -> tuple[tuple[Sort, Way], ...]:
    """What goes another way than by itself. A digest that is not wanted keeps the way it went."""
    after = dict(walk.members[person].ways)
    usual: dict[Sort, str] = {**dict.fromkeys(APART, SAME), "digest": reach.digest_way(walk, person)}
    for sort, by_itself in usual.items():
        given = one(typed, sort)
        if not given or (sort == "digest" and given == "none"):
            continue
        after.pop(sort, None)
        way = next((way for way in WAYS if way == given), None)
        if way and way != by_itself:
            after[sort] = way
    return tuple(sorted(after.items()))


def _quiet(typed: Typed, person: Person) -> Quiet | None:
    """The hours they chose; what is no hour of the menu, or was not shown, leaves them as they are."""
    begins, ends = (one(typed, field).removesuffix(":00") for field in ("quiet_from", "quiet_until"))
    if not (begins.isdecimal() and ends.isdecimal() and int(begins) < 24 and int(ends) < 24):
        return person.quiet
    return int(begins), int(ends)


def _said(typed: Typed, field: str, before: bool) -> bool:
    return one(typed, field) == "yes" if one(typed, field) in ("yes", "no") else before


def settled(words: Words, walk: Walk, person: str, wanted: Preferences, *, via: Via, now: datetime) -> Change:
    """Make it so; a yes taken back here is a consent withdrawn like any other.

    Raises AskPerson for an address that is none.
    """
    member, who = walk.members[person], walk.people[person]
    set_to = _member(member, wanted, now=now)
    theirs = _person(words, who, wanted, zone=walk.zone(person), now=now)
    waits = moving_mail.waits(theirs, now=now) if wanted.address else None
    kept = Change(
        members=(set_to,) if set_to != member else (),
        people=(theirs,) if theirs != who else (),
        plan=(moving_mail.told(walk, person, waits),) if waits else (),
    )
    after = applied(walk, kept)
    if member.paused and not wanted.paused:
        kept = merge((kept, engine.came_back(after, person, now=now)))
        after = applied(walk, kept)
    if wanted.consent == (member.consent == "given"):
        return kept
    return merge((kept, joining.consented(after, person, given=wanted.consent, prefers=None, via=via, now=now)))


def _member(member: Membership, wanted: Preferences, *, now: datetime) -> Membership:
    set_to = replace(
        member,
        prefers=wanted.prefers,
        ways=wanted.ways,
        digest=wanted.digest,
        digest_every=wanted.digest_every,
        low_energy=wanted.low_energy,
    )
    return replace(set_to, paused_at=now, resting=False) if wanted.paused and not member.paused else set_to


def _person(words: Words, person: Person, wanted: Preferences, *, zone: str, now: datetime) -> Person:
    theirs = replace(person, quiet=wanted.quiet, hides=wanted.hides, mail_stopped=not wanted.mail)
    if wanted.zone != zone:
        theirs = replace(theirs, zone=wanted.zone, zone_chosen=True)
    if wanted.locale != person.locale:
        theirs = replace(theirs, locale=wanted.locale, locale_chosen=True)
    return moving_mail.asked(words, theirs, wanted.address, now=now) if wanted.address else theirs


def without_mail(member: Membership, sort: Sort) -> Membership:
    """A membership to which no mail of a sort is sent. Questions have no such thing: they come, or there is a break."""
    if sort == "questions":
        return member
    before = dict(member.ways)
    both = before.get(sort) == "both" or (sort != "digest" and sort not in before and member.prefers == "both")
    way: Way = "slack" if both else "none"
    if sort == "digest" and way == "none":
        return replace(member, digest=False)
    return replace(member, ways=tuple(sorted({**before, sort: way}.items())))


def as_usual(member: Membership, sort: Sort) -> Membership:
    """A membership to which a sort comes as it does by itself."""
    kept = tuple(pair for pair in member.ways if pair[0] != sort)
    return replace(member, ways=kept, digest=member.digest or sort == "digest")
