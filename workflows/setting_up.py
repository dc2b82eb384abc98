"""Setting up: the forms that start a walk, move a step on, say yes or no, and change one's settings; and reading them.

Each form is built from words and what is known; each `read_…` returns a value or raises AskPerson with every problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from workflows import engine, schedule
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed
from workflows.people import PARTNER_KINDS, Membership, Person, Preference
from workflows.ticket import Ticket
from workflows.walk import Change, Rhythm, Walk, applied, merge
from workflows.words import Words

_HOURS = range(schedule.DAY_STARTS, schedule.DAY_ENDS)
MOST_PEOPLE = 50
_NAME_CHARS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a facilitator gave to start a walk. `members` is empty for "everyone in the channel"."""

    group: str
    channel: str
    members: tuple[str, ...]
    facilitators: tuple[str, ...]
    partner: str
    partner_kind: str
    rhythm: Rhythm
    zone: str
    mail_allowed: bool


def start_form(words: Words, *, channel: str, installer: str, zone: str = "") -> Form:
    """The form that starts a partnership, with sensible answers filled in."""
    days = _weekdays(words)
    kinds = tuple(Option(value=k, label=words(f"start.kinds.{k}")) for k in PARTNER_KINDS)
    hours = tuple(Option(value=str(h), label=f"{h:02d}:00") for h in _HOURS)
    w = words
    typed: dict[str, str | tuple[str, ...]] = {"weekday": "1", "hour": "9", "digest": "4", "mail": "yes"}
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
            Field(id="facilitators", widget="people", label=w("start.facilitators"), hint=w("start.facilitators_hint")),
            Field(
                id="partner",
                widget="line",
                label=w("start.partner"),
                hint=w("start.partner_hint"),
                max_chars=_NAME_CHARS,
            ),
            Field(id="kind", widget="choice", label=w("start.kind"), options=kinds),
            Field(id="weekday", widget="choice", label=w("start.weekday"), options=days),
            Field(id="hour", widget="choice", label=w("start.hour"), hint=w("start.hour_hint"), options=hours),
            Field(id="zone", widget="zone", label=w("start.zone")),
            Field(id="digest", widget="choice", label=w("start.digest"), options=days),
            Field(id="mail", widget="choice", label=w("start.mail"), options=mail),
        ),
        typed=typed,
    )


def _weekdays(words: Words) -> tuple[Option, ...]:
    return tuple(Option(value=str(n), label=name) for n, name in enumerate(words("start.weekdays").split(",")))


def read_start(words: Words, typed: Typed) -> Setup:
    """Read the start form. Raises AskPerson with every problem beside its field."""
    problems: dict[str, str] = {}
    group = _name(words, typed, "group", "start.need_group", problems)
    partner = _name(words, typed, "partner", "start.need_partner", problems)
    members, facilitators = _several(typed, "members"), _several(typed, "facilitators")
    if not _one(typed, "channel"):
        problems["channel"] = words("start.need_channel")
    if not facilitators:
        problems["facilitators"] = words("start.need_facilitator")
    if len(set(members) | set(facilitators)) > MOST_PEOPLE:
        problems["members"] = words("start.too_many", most=MOST_PEOPLE)
    if not schedule.is_zone(_one(typed, "zone")):
        problems["zone"] = words("start.need_zone")
    for field, values in _CHOICES.items():
        if _one(typed, field) not in values:
            problems[field] = words("start.need_choice")
    if problems:
        raise AskPerson(problems)
    return Setup(
        group=group,
        channel=_one(typed, "channel"),
        members=members,
        facilitators=facilitators,
        partner=partner,
        partner_kind=_one(typed, "kind"),
        rhythm=Rhythm(
            weekday=int(_one(typed, "weekday")),
            hour=int(_one(typed, "hour")),
            digest_weekday=int(_one(typed, "digest")),
        ),
        zone=_one(typed, "zone"),
        mail_allowed=_one(typed, "mail") == "yes",
    )


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": PARTNER_KINDS,
    "weekday": tuple(map(str, range(7))),
    "hour": tuple(map(str, _HOURS)),
    "digest": tuple(map(str, range(7))),
    "mail": ("yes", "no"),
}


def _one(typed: Typed, field: str) -> str:
    value = typed.get(field, "")
    return value.strip() if isinstance(value, str) else ""


def _several(typed: Typed, field: str) -> tuple[str, ...]:
    value = typed.get(field, ())
    return tuple(value) if not isinstance(value, str) else ((value,) if value else ())


def _name(words: Words, typed: Typed, field: str, need: str, problems: dict[str, str]) -> str:
    value = " ".join(_one(typed, field).split())
    if not value:
        problems[field] = words(need)
    elif len(value) > _NAME_CHARS:
        problems[field] = words("start.too_long", most=_NAME_CHARS)
    return value


def consent_form(words: Words, walk: Walk, ticket: Ticket) -> Form:
    """The same request as the message, to answer on a page or in a modal."""
    partnership, member = walk.partnership, walk.members[ticket.person]
    starter = walk.people.get(partnership.started_by)
    facts = {
        "group": partnership.group.name,
        "partner": partnership.partner.name,
        "facilitator": starter.name if starter else partnership.group.name,
    }
    yes_no = (Option(value="yes", label=words("consent.yes")), Option(value="no", label=words("consent.no")))
    typed: dict[str, str | tuple[str, ...]] = {"prefers": member.prefers}
    typed |= {"consent": "yes" if member.consent == "given" else "no"} if member.consent_at else {}
    return Form(
        id="consent",
        title=words("consent.form_title"),
        submit=words("consent.send"),
        cancel=words("consent.close"),
        intro=(
            *words.lines("consent.body", **facts),
            words("consent.kept", **facts),
            words("consent.sees", **facts),
            words("consent.stop"),
        ),
        fields=(
            Field(id="consent", widget="choice", label=words("consent.question"), options=yes_no),
            _prefers_field(words, walk.people[ticket.person]),
        ),
        token=ticket.encode(),
        typed=typed,
    )


