"""What became of a due message, kept: one atomic step records it, ends its claim and plans what follows.

`record` writes first and marks then: a crash between the two leaves the record whole, and what a refusal said of a
person, a channel or the workspace is said again by the next refusal. An old holder of the claim is turned away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import structlog

from worker.handing_over import NOTHING_TO_EDIT, Job, Try, key_of, target
from worker.measures import LATENESS, count_delivery
from worker.wiring import House
from workflows import without_slack
from workflows.contacts import CONTACT
from workflows.deciding import Send
from workflows.home_due import redrawn
from workflows.occurrences import Occurrence, to_ms
from workflows.outcomes import Failed, Later, Sent, Unknown
from workflows.ticket import Ticket
from workflows.walk import Record

log = structlog.get_logger()
_MAIL_AGAIN, _MAIL_LAST = timedelta(minutes=10), timedelta(hours=4)
_OF_MAIL = ("address", "left_alone")  # what is said of a mail address


def record(house: House, job: Job, *, now: datetime) -> None:
    """Record what became of a job, end its claim and plan what follows, in one step."""
    due, decision = job.claim.occurrence, job.decision
    refused = list(_refused(job))
    records = dict(_records(job, now=now))
    again = max(_again(job, now=now), default=decision.wait)
    house.walks.finish(
        due.partnership,
        claim=job.claim,
        records=records,
        latest=dict(_latest(job)),
        forget=[t.key for t in job.tries if isinstance(t.outcome, Later)],
        plan=[(due, to_ms(again))] if again else [(o, o.slot_ms) for o in _follows(job, records, now=now)],
    )
    if decision.wait is None:
        LATENESS.observe(max(0.0, (now - due.slot).total_seconds()))
    for record in records.values():
        count_delivery(due.kind, record.state)
        why = record.reason
        log.info("A delivery ended.", action=f"delivery_{record.state}", kind=due.kind, what=due.encode(), why=why)
    for send, who, outcome in refused:
        _mark(house, job, send, who, outcome)


def _latest(job: Job) -> Iterator[tuple[str, str]]:
    """The references of what was sent, by every name it is found by."""
    for one in job.tries:
        if isinstance(one.outcome, Sent) and not one.send.edits:
            yield from ((name, one.outcome.ref) for name in (one.send.name, one.send.also) if name)


def _follows(job: Job, records: Mapping[str, Record], *, now: datetime) -> Iterator[Occurrence]:
    """What a decision names, and Home tabs where somebody was asked: the walk is as it was, and still it waits now."""
    yield from job.decision.then
    if job.claim.occurrence.kind in ("ask", "again") and any(r.state == "sent" for r in records.values()):
        yield redrawn(job.walk, now=now)


def _refused(job: Job) -> Iterator[tuple[Send, str, Failed]]:
    """What refusals say, and of whom. Where the workspace does not have us any more, the message waits.

    A channel is the one that the message stands in: the group may have another by now.
    """
    for one in job.tries:
        if isinstance(one.outcome, Failed) and (mark := one.outcome.mark):
            if mark in _OF_MAIL and one.send.to:
                continue  # an address that nobody has proved says nothing of anybody's own
            who = target(job.walk, one.send)
            where = one.send.person if mark in _OF_MAIL else (one.place or who) if mark == "channel" else who
            yield one.send, where, one.outcome
            # What somebody took back still stands in a lost channel: that is tried until it is gone.
            taken_back = job.claim.occurrence.kind == "retell" and mark == "channel" and where == who
            if mark == "workspace" or taken_back:
                one.outcome = Later(reason=one.outcome.reason, after=without_slack.LOOK_AGAIN)


def _mark(house: House, job: Job, send: Send, who: str, outcome: Failed) -> None:
    """Keep what a refusal says of a person, a channel or the workspace. The record is written: that stays, whatever."""
    due = job.claim.occurrence
    ticket = Ticket(workspace=due.workspace, partnership=due.partnership, person=send.person)
    try:
        if send.contact:
            house.cases.contact_refused(replace(ticket, subject=CONTACT + send.contact), "hard")
            return
        if outcome.mark == "left_alone":
            house.cases.request_refused(ticket)
            return
        if outcome.mark == "address":
            house.cases.mail_refused(due.workspace, who, "hard")
            return
        house.cases.slack_refused(
            due.workspace, mark=outcome.mark, who=who, reason=outcome.reason, partnership=due.partnership
        )
    except Exception as failed:
        why = type(failed).__name__
        log.error("A refusal was not kept.", action="mark_failed", what=due.encode(), mark=outcome.mark, error=why)


def _records(job: Job, *, now: datetime) -> Iterator[tuple[str, Record]]:
    at = to_ms(now)
    if job.decision.left:
        state: Literal["missed", "skipped"] = "missed" if job.decision.missed else "skipped"
        yield key_of(job.claim, None), Record(state=state, at_ms=at, reason=job.decision.left)
    for one in job.tries:
        match one.outcome:
            case Sent(ref=ref):
                yield one.key, Record(state="sent", at_ms=at, ref=ref)
            case Failed(reason=reason):
                ended: Literal["skipped", "failed"] = "skipped" if one.outcome == NOTHING_TO_EDIT else "failed"
                yield one.key, Record(state=ended, at_ms=at, reason=reason)
            case Unknown(reason=reason) if _in_doubt(job, one, now=now) is None:
                yield one.key, Record(state="unknown", at_ms=at, reason=reason)


def _again(job: Job, *, now: datetime) -> Iterator[datetime]:
    """When to look again at what was not taken, or whose end is not known."""
    for one in job.tries:
        match one.outcome:
            case Later(after=after):
                yield now + after
            case Unknown() if (pause := _in_doubt(job, one, now=now)) is not None:
                yield now + pause


def _in_doubt(job: Job, one: Try, *, now: datetime) -> timedelta | None:
    """How long to wait before what may have arrived is looked for or sent again; None: not any more.

    Slack can be asked. A mail can only be sent again: somebody may read it twice, or three times where a server takes
    each and never says so, and no more often.
    """
    assert isinstance(one.outcome, Unknown), "nothing else is in doubt"
    if one.send.channel != "mail":
        return one.outcome.after
    age = now - job.claim.occurrence.slot
    if age < _MAIL_AGAIN:
        return _MAIL_AGAIN
    return None if one.again and age >= _MAIL_LAST else _MAIL_LAST
