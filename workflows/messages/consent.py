"""The request to take part: the first thing a person gets, and the only one until they say yes."""

from collections.abc import Iterator

from workflows.message import Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "consent"
CONSENT, DECLINE = "consent", "decline"  # what a ticket is about; the page stands ready with that answer
UNSAID = "unsaid"  # the same page, with nothing chosen: whoever comes here has not pressed yes or no yet


def compose(scene: Scene, *, person: str, again: bool = False) -> Message:
    """Say who asks, what is asked, what is kept, who sees it and how to stop; yes and no weigh the same.

    Whoever begins a group by mail is asked in words of their own.
    """
    w, facts, own = scene.words, scene.facts(), _own(scene, person)
    why = "invited.why_self" if own else "why.asked"
    return Message(
        kind=KIND,
        subject=w("invited.subject_self") if own else w("consent.subject", **facts),
        parts=(
            Heading(text=w("consent.heading")),
            *((Text(text=w("consent.again")),) if again else ()),
            *(Text(text=line) for line in told(scene, person)),
            Small(text=w(f"{why}_last" if again else why, **facts)),
        ),
        actions=(
            scene.button("consent_yes", "button.agree", person=person, subject=CONSENT, page="answer", main=False),
            scene.button("consent_no", "button.decline", person=person, subject=DECLINE, page="answer", main=False),
        ),
        why=w("why.asked_foot"),
        reply_hint=w("mail_in.hint_consent"),
        locale=scene.locale,
    )


def _own(scene: Scene, person: str) -> bool:
    """Whether they began the group themselves, by mail."""
    return person == scene.walk.partnership.started_by and not scene.walk.group.channel


def told(scene: Scene, person: str) -> Iterator[str]:
    """What a person reads before they say yes or no, on every channel: what it is, what is kept, who sees it, how to
    stop. Whoever has no Slack may never have heard of it.
    """
    w, facts, own = scene.words, scene.facts(), _own(scene, person)
    if not own and scene.walk.people[person].slack_user is None:
        yield w("invited.what", **facts)
    yield from w.lines("invited.self" if own else "consent.body", **facts)
    yield from (w(f"consent.{what}", **facts) for what in ("kept", "sees", "stop"))


def example(words: Words, programme: Programme) -> Message:
    """Bo is asked."""
    return compose(examples.scene(words, programme), person=examples.BO)


def example_by_mail(words: Words, programme: Programme) -> Message:
    """Dara, who has no Slack, is asked."""
    return compose(examples.scene(words, programme), person=examples.DARA)
