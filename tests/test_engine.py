"""How a walk moves: rounds, gates, late answers, consent."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from tests.group import ASKED, PEOPLE, START, new_walk, walking
from worker.files import programmes
from worker.files import words as english
from workflows import choosing, engine, gates, joining, messages, schedule
from workflows.deciding import decide
from workflows.messages.sample import sample_value
from workflows.messages.scene import Scene
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.walk import Change, Walk, applied
from workflows.words import Words

FIRST = date(2026, 12, 1)


@pytest.fixture(scope="module")
def five() -> Programme:
    return programmes.load("five-steps")


@pytest.fixture(scope="module")
def words() -> Words:

    return english.load()


def walk_ticket(person: str) -> Ticket:
    return Ticket(workspace="T1", partnership="p1", person=person)


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


def test_consent_taken_back_has_the_summary_told_again_without_the_answer(five: Programme, words: Words) -> None:
    walk = open_round(walking(), five, FIRST)
    for person in ("ana", "bo"):
        walk = answer(walk, five, person, at=START)
    walk, change = close(walk, five)
    first = next(o for o in change.plan if o.kind == "summary")
    told = decide(Scene(words=words, walk=walk, programme=five), first, now=first.slot).sends[0]
    taken = joining.consented(walk, "bo", given=False, prefers=None, via="slack", now=first.slot)
    walk = applied(walk, taken)
    retell = next(o for o in taken.plan if o.kind == "retell")
    (again,) = decide(Scene(words=words, walk=walk, programme=five), retell, now=first.slot).sends
    assert (again.name, again.edits) == (told.name, True)
    assert "2 of 5" in str(told.message.parts)
    assert "1 of 4" in str(again.message.parts)


def test_a_late_joiner_is_asked_what_is_open_in_their_daytime(five: Programme) -> None:
    walk = new_walk()
    walk = applied(walk, joining.enrolled(walk, PEOPLE, now=START))
    walk = applied(walk, joining.consented(walk, "ana", given=True, prefers=None, via="slack", now=START))
    walk = open_round(walk, five, FIRST)
    night = datetime.fromisoformat("2026-12-03T02:00Z")
    change = joining.consented(walk, "eli", given=True, prefers=None, via="web", now=night)
    ask = next(o for o in change.plan if o.kind == "ask")
    assert schedule.on_the_wall(ask.slot, "America/New_York").strftime("%a %H:%M") == "Thu 08:00"


def test_a_clock_that_stood_still_for_weeks_opens_no_round_that_is_over(five: Programme) -> None:
    walk = walking()
    thursday = datetime.fromisoformat("2026-12-31T12:00Z")
    change = engine.opened(walk, five, day=FIRST, now=thursday)
    assert change.rounds == ()
    assert [(o.kind, o.subject) for o in change.plan] == [("open", "2027-01-05")]


def test_who_pauses_and_comes_back_gets_what_is_still_open(five: Programme, words: Words) -> None:
    walk = open_round(walking(), five, FIRST)
    before, after = schedule.instant_of(FIRST, 8, "Europe/London"), schedule.instant_of(FIRST, 18, "Europe/London")
    typed = choosing.preferences_form(words, walk, walk_ticket("bo"), title="").typed
    wanted = choosing.read_preferences(words, {**typed, "pause": "yes"}, walk.members["bo"])
    walk = applied(walk, choosing.preferred(walk, "bo", wanted, now=before))
    resumed = choosing.preferred(walk, "bo", replace(wanted, paused=False), now=after)
    assert [(o.kind, o.subject, o.person) for o in resumed.plan] == [("ask", "r1", "bo")]
    later = applied(walk, choosing.preferred(walk, "bo", replace(wanted, paused=False), now=after))
    paused_after = applied(later, choosing.preferred(later, "bo", wanted, now=after))
    again = choosing.preferred(paused_after, "bo", replace(wanted, paused=False), now=after + timedelta(hours=1))
    assert again.plan == (), "what came before the pause is not put twice"


def test_a_gate_that_is_met_because_somebody_left_closes_with_the_next_tick(five: Programme) -> None:
    walk, _ = close(stall(five), five)
    for _ in range(engine.EXTENSIONS):
        walk, _ = close(walk, five)
    for person in ("eli", "fen"):
        walk = applied(walk, joining.consented(walk, person, given=False, prefers=None, via="web", now=START))
    day = walk.rounds[-1].closes_at.date() + timedelta(days=2)
    walk = open_round(walk, five, day)
    assert walk.partnership.steps[0].how == "gate"
    assert walk.partnership.current is not None
    assert walk.partnership.current.step == five.steps[1].id


def test_a_stalled_step_is_told_only_to_people_who_take_part(five: Programme, words: Words) -> None:
    walk = stall(five)
    walk = applied(walk, joining.consented(walk, "ana", given=False, prefers=None, via="web", now=START))
    walk, change = close(walk, five)
    told = [o for o in change.plan if o.kind == "stalled"]
    assert {o.person for o in told} == {"bo", "dara", "eli", "fen"}, "nobody facilitates, so everyone may move on"
    assert walk.may_lead("bo")
    assert not walk.may_lead("ana")
    paused = replace(walk.members["bo"], paused_at=START)
    scene = Scene(words=words, walk=applied(walk, Change(members=(paused,))), programme=five)
    assert decide(scene, next(o for o in told if o.person == "bo"), now=told[0].slot).left == "paused"


def test_unnamed_answers_are_summed_up_once(five: Programme, words: Words) -> None:
    pulse = replace(five, steps=five.steps[-1:])  # its first prompt asks scales without names
    walk = open_round(walking(), pulse, FIRST)
    for person in ASKED:
        walk = answer(walk, pulse, person, at=START)
    closed = replace(walk.rounds[0], closed_at=START, closings=1)
    first = applied(walk, Change(rounds=(closed,)))
    once = messages.summary.compose(Scene(words=words, walk=first, programme=pulse), round_=closed)
    again_closed = replace(closed, closings=2)
    second = applied(walk, Change(rounds=(again_closed,)))
    twice = messages.summary.compose(Scene(words=words, walk=second, programme=pulse), round_=again_closed)
    assert words("summary.withheld") not in str(once.parts)
    assert words("summary.withheld") in str(twice.parts)


def test_the_same_answer_twice_changes_nothing(five: Programme) -> None:
    walk = answer(open_round(walking(), five, FIRST), five, "bo", at=START)
    assert answer(walk, five, "bo", at=START + timedelta(days=1)).answers == walk.answers


def test_too_late_is_missed_and_night_waits_for_the_morning(five: Programme, words: Words) -> None:
    walk = open_round(walking(), five, FIRST)
    scene = Scene(words=words, walk=walk, programme=five)
    ask = walk.occurrence("ask", schedule.instant_of(FIRST, 9, "Europe/London"), subject="r1", person="bo")
    assert decide(scene, ask, now=ask.slot + timedelta(hours=10)).sends, "seven in the evening is still fine"
    morning = schedule.instant_of(date(2026, 12, 2), 8, "Europe/London")
    assert decide(scene, ask, now=ask.slot + timedelta(hours=14)).wait == morning, "the night does not count"
    assert decide(scene, ask, now=morning + timedelta(minutes=30)).sends
    assert decide(scene, ask, now=ask.slot + timedelta(hours=26)).missed
    evening = replace(ask, slot=schedule.instant_of(FIRST, 19, "Europe/London"))
    assert decide(scene, evening, now=evening.slot + timedelta(minutes=65)).wait == morning
    night = replace(ask, slot=schedule.instant_of(FIRST, 23, "Europe/London"))
    assert decide(scene, night, now=night.slot).wait == schedule.instant_of(date(2026, 12, 2), 8, "Europe/London")
