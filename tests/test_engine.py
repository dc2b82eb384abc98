"""How a walk moves: rounds, gates, late answers, consent."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from tests.group import ASKED, PEOPLE, START, new_walk, walking
from worker.files import programmes
from worker.files import words as english
from workflows import engine, gates, joining, schedule
from workflows.deciding import decide
from workflows.messages.sample import sample_value
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.walk import Change, Walk, applied
from workflows.words import Words

FIRST = date(2026, 12, 1)


@pytest.fixture(scope="module")
def five() -> Programme:
    return programmes.load("five-steps")


@pytest.fixture(scope="module")
def words() -> Words:

    return english.load()


def open_round(walk: Walk, five: Programme, day: date) -> Walk:
    return applied(walk, engine.opened(walk, five, day=day, now=schedule.midnight_before(day)))


def answer(walk: Walk, five: Programme, person: str, *, at: datetime, round_id: str = "") -> Walk:
    wanted = round_id or walk.rounds[-1].id
    found = walk.round(wanted)
    assert found is not None
    values = {q.id: sample_value(q) for q in five.prompt(found.prompt).questions}
    return applied(walk, engine.answered(walk, five, person, wanted, values, via="slack", now=at))


def close(walk: Walk, five: Programme) -> tuple[Walk, Change]:
    last = walk.rounds[-1]
    change = engine.closed(walk, five, last.id, now=last.closes_at)
    return applied(walk, change), change


def test_everyone_reachable_is_asked_for_consent_in_their_own_daytime() -> None:
    change = joining.enrolled(new_walk(), PEOPLE, now=datetime.fromisoformat("2026-11-26T03:00Z"))
    asked = {o.person: o.slot for o in change.plan if o.kind == "consent"}
    assert sorted(asked) == sorted(ASKED)
    zones = {p.id: p.zone or "Europe/Lisbon" for p in PEOPLE}
    assert all(8 <= schedule.on_the_wall(slot, zones[who]).hour < 20 for who, slot in asked.items())
    assert asked["dara"] == datetime.fromisoformat("2026-11-26T03:00Z"), "it is a quarter to nine in Kathmandu"


def test_nobody_is_asked_before_they_said_yes(five: Programme) -> None:
    walk = new_walk()
    walk = applied(walk, joining.enrolled(walk, PEOPLE, now=START))
    walk = applied(walk, joining.consented(walk, "bo", given=True, prefers=None, via="slack", now=START))
    change = engine.opened(walk, five, day=FIRST, now=schedule.midnight_before(FIRST))
    assert [o.person for o in change.plan if o.kind == "ask"] == ["bo"]


def test_each_is_asked_at_nine_on_their_own_clock(five: Programme) -> None:
    walk = walking()
    change = engine.opened(walk, five, day=FIRST, now=schedule.midnight_before(FIRST))
    local = {
        o.person: schedule.on_the_wall(o.slot, walk.zone(o.person)).strftime("%a %d %H:%M")
        for o in change.plan
        if o.kind == "ask"
    }
    assert local == dict.fromkeys(ASKED, "Tue 01 09:00")


def test_a_met_gate_closes_the_step_and_the_next_begins_a_week_later(five: Programme) -> None:
    walk = walking()
    for week in range(len(five.steps[0].prompts)):
        walk = open_round(walk, five, FIRST + timedelta(weeks=week))
        for person in ("ana", "bo", "dara"):
            walk = answer(walk, five, person, at=walk.rounds[-1].closes_at - timedelta(hours=1))
        walk, change = close(walk, five)
    assert walk.partnership.steps[0].how == "gate"
    assert [o.kind for o in change.plan] == ["summary", "step"]
    walk = open_round(walk, five, FIRST + timedelta(weeks=3))
    assert walk.partnership.current is not None
    assert walk.partnership.current.step == five.steps[1].id


def stall(five: Programme) -> Walk:
    walk = walking()
    for week, _ in enumerate(five.steps[0].prompts):
        walk = open_round(walk, five, FIRST + timedelta(weeks=week))
        for person in ("ana", "bo") if week == 2 else ("ana", "bo", "dara"):
            walk = answer(walk, five, person, at=walk.rounds[-1].closes_at - timedelta(hours=1))
        if week < 2:
            walk, _ = close(walk, five)
    return walk


def test_an_unmet_gate_keeps_the_round_open_a_week_and_tells_the_facilitator(five: Programme) -> None:
    walk, change = close(stall(five), five)
    assert walk.rounds[-1].closed_at is None
    assert {o.person for o in change.plan if o.kind == "stalled"} == {"ana"}
    assert {o.person for o in change.plan if o.kind == "nudge"} == {"dara", "eli", "fen"}, "only who has not answered"
    week_later = open_round(walk, five, FIRST + timedelta(weeks=3))
    assert len(week_later.rounds) == 3, "nothing new opens while it waits"


def test_a_late_answer_still_counts(five: Programme) -> None:
    walk, change = close(stall(five), five)
    for _ in range(engine.EXTENSIONS):
        walk, change = close(walk, five)
    assert walk.rounds[-1].closed_at is not None
    assert [o.kind for o in change.plan if o.kind == "stalled"], "the facilitator hears that it now waits for a person"
    assert engine.takes_answers(walk, walk.rounds[-1].id)
    walk = answer(walk, five, "fen", at=walk.rounds[-1].closes_at + timedelta(days=9))
    assert walk.partnership.steps[0].how == "gate"


def test_a_facilitator_moves_on_with_a_reason(five: Programme) -> None:
    walk, _ = close(stall(five), five)
    walk = applied(walk, engine.moved_on(walk, five, five.steps[0].id, reason="Enough for now", now=START))
    run = walk.partnership.steps[0]
    assert (run.how, run.reason) == ("facilitator", "Enough for now")
    assert all(r.closed_at for r in walk.rounds)


def test_the_walk_reaches_its_last_step_which_stays_open_with_a_review_date(five: Programme) -> None:
    walk, day = walking(), FIRST
    for _ in range(30):
        walk = open_round(walk, five, day)
        if walk.rounds[-1].closed_at is None:
            for person in ASKED:
                walk = answer(walk, five, person, at=walk.rounds[-1].closes_at - timedelta(hours=1))
            walk, _ = close(walk, five)
        day += timedelta(weeks=1)
    assert [run.how for run in walk.partnership.steps] == ["gate"] * 4 + [""]
    assert walk.partnership.review_on is not None
    assert walk.partnership.review_on > day - timedelta(weeks=1)
    assert gates.is_met(walk, five, five.steps[-1]) is False
    pulses = [r for r in walk.rounds if r.prompt == five.steps[-1].prompts[0].id]
    assert len(pulses) > 2, "the pulse comes again every four weeks"
    assert {b.opens_on - a.opens_on for a, b in pairwise(pulses)} == {timedelta(weeks=4)}


def test_consent_taken_back_hides_answers_and_stops_everything(five: Programme, words: Words) -> None:
    walk = open_round(walking(), five, FIRST)
    walk = answer(walk, five, "bo", at=START)
    planned = engine.opened(walking(), five, day=FIRST, now=schedule.midnight_before(FIRST)).plan
    walk = applied(walk, joining.consented(walk, "bo", given=False, prefers=None, via="slack", now=START))
    assert walk.answers_to("r1") == ()
    ask = next(o for o in planned if o.kind == "ask" and o.person == "bo")
    decision = decide(Scene(words=words, walk=walk, programme=five), ask, now=ask.slot)
    assert decision.sends == ()
    assert decision.left == "no_consent"


def test_a_late_joiner_is_asked_what_is_open_in_their_daytime(five: Programme) -> None:
    walk = new_walk()
    walk = applied(walk, joining.enrolled(walk, PEOPLE, now=START))
    walk = applied(walk, joining.consented(walk, "ana", given=True, prefers=None, via="slack", now=START))
    walk = open_round(walk, five, FIRST)
    night = datetime.fromisoformat("2026-12-03T02:00Z")
    change = joining.consented(walk, "eli", given=True, prefers=None, via="web", now=night)
    ask = next(o for o in change.plan if o.kind == "ask")
    assert schedule.on_the_wall(ask.slot, "America/New_York").strftime("%a %H:%M") == "Thu 08:00"


def test_the_same_answer_twice_changes_nothing(five: Programme) -> None:
    walk = answer(open_round(walking(), five, FIRST), five, "bo", at=START)
    assert answer(walk, five, "bo", at=START + timedelta(days=1)).answers == walk.answers


def test_too_late_is_missed_and_night_waits_for_the_morning(five: Programme, words: Words) -> None:
    walk = open_round(walking(), five, FIRST)
    scene = Scene(words=words, walk=walk, programme=five)
    ask = walk.occurrence("ask", schedule.instant_of(FIRST, 9, "Europe/London"), subject="r1", person="bo")
    assert decide(scene, ask, now=ask.slot + timedelta(hours=10)).sends, "seven in the evening is still fine"
    assert decide(scene, ask, now=ask.slot + timedelta(hours=14)).missed
    evening = replace(ask, slot=schedule.instant_of(FIRST, 19, "Europe/London"))
    wait = decide(scene, evening, now=evening.slot + timedelta(hours=5)).wait
    assert wait is None, "eight in the morning is more than twelve hours later: missed, not sent"
    night = replace(ask, slot=schedule.instant_of(FIRST, 23, "Europe/London"))
    assert decide(scene, night, now=night.slot).wait == schedule.instant_of(date(2026, 12, 2), 8, "Europe/London")
