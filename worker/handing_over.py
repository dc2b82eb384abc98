"""Handing messages over: marked in the ledger first, sent once, each with an outcome.

`begin` marks what is about to be sent and drops what somebody else holds; an earlier attempt with an unknown end is
looked for in Slack before anything is sent. `send_slack` and `send_mail` hand over a whole batch; outcomes of one do
not depend on the other. Several edits of one message in a batch are one edit. What goes into a thread goes plainly
where that thread is not, or takes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from worker import threads
from worker.mail.mailing import Mailing
from worker.mailings import mailing_of
from worker.slack.send import Posting
from worker.store.due import Claim
from worker.store.walks import FENCED_OFF, GO, LOOK_FIRST, Attempt
from worker.wiring import House
from workflows import ids
from workflows.deciding import Decision, Send
from workflows.errors import GiveUp, Retry
from workflows.messages.scene import Scene
from workflows.occurrences import to_ms
from workflows.outcomes import Failed, Outcome, Sent, Unknown
from workflows.walk import Walk

NOTHING_TO_EDIT = Failed(reason="nothing_to_edit")  # no such message was sent this way, so nothing failed
# https://docs.slack.dev/reference/methods/chat.postMessage#errors: the first message is gone, or takes no replies.
_NO_THREAD = (
    "thread_not_found",
    "message_not_found",
    "cannot_reply_to_message",
    "cant_broadcast_message",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
)


@dataclass(slots=True, kw_only=True)
class Try:
    """One send of a job. `outcome` is None for one settled earlier; `waits` until it is handed over; `again` says that
    an earlier attempt has an unknown end.

    `place` is the conversation it went to: that of the message it changes, which a group may have left since.
    """

    send: Send
    key: str
    outcome: Outcome | None = None
    waits: bool = False
    again: bool = False
    place: str = ""


@dataclass(slots=True, kw_only=True)
class Job:
    """One claim on its way: what was decided, and what became of each send so far."""

    claim: Claim
    walk: Walk
    decision: Decision
    tries: list[Try] = field(default_factory=list)


def begin(house: House, partnership: str, jobs: list[Job], *, now: datetime) -> list[Job]:
    """Mark every send as attempted; drop jobs whose claim has passed on."""
    tries = [(job, Try(send=send, key=key_of(job.claim, send))) for job in jobs for send in job.decision.sends]
    attempts = [Attempt(claim=job.claim, delivery=one.key) for job, one in tries]
    marks = house.walks.begin(partnership, attempts, now_ms=to_ms(now))
    gone = {id(job) for (job, _), mark in zip(tries, marks, strict=True) if mark == FENCED_OFF}
    for (job, one), mark in zip(tries, marks, strict=True):
        if mark == LOOK_FIRST:
            one.outcome = _look(house, job, one)
        one.again = mark == LOOK_FIRST
        one.waits = mark in (GO, LOOK_FIRST) and one.outcome is None
        job.tries.append(one)
    return [job for job in jobs if id(job) not in gone]


def key_of(claim: Claim, send: Send | None) -> str:
    """The delivery of a send, or of an occurrence that sends nothing. A digest is known by its date alone."""
    due = claim.occurrence
    return ids.delivery_id(
        partnership=due.partnership,
        what=f"{due.kind}/{due.subject}/{send.name if send else ''}",
        person=due.person,
        slot_ms=0 if due.kind == "digest" else due.slot_ms,
        channel=send.channel if send else "",
    )


def _look(house: House, job: Job, one: Try) -> Outcome | None:
    """What an earlier attempt came to, as far as Slack can tell; None to send (again). Not told is no "no"."""
    if one.send.channel == "mail" or one.send.edits:
        return None  # the same Message-ID again, the same text again: no harm done
    thread = _thread(job, one, _refs(house, [(job, one)]))
    try:
        ref = house.slack.find(job.claim.occurrence.workspace, target(job.walk, one.send), one.key, thread=thread)
    except Retry as retry:
        return Unknown(reason=retry.reason, after=retry.after)
    except GiveUp as gave_up:
        return Failed(reason=gave_up.reason, mark=gave_up.mark)
    return Sent(ref=ref) if ref else None


def target(walk: Walk, send: Send) -> str:
    """Where a Slack message goes: a channel, or the Slack user of a person."""
    if send.channel == "channel":
        return walk.group.channel or ""
    if send.contact:  # nobody of the group's, and never in Slack
        return ""
    return send.to or walk.people[send.person].slack_user or ""


def send_slack(house: House, jobs: Sequence[Job]) -> None:
    """Send or edit all Slack messages of the batch at once."""
    mine = [(job, one) for job in jobs for one in job.tries if one.waits and one.send.channel != "mail"]
    refs = _refs(house, mine)
    posts: list[tuple[Try, Posting]] = []
    for job, one in mine:
        ref = refs.get((job.claim.occurrence.partnership, one.send.name), "") if one.send.edits else ""
        if one.send.edits and not ref:
            one.outcome, one.waits = NOTHING_TO_EDIT, False
        else:
            one.place = ref.partition(":")[0] or target(job.walk, one.send)
            posts.append((one, _posting(job, one, ref=ref, thread=_thread(job, one, refs))))
    _post(house, posts)
    plainly = [
        (one, replace(posting, thread="", broadcast=False)) for one, posting in posts if _no_thread(one, posting)
    ]
    _post(house, plainly)


def _post(house: House, posts: Sequence[tuple[Try, Posting]]) -> None:
    """Post each; what changes the same message is posted once, as the last of them has it."""
    once: dict[object, list[tuple[Try, Posting]]] = {}
    for one, posting in posts:
        same = (posting.workspace, posting.ref) if posting.ref else id(one)
        once.setdefault(same, []).append((one, posting))
    outcomes = house.slack.post([alike[-1][1] for alike in once.values()]) if once else []
    for alike, outcome in zip(once.values(), outcomes, strict=True):
        _note(alike, [outcome] * len(alike))


def _no_thread(one: Try, posting: Posting) -> bool:
    """Whether Slack refused the thread and nothing else: nothing was sent, and the words are still worth saying."""
    return bool(posting.thread) and isinstance(one.outcome, Failed) and one.outcome.reason in _NO_THREAD


def _thread(job: Job, one: Try, refs: Mapping[tuple[str, str], str]) -> str:
    """Where a message's thread is; nothing when the message that begins it was never sent, or stands elsewhere."""
    ref = refs.get((job.claim.occurrence.partnership, one.send.thread), "") if one.send.thread else ""
    return ref if ref.partition(":")[0] == target(job.walk, one.send) else ""


