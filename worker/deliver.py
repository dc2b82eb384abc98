"""The way of a due message: what was claimed is looked at as it is now, composed, sent, and recorded.

For each claim: gather the walk, decide, mark the attempt in the ledger, send, then record what became of it, end the
claim and plan what follows, in one atomic step. A crash before the mark repeats everything; a crash after it leaves an
attempt with an unknown end, and the next holder of the claim looks before sending (Slack by the message's metadata,
mail by sending the same Message-ID again). A claim that has passed to somebody else is left alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

import structlog

from worker.enrol import look_up
from worker.mail.mailing import Mailing
from worker.measures import LATENESS, count_delivery
from worker.slack.send import Posting
from worker.store.due import Claim
from worker.store.walks import FENCED_OFF, GO, LOOK_FIRST, SETTLED, Attempt
from worker.wiring import House
from workflows import engine, ids, joining
from workflows.deciding import MOVES, Decision, Send, decide
from workflows.errors import Conflict, GiveUp, NotFound, Retry, StoreUnavailable
from workflows.messages.scene import Scene
from workflows.occurrences import to_ms
from workflows.outcomes import Failed, Later, Outcome, Sent, Unknown
from workflows.people import Person
from workflows.ticket import Ticket
from workflows.walk import Change, Record, Walk

log = structlog.get_logger()

SETTLE = timedelta(seconds=30)  # a message whose fate is unknown shows up in Slack's history within seconds
_NOTHING_TO_EDIT = Failed(reason="nothing_to_edit")  # no such message was sent this way, so nothing failed
_REPLIED = ("ask", "nudge")  # mails that may be answered by reply stand for their round


@dataclass(slots=True, kw_only=True)
class Job:
    """One claim on its way: what was decided, and what became of each send so far."""

    claim: Claim
    walk: Walk
    decision: Decision
    outcomes: list[tuple[Send, str, Outcome | None]] = field(default_factory=list)  # None: settled before


def deliver(house: House, claims: Sequence[Claim]) -> None:
    """Carry out claims, of any number of walks. A walk that fails leaves its claims to be swept; the others go on."""
    house.heartbeat.beat("worker")
    now = house.clock.now()
    jobs: list[Job] = []
    for partnership, theirs in _by_partnership(claims).items():
        try:
            jobs += _prepare(house, partnership, theirs, now=now)
        except NotFound:
            log.info("A walk is gone.", action="walk_gone", partnership=partnership)
            house.walks.finish(partnership, records={}, latest={}, done=[c.occurrence for c in theirs])
        except Conflict:
            log.info("A claim has passed on.", action="claim_left", partnership=partnership)
        except StoreUnavailable:
            raise
        except Exception as failed:  # one walk must not stop the others; its claims come back when their lease ends
            log.error("A walk failed.", action="walk_failed", partnership=partnership, error=type(failed).__name__)
    _send(house, jobs)
    for job in jobs:
        _finish(house, job, now=now)


def _by_partnership(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.occurrence.partnership].append(claim)
    return groups


def _prepare(house: House, partnership: str, claims: Sequence[Claim], *, now: datetime) -> list[Job]:
    for claim in (c for c in claims if c.occurrence.kind in MOVES):
        _move(house, claim, now=now)
    left = [c for c in claims if c.occurrence.kind not in MOVES]
    if not left:
        return []
    walk = house.walks.get(partnership)
    scene = Scene(words=house.words, walk=walk, programme=house.programmes[walk.partnership.programme])
    jobs = [Job(claim=c, walk=walk, decision=decide(scene, c.occurrence, now=now)) for c in left]
    return _begin(house, partnership, jobs, now=now)


def _move(house: House, claim: Claim, *, now: datetime) -> None:
    """Change the walk as the occurrence says; its claim ends in the same step."""
    due = claim.occurrence
    people: tuple[Person, ...] = ()
    try:
        if due.kind == "enrol":
            walk = house.walks.get(due.partnership)
            people = look_up(house.slack, walk, everyone=due.subject == joining.EVERYONE)
    except Retry as retry:
        at = to_ms(now + retry.after)
        house.walks.finish(due.partnership, records={}, latest={}, done=[due], plan=[(due, at)])
        return

    def decided(walk: Walk) -> Change:
        programme = house.programmes[walk.partnership.programme]
        match due.kind:
            case "enrol":
                return joining.enrolled(walk, people, now=now)
            case "open":
                return engine.opened(walk, programme, day=date.fromisoformat(due.subject), now=now)
            case _:
                return engine.closed(walk, programme, due.subject, now=now)

    house.walks.change(due.partnership, decided, claim=claim)
    log.info("A walk moved.", action="walk_moved", partnership=due.partnership, kind=due.kind)


def _begin(house: House, partnership: str, jobs: list[Job], *, now: datetime) -> list[Job]:
    """Mark every send as attempted; drop jobs whose claim has passed on."""
    attempts = [(job, send, _key(job.claim, send)) for job in jobs for send in job.decision.sends]
    marks = house.walks.begin(
        partnership, [Attempt(claim=j.claim, delivery=key) for j, _, key in attempts], now_ms=to_ms(now)
    )
    gone = {id(job) for (job, _, _), mark in zip(attempts, marks, strict=True) if mark == FENCED_OFF}
    for (job, send, key), mark in zip(attempts, marks, strict=True):
        known = _look(house, job, send, key) if mark == LOOK_FIRST else None
        if mark == SETTLED:
            job.outcomes.append((send, key, None))
        elif known is not None:
            job.outcomes.append((send, key, known))
        elif mark in (GO, LOOK_FIRST):
            job.outcomes.append((send, key, Unknown(reason="not_sent_yet")))
    return [job for job in jobs if id(job) not in gone]


def _key(claim: Claim, send: Send | None) -> str:
    """The delivery of a send, or of an occurrence that sends nothing."""
    due = claim.occurrence
    return ids.delivery_id(
        partnership=due.partnership,
        what=f"{due.kind}/{due.subject}/{send.name if send else ''}",
        person=due.person,
        slot_ms=due.slot_ms,
        channel=send.channel if send else "",
    )


def _look(house: House, job: Job, send: Send, key: str) -> Outcome | None:
    """What an earlier attempt came to, as far as Slack can tell; None to send (again)."""
    if send.channel == "mail" or send.edits:
        return None  # the same Message-ID again, the same text again: no harm done
    try:
        ref = house.slack.find(job.claim.occurrence.workspace, _target(job.walk, send), key)
    except Retry as retry:
        return Later(reason=retry.reason, after=retry.after)
    except GiveUp as gave_up:
        return Failed(reason=gave_up.reason)
    return Sent(ref=ref) if ref else None


def _target(walk: Walk, send: Send) -> str:
    if send.channel == "channel":
        return walk.group.channel or ""
    return walk.people[send.person].slack_user or ""


def _send(house: House, jobs: Sequence[Job]) -> None:
    """Send what waits: all Slack messages of the batch at once, then all mails over one connection."""
    waiting = [
        (job, place, send, key)
        for job in jobs
        for place, (send, key, outcome) in enumerate(job.outcomes)
        if isinstance(outcome, Unknown)
    ]
    edits = _refs(house, [(job, send) for job, _, send, _ in waiting if send.edits])
    slack, mail = [], []
    for job, place, send, key in waiting:
        if send.channel == "mail":
            mail.append((job, place, _mailing(job, send, key)))
        elif send.edits and (id(job), send.name) not in edits:
            job.outcomes[place] = (send, key, _NOTHING_TO_EDIT)
        else:
            slack.append((job, place, _posting(job, send, key, ref=edits.get((id(job), send.name), ""))))
    for sent, results in (
        (slack, house.slack.post([p for _, _, p in slack]) if slack else []),
        (mail, house.mail.send([m for _, _, m in mail]) if mail else []),
    ):
        for (job, place, _), outcome in zip(sent, results, strict=True):
            job.outcomes[place] = (*job.outcomes[place][:2], outcome)


def _refs(house: House, edits: Sequence[tuple[Job, Send]]) -> dict[tuple[int, str], str]:
    """The references of the messages to edit."""
    found: dict[tuple[int, str], str] = {}
    for job, send in edits:
        for name, ref in house.walks.latest(job.claim.occurrence.partnership, [send.name]).items():
            found[id(job), name] = ref
    return found


def _posting(job: Job, send: Send, key: str, *, ref: str) -> Posting:
    return Posting(
        workspace=job.claim.occurrence.workspace,
        delivery=key,
        to=_target(job.walk, send),
        message=send.message,
        ref=ref if send.edits else "",
    )


def _mailing(job: Job, send: Send, key: str) -> Mailing:
    due, person = job.claim.occurrence, job.walk.people[send.person]
    subject = due.subject.split(".")[0] if due.kind in (*_REPLIED, "follow") else ""
    return Mailing(
        delivery=key,
        to_name=person.name,
        to_address=person.email or "",
        message=send.message,
        ticket=Ticket(workspace=due.workspace, partnership=due.partnership, person=send.person, subject=subject),
        list_name=job.walk.group.name,
    )


def _finish(house: House, job: Job, *, now: datetime) -> None:
    """Record what became of a job, end its claim and plan what follows, in one step."""
    due, decision = job.claim.occurrence, job.decision
    records = dict(_records(job, now=now))
    again = max((at for at in _again(job, now=now)), default=None)
    plan = [(due, to_ms(decision.wait))] if decision.wait else []
    plan += [(due, to_ms(again))] if again else [(o, o.slot_ms) for o in decision.then]
    house.walks.finish(
        due.partnership,
        records=records,
        latest={s.name: o.ref for s, _, o in job.outcomes if isinstance(o, Sent) and not s.edits},
        forget=[key for _, key, o in job.outcomes if isinstance(o, Later)],
        done=[due],
        plan=plan,
    )
    LATENESS.observe(max(0.0, (now - due.slot).total_seconds()))
    for record in records.values():
        count_delivery(due.kind, record.state)
        why = record.reason
        log.info("A delivery ended.", action=f"delivery_{record.state}", kind=due.kind, what=due.encode(), why=why)


def _records(job: Job, *, now: datetime) -> Iterator[tuple[str, Record]]:
    at = to_ms(now)
    if job.decision.left:
        state: Literal["missed", "skipped"] = "missed" if job.decision.missed else "skipped"
        yield _key(job.claim, None), Record(state=state, at_ms=at, reason=job.decision.left)
    for _, key, outcome in job.outcomes:
        match outcome:
            case Sent(ref=ref):
                yield key, Record(state="sent", at_ms=at, ref=ref)
            case Failed(reason=reason):
                ended: Literal["skipped", "failed"] = "skipped" if outcome == _NOTHING_TO_EDIT else "failed"
                yield key, Record(state=ended, at_ms=at, reason=reason)


def _again(job: Job, *, now: datetime) -> Iterator[datetime]:
    for _, _, outcome in job.outcomes:
        match outcome:
            case Later(after=after):
                yield now + after
            case Unknown():
                yield now + SETTLE
