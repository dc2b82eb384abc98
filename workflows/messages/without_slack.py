"""A facilitator hears that Slack took Fairsteps out: who goes on by mail, who cannot be reached, and what to do."""

from dataclasses import replace

from workflows.message import Heading, Message, Text
from workflows.messages import examples
from workflows.messages.begun import listed
from workflows.messages.handed import PEOPLE
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.words import Words

KIND = "without_slack"


def compose(scene: Scene, *, person: str) -> Message:
    """Say it calmly: nothing is lost, and whoever has mail goes on."""
    w, walk, facts = scene.words, scene.walk, scene.facts()
    taking_part = [m.person for m in walk.members.values() if m.consent == "given"]
    on = listed(scene, (p for p in taking_part if walk.reaches(p) and p != person))
    out = listed(scene, (p for p in taking_part if not walk.reaches(p)))
    return Message(
        kind=KIND,
        subject=w("without_slack.subject", **facts),
        parts=(
            Heading(text=w("without_slack.heading")),
            Text(text=w("without_slack.body", **facts)),
            Text(text=w("without_slack.on", names=on) if on else w("without_slack.on_alone")),
            *((Text(text=w("without_slack.out", names=out)),) if out else ()),
            Text(text=w("without_slack.back")),
        ),
        actions=(
            scene.button("people", "hosting.button_people", person=person, subject=PEOPLE, page="answer", main=False),
            *scene.to_board(person),
        ),
        why=w("why.facilitator", partnership=scene.title),
        locale=scene.locale,
    )


def example(words: Words, programme: Programme) -> Message:
    """Ana hears it; Eli's address is not known."""
    scene = examples.scene(words, programme)
    eli = replace(scene.walk.people[examples.ELI], email=None)
    walk = replace(scene.walk, away=True, people={**scene.walk.people, examples.ELI: eli})
    return compose(replace(scene, walk=walk), person=examples.ANA)
