"""What is due while Slack has taken us out: mail carries what it can, and what only Slack can carry waits.

Whoever gets a message by mail does not get it in Slack as well once we are back; a message for a channel, one for
somebody who has Slack alone, and a change of a message that stands in Slack wait for that day. Looked at anew each
time, so that nothing is decided twice: what was sent is in the ledger under its own key.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from workflows import joining
from workflows.changes import merge
from workflows.deciding import decide
from workflows.due import Decision
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.walk import Change, Walk

LOOK_AGAIN = timedelta(hours=1)  # how often we look whether a workspace has us back


def goes_on(walk: Walk) -> bool:
    """Whether a walk goes on: somebody who takes part can be reached by mail."""
    return any(walk.mails(member.person) for member in walk.counted())


def decided(scene: Scene, due: Occurrence, *, now: datetime) -> Decision:
    """Return what `due` comes to for a walk that is `away`: mails alone, and perhaps to wait for Slack."""
    here = decide(scene, due, now=now)
    there = decide(replace(scene, walk=scene.walk.at_home), due, now=now)
    mails = tuple(send for send in here.sends if send.channel == "mail")
    in_slack = [send for send in there.sends if send.channel != "mail"]
    reached = {send.person for send in mails if send.person}
    if any(not send.edits and send.person in reached for send in in_slack) or (mails and not in_slack):
        return replace(here, sends=mails)
    if not in_slack:
        return there
    return Decision(sends=mails, wait=now + LOOK_AGAIN)


def enrolled(walk: Walk, *, now: datetime) -> Change:
    """Ask whoever can be asked by mail; whom only Slack knows is looked up when we are back."""
    asked = joining.enrolled(walk, (), now=now)
    told = {member.person for member in asked.members}
    waits = any(m.consent == "unasked" and m.person not in told for m in walk.members.values())
    later = Change(plan=(walk.occurrence("enrol", now + LOOK_AGAIN),)) if waits else Change()
    return merge((asked, later))
