"""Starting a partnership: the form, and reading it. Every problem is named at once, beside its field.

In Slack people and the channel are picked (`start_form`); by mail they are written (`mail_form`), and nobody has Slack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workflows import addresses, schedule
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one, several
from workflows.kinds.currencies import CODES
from workflows.people import PARTNER_KINDS, Role
from workflows.programme import Programme
from workflows.walk import Rhythm
from workflows.words import Words

_HOURS = range(schedule.DAY_STARTS, schedule.DAY_ENDS)
MOST_PEOPLE = 50
MOST_APPS = 10  # that may stand in a channel beside its people and are counted with them
_NAME_CHARS = 80
_ADDRESSES_CHARS = 3000  # what a Slack input takes


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


def start_form(words: Words, programmes: Sequence[Programme], *, channel: str, installer: str, zone: str = "") -> Form:
    """The form that starts a partnership, with sensible answers filled in: the first programme, weekly, at nine."""
    days = _weekdays(words)
    kinds = tuple(Option(value=k, label=words(f"start.kinds.{k}")) for k in PARTNER_KINDS)
    hours = tuple(Option(value=str(h), label=f"{h:02d}:00") for h in _HOURS)
    w = words
    typed: dict[str, str | tuple[str, ...]] = {"weekday": "1", "hour": "9", "digest": "4", "mail": "yes"}
    typed["programme"] = programmes[0].id
    typed |= {"facilitators": (installer,)} if installer else {}
    typed |= {key: value for key, value in (("channel", channel), ("zone", zone)) if value}
    mail = (Option(value="yes", label=w("start.mail_yes")), Option(value="no", label=w("start.mail_no")))
    return Form(
        id="start",
        title=w("start.form_title"),
        submit=w("start.send"),
        cancel=w("start.close"),
        intro=(w("start.intro"),),
        fields=(
            Field(id="group", widget="line", label=w("start.group"), max_chars=_NAME_CHARS),
            Field(id="channel", widget="channel", label=w("start.channel"), hint=w("start.channel_hint")),
            Field(
                id="members", widget="people", label=w("start.members"), hint=w("start.members_hint"), required=False
            ),
            address_field(w, hint="start.addresses_hint"),
            Field(id="facilitators", widget="people", label=w("start.facilitators"), hint=w("start.facilitators_hint")),
            Field(
                id="partner",
                widget="line",
                label=w("start.partner"),
                hint=w("start.partner_hint"),
                max_chars=_NAME_CHARS,
            ),
            Field(id="kind", widget="choice", label=w("start.kind"), options=kinds),
            *_which(words, programmes),
            Field(id="weekday", widget="choice", label=w("start.weekday"), options=days, menu=True),
            Field(id="hour", widget="choice", label=w("start.hour"), hint=w("start.hour_hint"), options=hours),
            Field(id="zone", widget="zone", label=w("start.zone")),
            Field(
                id="currency",
                widget="line",
                label=w("start.currency"),
                hint=w("start.currency_hint"),
                required=False,
                max_chars=3,
            ),
            Field(id="digest", widget="choice", label=w("start.digest"), options=days, menu=True),
            Field(id="mail", widget="choice", label=w("start.mail"), options=mail),
        ),
        typed=typed,
    )


def _which(words: Words, programmes: Sequence[Programme]) -> tuple[Field, ...]:
    """The choice of a programme, where there is more than one."""
    if len(programmes) < 2:
        return ()
    options = tuple(Option(value=p.id, label=p.title, hint=p.about) for p in programmes)
    return (Field(id="programme", widget="choice", label=words("start.programme"), options=options),)


def _weekdays(words: Words) -> tuple[Option, ...]:
    return tuple(Option(value=str(n), label=name) for n, name in enumerate(words("start.weekdays").split(",")))


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
    known = [p.id for p in programmes]
    wanted, currency = one(typed, "programme") or known[0], one(typed, "currency").upper()
    if wanted not in known:
        problems["programme"] = words("start.need_choice")
    if currency and currency not in CODES:
        problems["currency"] = words("start.need_currency")
    for field, values in choices.items():
        if one(typed, field) not in values:
            problems[field] = words("start.need_choice")
    chosen = {field: one(typed, field) for field in choices if field not in problems}
    return Setup(
        group=group,
        channel="",
        members=(),
        addresses=(),
        facilitators=(),
        partner=partner,
        partner_kind=one(typed, "kind"),
        rhythm=Rhythm(
            weekday=int(chosen.get("weekday", 0)),
            hour=int(chosen.get("hour", 0)),
            digest_weekday=int(chosen.get("digest", 0)),
        ),
        zone=one(typed, "zone"),
        mail_allowed=True,
        programme=wanted,
        currency=currency,
    )


def mail_form(words: Words, programmes: Sequence[Programme]) -> Form:
    """The form that starts a group without Slack, for a person whose address is proved."""
    whole = {field.id: field for field in start_form(words, programmes, channel="", installer="").fields}
    you = Field(id="you", widget="line", label=words("begin.you"), hint=words("begin.you_hint"), max_chars=_NAME_CHARS)
    people = replace(whole["addresses"], label=words("begin.people"), hint=words("begin.people_hint"))
    order = ("group", "partner", "kind", "programme", "weekday", "hour", "zone", "currency", "digest")
    ours = tuple(whole[name] for name in order if name in whole)
    return Form(
        id="begin",
        title=words("begin.form_title"),
        submit=words("begin.send"),
        intro=(words("begin.intro"),),
        fields=(you, *ours[:3], people, *ours[3:]),
        typed={"weekday": "1", "hour": "9", "digest": "4", "programme": programmes[0].id},
    )


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
    others = tuple(found for found in written if found.address.lower() != by.lower())
    if len(others) >= MOST_PEOPLE:
        problems["addresses"] = words("begin.too_many", most=MOST_PEOPLE, count=len(others) + 1)
    setup = _setup(words, programmes, typed, problems, choices=_BY_MAIL)
    if problems:
        raise AskPerson(problems)
    return replace(setup, addresses=others), addresses.Address(name=name, address=by)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": PARTNER_KINDS,
    "weekday": tuple(map(str, range(7))),
    "hour": tuple(map(str, _HOURS)),
    "digest": tuple(map(str, range(7))),
    "mail": ("yes", "no"),
}
_BY_MAIL = {field: values for field, values in _CHOICES.items() if field != "mail"}


def address_field(words: Words, *, hint: str) -> Field:
    """Where mail addresses are pasted; `hint` names the words that say what becomes of them."""
    return Field(
        id="addresses",
        widget="lines",
        label=words("start.addresses"),
        hint=words(hint),
        required=False,
        max_chars=_ADDRESSES_CHARS,
    )


def read_addresses(words: Words, typed: Typed, problems: dict[str, str]) -> tuple[addresses.Address, ...]:
    """Read pasted addresses; those written wrongly become a problem beside the field."""
    found = addresses.read(one(typed, "addresses"))
    if found.wrong:
        problems["addresses"] = words("start.wrong", count=len(found.wrong), wrong=listed(found.wrong))
    return found.good


def listed(texts: Sequence[str]) -> str:
    """Return some of what somebody typed, to be shown to them alone."""
    return ", ".join(text[:_NAME_CHARS] for text in texts[:5]) + (" …" if len(texts) > 5 else "")


def _name(words: Words, typed: Typed, field: str, need: str, problems: dict[str, str]) -> str:
    value = " ".join(one(typed, field).split())
    if not value:
        problems[field] = words(need)
    elif len(value) > _NAME_CHARS:
        problems[field] = words("start.too_long", most=_NAME_CHARS)
    return value
