"""The forms that start a partnership: in Slack people and the channel are picked, by mail they are written.

`starting.py` reads what comes back.
"""

from collections.abc import Sequence
from dataclasses import replace

from workflows.forms import Field, Form, Option
from workflows.people import PARTNER_KINDS
from workflows.programme import Programme
from workflows.starting import HOURS, NAME_CHARS
from workflows.words import Words

_ADDRESSES_CHARS = 3000  # what a Slack input takes
_USUAL = {"weekday": "1", "hour": "9", "digest": "4"}


def start_form(words: Words, programmes: Sequence[Programme], *, channel: str, installer: str, zone: str = "") -> Form:
    """The form that starts a partnership, with sensible answers filled in: the first programme, weekly, at nine."""
    given = {key: value for key, value in (("channel", channel), ("zone", zone)) if value}
    by = {"facilitators": (installer,)} if installer else {}
    group, *others = _group_fields(words, programmes)
    mail = (Option(value="yes", label=words("start.mail_yes")), Option(value="no", label=words("start.mail_no")))
    return Form(
        id="start",
        title=words("start.form_title"),
        submit=words("start.send"),
        cancel=words("start.close"),
        intro=(words("start.intro"),),
        fields=(
            group,
            *_picked_fields(words),
            *others,
            Field(id="mail", widget="choice", label=words("start.mail"), options=mail),
        ),
        typed={**_USUAL, "mail": "yes", "programme": programmes[0].id, **by, **given},
    )


def mail_form(words: Words, programmes: Sequence[Programme]) -> Form:
    """The form that starts a group without Slack, for a person whose address is proved."""
    group, partner, kind, *others = _group_fields(words, programmes)
    you = Field(id="you", widget="line", label=words("begin.you"), hint=words("begin.you_hint"), max_chars=NAME_CHARS)
    people = replace(address_field(words, hint="begin.people_hint"), label=words("begin.people"))
    return Form(
        id="begin",
        title=words("begin.form_title"),
        submit=words("begin.send"),
        intro=(words("begin.intro"),),
        fields=(you, group, partner, kind, people, *others),
        typed={**_USUAL, "programme": programmes[0].id},
    )


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


def _picked_fields(w: Words) -> tuple[Field, ...]:
    """Who takes part and where, as Slack lets them be picked; others are written."""
    return (
        Field(id="channel", widget="channel", label=w("start.channel"), hint=w("start.channel_hint")),
        Field(id="members", widget="people", label=w("start.members"), hint=w("start.members_hint"), required=False),
        address_field(w, hint="start.addresses_hint"),
        Field(id="facilitators", widget="people", label=w("start.facilitators"), hint=w("start.facilitators_hint")),
    )


def _group_fields(w: Words, programmes: Sequence[Programme]) -> tuple[Field, ...]:
    """What is asked about a group on every channel: its name, its partner and the kind of it first, then its rhythm."""
    days = tuple(Option(value=str(n), label=name) for n, name in enumerate(w("start.weekdays").split(",")))
    kinds = tuple(Option(value=k, label=w(f"start.kinds.{k}")) for k in PARTNER_KINDS)
    hours = tuple(Option(value=str(h), label=f"{h:02d}:00") for h in HOURS)
    return (
        Field(id="group", widget="line", label=w("start.group"), max_chars=NAME_CHARS),
        _line(w, "partner", most=NAME_CHARS),
        Field(id="kind", widget="choice", label=w("start.kind"), options=kinds),
        *_which(w, programmes),
        Field(id="weekday", widget="choice", label=w("start.weekday"), options=days, menu=True),
        Field(id="hour", widget="choice", label=w("start.hour"), hint=w("start.hour_hint"), options=hours),
        Field(id="zone", widget="zone", label=w("start.zone")),
        replace(_line(w, "currency", most=3), required=False),
        Field(id="digest", widget="choice", label=w("start.digest"), options=days, menu=True),
    )


def _line(w: Words, name: str, *, most: int) -> Field:
    return Field(id=name, widget="line", label=w(f"start.{name}"), hint=w(f"start.{name}_hint"), max_chars=most)


def _which(words: Words, programmes: Sequence[Programme]) -> tuple[Field, ...]:
    """The choice of a programme, where there is more than one."""
    if len(programmes) < 2:
        return ()
    options = tuple(Option(value=p.id, label=p.title, hint=p.about) for p in programmes)
    return (Field(id="programme", widget="choice", label=words("start.programme"), options=options),)
