"""Deciding together: consent with objections and dissent, votes with ties, too few, and what comes back by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.group import ASKED, Passing, passing
from tests.small import BEST, HALF, LEDGER, LEDGER_AGREED, LOOK, NEXT, PULSE, RATES, RENEW, TEND, WORK, small
from workflows import correcting, engine, gates, messages, rounds, steps, together, worksheets
from workflows.kinds import Value
from workflows.programme import Decision, Gate, Programme, Step
from workflows.walk import Outcome

FIRST = date(2026, 12, 1)
Says = Mapping[str, tuple[str, str]]


def deciding(decision: Decision, *, never: bool = False, **changed: object) -> Programme:
    """A programme that makes one decision, and whose gate waits for it unless it never closes."""
    given = {"prompts": (), "worksheets": (), "decisions": (decision,), "milestones": (), "readings": (), **changed}
    if never:
        open_ended = replace(TEND, **{**given, "prompts": (PULSE,)})  # type: ignore[arg-type]
        return replace(small(), steps=(open_ended,))
    gate = Gate(quorum=HALF, decisions=(decision.id,))
    step = replace(LOOK, gate=gate, **given)  # type: ignore[arg-type]
    rest = replace(TEND, prompts=(PULSE,), worksheets=(), decisions=())
    return replace(small(), steps=(step, rest))


AGREE = replace(LEDGER_AGREED, worksheet="", prompts=LEDGER_AGREED.prompts[1:])


@pytest.fixture
def story() -> Passing:
    return passing(deciding(AGREE))


def say(story: Passing, prompt: str, said: Says) -> None:
    """Each says consent, aside or object, and why."""
    found = story.round_of(prompt)
    for person, (word, why) in said.items():
        tell(story, prompt, person, {"say": {"word": word, "why": why}})
    assert found.id == story.round_of(prompt).id


def tell(story: Passing, prompt: str, person: str, values: Mapping[str, Value]) -> None:
    found = story.round_of(prompt)
    change = engine.answered(story.walk, story.programme, person, found.id, values, via="web", now=story.now)
    story.apply(change)


def sunday(story: Passing) -> None:
    """Let the week's rounds close."""
    story.live(1)


def all_say(*people: str) -> Says:
    return dict.fromkeys(people, ("consent", ""))


def step_of(story: Passing) -> Step:
    return story.programme.steps[0]


# --- consent --------------------------------------------------------------------------------------------------------


def test_what_nobody_objects_to_is_agreed_with_dissent_and_advice_but_no_names(story: Passing) -> None:
    said = {"ana": ("consent", "Look again in spring"), "bo": ("aside", "I was away"), "dara": ("consent", "")}
    say(story, "ledger-agreed.consent", said)
    sunday(story)
    outcome = story.outcome("ledger-agreed")
    assert (outcome.result, outcome.text, outcome.of) == ("agreed", AGREE.proposal, 5)
    assert dict(outcome.counts) == {"consent": 2, "aside": 1, "object": 0}
    assert [(d.word, d.reason, d.person) for d in outcome.dissent] == [("aside", "I was away", "")]
    assert outcome.advice == ("Look again in spring",)
    assert outcome.took_part == ("ana", "bo", "dara"), "who took part, not what they said"
    assert outcome.review_on == date(2026, 12, 6) + timedelta(weeks=26)
    assert story.run(step_of(story)).how == "gate"
    told = str(messages.decided.compose(story.scene, outcome=outcome).parts)
    assert "Bo" not in told
    assert "I was away" in told


def test_a_decision_by_name_tells_the_name_until_that_person_leaves() -> None:
    story = passing(deciding(RENEW))
    say(story, "renew.consent", {**all_say("ana", "dara"), "bo": ("aside", "I was away")})
    sunday(story)
    outcome = story.outcome("renew")
    assert [d.person for d in outcome.dissent] == ["bo"]
    assert "Bo Lindqvist stood aside" in str(messages.decided.compose(story.scene, outcome=outcome).parts)
    story.leave("bo")
    told = str(messages.decided.compose(story.scene, outcome=outcome).parts)
    assert "Bo" not in told
    assert "Somebody stood aside: I was away" in told, "the dissent stays in the document"


