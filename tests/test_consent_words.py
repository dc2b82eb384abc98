"""What somebody reads before they say yes or no: the same on each channel, and neither word weighs more."""

from dataclasses import replace

from worker.files import programmes, words
from workflows.choosing import consent_form
from workflows.message import Text
from workflows.messages import consent, examples
from workflows.messages.scene import Scene

SCENE = examples.scene(words.load(), programmes.load("five-steps"))


def begun_by_mail() -> Scene:
    walk = SCENE.walk
    group = replace(walk.group, channel="")
    return replace(SCENE, walk=replace(walk, partnership=replace(walk.partnership, group=group)))


def test_yes_and_no_weigh_the_same() -> None:
    yes, no = consent.compose(SCENE, person=examples.BO).actions
    assert yes.style == no.style


def test_the_page_says_what_the_message_says() -> None:
    for scene, person in ((SCENE, examples.BO), (SCENE, examples.DARA), (begun_by_mail(), examples.ANA)):
        told = consent_form(scene, scene.ticket(person, consent.UNSAID)).intro
        said = [part.text for part in consent.compose(scene, person=person).parts if isinstance(part, Text)]
        assert list(told) == said


def test_nothing_is_chosen_for_who_pressed_nothing() -> None:
    chosen = {
        subject: consent_form(SCENE, SCENE.ticket(examples.BO, subject)).typed.get("consent")
        for subject in (consent.CONSENT, consent.DECLINE)
    }
    assert chosen == {"consent": "yes", "decline": "no"}
    new = replace(SCENE.walk.members[examples.BO], consent="asked", consent_at=None)
    unsaid = replace(SCENE, walk=replace(SCENE.walk, members={**SCENE.walk.members, examples.BO: new}))
    assert "consent" not in consent_form(unsaid, unsaid.ticket(examples.BO, consent.UNSAID)).typed
