"""What became of a request to facilitate: for who was asked, for who asked, and one line for the channel."""

from dataclasses import replace

from workflows.message import Message, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "handed"
PEOPLE = "people"  # what a ticket is about: who takes part and who facilitates


def compose(scene: Scene, *, person: str, asked: str) -> Message:
    """Who asked hears what they said, and what follows from it for them."""
    w, member, facts = scene.words, scene.walk.members[asked], scene.facts()
    said_yes, name = member.role == "facilitator", scene.name(asked)
    stays = scene.walk.members[person].role == "facilitator"
    body = "handed.no" if not said_yes else "handed.yes" if stays else "handed.yes_hands"
    return _message(
        scene,
        person,
        subject=w("handed.subject_yes" if said_yes else "handed.subject_no", name=name),
        body=w(body, name=name, **facts),
        leads=stays,
    )


def settled(scene: Scene, *, person: str) -> Message:
    """The request turns into what they said, or into nothing to decide."""
    w, member, facts = scene.words, scene.walk.members[person], scene.facts()
    leads = member.role == "facilitator"
    what = "you_yes" if leads else "you_no" if member.offer == "declined" else "settled"
    return _message(scene, person, subject=w(f"handed.subject_{what}"), body=w(f"handed.{what}", **facts), leads=leads)


def told(scene: Scene, *, asked: str) -> Message:
    """One line for the channel: who facilitates now, and with whom."""
    w, walk = scene.words, scene.walk
    others = sorted(scene.name(m.person) for m in walk.facilitators() if m.person != asked)
    facts = {**scene.facts(), "name": scene.name(asked), "others": w("handed.and").join(others)}
    text = w("handed.channel_with" if others else "handed.channel", **facts)
    return Message(kind=KIND, subject=text, parts=(Text(text=text),), locale=scene.locale)


def _message(scene: Scene, person: str, *, subject: str, body: str, leads: bool) -> Message:
    button = scene.button("people", "hosting.button_people", person=person, subject=PEOPLE, page="answer", main=False)
    return Message(
        kind=KIND,
        subject=subject,
        parts=(Text(text=body),),
        actions=(button,) if leads else (),
        why=scene.why(person),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Ana hears that Bo says yes."""
    scene = examples.scene(words, programme)
    bo = replace(scene.walk.members[examples.BO], role="facilitator", offer="accepted", offered_by=examples.ANA)
    walk = replace(scene.walk, members={**scene.walk.members, examples.BO: bo})
    return compose(replace(scene, walk=walk), person=examples.ANA, asked=examples.BO)
