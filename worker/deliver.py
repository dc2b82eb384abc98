"""The way of a due message: what was claimed is looked at as it is now, composed, sent, and recorded.

For each claim: gather the walk, decide, mark the attempt in the ledger, send, then record what became of it, end the
claim and plan what follows, in one atomic step. A crash before the mark repeats everything; a crash after it leaves an
attempt with an unknown end, and the next holder of the claim looks before sending (Slack by the message's metadata,
mail by sending the same Message-ID again). A claim that has passed to somebody else is left alone.

In a workspace that took us out a walk goes on by mail as long as that reaches anybody (`without_slack.py`); what only
Slack could carry waits, and goes as soon as we are back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

import structlog

from worker.afterwards import look_again
from worker.enrol import look_up
from worker.handing_over import NOTHING_TO_EDIT, Job, begin, key_of, send_mail, send_slack, target
from worker.homes import redraw
from worker.measures import LATENESS, count_delivery
from worker.store.due import Claim
from worker.versions import NotKept
from worker.wiring import House
from workflows import engine, joining, keeping, orphaned, without_slack
from workflows.deciding import MOVES, decide
from workflows.errors import Conflict, GiveUp, NotFound, Retry, StoreUnavailable
from workflows.home_due import redrawn
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence, to_ms
from workflows.outcomes import Failed, Later, Sent, Unknown
from workflows.walk import Change, Record, Walk

log = structlog.get_logger()

PROGRAMME_AGAIN = timedelta(hours=1)  # the version that a walk walks is not here: a person has to mend that
REFUSED_AGAIN = timedelta(hours=1)  # Slack will not tell who the members are: a person has to mend that


def deliver(house: House, claims: Sequence[Claim]) -> None:
    """Carry out claims, of any number of walks. What fails by our own fault is swept later; the others go on."""
    house.heartbeat.beat("worker")
    now = house.clock.now()
    messages = [claim for claim in claims if claim.occurrence.kind != "home"]
    _send(house, messages, now=now)
    for claim in (c for c in claims if c.occurrence.kind == "home"):  # last: nobody waits for a message because of them
        _draw(house, claim, now=now)


def _send(house: House, claims: Sequence[Claim], *, now: datetime) -> None:
    jobs: list[Job] = []
    gone = _gone(house, claims)
    for partnership, theirs in _going_on(house, claims, gone, now=now).items():
        try:
            jobs += _prepare(house, partnership, theirs, now=now)
        except NotKept:
            log.error("A walk has no programme.", action="programme_missing", partnership=partnership)
            for claim in theirs:  # an operator brings it back; nothing of the walk may be lost until then
                _wait(house, claim, until=now + PROGRAMME_AGAIN)
        except NotFound:
            log.info("A walk is gone.", action="walk_gone", partnership=partnership)
            for claim in theirs:
                house.walks.finish(partnership, claim=claim)
    for one in (send_slack, send_mail):
        one(house, [job for job in jobs if any(t.waits for t in job.tries)])
    look_again(house, jobs, now=now)
    for job in jobs:
        _finish(house, job, now=now)
    for claim in claims:  # its workspace may have us back since we looked, and have brought forward what waited then
        if claim.occurrence.workspace in gone and house.workspaces.is_active(claim.occurrence.workspace):
            house.due.hasten(claim.occurrence.partnership, now=now)


def _draw(house: House, claim: Claim, *, now: datetime) -> None:
    """Draw Home tabs. What breaks there is named and let go: the next change of the walk draws them again."""
    try:
        redraw(house, claim, now=now)
    except StoreUnavailable:
        raise
    except Exception as failed:
        why = type(failed).__name__
        log.error("Home tabs were not drawn.", action="homes_failed", what=claim.occurrence.encode(), error=why)
        house.walks.finish(claim.occurrence.partnership, claim=claim)


def _going_on(house: House, claims: Sequence[Claim], gone: set[str], *, now: datetime) -> dict[str, list[Claim]]:
    """The claims by walk. Where the workspace is `gone` and mail reaches nobody of a walk, they wait."""
    going = _by_partnership(claims)
    for partnership in [p for p, theirs in going.items() if theirs[0].occurrence.workspace in gone]:
        try:
            if without_slack.goes_on(house.walks.get(partnership)):
                continue
        except NotFound:
            continue  # it is told where the walk is looked for
        for claim in going.pop(partnership):
            _wait(house, claim, until=now + without_slack.LOOK_AGAIN)
    return going


def _gone(house: House, claims: Iterable[Claim]) -> set[str]:
    workspaces = {claim.occurrence.workspace for claim in claims}
    return {name for name in workspaces if not house.workspaces.is_active(name)}


def _wait(house: House, claim: Claim, *, until: datetime) -> None:
    house.walks.finish(claim.occurrence.partnership, claim=claim, plan=[(claim.occurrence, to_ms(until))])


def _by_partnership(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.occurrence.partnership].append(claim)
    return groups


@contextmanager
def _one_by_one(claim: Claim) -> Iterator[None]:
    """One claim that fails must not stop another: it is named, and comes back when its lease ends."""
    try:
        yield
    except (NotFound, StoreUnavailable):
        raise
    except Conflict:
        log.info("A claim has passed on.", action="claim_left", what=claim.occurrence.encode())
    except Exception as failed:
        why = type(failed).__name__
        log.error("A claim failed.", action="claim_failed", what=claim.occurrence.encode(), error=why)


def _prepare(house: House, partnership: str, claims: Sequence[Claim], *, now: datetime) -> list[Job]:
    for claim in (c for c in claims if c.occurrence.kind in MOVES):
        with _one_by_one(claim):
            _move(house, claim, now=now)
    left = [c for c in claims if c.occurrence.kind not in MOVES]
    if not left:
        return []
    walk = house.walks.get(partnership)
    scene = Scene(words=house.words, walk=walk, programme=house.programmes.of(walk.partnership))
    jobs = []
    for claim in left:
        with _one_by_one(claim):
            decided = without_slack.decided if walk.away else decide
            decision = decided(scene, claim.occurrence, now=now)
            _ = [send.message for send in decision.sends]  # composed here, so that what fails is this claim's alone
            jobs.append(Job(claim=claim, walk=walk, decision=decision))
    return begin(house, partnership, jobs, now=now)


def _move(house: House, claim: Claim, *, now: datetime) -> None:
    """Change the walk as the occurrence says; its claim ends in the same step."""
    due = claim.occurrence
    enrolled = _enrolment(house, claim, now=now) if due.kind == "enrol" else None
    if due.kind == "enrol" and enrolled is None:
        return

    def decided(walk: Walk) -> Change:
        if enrolled is not None:
            return enrolled(walk)
        programme = house.programmes.of(walk.partnership)
        match due.kind:
            case "open":
                return engine.opened(walk, programme, day=date.fromisoformat(due.subject), now=now)
            case "unkept":
                return keeping.lapsed(walk, due.subject, now=now)
            case "orphaned":
                return orphaned.looked_after(walk, now=now)
            case _:
                return engine.closed(walk, programme, due.subject, now=now)

    house.walks.change(due.partnership, decided, claim=claim)
    log.info("A walk moved.", action="walk_moved", partnership=due.partnership, kind=due.kind)


def _enrolment(house: House, claim: Claim, *, now: datetime) -> Callable[[Walk], Change] | None:
    """What becomes of a walk now that we know who its members are; None when that is looked up later.

    While Slack has taken us out, those are asked whom mail reaches; who is in a new group's channel Slack alone knows.
    """
    due = claim.occurrence
    walk = house.walks.get(due.partnership)
    if walk.away and joining.has_begun(walk):
        return partial(without_slack.enrolled, now=now)
    if walk.away:
        _wait(house, claim, until=now + without_slack.LOOK_AGAIN)
        return None
    try:
        everyone = due.subject == joining.EVERYONE
        people = look_up(house.slack, house.people, house.walks, walk, everyone=everyone)
    except (Retry, GiveUp) as refused:
        after = refused.after if isinstance(refused, Retry) else REFUSED_AGAIN
        log.warning("Slack does not tell who the members are.", action="enrol_refused", why=refused.reason)
        _wait(house, claim, until=now + after)
        return None
    return partial(joining.enrolled, people=people, now=now)


def _finish(house: House, job: Job, *, now: datetime) -> None:
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
    for who, outcome in refused:
        _mark(house, job, who, outcome)


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


def _refused(job: Job) -> Iterator[tuple[str, Failed]]:
    """What refusals say, and of whom. Where the workspace does not have us any more, the message waits.

    A channel is the one that the message stands in: the group may have another by now.
    """
    for one in job.tries:
        if isinstance(one.outcome, Failed) and (mark := one.outcome.mark):
            if mark == "address" and one.send.to:
                continue  # an address that nobody has proved says nothing of anybody's own
            who = target(job.walk, one.send)
            where = one.send.person if mark == "address" else (one.place or who) if mark == "channel" else who
            yield where, one.outcome
            # What somebody took back still stands in a lost channel: that is tried until it is gone.
            taken_back = job.claim.occurrence.kind == "retell" and mark == "channel" and where == who
            if mark == "workspace" or taken_back:
                one.outcome = Later(reason=one.outcome.reason, after=without_slack.LOOK_AGAIN)


def _mark(house: House, job: Job, who: str, outcome: Failed) -> None:
    """Keep what a refusal says of a person, a channel or the workspace. The record is written: that stays, whatever."""
    due = job.claim.occurrence
    try:
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


def _again(job: Job, *, now: datetime) -> Iterator[datetime]:
    """When to look again at what was not taken, or whose end is not known."""
    for one in job.tries:
        match one.outcome:
            case Later(after=after) | Unknown(after=after):
                yield now + after
