"""What a person decides: taking part, how to be reached, moving a step on; the forms, and reading them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from workflows import engine, joining, schedule
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one
from workflows.messages.consent import CONSENT, DECLINE
from workflows.occurrences import Occurrence
from workflows.people import Membership, Person, Preference
from workflows.ticket import Ticket
from workflows.walk import Change, Walk, applied, merge
from workflows.words import Words


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
    if ticket.subject in (CONSENT, DECLINE):  # the button says which; a press of Save confirms it
        typed["consent"] = "yes" if ticket.subject == CONSENT else "no"
    elif member.consent_at:
        typed["consent"] = "yes" if member.consent == "given" else "no"
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
    match one(typed, "prefers"):
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
    said = one(typed, "consent")
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
    reason = one(typed, "reason")
    if not reason:
        raise AskPerson({"reason": words("stalled.reason")})
    if len(reason) > 500:
        raise AskPerson({"reason": words("start.too_long", most=500)})
    return reason


def done_form(words: Words, *, title: str, ticket: Ticket, ended: bool = False) -> Form:
    """Marking a milestone as done, on a page; nothing to press once it has `ended`, or for others than its owner."""
    return Form(
        id="milestone_done",
        title=words("button.done"),
        submit="" if ended else words("button.done"),
        cancel=words("answer.close"),
        intro=(title, words("milestone.ended")) if ended else (title,),
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
        if one(typed, field) not in ("yes", "no")
    }
    if not schedule.is_zone(one(typed, "zone")):
        problems["zone"] = words("start.need_zone")
    if problems:
        raise AskPerson(problems)
    return Preferences(
        consent=one(typed, "consent") == "yes",
        prefers=read_prefers(typed, member),
        digest=one(typed, "digest") == "yes",
        paused=one(typed, "pause") == "yes",
        zone=one(typed, "zone"),
    )


def _passed_by(walk: Walk, person: str, *, since: datetime, now: datetime) -> Iterator[Occurrence]:
    """What is still open and came while a person had paused: put to them now."""
    hour, zone = walk.partnership.rhythm.hour, walk.zone(person)
    for found in walk.rounds:
        came = schedule.instant_of(found.opens_on, hour, zone)
        if found.closed_at is None and since <= came <= now and walk.answer(found.id, person) is None:
            yield engine.ask(walk, found, person, now=now)


def preferred(walk: Walk, person: str, wanted: Preferences, *, now: datetime) -> Change:
    """Apply a person's settings; a yes taken back here is a consent withdrawn like any other."""
    member, who = walk.members[person], walk.people[person]
    paused_at = (member.paused_at or now) if wanted.paused else None
    kept = Change(
        members=(replace(member, prefers=wanted.prefers, digest=wanted.digest, paused_at=paused_at),),
        people=(replace(who, zone=wanted.zone, zone_chosen=True),) if wanted.zone != walk.zone(person) else (),
    )
    after = applied(walk, kept)
    if member.paused_at and not wanted.paused:
        kept = merge((kept, Change(plan=tuple(_passed_by(after, person, since=member.paused_at, now=now)))))
    if wanted.consent == (member.consent == "given"):
        return kept
    return merge((kept, joining.consented(after, person, given=wanted.consent, prefers=None, via="web", now=now)))