def test_an_objection_blocks_until_it_is_met_and_stays_in_what_is_agreed(story: Passing) -> None:
    say(story, "ledger-agreed.consent", {**all_say("ana", "bo"), "dara": ("object", "It names what we earn")})
    sunday(story)
    assert story.outcome("ledger-agreed").result == "blocked"
    assert {c.due.person for c in story.sent("amend")} == {"ana"}
    assert story.sent("stalled") == [], "she hears it once"
    story.week()
    assert len([r for r in story.walk.rounds if not r.standing]) == 1, "not asked again before it is met"
    story.apply(together.met(story.walk, "ledger-agreed", "We took the numbers out"))
    story.until(story.now + timedelta(days=2))
    assert story.open_rounds() == ["ledger-agreed.consent"]
    again = messages.prompt.compose(story.scene, round_=story.round_of("ledger-agreed.consent"), person="bo")
    assert "objected: It names what we earn How it was met: We took the numbers out" in str(again.parts)
    say(story, "ledger-agreed.consent", all_say("ana", "bo", "dara"))
    sunday(story)
    outcome = story.outcome("ledger-agreed")
    assert (outcome.result, outcome.number) == ("agreed", 2)
    assert [(d.word, d.reason, d.met) for d in outcome.dissent] == [
        ("object", "It names what we earn", "We took the numbers out")
    ]
    assert story.run(step_of(story)).how == "gate"


def test_a_met_objection_asked_again_is_left_open_longer_when_few_answer(story: Passing) -> None:
    say(story, "ledger-agreed.consent", {**all_say("ana", "bo"), "dara": ("object", "It names what we earn")})
    sunday(story)
    story.apply(together.met(story.walk, "ledger-agreed", "We took the numbers out"))
    story.until(story.now + timedelta(days=2))
    again = story.round_of("ledger-agreed.consent")
    say(story, "ledger-agreed.consent", all_say("ana", "bo"))
    sunday(story)
    (lacks,) = gates.missing(story.walk, story.programme, step_of(story))
    assert (lacks.what, lacks.have, lacks.need) == ("decision", 2, 3), "it waits for answers, not for the objection"
    assert story.open_rounds() == ["ledger-agreed.consent"]
    assert story.round_of("ledger-agreed.consent").id == again.id
    say(story, "ledger-agreed.consent", all_say("eli"))
    sunday(story)
    assert story.outcome("ledger-agreed").result == "agreed"


def test_a_facilitator_cannot_open_again_what_came_to_an_outcome(story: Passing) -> None:
    say(story, "ledger-agreed.consent", {**all_say("ana", "bo"), "dara": ("object", "It names what we earn")})
    sunday(story)
    story.apply(together.met(story.walk, "ledger-agreed", "We took the numbers out"))
    story.apply(steps.extended(story.walk, story.programme, step_of(story), story.note("extended")))
    assert story.open_rounds() == [], "it is asked anew on Tuesday instead"


def test_how_an_objection_was_met_is_said_once_and_only_where_there_is_one(story: Passing) -> None:
    assert not together.met(story.walk, "ledger-agreed", "how")
    said = {"ana": ("object", "One harm"), "bo": ("object", "Another harm"), "dara": ("aside", "")}
    say(story, "ledger-agreed.consent", said)
    sunday(story)
    story.apply(together.met(story.walk, "ledger-agreed", "We talked"))
    assert {(d.reason, d.met) for d in story.outcome("ledger-agreed").dissent} == {
        ("One harm", "We talked"),
        ("Another harm", "We talked"),
        ("", ""),
    }
    story.apply(together.met(story.walk, "ledger-agreed", "Something else"))
    assert {d.met for d in story.outcome("ledger-agreed").dissent} == {"We talked", ""}


def test_the_order_of_dissent_tells_nothing() -> None:
    seen = []
    for first, second in (("bo", "dara"), ("dara", "bo")):
        story = passing(deciding(AGREE))
        say(story, "ledger-agreed.consent", {"ana": ("consent", "z"), first: ("aside", "b"), second: ("aside", "a")})
        sunday(story)
        seen.append((story.outcome("ledger-agreed").dissent, story.outcome("ledger-agreed").advice))
    assert seen[0] == seen[1]


def test_who_left_slack_after_answering_is_still_among_those_who_took_part(story: Passing) -> None:
    say(story, "ledger-agreed.consent", all_say(*ASKED))
    gone = replace(story.walk.people["fen"], reachable=False)
    story.walk = replace(story.walk, people={**story.walk.people, "fen": gone})
    sunday(story)
    outcome = story.outcome("ledger-agreed")
    assert (len(outcome.took_part), outcome.of) == (5, 5)


# --- nothing is decided twice ---------------------------------------------------------------------------------------


def test_a_round_that_came_to_an_outcome_takes_no_answer_and_decides_nothing_twice(story: Passing) -> None:
    say(story, "ledger-agreed.consent", {**all_say("ana", "bo"), "dara": ("object", "It names what we earn")})
    sunday(story)
    found = story.round_of("ledger-agreed.consent")
    assert not rounds.takes_answers(story.walk, found.id)
    assert not together.concluded(story.walk, story.programme, found, now=story.now)
    assert not engine.closed(story.walk, story.programme, found.id, now=story.now)
    assert len(story.walk.partnership.outcomes) == 1


