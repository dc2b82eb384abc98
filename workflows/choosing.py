"""What a person decides: taking part, how to be reached, moving a step on; the forms, and reading them."""

from dataclasses import dataclass, replace
from datetime import datetime

from workflows import engine, joining, schedule
from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one
from workflows.messages.consent import CONSENT, DECLINE
from workflows.messages.scene import Scene
from workflows.people import Membership, Person, Preference
from workflows.ticket import Ticket
from workflows.walk import Change, Walk, applied, merge
from workflows.words import Words

_WORDS = 1000  # characters of what a facilitator writes for the record


def consent_form(scene: Scene, ticket: Ticket) -> Form:
    """The same request as the message, to answer on a page or in a modal."""
    words, member, facts = scene.words, scene.walk.members[ticket.person], scene.facts()
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
            _prefers_field(words, scene.walk.people[ticket.person]),
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


def skip_form(words: Words, *, title: str, ticket: Ticket, ended: bool) -> Form:
    """Leaving a round, on a page; nothing to press once it is over."""
    return Form(
        id="skip",
        title=words("button.skip"),
        submit="" if ended else words("button.skip"),
        cancel=words("answer.close"),
        intro=(title, *(words.lines("answer.over") if ended else (words("answer.skip"),))),
        fields=(),
        token=ticket.encode(),
    )


def met_form(words: Words, walk: Walk, decision: str, *, title: str, ticket: Ticket) -> Form:
    """How the objections to a decision were met, once there are some."""
    outcome = walk.partnership.outcome(decision)
    blocked = outcome is not None and outcome.result == "blocked"
    open_ones = [d.reason for d in outcome.dissent if d.word == "object" and not d.met] if outcome and blocked else []
    field = Field(id="how", widget="lines", label=words("met.question"), hint=words("met.hint"), max_chars=_WORDS)
    return Form(
        id="met",
        title=words("met.form_title"),
        submit=words("met.send") if open_ones else "",
        cancel=words("met.close"),
        intro=(words("met.intro", title=title), *open_ones) if open_ones else (words("met.over"),),
        fields=(field,) if open_ones else (),
        token=ticket.encode(),
    )


def read_met(words: Words, typed: Typed) -> str:
    """How it was met. Raises AskPerson when nothing was said, or too much."""
    how = one(typed, "how")
    if not how:
        raise AskPerson({"how": words("met.need")})
    if len(how) > _WORDS:
        raise AskPerson({"how": words("start.too_long", most=_WORDS)})
    return how


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
            two("energy", "preferences.energy", "preferences.energy_low", "preferences.energy_full"),
            Field(id="zone", widget="zone", label=words("preferences.zone"), hint=words("preferences.zone_hint")),
        ),
        token=ticket.encode(),
        typed={
            "consent": "yes" if member.consent == "given" else "no",
            "prefers": member.prefers,
            "digest": "yes" if member.digest else "no",
            "pause": "yes" if member.paused else "no",
            "energy": "yes" if member.low_energy else "no",
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
    low_energy: bool
    zone: str


def read_preferences(words: Words, typed: Typed, member: Membership) -> Preferences:
    """Read the preferences form. Raises AskPerson with every problem beside its field."""
    problems = {
        field: words("start.need_choice")
        for field in ("consent", "digest", "pause", "energy")
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
        low_energy=one(typed, "energy") == "yes",
        zone=one(typed, "zone"),
    )


def preferred(walk: Walk, person: str, wanted: Preferences, *, now: datetime) -> Change:
    """Apply a person's settings; a yes taken back here is a consent withdrawn like any other."""
    member, who = walk.members[person], walk.people[person]
    set_to = replace(member, prefers=wanted.prefers, digest=wanted.digest, low_energy=wanted.low_energy)
    if wanted.paused and not member.paused:
        set_to = replace(set_to, paused_at=now, resting=False)
    kept = Change(
        members=(set_to,) if set_to != member else (),
        people=(replace(who, zone=wanted.zone, zone_chosen=True),) if wanted.zone != walk.zone(person) else (),
    )
    after = applied(walk, kept)
    if member.paused and not wanted.paused:
        kept = merge((kept, engine.came_back(after, person, now=now)))
        after = applied(walk, kept)
    if wanted.consent == (member.consent == "given"):
        return kept
    return merge((kept, joining.consented(after, person, given=wanted.consent, prefers=None, via="web", now=now)))
