"""What is due about a step and what it decides: outcomes, what facilitators hear, steps done, silence."""

from datetime import datetime
from functools import partial

from workflows import messages, reach
from workflows.due import Compose, Decision, away, to_channel, to_person
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence


def decided(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel hears an outcome; where there is none, a person does."""
    outcome = scene.walk.partnership.outcome_of(due.subject)
    if outcome is None:
        return Decision(left="undecided")
    return _told(scene, due, partial(messages.decided.compose, scene, outcome=outcome, person=due.person))


def amend(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A facilitator hears what was said before a decision, or what keeps it from being made."""
    found, gone = scene.walk.round(due.subject), away(scene, due.person)
    if gone or found is None or not scene.walk.may_lead(due.person):
        return Decision(left=gone or "not_theirs")
    message = partial(messages.amend.compose, scene, round_=found, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def rest(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A person hears that they are left in peace."""
    member = scene.walk.members[due.person]
    if not member.resting or member.consent != "given":
        return Decision(left="came_back")
    message = partial(messages.resting.compose, scene, person=due.person)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def stalled(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """A facilitator hears what a gate waits for."""
    step_id, _, tries = due.subject.rpartition(".")
    run = scene.walk.partnership.current
    gone = away(scene, due.person)
    if gone or run is None or run.step != step_id:
        return Decision(left=gone or "step_closed")
    message = partial(messages.stalled.compose, scene, step_id=step_id, person=due.person, tries=int(tries))
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)


def step(scene: Scene, due: Occurrence, now: datetime) -> Decision:
    """The channel hears that a step is done; where there is none, a person does."""
    run = scene.walk.partnership.run(due.subject)
    if run is None or run.closed_on is None:
        return Decision(left="open_again")
    return _told(scene, due, partial(messages.step_done.compose, scene, step_id=due.subject, person=due.person))


def _told(scene: Scene, due: Occurrence, message: Compose) -> Decision:
    """What the whole group hears, for its channel or for one person."""
    if not due.person:
        return to_channel(scene, due, message, subject=due.subject)
    if gone := away(scene, due.person):
        return Decision(left=gone)
    return to_person(due, message, reach.channels(scene.walk, due.person), subject=due.subject)
