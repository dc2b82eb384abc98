"""The way of a due message: what was claimed is looked at as it is now, composed, sent, and recorded.

For each claim: gather the walk, decide, mark the attempt in the ledger, send, then record what became of it, end the
claim and plan what follows, in one atomic step. A crash before the mark repeats everything; a crash after it leaves an
attempt with an unknown end, and the next holder of the claim looks before sending (Slack by the message's metadata,
mail by sending the same Message-ID again). A claim that has passed to somebody else is left alone.

In a workspace that took us out a walk goes on by mail as long as that reaches anybody (`without_slack.py`); what only
Slack could carry waits, and goes as soon as we are back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial

import structlog

from worker.afterwards import look_again
from worker.enrol import look_up
from worker.handing_over import Job, begin, send_mail, send_slack
from worker.homes import redraw
from worker.recording import record
from worker.store.due import Claim
from worker.versions import NotKept
from worker.wiring import House
from workflows import engine, joining, keeping, orphaned, without_slack
from workflows.deciding import MOVES, decide
from workflows.errors import Conflict, GiveUp, NotFound, Retry, StoreUnavailable
from workflows.messages.scene import Scene
from workflows.occurrences import to_ms
from workflows.walk import Change, Walk

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
    send_slack(house, _waiting(jobs))
    send_mail(house, _waiting(jobs), now=now)
    look_again(house, jobs, now=now)
    for job in jobs:
        record(house, job, now=now)
    for claim in claims:  # its workspace may have us back since we looked, and have brought forward what waited then
        if claim.occurrence.workspace in gone and house.workspaces.is_active(claim.occurrence.workspace):
            house.due.hasten(claim.occurrence.partnership, now=now)


def _waiting(jobs: Sequence[Job]) -> list[Job]:
    return [job for job in jobs if any(t.waits for t in job.tries)]


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
