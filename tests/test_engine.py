"""How a walk moves by itself: weeks, rounds, gates, late answers, consent, and who is left in peace."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from tests.group import ASKED, PEOPLE, START, Passing, new_walk, partnership, passing, walking
from tests.small import HALF, LOOK, PULSE, TEND, ending, small
from workflows import engine, gates, joining, messages, preferences, preferences_form, rounds, schedule, steps
from workflows.changes import applied
from workflows.deciding import decide
from workflows.people import Membership, Person
from workflows.programme import Gate, Programme, Step
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

FIRST = date(2026, 12, 1)  # a Tuesday
WEDNESDAY = datetime.fromisoformat("2026-12-02T12:00Z")
SATURDAY = datetime.fromisoformat("2026-12-05T18:00Z")


@pytest.fixture
def story() -> Passing:
    return passing(small())


def put(walk: Walk, programme: Programme, day: date = FIRST) -> Walk:
    return applied(walk, engine.opened(walk, programme, day=day, now=schedule.midnight_before(day)))


def short(step: Step = LOOK, **changed: object) -> Step:
    """A step of one prompt and a plain gate."""
    given = {"prompts": step.prompts[:1], "decisions": (), "worksheets": (), "gate": Gate(quorum=HALF), **changed}
    return replace(step, **given)  # type: ignore[arg-type]  # a test names only what it is about


TENDED = short(TEND, gate=TEND.gate)
LOOKED = short()


def only(*steps: Step) -> Programme:
    return replace(small(), steps=steps)


def missing(story: Passing, what: str) -> list[str]:
    run = story.walk.partnership.current
    assert run is not None
    return [m.id for m in gates.missing(story.walk, story.programme, story.programme.step(run.step)) if m.what == what]


# --- consent --------------------------------------------------------------------------------------------------------


def test_everyone_reachable_is_asked_for_consent_in_their_own_daytime() -> None:
    change = joining.enrolled(new_walk(), PEOPLE, now=datetime.fromisoformat("2026-11-26T03:00Z"))
    asked = {o.person: o.slot for o in change.plan if o.kind == "consent"}
    assert sorted(asked) == sorted(ASKED)
    zones = {p.id: p.zone or "Europe/Lisbon" for p in PEOPLE}
    assert all(8 <= schedule.on_the_wall(slot, zones[who]).hour < 20 for who, slot in asked.items())
    assert asked["dara"] == datetime.fromisoformat("2026-11-26T03:00Z"), "it is a quarter to nine in Kathmandu"


def test_who_starts_at_night_is_asked_at_once_and_sees_that_it_began() -> None:
    night = datetime.fromisoformat("2026-11-26T23:30Z")
    walk = replace(new_walk(), partnership=partnership(started_at=night))
    enrolled = joining.enrolled(walk, PEOPLE, now=night + timedelta(seconds=20))
    walk = applied(walk, enrolled)
    asks = {o.person: o for o in enrolled.plan if o.kind == "consent"}
    assert asks["ana"].slot == night + timedelta(seconds=20)
    assert asks["bo"].slot > night + timedelta(hours=8)
    scene = replace(passing(small()), walk=walk).scene
    assert decide(scene, asks["ana"], now=night + timedelta(minutes=1)).sends
    assert decide(scene, replace(asks["bo"], slot=night), now=night + timedelta(minutes=1)).wait
    assert decide(scene, asks["ana"], now=night + timedelta(hours=1)).wait, "hours later it is not worth a night"


def test_nobody_is_asked_before_they_said_yes() -> None:
    story = passing(small(), agreed=("bo",))
    story.until(SATURDAY)
    assert {c.due.person for c in story.sent("ask")} == {"bo"}


def test_consent_taken_back_hides_answers_and_stops_everything(story: Passing) -> None:
    story.until(WEDNESDAY)
    work = story.round_of("work")
    story.answer(work, "bo")
    story.leave("bo")
    assert story.walk.answers_to(work.id) == ()
    story.until(WEDNESDAY + timedelta(hours=1))
    before = len(story.came)
    story.week(3)
    assert [c for c in story.came[before:] if c.due.person == "bo"] == []


def test_consent_taken_back_has_the_summary_told_again_without_the_answer(story: Passing) -> None:
    story.live(2, "ana", "bo")
    work = story.round_of("work")
    told = story.sent("summary", subject=work.id)[0].send
    assert "2 of 5" in str(told.message.parts)
    story.leave("bo")
    story.until(story.now + timedelta(hours=1))
    (again,) = (c.send for c in story.sent("retell", subject=work.id))
    assert (again.name, again.edits) == (told.name, True)
    assert "1 of 4" in str(again.message.parts)


def test_what_the_channel_never_heard_is_not_told_again(story: Passing) -> None:
    story.live(3, *ASKED)
    story.leave("ana")
    story.until(story.now + timedelta(days=1))
    rates, sense = story.round_of("rates"), story.round_of("ledger-agreed.sense")
    assert story.sent("retell", subject=rates.id) == [], "what facilitators were asked has no summary"
    assert story.sent("retell", subject=sense.id) == [], "nor has a round of deciding"


# --- weeks and rounds -----------------------------------------------------------------------------------------------


def test_each_is_asked_at_nine_on_their_own_clock(story: Passing) -> None:
    story.until(SATURDAY)
    work = story.round_of("work")
    local = {
        c.due.person: schedule.on_the_wall(c.at, story.walk.zone(c.due.person)).strftime("%a %d %H:%M")
        for c in story.sent("ask", subject=work.id)
    }
    assert local == dict.fromkeys(ASKED, "Tue 01 09:00")


def test_a_week_of_several_prompts_opens_them_days_apart_and_closes_them_together(story: Passing) -> None:
    story.until(SATURDAY)
    week = {r.prompt: (r.opens_on.day, r.closes_at.day) for r in story.walk.rounds if not r.standing}
    assert week == {"work": (1, 6), "check": (3, 6), "rates": (4, 6)}
    asked = {c.at.date().day for c in story.sent("ask", subject=story.round_of("check").id)}
    assert asked == {3}, "nobody hears of the second prompt on the day of the first"
    story.until(SATURDAY + timedelta(days=1))
    assert story.open_rounds() == []
    story.until(story.now + timedelta(days=2))
    assert story.open_rounds() == ["risks"]


def test_a_gate_is_looked_at_once_when_a_week_closes() -> None:
    late = short(prompts=LOOK.prompts[:2])
    story = passing(only(late, TENDED))
    story.live(1)
    story.until(story.now + timedelta(days=1))
    assert {c.due.subject for c in story.sent("stalled")} == {"look.1"}, "two rounds closed, one message"
    assert len(story.open_rounds()) == 2
    assert story.run(late).extensions == 1


def test_what_is_for_facilitators_is_put_to_them_and_counts_them_alone(story: Passing) -> None:
    story.live(1, "ana")
    rates = story.round_of("rates")
    assert {c.due.person for c in story.sent("ask", subject=rates.id)} == {"ana"}
    assert "rates" not in missing(story, "answers"), "the one facilitator has answered"
    assert "work" in missing(story, "answers")
    assert story.sent("announce", subject=rates.id) == []
    assert story.sent("summary", subject=rates.id) == []


def test_who_joins_or_comes_back_is_not_asked_what_is_for_facilitators(story: Passing) -> None:
    story.walk = replace(story.walk, members={**story.walk.members, "gus": Membership(person="gus")})
    story.walk = replace(story.walk, people={**story.walk.people, "gus": Person(id="gus", name="Gus", slack_user="U7")})
    story.until(WEDNESDAY)
    story.agree("gus")
    story.until(SATURDAY)
    assert {c.due.subject for c in story.sent("ask", person="gus")} == {
        story.round_of("work").id,
        story.round_of("check").id,
    }


def test_a_standing_round_never_blocks_and_closes_with_its_step(story: Passing) -> None:
    story.until(SATURDAY)
    noted = story.round_of("noted")
    assert noted.standing
    assert noted.closed_at is None
    assert story.sent("ask", subject=noted.id) == []
    assert "noted" not in missing(story, "answers")
    story.answer(noted, "bo")
    story.live(1, *ASKED)
    assert story.round_of("risks").closed_at, "the next week came although it is open"
    story.apply(steps.moved_on(story.walk, story.programme, "look", story.note("moved_on")))
    assert story.round_of("noted").closed_at == story.now
    assert not rounds.takes_answers(story.walk, noted.id)


def test_a_prompt_that_comes_again_keeps_its_week_though_it_opens_later_in_it(story: Passing) -> None:
    second, third = replace(PULSE, id="second", day=1), replace(PULSE, id="third", day=2)
    story = passing(only(short(TEND, prompts=(PULSE, second, third), gate=TEND.gate)))
    story.live(9, *ASKED)
    opens = [(r.prompt, (r.opens_on - FIRST).days) for r in story.walk.rounds]
    once = [("pulse", 0), ("second", 1), ("third", 3)]
    assert opens == [(p, day + 28 * n) for n in range(3) for p, day in once]


def test_a_late_joiner_is_asked_what_is_open_in_their_daytime() -> None:
    story = passing(small(), agreed=("ana",))
    night = datetime.fromisoformat("2026-12-03T02:00Z")
    story.until(night)
    change = joining.consented(story.walk, "eli", given=True, prefers=None, via="web", now=night)
    ask = next(o for o in change.plan if o.kind == "ask")
    assert schedule.on_the_wall(ask.slot, "America/New_York").strftime("%a %H:%M") == "Thu 08:00"


def test_a_clock_that_stood_still_for_weeks_opens_no_round_that_is_over() -> None:
    thursday = datetime.fromisoformat("2026-12-31T12:00Z")
    change = engine.opened(walking(), small(), day=FIRST, now=thursday)
    assert change.rounds == ()
    assert [(o.kind, o.subject) for o in change.plan] == [("open", "2027-01-05")]


# --- reminders, skipping, peace -------------------------------------------------------------------------------------


def test_only_who_said_nothing_is_reminded_and_three_times_at_most() -> None:
    story = passing(only(LOOKED, TENDED))
    story.until(WEDNESDAY)
    work = story.round_of("work")
    story.answer(work, "ana")
    story.skip(work, "bo")
    story.week(3)
    for _ in range(6):  # a facilitator who asks for more time again and again
        story.apply(steps.extended(story.walk, story.programme, LOOKED, story.note("extended")))
        story.until(story.now + timedelta(days=3))
    nudges = story.sent("nudge", subject=work.id)
    assert {c.due.person for c in nudges} == {"dara", "eli", "fen"}
    for person in ("dara", "eli", "fen"):
        days = [c.at for c in nudges if c.due.person == person]
        assert len(days) == 3
        assert all(later - earlier >= timedelta(days=2) for earlier, later in pairwise(days))


def test_a_skipped_round_counts_for_nothing_and_can_be_answered_after_all(story: Passing) -> None:
    story.until(WEDNESDAY)
    work = story.round_of("work")
    story.skip(work, "bo")
    assert story.walk.answers_to(work.id) == ()
    assert story.scene.counts(work) == (0, 5)
    story.answer(work, "bo")
    assert story.answer_of(work, "bo").revision == 2
    story.skip(work, "bo")
    assert not story.answer_of(work, "bo").skipped, "leaving it never takes the place of an answer"


def test_after_three_silent_weeks_somebody_is_left_in_peace_and_hears_how_it_goes(story: Passing) -> None:
    story.live(engine.SILENCES - 1, "ana", "bo", "dara", "eli")
    assert not story.walk.members["fen"].resting, "two weeks, though they held three prompts"
    story.live(1, "ana", "bo", "dara", "eli")
    assert story.walk.members["fen"].resting
    story.live(2, "ana", "bo", "dara", "eli")
    assert [c.due.person for c in story.sent("rest")] == ["fen"]
    since = story.sent("rest")[0].at
    kinds = {c.due.kind for c in story.came if c.due.person == "fen" and c.at > since and not c.send.edits}
    assert kinds == {"digest"}
    assert not story.walk.members["bo"].resting


def test_what_is_put_to_facilitators_alone_is_no_silence_of_others() -> None:
    lead = replace(TEND.prompts[0], to="facilitators", every_weeks=1)
    story = passing(only(replace(TENDED, prompts=(lead,))))
    story.live(5)
    assert [p for p, m in story.walk.members.items() if m.resting] == ["ana"]


def test_one_who_answers_late_has_not_been_silent(story: Passing) -> None:
    story.live(2, "ana", "bo", "dara", "eli")
    story.answer(story.round_of("work"), "fen")
    story.live(2, "ana", "bo", "dara", "eli")
    assert not story.walk.members["fen"].resting


def test_an_answer_wakes_and_resuming_asks_what_is_open(story: Passing) -> None:
    story.live(3, "ana", "bo", "dara", "eli")
    story.week()
    assert story.open_rounds() == ["ledger-agreed.consent"]
    resumed = engine.came_back(story.walk, "fen", now=story.now)
    assert [(o.kind, o.subject) for o in resumed.plan] == [("ask", story.round_of("ledger-agreed.consent").id)]
    story.answer(story.round_of("ledger-agreed.consent"), "fen")
    assert not story.walk.members["fen"].paused


def test_who_pauses_and_comes_back_gets_what_is_still_open(story: Passing) -> None:
    walk = put(walking(), small())
    before, after = schedule.instant_of(FIRST, 8, "Europe/London"), schedule.instant_of(FIRST, 18, "Europe/London")
    ticket = Ticket(workspace="T1", partnership="p1", person="bo")
    typed = preferences_form.form(story.words, walk, ticket, title="", now=before).typed
    wanted = preferences.read(story.words, {**typed, "pause": "yes"}, walk, "bo")
    walk = applied(walk, preferences.settled(story.words, walk, "bo", wanted, via="web", now=before))
    resumed = preferences.settled(story.words, walk, "bo", replace(wanted, paused=False), via="web", now=after)
    assert [(o.kind, o.subject, o.person) for o in resumed.plan] == [("ask", "r2", "bo")], "r1 is the standing one"
    later = applied(
        walk, preferences.settled(story.words, walk, "bo", replace(wanted, paused=False), via="web", now=after)
    )
    paused_after = applied(later, preferences.settled(story.words, later, "bo", wanted, via="web", now=after))
    again = preferences.settled(
        story.words, paused_after, "bo", replace(wanted, paused=False), via="web", now=after + timedelta(hours=1)
    )
    assert again.plan == (), "what came before the pause is not put twice"


# --- gates ----------------------------------------------------------------------------------------------------------


def test_a_met_gate_closes_the_step_and_the_next_begins_a_week_later() -> None:
    story = passing(only(LOOKED, TENDED))
    story.live(1, "ana", "bo", "dara")
    assert story.run(LOOK).how == "gate"
    story.until(story.now + timedelta(days=1))
    assert len(story.sent("step")) == 1
    assert story.walk.partnership.current is not None
    assert story.walk.partnership.current.step == "tend", "the next tick has come"


def test_a_round_may_close_as_soon_as_enough_have_answered_and_what_comes_later_still_counts() -> None:
    work = replace(LOOKED.prompts[0], closes="quorum")
    story = passing(only(replace(LOOKED, prompts=(work,)), TENDED))
    story.until(story.now + timedelta(days=1))
    found = story.round_of("work")
    story.answer(found, "ana", "bo")
    assert story.open_rounds() == ["work"], "two of five are no half"
    story.until(story.now + timedelta(minutes=5))
    story.answer(found, "dara")
    story.until(story.now + timedelta(minutes=5))
    assert story.open_rounds() == []
    assert story.run(LOOK).how == "gate"
    assert not story.sent("nudge"), "nobody is reminded of what is over"
    stays = replace(LOOKED, prompts=(work,), gate=replace(LOOKED.gate, checks=LOOK.gate.checks))
    other = passing(only(stays, TENDED))
    other.until(other.now + timedelta(days=1))
    other.answer(other.round_of("work"), "ana", "bo", "dara")
    other.until(other.now + timedelta(minutes=5))
    assert other.open_rounds() == []
    other.answer(other.round_of("work"), "fen")
    assert other.answer_of(other.round_of("work"), "fen").values, "late, and kept"


def test_an_unmet_gate_keeps_the_round_open_a_week_and_tells_the_facilitator() -> None:
    story = passing(only(LOOKED, TENDED))
    story.live(1, "ana", "bo")
    story.until(story.now + timedelta(days=1))
    assert {c.due.person for c in story.sent("stalled")} == {"ana"}
    assert story.open_rounds() == ["work"]
    assert len(story.walk.rounds) == 1, "nothing new opened while it waits"
    story.live(1, "dara")
    assert story.run(LOOK).how == "gate"


def test_a_late_answer_still_counts() -> None:
    story = passing(only(LOOKED, TENDED))
    story.live(1, "ana", "bo")
    story.week(3)
    assert story.open_rounds() == []
    assert len(story.sent("stalled")) == 3
    work = story.round_of("work")
    assert rounds.takes_answers(story.walk, work.id)
    story.answer(work, "fen")
    assert story.run(LOOK).how == "gate"
    assert not rounds.takes_answers(story.walk, work.id)


def test_a_gate_that_is_met_because_somebody_left_closes_with_the_next_tick() -> None:
    story = passing(only(LOOKED, TENDED))
    story.live(1, "ana", "bo")
    story.week(3)
    story.leave("eli", "fen")
    assert not story.run(LOOK).how
    story.week()
    assert story.run(LOOK).how == "gate"
    assert story.walk.partnership.current is not None
    assert story.walk.partnership.current.step == "tend"


def test_a_stalled_step_is_told_only_to_people_who_take_part() -> None:
    story = passing(only(LOOKED, TENDED))
    story.until(SATURDAY)
    story.leave("ana")
    walk = story.walk
    assert story.walk.may_lead("bo")
    assert not story.walk.may_lead("ana")
    work = story.round_of("work")
    change = engine.closed(walk, story.programme, work.id, now=work.closes_at)
    told = [o for o in change.plan if o.kind == "stalled"]
    assert {o.person for o in told} == {"bo", "dara", "eli", "fen"}, "nobody facilitates, so everyone may move on"
    paused = replace(walk.members["bo"], paused_at=START)
    scene = replace(story.scene, walk=applied(walk, Change(members=(paused,))))
    stalled = walk.occurrence("stalled", WEDNESDAY, subject="look.1", person="bo")
    assert decide(scene, stalled, now=WEDNESDAY).left == "paused"


def test_the_last_step_stays_open_with_a_review_date() -> None:
    story = passing(only(TENDED))
    story.live(30, *ASKED)
    assert gates.is_met(story.walk, story.programme, TEND) is False
    pulses = [r.opens_on for r in story.walk.rounds if r.prompt == "pulse"]
    assert pulses == [FIRST + timedelta(weeks=4 * n) for n in range(8)], "it comes again every four weeks"
    assert story.walk.partnership.review_on == FIRST + timedelta(weeks=52), "the first came, the next is set"
    assert sorted(m.due for m in story.walk.milestones) == [FIRST + timedelta(weeks=26), FIRST + timedelta(weeks=52)]


def test_a_programme_that_ends_is_over_and_plans_nothing_more() -> None:
    story = passing(only(ending().steps[-1]))
    story.live(1, *ASKED)
    assert story.walk.partnership.over
    assert story.walk.next_round_on is None
    story.week(3)
    assert [due.kind for _, _, due in story.due] == []
    assert not rounds.takes_answers(story.walk, story.round_of("bye").id)
    before = len(story.came)
    story.week(8)
    assert len(story.came) == before


# --- messages at their time -----------------------------------------------------------------------------------------


def test_unnamed_answers_are_summed_up_once(story: Passing) -> None:
    story.live(1, *ASKED)
    check = story.round_of("check")
    first = messages.summary.compose(story.scene, round_=replace(check, closings=1))
    again = messages.summary.compose(story.scene, round_=replace(check, closings=2))
    assert "1 out of 5: 5" in str(first.parts)
    assert "word-fen-secret" in str(first.parts)
    assert "out of 5: " not in str(again.parts), "told again, it would show what the one between has said"
    assert "word-fen-secret" not in str(again.parts), "nor do worksheets of unnamed answers stand there again"


def test_a_message_out_of_its_time_waits_for_the_morning_or_is_missed(story: Passing) -> None:
    walk = put(walking(), small())
    scene = replace(story.scene, walk=walk)
    change = engine.opened(walking(), small(), day=FIRST, now=schedule.midnight_before(FIRST))
    ask = next(o for o in change.plan if o.kind == "ask" and o.person == "bo")
    morning = schedule.instant_of(date(2026, 12, 2), 8, "Europe/London")
    assert decide(scene, ask, now=ask.slot + timedelta(hours=14)).wait == morning, "the night does not count"
    assert decide(scene, ask, now=morning + timedelta(minutes=30)).sends
    assert decide(scene, ask, now=ask.slot + timedelta(hours=26)).missed
    evening = replace(ask, slot=schedule.instant_of(FIRST, 19, "Europe/London"))
    assert decide(scene, evening, now=evening.slot + timedelta(minutes=65)).wait == morning
    night = replace(ask, slot=schedule.instant_of(FIRST, 23, "Europe/London"))
    assert decide(scene, night, now=night.slot).wait == schedule.instant_of(date(2026, 12, 2), 8, "Europe/London")
