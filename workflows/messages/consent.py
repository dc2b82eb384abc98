"""The request to take part: the first thing a person gets, and the only one until they say yes."""

from workflows.message import Heading, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "consent"
CONSENT, DECLINE = "consent", "decline"  # what a ticket is about; the page stands ready with that answer


def compose(scene: Scene, *, person: str, again: bool = False) -> Message:
    """Say what is asked, what is kept, who sees it and how to stop; yes and no weigh the same."""
    w, facts = scene.words, scene.facts()
    return Message(
        kind=KIND,
        subject=w("consent.subject", **facts),
        parts=(
            Heading(text=w("consent.heading")),
            *((Text(text=w("consent.again")),) if again else ()),
            *(Text(text=line) for line in w.lines("consent.body", **facts)),
            Text(text=w("consent.kept", **facts)),
            Text(text=w("consent.sees", **facts)),
            Text(text=w("consent.stop")),
            Small(text=w("why.asked_last" if again else "why.asked", **facts)),
        ),
        actions=(
            scene.button("consent_yes", "button.agree", person=person, subject=CONSENT, page="answer"),
            scene.button("consent_no", "button.decline", person=person, subject=DECLINE, page="answer", main=False),
        ),
        why=w("why.asked_foot"),
        reply_hint=w("mail_in.hint_consent"),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Bo is asked."""
    return compose(examples.scene(words, programme), person=examples.BO)
