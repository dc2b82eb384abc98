"""Which mails of a person stand together in their mailbox, and which one a mail comes back to.

One thread a partnership, a step and a reader: what is about a round, a milestone or a reading stands in the thread of
its step, and all else in that of the step that is open. What comes back to a prompt, such as a reminder or what was
understood of an answer, names the mail with that prompt. Pure: what was sent is looked up by whoever asks.
"""

from workflows import ids
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.programme import Programme
from workflows.walk import Walk

_COME_BACK = ("nudge", "again", "follow")  # to the prompt of their round
_FIRST = "1"  # the request for consent that comes back to nothing


def thread_of(scene: Scene, due: Occurrence, person: str) -> str:
    """Return the id of a thread: opaque, and not the same for two people who share a mailbox."""
    return ids.made_of("thread", scene.walk.partnership.id, step_of(scene.walk, scene.programme, due), person)


def step_of(walk: Walk, programme: Programme, due: Occurrence) -> str:
    """Return the step that something due is about, else the open one; before the first and after the last, nothing."""
    about, run = due.subject.partition(".")[0], walk.partnership.current
    round_ = walk.round(about)
    if due.kind == "stalled":
        return about
    if due.kind in ("reading", "milestone"):
        what = due.subject.rpartition(".")[0] if due.kind == "milestone" else due.subject
        of = {one.id: step.id for step in programme.steps for one in step.readings}
        of |= {one.id: step.id for step in programme.steps for one in step.milestones}
        return of.get(what, run.step if run else "")
    return round_.step if round_ else run.step if run else ""


def followed(due: Occurrence) -> str:
    """Return the name under which the mail was sent that a mail about `due` comes back to, or nothing."""
    if due.kind in _COME_BACK:
        return f"ask/{due.subject.partition('.')[0]}/{due.person}/mail"
    if due.kind == "consent" and due.subject != _FIRST:
        return f"consent/{_FIRST}/{due.person}/mail"
    return ""


def topic(scene: Scene, due: Occurrence) -> str:
    """Return the subject of that mail. A request for consent keeps its own."""
    round_ = scene.walk.round(due.subject.partition(".")[0]) if due.kind in _COME_BACK else None
    return scene.words("prompt.subject", title=scene.prompt(round_).title) if round_ else ""
