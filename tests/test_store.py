"""The due index and the ledger on a real server: claims, leases, fences, and changes that are whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.group import PEOPLE, START, members, partnership
from worker.store import keys
from worker.store.connection import connect
from worker.store.due import Claim
from worker.store.walks import FENCED_OFF, GO, LOOK_FIRST, SETTLED, Attempt, Walks
from worker.wiring import House
from workflows import joining
from workflows.errors import Conflict, NotFound, StoreUnavailable
from workflows.occurrences import Occurrence
from workflows.walk import Change, Record, Walk


def begun(house: House, pid: str = "p1") -> None:
    started = joining.started(partnership(id=pid), members(), everyone=False, now=START)
    house.walks.begin_walk(replace(started, people=PEOPLE))


def claims(house: House, **how: int) -> list[Claim]:
    return [claim for chunk in house.due.claim(now=START, **how) for claim in chunk]


def planned(house: House) -> list[str]:
    """What is planned, besides the drawing of Home tabs, which follows every change."""
    return [o.kind for o in house.due.planned("p1") if o.kind != "home"]


def test_what_is_kept_comes_back_the_same(house: House) -> None:
    begun(house)
    walk = house.walks.get("p1")
    assert walk.partnership == partnership()
    assert tuple(walk.members.values()) == members()
    assert set(walk.people.values()) == set(PEOPLE)


def test_starting_twice_starts_one(house: House) -> None:
    begun(house)
    begun(house)
    assert house.walks.get("p1").version == 1
    assert planned(house) == ["enrol"]


def test_nothing_readable_lies_in_the_store(house: House) -> None:
    begun(house)
    everything = b"".join(house.redis.dump(key) or b"" for key in house.redis.keys("*") if isinstance(key, bytes))
    for secret in (b"ana@example.org", b"Ana Ferreira", b"Harbour", b"Tidewater"):
        assert secret not in everything


def test_ten_clocks_claim_each_occurrence_once(house: House) -> None:
    for n in range(40):
        begun(house, f"p{n}")
    with ThreadPoolExecutor(10) as clocks:
        taken = [c for found in clocks.map(lambda _: claims(house), range(10)) for c in found]
    assert len(taken) == 40
    assert len({c.occurrence.partnership for c in taken}) == 40


def test_a_lease_that_ran_out_is_claimed_again_and_the_first_holder_is_turned_away(house: House) -> None:
    begun(house)
    (first,) = claims(house, lease_ms=0)
    (second,) = claims(house)
    assert first.occurrence == second.occurrence
    assert second.fence > first.fence
    with pytest.raises(Conflict):
        house.walks.change("p1", lambda walk: joining.enrolled(walk, PEOPLE, now=START), claim=first)
    assert house.walks.get("p1").version == 1
    house.walks.change("p1", lambda walk: joining.enrolled(walk, PEOPLE, now=START), claim=second)
    assert "enrol" not in {c.occurrence.kind for c in claims(house)}


def test_the_same_claim_carried_out_twice_changes_the_walk_once(house: House) -> None:
    begun(house)
    (claim,) = claims(house)
    for _ in range(2):
        house.walks.change("p1", lambda walk: joining.enrolled(walk, PEOPLE, now=START), claim=claim)
    assert house.walks.get("p1").version == 2


def test_changes_at_the_same_time_all_count(house: House) -> None:
    begun(house)
    people = [p.id for p in PEOPLE]

    def agree(person: str) -> Walk:
        return house.walks.change(
            "p1", lambda w: joining.consented(w, person, given=True, prefers=None, via="web", now=START)
        )

    with ThreadPoolExecutor(len(people)) as everyone:
        list(everyone.map(agree, people))
    assert {m.consent for m in house.walks.get("p1").members.values()} == {"given"}


def test_the_ledger_sends_once_and_looks_first_after_a_crash(house: House) -> None:
    begun(house)
    (first,) = claims(house, lease_ms=0)
    tried = [Attempt(claim=first, delivery="d1")]
    assert house.walks.begin("p1", tried, now_ms=1) == (GO,)
    (second,) = claims(house)
    assert house.walks.begin("p1", tried, now_ms=2) == (FENCED_OFF,)
    again = [Attempt(claim=second, delivery="d1")]
    assert house.walks.begin("p1", again, now_ms=3) == (LOOK_FIRST,), "the first holder may have sent it"
    sent = Record(state="sent", at_ms=4, ref="C1:1.2")
    house.walks.finish("p1", claim=second, records={"d1": sent}, latest={"ask/r1/bo/slack": "C1:1.2"})
    assert house.walks.begin("p1", again, now_ms=5) == (FENCED_OFF,)
    assert house.walks.records("p1")["d1"] == sent
    assert house.walks.latest("p1", ["ask/r1/bo/slack", "other"]) == {"ask/r1/bo/slack": "C1:1.2"}


def test_an_occurrence_planned_again_after_it_was_sent_is_settled(house: House) -> None:
    begun(house)
    (claim,) = claims(house)
    sent = Record(state="sent", at_ms=4, ref="C1:1.2")
    again = (claim.occurrence, claim.occurrence.slot_ms)
    house.walks.finish("p1", claim=claim, records={"d1": sent}, plan=[again])
    (second,) = claims(house)
    assert house.walks.begin("p1", [Attempt(claim=second, delivery="d1")], now_ms=5) == (SETTLED,)


def test_who_lost_the_claim_records_what_was_sent_and_nothing_else(house: House) -> None:
    begun(house)
    (first,) = claims(house, lease_ms=0)
    (second,) = claims(house)
    late = Occurrence(workspace="T1", partnership="p1", kind="digest", subject="x", slot=START)
    sent, failed = Record(state="sent", at_ms=1, ref="C1:1.2"), Record(state="failed", at_ms=1)
    house.walks.finish("p1", claim=first, records={"d1": sent, "d2": failed}, plan=[(late, 1)])
    assert house.walks.records("p1") == {"d1": sent}
    assert planned(house) == []
    house.walks.change("p1", lambda walk: joining.enrolled(walk, PEOPLE, now=START), claim=second)


def test_a_second_walk_leaves_people_as_they_wish(house: House) -> None:
    begun(house)
    bo = replace(PEOPLE[1], mail_stopped=True, zone="Asia/Tokyo", zone_chosen=True)
    house.people.keep("T1", [bo])
    started = joining.started(partnership(id="p2"), members(), everyone=False, now=START)
    house.walks.begin_walk(replace(started, people=tuple(replace(p, name=p.id, email=None) for p in PEOPLE)))
    assert house.people.get("T1", "bo") == bo


def test_an_occurrence_is_planned_once_however_often(house: House) -> None:
    begun(house)
    later = Occurrence(
        workspace="T1", partnership="p1", kind="open", subject="2026-12-01", slot=START + timedelta(days=5)
    )
    for _ in range(3):
        house.walks.change("p1", lambda _: Change(plan=(later,)))
    assert planned(house) == ["enrol", "open"]
    assert house.due.next_at() == START
    (_,) = claims(house)
    assert house.due.next_at(besides="home") == later.slot


def test_nothing_is_claimed_before_it_is_due(house: House) -> None:
    begun(house)
    assert [c for chunk in house.due.claim(now=START - timedelta(seconds=1)) for c in chunk] == []
    assert house.due.waiting(now=START) == 1


def test_all_keys_of_a_walk_and_its_due_index_share_a_slot() -> None:
    tag = f"{{{keys.shard_of('p1'):02d}}}"
    names = [keys.partnership("p1"), keys.answers("p1"), keys.ledger("p1"), keys.operations("p1")]
    names += [keys.due(keys.shard_of("p1")), keys.claimed(keys.shard_of("p1")), keys.fences(keys.shard_of("p1"))]
    assert all(tag in name for name in names)


def test_a_store_that_is_gone_is_named_as_that(house: House) -> None:
    gone = Walks(connect("unix:///nowhere/redis.sock"), house.vault, house.people)
    with pytest.raises(StoreUnavailable):
        gone.get("p1")
    with pytest.raises(NotFound):
        house.walks.get("nobody")
