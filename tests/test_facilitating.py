"""What a facilitator decides about a step: ticks, more time, fewer answers, ending it, opening it again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.group import ASKED, PEOPLE, Passing, new_walk, passing
from tests.small import END, HALF, LEDGER_AGREED, LOOK, PULSE, TEND, ending, small
from workflows import correcting, facilitating, gates, rounds, steps, worksheets
from workflows.deciding import decide as come_to
from workflows.errors import AskPerson
from workflows.facilitating import Wanted
from workflows.forms import Form, Typed
from workflows.people import Membership
from workflows.programme import Gate, Programme, Step
from workflows.ticket import Ticket
from workflows.walk import Change

TICKET = Ticket(workspace="T1", partnership="p1", person="ana", subject="look")
GATE = Gate(quorum=HALF, checks=LOOK.gate.checks)
ONE = replace(LOOK, prompts=LOOK.prompts[:1], worksheets=(), decisions=(), gate=GATE)
LAST = replace(TEND, prompts=(PULSE,), worksheets=(), decisions=())


def only(*found: Step) -> Programme:
    return replace(small(), steps=found)


@pytest.fixture
def story() -> Passing:
    return passing(only(ONE, LAST))


def form(story: Passing, step: Step) -> Form:
    return facilitating.step_form(story.words, story.walk, story.programme, step, TICKET)


def decide(story: Passing, step: Step, typed: Typed) -> Change:
    """Ana fills the form of a step."""
    wanted = facilitating.read_step(story.words, story.walk, step, typed)
    return apply(story, step, wanted)


def apply(story: Passing, step: Step, wanted: Wanted) -> Change:
    return story.apply(facilitating.decided(story.walk, story.programme, step, wanted, by="ana", now=story.now))


def problems(story: Passing, step: Step, typed: Typed) -> Mapping[str, str]:
    with pytest.raises(AskPerson) as asked:
        facilitating.read_step(story.words, story.walk, step, typed)
    return asked.value.problems


def ended(story: Passing) -> None:
    """The first step has ended by its gate."""
    decide(story, ONE, {"do": "save", "checks": ("keeper-named",)})
    story.live(1, *ASKED)
    assert story.run(ONE).how == "gate"


# --- ticks, time, fewer ---------------------------------------------------------------------------------------------


def test_a_tick_may_be_all_that_was_missing_and_can_be_taken_back(story: Passing) -> None:
    story.until(story.now + timedelta(days=1))
    decide(story, ONE, {"do": "save", "checks": ("keeper-named",)})
    assert form(story, ONE).typed["checks"] == ("keeper-named",)
    decide(story, ONE, {"do": "save", "checks": ()})
    story.live(1, *ASKED)
    assert [m.what for m in gates.missing(story.walk, story.programme, ONE)] == ["check"]
    assert story.open_rounds() == [], "there is no answer to wait for"
    decide(story, ONE, {"do": "save", "checks": ("keeper-named",)})
    assert story.run(ONE).how == "gate"
    assert [(n.what, n.by) for n in story.run(ONE).notes] == [("yes:keeper-named", "ana")]
    assert not decide(story, ONE, {"do": "reopen", "reason": "Look again", "checks": ()}).answers


def test_more_time_opens_what_lacks_answers_and_is_on_record(story: Passing) -> None:
    story.live(4)
    assert story.open_rounds() == []
    decide(story, ONE, {"do": "extend", "reason": "A holiday"})
    assert story.open_rounds() == ["work"]
    assert story.round_of("work").closes_at.date() == (story.now + timedelta(days=7)).date()
    assert [(n.what, n.reason) for n in story.run(ONE).notes] == [("extended", "A holiday")]


def test_fewer_answers_may_suffice_with_a_reason(story: Passing) -> None:
    decide(story, ONE, {"do": "save", "checks": ("keeper-named",)})
    story.live(1, "ana", "bo")
    story.week(3)
    assert set(problems(story, ONE, {"do": "lower", "needed": "9"})) == {"needed", "reason"}
    assert set(problems(story, ONE, {"do": "lower", "needed": "²", "reason": "so"})) == {"needed"}
    decide(story, ONE, {"do": "lower", "needed": "2", "reason": "Three of us are ill", "checks": ("keeper-named",)})
    run = story.run(ONE)
    assert run.how == "gate"
    assert ("quorum", "Three of us are ill") in [(n.what, n.reason) for n in run.notes]


@pytest.mark.parametrize("people", range(1, 51))
def test_a_lowered_number_asks_for_just_that_many(people: int) -> None:
    members = {f"p{n}": Membership(person=f"p{n}", consent="given") for n in range(people)}
    who = {person: replace(PEOPLE[0], id=person) for person in members}
    walk = replace(new_walk(), members=members, people=who)
    for needed in range(1, people + 1):
        assert gates.needed(facilitating._share(walk, needed), people) == needed


def test_moving_on_needs_a_reason_and_keeps_it(story: Passing) -> None:
    story.until(story.now + timedelta(days=2))
    assert set(problems(story, ONE, {"do": "move_on"})) == {"reason"}
    decide(story, ONE, {"do": "move_on", "reason": "Enough for now", "checks": ()})
    run = story.run(ONE)
    assert (run.how, run.reason, run.notes[-1].by) == ("facilitator", "Enough for now", "ana")
    assert all(r.closed_at for r in story.walk.rounds)
    assert not decide(story, ONE, {"do": "reopen", "reason": "x", "again": ("nothing",)}).answers


def test_a_step_that_never_closes_cannot_be_moved_on() -> None:
    story = passing(only(LAST))
    assert not steps.moved_on(story.walk, story.programme, LAST.id, story.note("moved_on"))
    acts = next(f for f in form(story, LAST).fields if f.id == "do").options
    assert [o.value for o in acts] == ["save"]


def test_only_the_open_step_is_moved_on(story: Passing) -> None:
    assert not steps.moved_on(story.walk, story.programme, LAST.id, story.note("moved_on"))


# --- opening a step again -------------------------------------------------------------------------------------------


def test_a_step_opened_again_asks_what_is_wanted_and_the_next_step_waits(story: Passing) -> None:
    ended(story)
    story.until(story.now + timedelta(days=2))
    assert story.open_rounds() == ["pulse"]
    first = story.round_of("work")
    kept = story.walk.answers
    decide(story, ONE, {"reason": "Much has changed", "again": ("work",)})
    assert story.walk.answers == kept, "all answers stay"
    assert story.walk.partnership.current == story.run(ONE)
    assert (story.run(ONE).how, story.run(ONE).notes[-1].reason) == ("", "Much has changed")
    story.week()
    assert story.open_rounds() == ["work"]
    assert story.round_of("work").number > first.number
    assert [m.what for m in gates.missing(story.walk, story.programme, ONE)] == ["answers"], "the tick still stands"
    assert not rounds.takes_answers(story.walk, first.id), "it was put again"
    story.live(1, *ASKED)
    assert story.run(ONE).how == "gate"
    assert story.walk.partnership.current == story.run(LAST)


def test_what_is_not_asked_again_counts_as_it_was(story: Passing) -> None:
    ended(story)
    decide(story, ONE, {"reason": "One more look", "again": ()})
    assert gates.is_met(story.walk, story.programme, ONE)
    assert rounds.takes_answers(story.walk, story.round_of("work").id), "late answers count again"
    story.until(story.now + timedelta(days=1))
    assert story.run(ONE).how == "gate", "the tick finds nothing missing"


def test_a_decision_is_made_anew_in_a_step_opened_again() -> None:
    decision = replace(LEDGER_AGREED, worksheet="")
    step = replace(ONE, decisions=(decision,), gate=Gate(quorum=HALF, decisions=(decision.id,)))
    story = passing(only(step, LAST))
    story.live(3, *ASKED)
    assert story.outcome(decision.id).result == "agreed"
    assert story.run(step).how == "gate"
    decide(story, step, {"reason": "A new partner", "again": ()})
    assert [m.what for m in gates.missing(story.walk, story.programme, step)] == ["decision"]
    story.live(1, *ASKED)
    assert [r.prompt for r in story.walk.rounds][-1] == f"{decision.id}.sense", "from its first stage"
    story.live(1, *ASKED)
    assert [o.number for o in story.walk.partnership.outcomes] == [1, 2]
    assert story.run(step).how == "gate"


def test_a_standing_round_comes_back_with_its_step(story: Passing) -> None:
    noted = replace(ONE, prompts=(*ONE.prompts, LOOK.prompts[-1]))
    story = passing(only(noted, LAST))
    ended(story)
    before = story.round_of("noted")
    assert before.closed_at
    decide(story, noted, {"reason": "Look again"})
    assert story.round_of("noted").id == before.id
    assert story.round_of("noted").closed_at is None


def test_a_vote_of_a_step_that_waits_does_not_lapse() -> None:
    vote = next(s for s in small().steps if s.id == "choose").decisions[1]
    choose = replace(ONE, id="choose", prompts=(), decisions=(vote,), gate=Gate(quorum=HALF, decisions=(vote.id,)))
    story = passing(only(ONE, choose, LAST))
    ended(story)
    story.until(story.now + timedelta(days=2))
    assert story.open_rounds() == ["next.vote"]
    decide(story, ONE, {"reason": "First things first", "again": ("work",)})
    story.week(6)
    assert story.walk.partnership.outcomes == ()
    decide(story, ONE, {"do": "move_on", "reason": "Enough", "checks": ("keeper-named",)})
    story.week()
    assert story.open_rounds() == ["next.vote"], "its own gate looks at it now"


def test_a_step_opened_again_after_the_end_brings_the_weeks_and_digests_back_until_it_ends_anew() -> None:
    story = passing(only(ONE, END))
    ended(story)
    story.live(1, *ASKED)
    assert story.walk.partnership.over
    story.week(4)
    assert story.due == []
    quiet = len(story.came)
    decide(story, ONE, {"reason": "They came back", "again": ("work",)})
    assert not story.walk.partnership.over
    assert story.walk.next_round_on is not None
    story.week(2)
    since = story.came[quiet:]
    assert {c.due.person for c in since if c.due.kind == "ask"} == set(ASKED)
    assert {c.due.person for c in since if c.due.kind == "digest"} == set(ASKED)
    story.live(1, *ASKED)
    assert story.walk.partnership.over, "all its steps have ended"


def test_a_closed_step_is_not_told_as_done_when_it_is_open_again(story: Passing) -> None:
    ended(story)
    done = story.walk.occurrence("step", story.now, subject=ONE.id)
    decide(story, ONE, {"reason": "One more look", "again": ("work",)})
    noon = story.now.replace(hour=12)
    assert come_to(story.scene, done, now=noon).left == "open_again"


# --- the whole gate -------------------------------------------------------------------------------------------------


def test_a_gate_waits_for_rows_owners_a_decision_and_a_tick() -> None:
    story = passing(ending())
    story.live(1, "ana")
    story.live(3, "ana", "bo", "dara", pick=4)
    story.until(story.now + timedelta(days=1))
    lacks = {(m.what, m.id) for m in gates.missing(story.walk, story.programme, LOOK)}
    assert lacks == {
        ("answers", "work"),
        ("answers", "check"),
        ("rows", "ledger"),
        ("filled", "risk-table"),
        ("check", "keeper-named"),
    }
    for person in ("bo", "dara"):
        story.answer(story.round_of("work"), person)
        story.answer(story.round_of("check"), person)
    table = worksheets.table(story.walk, story.programme, story.programme.worksheet("risk-table"), "facilitators")
    assert len(table.row_ids) == 3
    for row in table.row_ids:
        typed = {"owner": "bo", "what": "Something", "bad": "5"}
        story.apply(
            correcting.corrected(story.walk, story.programme, "risk-table", row, typed, by="ana", now=story.now)
        )
    lacks = {(m.what, m.id) for m in gates.missing(story.walk, story.programme, LOOK)}
    assert lacks == {("check", "keeper-named")}
    decide(story, LOOK, {"do": "save", "checks": ("keeper-named",)})
    assert not story.run(LOOK).how, "two prompts were left open for a week, and more may come"
    story.live(1)
    assert story.run(LOOK).how == "gate"


# --- whoever is away ------------------------------------------------------------------------------------------------


def test_while_the_only_facilitator_rests_the_others_hear_and_may_act(story: Passing) -> None:
    ana = replace(story.walk.members["ana"], paused_at=story.now, resting=True)
    story.apply(Change(members=(ana,)))
    assert {m.person for m in story.walk.leads()} == set(ASKED)
    assert story.walk.may_lead("bo")
    assert story.walk.may_lead("ana"), "she may act whenever she wants to"
    assert story.walk.sees_as("bo") == "group", "who stands in sees no more than before"
    assert [m.person for m in rounds.asked(story.walk, replace(LOOK.prompts[0], to="facilitators"))] == ["ana"]


def test_who_gave_more_time_hears_when_it_was_not_enough(story: Passing) -> None:
    story.live(steps.EXTENSIONS + 3, "ana")
    told = len(story.sent("stalled", person="ana"))
    assert told == steps.EXTENSIONS + 1
    decide(story, ONE, {"do": "extend", "checks": (), "reason": "One more week"})
    story.live(2, "ana")
    assert len(story.sent("stalled", person="ana")) == told + 1
