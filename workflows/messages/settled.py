"""What becomes of the request once a person has said yes or no, or has stopped later."""

from workflows import say
from workflows.message import Action, Message, Small, Text
from workflows.messages import examples
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.schedule import instant_of
from workflows.words import Words

KIND = "settled"


def compose(scene: Scene, *, person: str) -> Message:
    """Say what they chose and how to change it."""
    consent = scene.walk.members[person].consent
    given = consent == "given"
    body = (
        _yes(scene, person) if given else scene.words("settled.withdrawn" if consent == "withdrawn" else "settled.no")
    )
    return Message(
        kind=KIND,
        subject=scene.words("settled.subject_yes" if given else "settled.subject_no"),
        parts=(Text(text=body), *((Small(text=scene.words("consent.stop")),) if given else ())),
        actions=(_other_way(scene, person, given=given),),
        why=scene.why(person),
        locale=scene.locale,
    )


def _yes(scene: Scene, person: str) -> str:
    return scene.words("settled.yes", next=_next(scene, person))


def _next(scene: Scene, person: str) -> str:
    if any(r.closed_at is None for r in scene.walk.rounds):
        return scene.words("settled.soon")
    day = scene.walk.next_round_on
    if day is None:
        return ""
    zone = scene.walk.zone(person)
    when = say.moment(instant_of(day, scene.walk.partnership.rhythm.hour, zone), zone, scene.locale)
    return scene.words("settled.first", when=when)


def _other_way(scene: Scene, person: str, *, given: bool) -> Action:
    if given:
        return scene.button("settings", "button.settings", person=person, subject="", page="preferences", main=False)
    return scene.button("consent_yes", "button.agree", person=person, subject="consent", page="answer", main=False)


def example(words: Words, programme: Programme) -> Message:
    """Bo said yes while a round is open."""
    return compose(examples.scene(words, programme), person=examples.BO)
