"""What a person decides with a press or two: taking part, a milestone, leaving a round; the forms, and reading them."""

from workflows.errors import AskPerson
from workflows.forms import Field, Form, Option, Typed, one
from workflows.messages.consent import CONSENT, DECLINE, told
from workflows.messages.scene import Scene
from workflows.people import Membership, Person, Preference
from workflows.ticket import Ticket
from workflows.walk import Walk
from workflows.words import Words

_WORDS = 1000  # characters of what a facilitator writes for the record


def consent_form(scene: Scene, ticket: Ticket) -> Form:
    """The same request as the message, to answer on a page or in a modal."""
    words, member = scene.words, scene.walk.members[ticket.person]
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
        intro=tuple(told(scene, ticket.person)),
        fields=(
            Field(id="consent", widget="choice", label=words("consent.question"), options=yes_no),
            *prefers_field(words, scene.walk.people[ticket.person]),
        ),
        token=ticket.encode(),
        typed=typed,
    )


def ways_of(person: Person) -> tuple[Preference, ...]:
    """The ways that there are to a person."""
    slack: tuple[Preference, ...] = ("slack",) if person.slack_user else ()
    mail: tuple[Preference, ...] = ("mail",) if person.email else ()
    return (*slack, *mail, "both") if slack and mail else (*slack, *mail)


def prefers_field(words: Words, person: Person, *, label: str = "consent.prefers") -> tuple[Field, ...]:
    """How a person is to be reached, where there is more than one way; `label` names its words."""
    options = tuple(Option(value=way, label=words(f"consent.by_{way}")) for way in ways_of(person))
    return (Field(id="prefers", widget="choice", label=words(label), options=options),) if len(options) > 1 else ()


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
