"""Mails to somebody do not arrive any more: they hear it in Slack, and who facilitates hears it once."""

from dataclasses import replace

from workflows import reach
from workflows.message import Heading, Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "mail_lost"


def compose(scene: Scene, *, person: str, of: str) -> Message:
    """`person` is told that mails to `of` are lost; both may be the same."""
    w, how, name = scene.words, scene.walk.people[of].mail_lost or "hard", scene.name(of)
    if person == of:
        return Message(
            kind=KIND,
            subject=w("mail_lost.subject_self"),
            parts=(
                Heading(text=w("mail_lost.subject_self")),
                Text(text=w(f"mail_lost.self_{how}")),
                Text(text=w("mail_lost.self_next")),
            ),
            actions=(scene.button("settings", "button.settings", person=person, subject="", page="preferences"),),
            why=scene.why(person),
            locale=scene.locale,
        )
    if scene.walk.members[of].consent in ("unasked", "asked"):
        return _in_vain(scene, name)
    left = "slack" if reach.can_slack(scene.walk, of) else "nothing"
    return Message(
        kind=KIND,
        subject=w("mail_lost.subject_other", name=name),
        parts=(
            Heading(text=w("mail_lost.subject_other", name=name)),
            Text(text=w(f"mail_lost.other_{how}", name=name)),
            Text(text=w(f"mail_lost.other_{left}", name=name)),
        ),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def _in_vain(scene: Scene, name: str) -> Message:
    """Somebody could not be asked whether they take part. It says no more: they may have wanted that."""
    w, title = scene.words, scene.words("mail_lost.subject_asked", name=name)
    return Message(
        kind=KIND,
        subject=title,
        parts=(Heading(text=title), *(Text(text=w(f"mail_lost.asked_{part}", name=name)) for part in ("what", "next"))),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Ana hears that mails to Dara, who has no Slack, come back."""
    scene = examples.scene(words, programme)
    dara = replace(scene.walk.people[examples.DARA], mail_lost="hard", mail_lost_at=examples.NOW)
    walk = replace(scene.walk, people={**scene.walk.people, examples.DARA: dara})
    return compose(replace(scene, walk=walk), person=examples.ANA, of=examples.DARA)
