"""A facilitator of a group without a channel hears that it has begun: whom it asked, and when the first questions come.

It comes with their yes, for nothing comes to anybody before it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from workflows import say
from workflows.message import Heading, Message, Part, Text
from workflows.messages import examples
from workflows.messages.handed import PEOPLE
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "begun"
_FEW = 10  # names that are read in one look


def compose(scene: Scene, *, person: str, first: date) -> Message:
    """Tell a facilitator. They see who was asked, and who said yes; of a no they hear nothing."""
    w, facts, walk = scene.words, scene.facts(), scene.walk
    others = [m for m in walk.members.values() if m.person != person]
    asked = [m.person for m in others if m.consent in ("unasked", "asked")]
    yes = [m.person for m in others if m.consent == "given"]
    hour = f"{walk.partnership.rhythm.hour:02d}:00"
    return Message(
        kind=KIND,
        subject=w("begun.subject", **facts),
        parts=(
            Heading(text=w("begun.heading", **facts)),
            Text(text=w("begun.body", **facts)),
            *_named(scene, "begun.asked", asked),
            *_named(scene, "begun.yes", yes),
            *(() if others else (Text(text=w("begun.asked_nobody")),)),
            Text(text=w("begun.when", first=f"{say.day(first, scene.locale)}, {hour}")),
            Text(text=w("begun.rest")),
        ),
        actions=(
            scene.button("people", "hosting.button_people", person=person, subject=PEOPLE, page="answer", main=False),
            *scene.to_board(person),
        ),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def _named(scene: Scene, words: str, people: Iterable[str]) -> tuple[Part, ...]:
    names = listed(scene, people)
    return (Text(text=scene.words(words, names=names)),) if names else ()


def listed(scene: Scene, people: Iterable[str]) -> str:
    """The names of people; of many the first ones, and how many more."""
    names = sorted(scene.name(person) for person in people)
    more = (scene.words("begun.more", count=len(names) - _FEW),) if len(names) > _FEW else ()
    return ", ".join((*names[:_FEW], *more))


def example(words: Words, programme: Programme) -> Message:
    """Ana hears that Harbour Circle has begun; Bo was quick, and the others have not said anything yet."""
    scene = examples.scene(words, programme)
    waiting = {m: replace(one, consent="asked") for m, one in scene.walk.members.items()}
    waiting |= {p: scene.walk.members[p] for p in (examples.ANA, examples.BO)}
    group = replace(scene.walk.group, channel=None)
    walk = replace(scene.walk, members=waiting, partnership=replace(scene.walk.partnership, group=group))
    return compose(replace(scene, walk=walk), person=examples.ANA, first=date(2026, 12, 1))
