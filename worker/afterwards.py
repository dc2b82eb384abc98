"""A look after sending: what changed in a walk while its messages were on their way is told in them as well.

Two workers may change one message in the same instant, and the older change may reach Slack last. So whoever changed a
message looks again once it is there, and if the walk has moved on, changes it again: the last one to look says what is
so. What was sent new while somebody answered gets an occurrence that puts it right. A crash before the look leaves the
attempt open, and the next holder of the claim makes the change as it is then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from worker.handing_over import Job, Try, send_slack
from worker.versions import NotKept
from worker.wiring import House
from workflows.deciding import decide
from workflows.errors import NotFound
from workflows.messages.scene import Scene
from workflows.outcomes import Later, Sent

LOOKS = 4  # while fifty answer in the same seconds, each look may find something new
AGAIN = timedelta(seconds=3)
_ABOUT_ROUNDS = ("announce", "ask", "nudge", "again")  # what these send may be out of date when it arrives


def look_again(house: House, jobs: Sequence[Job], *, now: datetime) -> None:
    """Change messages again for as long as their walks move on; what still does is looked at some seconds later."""
    stale: list[Job] = []
    for _ in range(LOOKS):
        scenes = _moved_on(house, jobs)
        for job in jobs:
            _put_right(job, scenes, now=now)
        stale = [job for job in jobs if _outdated(job, scenes, now=now)]
        for job in jobs:
            if scene := scenes.get(job.claim.occurrence.partnership):
                job.walk = scene.walk
        if not stale:
            return
        send_slack(house, stale)
    for one in (one for job in stale for one in job.tries if one.send.edits and isinstance(one.outcome, Sent)):
        one.outcome = Later(reason="moves_on", after=AGAIN)


def _moved_on(house: House, jobs: Sequence[Job]) -> Mapping[str, Scene]:
    """The walks that have changed since they were looked at, as they are now."""
    seen = {job.claim.occurrence.partnership: job.walk.version for job in jobs if _was_sent(job)}
    found: dict[str, Scene] = {}
    for partnership, version in seen.items():
        try:
            if house.walks.version(partnership) == version:
                continue
            walk = house.walks.get(partnership)
            found[partnership] = Scene(words=house.words, walk=walk, programme=house.programmes.of(walk.partnership))
        except (NotFound, NotKept):
            continue  # the walk is gone, or its programme: there is nothing to tell anew
    return found


def _was_sent(job: Job) -> bool:
    return any(isinstance(one.outcome, Sent) and one.send.channel != "mail" for one in job.tries)


def _outdated(job: Job, scenes: Mapping[str, Scene], *, now: datetime) -> bool:
    """Take the words of now for what was changed in other ones; whether there is any."""
    due = job.claim.occurrence
    scene = scenes.get(due.partnership)
    changed = [one for one in job.tries if one.send.edits and isinstance(one.outcome, Sent)]
    if scene is None or not changed:
        return False
    newer = {send.name: send for send in decide(scene, due, now=now).sends if send.edits}
    waits = [one for one in changed if one.send.name in newer and newer[one.send.name].message != one.send.message]
    for one in waits:
        one.send, one.outcome, one.waits = newer[one.send.name], None, True
    return bool(waits)


def _put_right(job: Job, scenes: Mapping[str, Scene], *, now: datetime) -> None:
    """Plan a change of what has just been sent, where it would not be sent like that any more."""
    due = job.claim.occurrence
    scene = scenes.get(due.partnership)
    if scene is None or due.kind not in _ABOUT_ROUNDS:
        return
    sent = [one for one in job.tries if not one.send.edits and isinstance(one.outcome, Sent)]
    if not any(_says_else(one, job, scene, now=now) for one in sent if one.send.channel != "mail"):
        return
    round_id = due.subject.split(".")[0]
    refresh = scene.walk.occurrence("refresh", now, subject=f"{round_id}.{due.kind}-{due.slot_ms}", person=due.person)
    if refresh not in job.decision.then:
        job.decision = replace(job.decision, then=(*job.decision.then, refresh))


def _says_else(one: Try, job: Job, scene: Scene, *, now: datetime) -> bool:
    newer = decide(scene, job.claim.occurrence, now=now)
    same = next((send for send in newer.sends if send.name == one.send.name and not send.edits), None)
    return same is None or same.message != one.send.message
