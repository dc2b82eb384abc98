"""Starting a partnership: what was given for it, read. Every problem is named at once, beside its field.

In Slack people and the channel are picked; by mail they are written, and nobody has Slack. `starting_forms.py` draws
what is read here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workflows import addresses, schedule
from workflows.errors import AskPerson
from workflows.forms import Typed, one, several
from workflows.kinds.currencies import CODES
from workflows.people import PARTNER_KINDS, Role
from workflows.programme import Programme
from workflows.walk import Rhythm
from workflows.words import Words

HOURS = range(schedule.DAY_STARTS, schedule.DAY_ENDS)
MOST_PEOPLE = 50
MOST_APPS = 10  # that may stand in a channel beside its people and are counted with them
NAME_CHARS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a facilitator gave to start a walk. Nobody named, by Slack or by address, is "everyone in the channel".

    Where there is no channel, everyone is named by address, and `facilitators` are empty: whoever gave this is it.
    """

    group: str
    channel: str
    members: tuple[str, ...]
    addresses: tuple[addresses.Address, ...]
    facilitators: tuple[str, ...]
    partner: str
    partner_kind: str
    rhythm: Rhythm
    zone: str
    mail_allowed: bool
    programme: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody who is named by a mail address, with what is known of them beforehand. An empty zone is the group's."""

    address: addresses.Address
    role: Role = "member"
    zone: str = ""
    locale: str = "en"


def read_start(words: Words, programmes: Sequence[Programme], typed: Typed) -> Setup:
    """Read the start form. Raises AskPerson with every problem beside its field."""
    problems: dict[str, str] = {}
    members, facilitators = several(typed, "members"), several(typed, "facilitators")
    if not one(typed, "channel"):
        problems["channel"] = words("start.need_channel")
    if not facilitators:
        problems["facilitators"] = words("start.need_facilitator")
    written = read_addresses(words, typed, problems)
    if len(set(members) | set(facilitators)) + len(written) > MOST_PEOPLE:
        problems["members"] = words("start.too_many", most=MOST_PEOPLE)
    setup = _setup(words, programmes, typed, problems, choices=_CHOICES)
    if problems:
        raise AskPerson(problems)
    return replace(
        setup,
        channel=one(typed, "channel"),
        members=members,
        addresses=written,
        facilitators=facilitators,
        mail_allowed=one(typed, "mail") == "yes",
    )


def _setup(
    words: Words,
    programmes: Sequence[Programme],
    typed: Typed,
    problems: dict[str, str],
    *,
    choices: Mapping[str, tuple[str, ...]],
) -> Setup:
    """Read what a group gives on every channel. Where `problems` come, what is returned means nothing."""
    group = _name(words, typed, "group", "start.need_group", problems)
    partner = _name(words, typed, "partner", "start.need_partner", problems)
    if not schedule.is_zone(one(typed, "zone")):
        problems["zone"] = words("start.need_zone")
    currency = one(typed, "currency").upper()
    if currency and currency not in CODES:
        problems["currency"] = words("start.need_currency")
    offered = {**choices, "programme": ("", *(p.id for p in programmes))}  # it is not asked where there is but one
    problems |= {
        field: words("start.need_choice") for field, values in offered.items() if one(typed, field) not in values
    }
    return Setup(
        group=group,
        channel="",
        members=(),
        addresses=(),
        facilitators=(),
        partner=partner,
        partner_kind=one(typed, "kind"),
        rhythm=_rhythm({field: one(typed, field) for field in choices if field not in problems}),
        zone=one(typed, "zone"),
        mail_allowed=True,
        programme=one(typed, "programme") or programmes[0].id,
        currency=currency,
    )


def _rhythm(chosen: Mapping[str, str]) -> Rhythm:
    weekday, hour, digest = (int(chosen.get(field, "0")) for field in ("weekday", "hour", "digest"))
    return Rhythm(weekday=weekday, hour=hour, digest_weekday=digest)


def read_group(words: Words, programmes: Sequence[Programme], typed: Typed) -> Setup:
    """Read what a group without Slack is, without its people. Raises AskPerson with every problem."""
    problems: dict[str, str] = {}
    setup = _setup(words, programmes, typed, problems, choices=_BY_MAIL)
    if problems:
        raise AskPerson(problems)
    return setup


def read_mail_start(
    words: Words, programmes: Sequence[Programme], typed: Typed, *, by: str
) -> tuple[Setup, addresses.Address]:
    """Read the form of a group without Slack, and who gives it: the name they wrote, at the address `by`.

    Raises AskPerson with every problem beside its field.
    """
    problems: dict[str, str] = {}
    name = _name(words, typed, "you", "begin.need_you", problems)
    written = read_addresses(words, typed, problems)
    others = tuple(found for found in written if addresses.folded(found.address) != addresses.folded(by))
    if len(others) >= MOST_PEOPLE:
        problems["addresses"] = words("begin.too_many", most=MOST_PEOPLE, count=len(others) + 1)
    setup = _setup(words, programmes, typed, problems, choices=_BY_MAIL)
    if problems:
        raise AskPerson(problems)
    return replace(setup, addresses=others), addresses.Address(name=name, address=by)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": PARTNER_KINDS,
    "weekday": tuple(map(str, range(7))),
    "hour": tuple(map(str, HOURS)),
    "digest": tuple(map(str, range(7))),
    "mail": ("yes", "no"),
}
_BY_MAIL = {field: values for field, values in _CHOICES.items() if field != "mail"}


def read_addresses(words: Words, typed: Typed, problems: dict[str, str]) -> tuple[addresses.Address, ...]:
    """Read pasted addresses; those written wrongly become a problem beside the field."""
    found = addresses.read(one(typed, "addresses"))
    if found.wrong:
        problems["addresses"] = words("start.wrong", count=len(found.wrong), wrong=listed(found.wrong))
    return found.good


def listed(texts: Sequence[str]) -> str:
    """Return some of what somebody typed, to be shown to them alone."""
    return ", ".join(text[:NAME_CHARS] for text in texts[:5]) + (" …" if len(texts) > 5 else "")


def _name(words: Words, typed: Typed, field: str, need: str, problems: dict[str, str]) -> str:
    value = " ".join(one(typed, field).split())
    if not value:
        problems[field] = words(need)
    elif len(value) > NAME_CHARS:
        problems[field] = words("start.too_long", most=NAME_CHARS)
    return value