def send_mail(house: House, jobs: Sequence[Job], *, now: datetime) -> None:
    """Send all mails of the batch over one connection."""
    mine = [(job, one) for job in jobs for one in job.tries if one.waits and one.send.channel == "mail"]
    sent = _refs(house, mine)
    mails = [(one, _mailing(house, job, one, sent, now=now)) for job, one in mine]
    _note(mails, house.mail.send([mailing for _, mailing in mails]) if mails else [])


def _note(handed_over: Sequence[tuple[Try, object]], outcomes: Sequence[Outcome]) -> None:
    for (one, _), outcome in zip(handed_over, outcomes, strict=True):
        one.outcome, one.waits = outcome, False


def _refs(house: House, tries: Sequence[tuple[Job, Try]]) -> dict[tuple[str, str], str]:
    """The references of messages to edit or to reply to, as far as they were sent; one look for each walk."""
    names: dict[str, list[str]] = {}
    for job, one in tries:
        if wanted := _wanted(job, one):
            names.setdefault(job.claim.occurrence.partnership, []).append(wanted)
    found = {walk: house.walks.latest(walk, wanted) for walk, wanted in names.items()}
    return {(walk, name): ref for walk, latest in found.items() for name, ref in latest.items()}


def _wanted(job: Job, one: Try) -> str:
    if one.send.channel == "mail":
        return threads.followed(job.claim.occurrence)
    return one.send.name if one.send.edits else one.send.thread


def _posting(job: Job, one: Try, *, ref: str, thread: str) -> Posting:
    return Posting(
        workspace=job.claim.occurrence.workspace,
        delivery=one.key,
        to=target(job.walk, one.send),
        message=one.send.message,
        ref=ref,
        thread=thread,
        broadcast=one.send.broadcast and bool(thread),
    )


def _mailing(house: House, job: Job, one: Try, sent: Mapping[tuple[str, str], str], *, now: datetime) -> Mailing:
    due = job.claim.occurrence
    scene = Scene(words=house.words, walk=job.walk, programme=house.programmes.of(job.walk.partnership))
    follows = sent.get((due.partnership, threads.followed(due)), "")
    return mailing_of(scene, due, one.send, delivery=one.key, follows=follows, now=now)