def test_a_late_answer_concludes_a_vote_that_lacked_one() -> None:
    story = passing(deciding(NEXT))
    rank(story, {"ana": ["on"], "bo": ["on"]})
    sunday(story)
    story.week(3)
    assert story.open_rounds() == []
    assert story.walk.partnership.outcomes == ()
    rank(story, {"fen": ["stop"]})
    assert story.outcome("next").text == "On"
    assert story.run(step_of(story)).how == "gate"


# --- too few --------------------------------------------------------------------------------------------------------


def test_too_few_is_left_open_longer_and_then_lapses_where_no_gate_waits() -> None:
    story = passing(deciding(RENEW, never=True))
    sunday(story)
    story.until(story.now + timedelta(days=2))
    assert story.open_rounds() == ["renew.consent"]
    closes = story.round_of("renew.consent").closes_at
    for longer in (1, 2):
        sunday(story)
        assert story.round_of("renew.consent").closes_at == closes + timedelta(weeks=longer)
    sunday(story)
    assert story.outcome("renew").result == "lapsed"
    assert story.open_rounds() == []


def test_what_never_held_is_put_again_instead_of_being_kept_by_silence() -> None:
    story = passing(deciding(RENEW, never=True))
    story.live(30, "ana")
    assert [o.result for o in story.walk.partnership.outcomes] == ["lapsed"]
    story.live(2, *ASKED)
    asked = [r.prompt for r in story.walk.rounds if r.prompt.startswith("renew")]
    assert asked == ["renew.consent", "renew.consent"], "nobody is asked whether it still holds"
    assert story.outcome("renew").result == "agreed"


def test_what_was_met_stays_on_record_although_too_few_came_once() -> None:
    story = passing(deciding(RENEW, never=True))
    sunday(story)
    story.until(story.now + timedelta(days=2))
    say(story, "renew.consent", {**all_say("ana", "bo"), "dara": ("object", "Harm")})
    sunday(story)
    story.apply(together.met(story.walk, "renew", "We talked"))
    story.live(5)
    assert story.outcome("renew").result == "lapsed"
    story.live(26, *ASKED)
    outcome = story.outcome("renew")
    assert outcome.result == "agreed"
    assert [(d.reason, d.met) for d in outcome.dissent] == [("Harm", "We talked")]


# --- votes ----------------------------------------------------------------------------------------------------------


def rank(story: Passing, said: Mapping[str, Sequence[str]]) -> None:
    for person, order in said.items():
        tell(story, "next.vote", person, {"vote": list(order)})


def test_a_tie_at_the_edge_keeps_all_of_it() -> None:
    story = passing(deciding(NEXT))
    rank(story, {"ana": ["on", "pause"], "bo": ["pause", "on"], "dara": ["on"], "eli": ["pause"]})
    sunday(story)
    outcome = story.outcome("next")
    assert outcome.result == "chosen"
    assert sorted(outcome.text.splitlines()) == ["On", "Pause"], "chance decides nothing"
    assert outcome.took_part == ("ana", "bo", "dara", "eli")


def voting() -> Passing:
    prompt = BEST.prompts[0]
    asked = replace(prompt.questions[0], options_from=("ledger",))
    vote = replace(BEST, prompts=(replace(prompt, questions=(asked,)),))
    story = passing(deciding(vote, prompts=(WORK, RATES), worksheets=(LEDGER,)))
    story.live(1, *ASKED)
    story.until(story.now + timedelta(days=2))
    return story


def test_dots_choose_rows_of_a_worksheet_by_their_names() -> None:
    story = voting()
    there = story.scene.prompt(story.round_of("best.vote")).question("vote").options
    assert sorted(o.label for o in there) == sorted(f"word-{person}-name-name" for person in ASKED)
    for person in ("ana", "bo", "dara"):
        tell(story, "best.vote", person, {"vote": [there[0].value]})
    sunday(story)
    assert story.outcome("best").text == there[0].label
    assert dict(story.outcome("best").counts) == {there[0].label: 3}


def test_a_vote_for_what_is_all_gone_decides_nothing_and_breaks_nothing() -> None:
    story = voting()
    there = story.scene.prompt(story.round_of("best.vote")).question("vote").options
    for person in ("ana", "bo", "dara"):
        tell(story, "best.vote", person, {"vote": [there[0].value]})
    for option in there:
        typed = {"correction.strike": ("yes",)}
        story.apply(
            correcting.corrected(story.walk, story.programme, "ledger", option.value, typed, by="ana", now=story.now)
        )
    sunday(story)
    assert story.walk.partnership.outcomes == ()
    assert len(story.sent("stalled")) == 1