def _prefers_field(words: Words, person: Person) -> Field:
    ways = [way for way, has in (("slack", person.slack_user), ("mail", person.email)) if has]
    ways += ["both"] if len(ways) > 1 else []
    options = tuple(Option(value=way, label=words(f"consent.by_{way}")) for way in ways)
    return Field(id="prefers", widget="choice", label=words("consent.prefers"), options=options)


def read_prefers(typed: Typed, member: Membership) -> Preference:
    """What they chose, else what they had."""
    match _one(typed, "prefers"):
        case "slack":
            return "slack"
        case "mail":
            return "mail"
        case "both":
            return "both"
        case _:
            return member.prefers


def read_consent(words: Words, typed: Typed) -> bool:
    """Whether they said yes. Raises AskPerson when they said neither."""
    said = _one(typed, "consent")
    if said not in ("yes", "no"):
        raise AskPerson({"consent": words("consent.choose")})
    return said == "yes"


def move_on_form(words: Words, *, title: str, ticket: Ticket) -> Form:
    """A facilitator ends a step and says why."""
    return Form(
        id="move_on",
        title=words("stalled.form_title"),
        submit=words("stalled.send"),
        cancel=words("stalled.close"),
        intro=(words("stalled.intro", title=title),),
        fields=(
            Field(
                id="reason", widget="lines", label=words("stalled.question"), hint=words("stalled.hint"), max_chars=500
            ),
        ),
        token=ticket.encode(),
    )


def read_reason(words: Words, typed: Typed) -> str:
    """Why a step is ended. Raises AskPerson when nothing was said, or too much."""
    reason = _one(typed, "reason")
    if not reason:
        raise AskPerson({"reason": words("stalled.reason")})
    if len(reason) > 500:
        raise AskPerson({"reason": words("start.too_long", most=500)})
    return reason


def done_form(words: Words, *, title: str, ticket: Ticket) -> Form:
    """Marking a milestone as done, on a page."""
    return Form(
        id="milestone_done",
        title=words("button.done"),
        submit=words("button.done"),
        cancel=words("answer.close"),
        intro=(title,),
        fields=(),
        token=ticket.encode(),
    )


def preferences_form(words: Words, walk: Walk, ticket: Ticket, *, title: str) -> Form:
    """Everything a person may set for themselves."""
    member, person = walk.members[ticket.person], walk.people[ticket.person]

    def two(field: str, label: str, yes: str, no: str) -> Field:
        options = (Option(value="yes", label=words(yes)), Option(value="no", label=words(no)))
        return Field(id=field, widget="choice", label=words(label), options=options)

    return Form(
        id="preferences",
        title=words("preferences.form_title"),
        submit=words("preferences.send"),
        cancel=words("preferences.close"),
        intro=(words("preferences.intro", partnership=title),),
        fields=(
            two("consent", "preferences.taking_part", "preferences.yes", "preferences.no"),
            _prefers_field(words, person),
            two("digest", "preferences.digest", "preferences.digest_yes", "preferences.digest_no"),
            two("pause", "preferences.pause", "preferences.pause_yes", "preferences.pause_no"),
            Field(id="zone", widget="zone", label=words("preferences.zone"), hint=words("preferences.zone_hint")),
        ),
        token=ticket.encode(),
        typed={
            "consent": "yes" if member.consent == "given" else "no",
            "prefers": member.prefers,
            "digest": "yes" if member.digest else "no",
            "pause": "yes" if member.paused else "no",
            "zone": walk.zone(ticket.person),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person wants of us."""

    consent: bool
    prefers: Preference
    digest: bool
    paused: bool
    zone: str


def read_preferences(words: Words, typed: Typed, member: Membership) -> Preferences:
    """Read the preferences form. Raises AskPerson with every problem beside its field."""
    problems = {
        field: words("start.need_choice")
        for field in ("consent", "digest", "pause")
        if _one(typed, field) not in ("yes", "no")
    }
    if not schedule.is_zone(_one(typed, "zone")):
        problems["zone"] = words("start.need_zone")
    if problems:
        raise AskPerson(problems)
    return Preferences(
        consent=_one(typed, "consent") == "yes",
        prefers=read_prefers(typed, member),
        digest=_one(typed, "digest") == "yes",
        paused=_one(typed, "pause") == "yes",
        zone=_one(typed, "zone"),
    )


def preferred(walk: Walk, person: str, wanted: Preferences, *, now: datetime) -> Change:
    """Apply a person's settings; a yes taken back here is a consent withdrawn like any other."""
    member, who = walk.members[person], walk.people[person]
    kept = Change(
        members=(replace(member, prefers=wanted.prefers, digest=wanted.digest, paused=wanted.paused),),
        people=(replace(who, zone=wanted.zone),) if wanted.zone != walk.zone(person) else (),
    )
    after = applied(walk, kept)
    if wanted.consent == (member.consent == "given"):
        return kept
    return merge((kept, engine.consented(after, person, given=wanted.consent, prefers=None, via="web", now=now)))
