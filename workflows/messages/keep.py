"""An author is asked whether what they wrote in Slack may be kept; later the same message says what came of it."""

from datetime import UTC, datetime

from workflows import keeping, say, schedule
from workflows.message import Action, Heading, Message, Part, Quote, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.walk import Kept
from workflows.words import Words

KIND = "keep"
KEEP = "keep."  # `keep.ID`: what the ticket of an author is about


def compose(scene: Scene, *, kept: Kept) -> Message:
    """Say who wants to keep what, who will see it and what happens without a word; yes and no weigh the same."""
    w, facts = scene.words, _facts(scene, kept)
    zone = scene.walk.zone(kept.author) if kept.author in scene.walk.members else scene.walk.group.zone
    until = say.day(schedule.on_the_wall(kept.at + keeping.PATIENCE, zone).date(), scene.locale)
    return Message(
        kind=KIND,
        subject=w("keep.subject"),
        parts=(
            Heading(text=w("keep.heading")),
            Text(text=w("keep.body", **facts)),
            Quote(text=kept.text),
            *((Text(text=w("keep.note", note=kept.note, **facts)),) if kept.note else ()),
            Text(text=w("keep.sees", **facts)),
            Text(text=w("keep.until_then", **facts)),
            Small(text=w("keep.once", until=until)),
            *_stranger(scene, kept),
        ),
        actions=(_press(scene, kept, "keep_yes", "keep.yes"), _press(scene, kept, "keep_no", "keep.no")),
        why=scene.why(kept.author),
        reply_hint=w("mail_in.hint_keep"),
        locale=scene.locale,
    )


def settled(scene: Scene, *, kept: Kept) -> Message:
    """What the question turns into; after a yes there is a way to take it back."""
    text = scene.words(f"keep.now_{kept.state}", **_facts(scene, kept))
    given = kept.state == "given"
    return Message(
        kind=KIND,
        subject=text,
        parts=(Text(text=text), *((Quote(text=kept.text),) if given else ())),
        actions=(_press(scene, kept, "keep_no", "keep.take_back"),) if given else (),
        why=scene.why(kept.author),
        locale=scene.locale,
    )


def told(scene: Scene, kept: Kept) -> tuple[str, ...]:
    """The question as paragraphs, for a page."""
    w, facts = scene.words, _facts(scene, kept)
    note = (w("keep.note", note=kept.note, **facts),) if kept.note else ()
    return (w("keep.body", **facts), kept.text, *note, w("keep.sees", **facts))


def author_of(scene: Scene, kept: Kept) -> str:
    """The name of an author, who need not take part; nothing when it is not known."""
    return scene.name(kept.author) or kept.name


def _facts(scene: Scene, kept: Kept) -> dict[str, str]:
    keeper = scene.name(kept.by) or scene.words("keeping.somebody_listed")
    return {"keeper": keeper, "kind": scene.words(f"keep.a_kind.{kept.kind}"), "partnership": scene.title}


def _stranger(scene: Scene, kept: Kept) -> tuple[Part, ...]:
    return () if kept.author in scene.walk.members else (Small(text=scene.words("keep.stranger")),)


def _press(scene: Scene, kept: Kept, action: str, words: str) -> Action:
    ticket: Ticket = scene.ticket(kept.author, KEEP + kept.id)
    return Action(id=action, label=scene.words(words), value=ticket.encode(), page="answer")


def example(words: Words, programme: Programme) -> Message:
    """Bo would like to keep what Eli wrote."""
    return compose(examples.scene(words, programme), kept=example_kept())


def example_kept() -> Kept:
    """What Eli wrote, and Bo would like to keep."""
    return Kept(
        id="kexample",
        kind="promise",
        text="I asked Tidewater today. They say that nobody gets our member list before we have signed.",
        author=examples.ELI,
        by=examples.BO,
        at=examples.NOW,
        said_at=datetime(2026, 12, 2, 17, 20, tzinfo=UTC),
        state="asked",
        note="They said so in front of all of us.",
        name="Eli Brooks",
        slack_user="U0ELI",
    )