# --- what is agreed -------------------------------------------------------------------------------------------------


def with_ledger() -> Passing:
    decision = replace(LEDGER_AGREED, prompts=LEDGER_AGREED.prompts[1:])
    story = passing(deciding(decision, prompts=(WORK, RATES), worksheets=(LEDGER,)))
    story.live(1, *ASKED)
    story.until(story.now + timedelta(days=2))
    say(story, "ledger-agreed.consent", all_say("ana", "bo", "dara"))
    sunday(story)
    return story


def test_an_agreed_worksheet_is_kept_as_text_with_a_hash_that_an_edit_changes() -> None:
    story = with_ledger()
    sheet = story.walk.partnership.agreed("ledger")
    assert sheet is not None
    outcome = story.outcome("ledger-agreed")
    assert (outcome.sheet_version, outcome.text_hash) == (1, sheet.text_hash)
    assert sheet.text_hash == worksheets.hash_of(worksheets.text_of(sheet))
    ledger = story.programme.worksheet("ledger")
    table = worksheets.table(story.walk, story.programme, ledger, "group")
    assert table.state == "agreed"
    row = next(row for row in table.row_ids if row)
    story.apply(
        correcting.corrected(story.walk, story.programme, "ledger", row, {"name": "Else"}, by="ana", now=story.now)
    )
    after = worksheets.table(story.walk, story.programme, ledger, "group")
    assert after.state == "changed"
    assert worksheets.hash_of(worksheets.text_of(after)) != sheet.text_hash
    assert story.walk.partnership.agreed("ledger") == sheet, "what was agreed stays as it was"


# --- reviews --------------------------------------------------------------------------------------------------------


def reviewed(story: Passing, said: Mapping[str, str]) -> Outcome:
    """Let half a year pass and the review be answered."""
    before = len(story.walk.partnership.outcomes)
    due = story.outcome("ledger-agreed").review_on
    assert due is not None
    while not story.open_rounds() or not any(p.endswith(".review") for p in story.open_rounds()):
        story.until(story.now + timedelta(days=1))
    assert story.round_of("ledger-agreed.review").opens_on >= due
    for person, word in said.items():
        tell(story, "ledger-agreed.review", person, {"still": word})
    while len(story.walk.partnership.outcomes) == before:
        story.until(story.now + timedelta(days=1))
    return story.outcome("ledger-agreed")


def test_a_review_comes_round_by_itself_and_silence_keeps_what_holds() -> None:
    story = with_ledger()
    kept = reviewed(story, {})
    assert kept.result == "kept"
    first = story.walk.partnership.outcomes[0]
    assert (kept.text, kept.text_hash, kept.sheet_version) == (first.text, first.text_hash, 1)
    assert kept.review_on is not None
    assert first.review_on is not None
    assert kept.review_on >= first.review_on + timedelta(weeks=26)
    again = reviewed(story, {"bo": "keep"})
    assert (again.result, again.number) == ("kept", 3)


def test_one_wish_for_a_change_asks_the_group_again() -> None:
    story = with_ledger()
    assert reviewed(story, {"bo": "keep", "fen": "change"}).result == "reopen"
    story.until(story.now + timedelta(days=3))
    assert story.open_rounds() == ["ledger-agreed.consent"]
    say(story, "ledger-agreed.consent", all_say("ana", "bo", "dara"))
    sunday(story)
    outcome = story.outcome("ledger-agreed")
    assert (outcome.result, outcome.sheet_version) == ("agreed", 2)


def test_a_review_that_its_step_closed_over_comes_again() -> None:
    """Its step was opened again and ended by a facilitator while the review was open."""
    story = with_ledger()
    while not any(p.endswith(".review") for p in story.open_rounds()):
        story.until(story.now + timedelta(days=1))
    step = step_of(story)
    story.apply(steps.reopened(story.walk, story.programme, step.id, (), story.note("reopened")))
    story.apply(steps.moved_on(story.walk, story.programme, step.id, story.note("moved_on")))
    assert not any(p.endswith(".review") for p in story.open_rounds())
    count = len([r for r in story.walk.rounds if r.prompt == "ledger-agreed.review"])
    story.week(2)
    assert len([r for r in story.walk.rounds if r.prompt == "ledger-agreed.review"]) == count + 1


def test_half_of_five_is_three() -> None:
    assert gates.needed(Decimal("0.5"), 5) == 3
    assert gates.needed(Decimal("0.6"), 5) == 3
    assert gates.needed(Decimal(0), 5) == 1
