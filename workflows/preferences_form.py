"""Everything a person may settle for themselves, as one form: a page, and Slack's modal.

What cannot matter to somebody is not asked: a second way without a second channel, a language where there is one, what
mails show to whoever has no address. The fields stand in five groups; all but the first hold what few people change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, get_args

from babel import Locale

from workflows import moving_mail, reach, say, schedule
from workflows.choosing import prefers_field, ways_of
from workflows.forms import Field, Form, Option
from workflows.people import Membership, Person, Sort
from workflows.ticket import Ticket
from workflows.walk import Walk
from workflows.words import Words

SAME = "same"  # where everything else comes
Apart = Literal["milestones", "reading"]  # what may go another way than the rest
APART: tuple[Apart, ...] = get_args(Apart)
_HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
_ADDRESS_CHARS = 254


def form(words: Words, walk: Walk, ticket: Ticket, *, title: str, now: datetime, languages: Sequence[str] = ()) -> Form:
    """The settings of a person as they are; `languages` are those that there are words in."""
    member, person = walk.members[ticket.person], walk.people[ticket.person]
    return Form(
        id="preferences",
        title=words("preferences.form_title"),
        submit=words("preferences.send"),
        cancel=words("preferences.close"),
        intro=(words("preferences.intro", partnership=title),),
        fields=(
            *_taking_part(words),
            *_where(words, person),
            *_when(words),
            *_how(words, person, languages),
            *_mails(words, walk, person, now=now),
        ),
        token=ticket.encode(),
        typed=_typed(walk, member, person),
    )


def _typed(walk: Walk, member: Membership, person: Person) -> dict[str, str | tuple[str, ...]]:
    begins, ends = person.quiet or schedule.NIGHT
    ways = dict(member.ways)
    return {
        "consent": "yes" if member.consent == "given" else "no",
        "pause": _yes(member.paused),
        "prefers": member.prefers,
        **{sort: ways.get(sort, SAME) for sort in APART},
        "digest": ways.get("digest", reach.digest_way(walk, person.id)) if member.digest else "none",
        "digest_every": member.digest_every,
        "quiet_from": _HOURS[begins],
        "quiet_until": _HOURS[ends],
        "zone": walk.zone(person.id),
        "energy": _yes(member.low_energy),
        "language": person.locale,
        "hides": _yes(person.hides),
        "mail": _yes(not person.mail_stopped),
    }


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _two(words: Words, field: str, *, legend: str = "", hint: str = "") -> Field:
    """A field of yes and no, in words of their own."""
    options = tuple(Option(value=value, label=words(f"preferences.{field}.{value}")) for value in ("yes", "no"))
    label = words(f"preferences.{field}.label")
    return Field(id=field, widget="choice", label=label, hint=hint, legend=legend, options=options)


def _menu(words: Words, field: str, options: tuple[Option, ...], *, legend: str = "", hint: str = "") -> Field:
    label = words(f"preferences.{field}.label")
    return Field(id=field, widget="choice", label=label, hint=hint, legend=legend, options=options, menu=True)


def _taking_part(words: Words) -> Iterator[Field]:
    yield _two(words, "consent", legend=words("preferences.group.part"))
    yield _two(words, "pause")


def _where(words: Words, person: Person) -> Iterator[Field]:
    """Where things come: everything, and apart from that, each kind that may differ."""
    apart = (_menu(words, sort, ways(words, person, sort)) for sort in APART)
    first, *rest = (*prefers_field(words, person, label="preferences.prefers"), *apart)
    yield replace(first, legend=words("preferences.group.where"))
    yield from rest
    yield _menu(words, "digest", ways(words, person, "digest"))
    every = tuple(Option(value=value, label=words(f"preferences.digest_every.{value}")) for value in ("week", "month"))
    yield _menu(words, "digest_every", every)


def ways(words: Words, person: Person, sort: Sort) -> tuple[Option, ...]:
    """The ways that a kind of message may go. A digest has one of its own; the others go with the rest.

    Where there is one way to a person, going with the rest is called by it.
    """
    there = ways_of(person)
    alone = there[0] if len(there) == 1 else SAME
    offered: tuple[str, ...] = there if sort == "digest" else (SAME, *(there if alone == SAME else ()))
    labels = {way: words(f"preferences.way.{alone if way == SAME else way}") for way in (*offered, "none")}
    return tuple(Option(value=way, label=label) for way, label in labels.items())


def _when(words: Words) -> Iterator[Field]:
    hours = tuple(Option(value=hour, label=hour) for hour in _HOURS)
    legend, hint = words("preferences.group.when"), words("preferences.quiet_from.hint")
    yield _menu(words, "quiet_from", hours, legend=legend, hint=hint)
    yield _menu(words, "quiet_until", hours)
    yield Field(id="zone", widget="zone", label=words("preferences.zone"), hint=words("preferences.zone_hint"))


def _how(words: Words, person: Person, languages: Sequence[str]) -> Iterator[Field]:
    yield _two(words, "energy", legend=words("preferences.group.how"))
    if len(languages) > 1:
        yield _menu(words, "language", tuple(Option(value=one, label=_named(one)) for one in languages))
    if person.email:
        yield _two(words, "hides", hint=words("preferences.hides.hint"))


def _named(language: str) -> str:
    """A language by its own name, as whoever looks for it reads it: `Deutsch`."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


def _mails(words: Words, walk: Walk, person: Person, *, now: datetime) -> Iterator[Field]:
    legend = words("preferences.group.mail")
    if person.email:
        yield _two(words, "mail", legend=legend)
    yield Field(
        id="address",
        widget="line",
        label=words("preferences.address.label"),
        hint=" ".join(_about_address(words, walk, person, now=now)),
        legend="" if person.email else legend,
        required=False,
        max_chars=_ADDRESS_CHARS,
    )


def _about_address(words: Words, walk: Walk, person: Person, *, now: datetime) -> Iterator[str]:
    """Where mails go now, and what waits. Whoever knows an address recognizes it, and nobody else learns it."""
    if person.email:
        key = "lost" if person.mail_lost else "now"
        yield words(f"preferences.address.{key}", address=moving_mail.masked(person.email))
    if wanted := moving_mail.waits(person, now=now):
        until = say.moment(wanted.asked_at + moving_mail.VALID, walk.zone(person.id), words.locale)
        yield words("preferences.address.waits", address=moving_mail.masked(wanted.address), until=until)
    else:
        yield words("preferences.address.hint")
