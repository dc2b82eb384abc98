"""Anything in any order: a group that answers, edits, leaves, joins, pauses, decides and opens steps again over time.

`FAIRSTEPS_CHAOS=500 pytest tests/test_engine_stateful.py` tries that many walks, longer ones, and others each time.
"""

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.group import ASKED, Passing, passing
from tests.small import ending, small
from tests.test_privacy_walk import leaks
from workflows import correcting, engine, gates, joining, rounds, steps, together, worksheets
from workflows.changes import applied, merge
from workflows.people import Membership, Person
from workflows.programme import Step
from workflows.walk import Answer, Change, Round, Walk

CHAOS = int(os.environ.get("FAIRSTEPS_CHAOS", "0"))
NEW = ("gus", "hal", "ida")
EVERYONE = (*ASKED, *NEW)
UNASKED = ("consent", "settled", "confirm")  # may reach somebody who has not said yes
people = st.sampled_from(EVERYONE)
numbers = st.integers(0, 50)
some = st.sets(people, max_size=len(EVERYONE))


class Watched(Passing):
    """Time passes, and everything that happens is looked at as it happens."""

    def apply(self, change: Change) -> Change:
        """What a change may never do."""
        before = self.walk
        super().apply(change)
        self._nothing_lost(before)
        for run in self.walk.partnership.steps:
            was = before.partnership.run(run.step)
            if run.how == "gate" and (was is None or was.closed_on is None):
                self._ended_rightly(self.programme.step(run.step))
        assert len({o.encode() for o in change.plan}) == len(change.plan), "one change plans a thing once"
        return change

    def _nothing_lost(self, before: Walk) -> None:
        now = {(a.round, a.person): a for a in self.walk.answers}
        assert len(now) == len(self.walk.answers), "one answer a person and round"
        for was in before.answers:
            kept = now[was.round, was.person]
            assert kept == was or kept.revision == was.revision + 1
        assert self.walk.partnership.edits[: len(before.partnership.edits)] == before.partnership.edits
        assert self.walk.partnership.sheets[: len(before.partnership.sheets)] == before.partnership.sheets
        assert len(self.walk.partnership.outcomes) >= len(before.partnership.outcomes)
        assert {r.id for r in before.rounds} <= {r.id for r in self.walk.rounds}

    def _ended_rightly(self, step: Step) -> None:
        run = self.run(step)
        assert gates.missing(self.walk, self.programme, step) == (), "a gate is never shut and passed"
        assert all(rounds.put(self.walk, p, run) for p in step.rounds()), "nothing was left out"
        assert not step.gate.never

    def step(self) -> None:
        """What goes out goes to those who may have it, and no reminder to who has spoken."""
        before = len(self.came)
        super().step()
        for came in self.came[before:]:
            if came.due.person and came.due.kind not in (*UNASKED, "follow"):
                member = self.walk.members[came.due.person]
                assert member.consent == "given", came.due.kind
                silent = came.send.edits or came.due.kind in ("digest", "rest")
                assert not member.paused or silent, came.due.kind
            if came.due.kind in ("ask", "nudge"):
                assert self.walk.answer(came.due.subject.split(".")[0], came.due.person) is None


class Walking(RuleBasedStateMachine):
    """A group on its way through the small programme."""

    def __init__(self) -> None:
        """Begin before anything is known."""
        super().__init__()
        self.story = passing(small())
        self.newest: dict[tuple[str, str], Answer] = {}
        self.nudged: Counter[tuple[object, ...]] = Counter()
        self.looked = 0

    @initialize(ends=st.booleans())
    def begin(self, ends: bool) -> None:
        """A programme that ends, or one that does not; seven take part, for five are few."""
        begun = passing(ending() if ends else small())
        self.story = Watched(programme=begun.programme, walk=begun.walk, now=begun.now, due=begun.due, came=begun.came)
        for person in NEW[:2]:
            self.join(person)
            self.story.agree(person)
        self.looked = len(self.story.came)

    # --- time -------------------------------------------------------------------------------------------------------

    @rule(who=some, pick=numbers)
    def a_week_in_which_some_answer(self, who: set[str], pick: int) -> None:
        """The usual."""
        self._live(sorted(who & self._here()), pick)

    @rule(pick=st.integers(0, 2))
    def a_week_in_which_all_agree(self, pick: int) -> None:
        """What gets a group further."""
        self._live(sorted(self._here()), 4 * pick)
        run = self.story.walk.partnership.current
        if run:
            self.tick(1)

    @rule()
    def what_is_due_next(self) -> None:
        """Time stands between two things that are due."""
        if self.story.due:
            self.story.step()

    @rule(days=st.integers(1, 20))
    def days_without_a_word(self, days: int) -> None:
        """Nobody does anything."""
        self.story.until(self.story.now + timedelta(days=days))

    def _live(self, who: list[str], pick: int) -> None:
        before = self.story.walk.answers
        self.story.live(1, *who, pick=pick, word=f"w{len(self.newest)}")
        for answer in self.story.walk.answers:
            if answer not in before:
                self.newest[answer.round, answer.person] = answer

    def _here(self) -> set[str]:
        return {m.person for m in self.story.walk.counted()}

    # --- what people do ---------------------------------------------------------------------------------------------

    def _round(self, number: int, person: str) -> Round | None:
        walk, programme = self.story.walk, self.story.programme
        found = [
            r
            for r in walk.rounds
            if rounds.takes_answers(walk, r.id)
            and (programme.prompt(r.prompt).to == "everyone" or walk.may_lead(person))
        ]
        return found[-1 - number % len(found)] if found and person in self._here() else None

    @rule(person=people, number=numbers, pick=numbers)
    def answer(self, person: str, number: int, pick: int) -> None:
        """An answer, early or late; the same one again changes it."""
        found = self._round(number, person)
        if found:
            self.story.answer(found, person, pick=pick, word=f"w{len(self.newest)}")
            self.newest[found.id, person] = self.story.answer_of(found, person)

    @rule(person=people, number=numbers)
    def skip(self, person: str, number: int) -> None:
        """Somebody leaves a round."""
        found = self._round(number, person)
        if found:
            self.story.skip(found, person)
            before = self.newest.get((found.id, person))
            if before is None or not before.values:
                self.newest[found.id, person] = self.story.answer_of(found, person)

    @rule(person=people)
    def take_the_yes_back_or_give_it_again(self, person: str) -> None:
        """One who takes part stops; one who stopped comes back."""
        if person in self.story.walk.members:
            if self.story.walk.members[person].consent == "given":
                self.story.leave(person)
            else:
                self.story.agree(person)

    @rule(person=st.sampled_from(NEW))
    def join(self, person: str) -> None:
        """Somebody new is asked."""
        who = Person(id=person, name=f"{person.title()} Newcomer", slack_user=f"U0{person.upper()}")
        member = Membership(person=person)
        self.story.apply(joining.joined(self.story.walk, who, member, now=self.story.now))

    @rule(person=people)
    def leave_slack_or_come_back(self, person: str) -> None:
        """They cannot be reached any more, or they can again."""
        if person in self.story.walk.people:
            who = self.story.walk.people[person]
            self.story.apply(Change(people=(replace(who, reachable=not who.reachable),)))

    @rule(person=people)
    def pause_or_resume(self, person: str) -> None:
        """They want peace for a while."""
        member = self.story.walk.members.get(person)
        if member and member.paused:
            self.story.apply(engine.came_back(self.story.walk, person, now=self.story.now))
        elif member:
            self.story.apply(Change(members=(replace(member, paused_at=self.story.now, resting=False),)))

    # --- what facilitators do ---------------------------------------------------------------------------------------

    @rule(number=numbers, strike=st.booleans())
    def correct_a_row(self, number: int, strike: bool) -> None:
        """A worksheet cell is corrected, or a row struck out."""
        story = self.story
        sheet = story.programme.worksheet(("risk-table", "ledger")[number % 2])
        ids = [r for r in worksheets.table(story.walk, story.programme, sheet, "facilitators").row_ids if r]
        leads = story.walk.leads()
        if not ids or not leads:
            return
        hand = {"risk-table": "owner", "ledger": "keeper"}[sheet.id]
        row, by = ids[number % len(ids)], leads[0].person
        typed: dict[str, str | tuple[str, ...]] = {sheet.name: f"row {number}", hand: by}
        if strike:
            typed = {"correction.strike": ("yes",)}
        else:
            ticket = story.scene.ticket(by, f"row.{sheet.id}.{row}")
            form = correcting.correct_form(story.words, story.walk, story.programme, sheet, row, ticket)
            typed = {**form.typed, **typed}
            typed.pop("correction.strike", None)
        change = correcting.corrected(story.walk, story.programme, sheet.id, row, typed, by=by, now=story.now)
        after = applied(story.walk, change)
        story.apply(merge((change, steps.close_if_met(after, story.programme, now=story.now))))

    def _open_step(self) -> Step | None:
        run = self.story.walk.partnership.current
        return self.story.programme.step(run.step) if run and self.story.walk.leads() else None

    @rule(how_many=st.integers(0, 1))
    def tick(self, how_many: int) -> None:
        """All checks of the gate, or none."""
        step, story = self._open_step(), self.story
        if step:
            checks = tuple(c.id for c in step.gate.checks) if how_many else ()
            story.apply(steps.ticked(story.walk, story.programme, step, checks, by="ana", now=story.now))

    @rule(quorum=st.sampled_from(("0.1", "0.5", "1")))
    def ask_for_fewer(self, quorum: str) -> None:
        """A facilitator sets how many answers are enough."""
        step, story = self._open_step(), self.story
        if step and not step.gate.never:
            note = story.note("quorum")
            story.apply(steps.lowered(story.walk, story.programme, step, Decimal(quorum), note))

    @rule()
    def give_more_time(self) -> None:
        """A facilitator leaves the step open longer."""
        step, story = self._open_step(), self.story
        if step and not step.gate.never:
            story.apply(steps.extended(story.walk, story.programme, step, story.note("extended")))

    @rule()
    def move_on(self) -> None:
        """A facilitator ends the step."""
        step, story = self._open_step(), self.story
        if step:
            story.apply(steps.moved_on(story.walk, story.programme, step.id, story.note("moved_on")))

    @rule(number=numbers, all_again=st.booleans())
    def open_again(self, number: int, all_again: bool) -> None:
        """A facilitator opens any step that has ended."""
        story = self.story
        done = [s for s in story.walk.partnership.steps if s.closed_on]
        if done and story.walk.leads():
            step = story.programme.step(done[number % len(done)].step)
            again = tuple(p.id for p in step.prompts if not p.standing) if all_again else ()
            story.apply(steps.reopened(story.walk, story.programme, step.id, again, story.note("reopened")))

    @rule(number=numbers)
    def meet_an_objection(self, number: int) -> None:
        """A facilitator says how."""
        blocked = [o.decision for o in self.story.walk.partnership.outcomes if o.result == "blocked"]
        if blocked:
            self.story.apply(together.met(self.story.walk, blocked[number % len(blocked)], "We talked"))

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def no_answer_is_lost(self) -> None:
        """Every answer is there in its newest revision."""
        assert {(a.round, a.person): a for a in self.story.walk.answers} == self.newest

    @invariant()
    def rounds_are_numbered(self) -> None:
        """Ids are unique and numbers run on."""
        walk = self.story.walk
        assert [r.number for r in walk.rounds] == list(range(1, len(walk.rounds) + 1))
        assert [r.id for r in walk.rounds] == [f"r{r.number}" for r in walk.rounds]

    @invariant()
    def a_closed_step_has_nothing_open(self) -> None:
        """But what is decided again comes round in any step."""
        walk, programme = self.story.walk, self.story.programme
        decided = {o.decision for o in walk.partnership.outcomes}
        for found in (r for r in walk.rounds if r.closed_at is None):
            run = walk.partnership.run(found.step)
            assert run is not None
            assert run.closed_on is None or programme.prompt(found.prompt).decision in decided
            assert found.standing or found.closes_at >= self.story.now, "its deadline came, and it closed"
            assert walk.partnership.outcome_of(found.id) is None, "what is decided is closed"
        per_prompt = Counter(r.prompt for r in walk.rounds if r.closed_at is None)
        assert all(n == 1 for n in per_prompt.values()), "no prompt is open twice"

    @invariant()
    def steps_come_in_order(self) -> None:
        """Each begins once all before it have ended once; the last one ends the walk."""
        partnership, programme = self.story.walk.partnership, self.story.programme
        assert [s.step for s in partnership.steps] == [s.id for s in programme.steps[: len(partnership.steps)]]
        ended = len(partnership.steps) == len(programme.steps) and partnership.current is None
        assert partnership.over == ended
        for run in partnership.steps:
            assert (run.closed_on is None) == (run.how == ""), "open or ended, never both"
            assert run.how != "facilitator" or run.reason

    @invariant()
    def every_round_is_decided_once(self) -> None:
        """At most one outcome a round; outcomes of a decision are numbered."""
        outcomes = self.story.walk.partnership.outcomes
        assert len({o.round for o in outcomes}) == len(outcomes)
        for decision in {o.decision for o in outcomes}:
            mine = [o for o in outcomes if o.decision == decision]
            assert [o.number for o in mine] == list(range(1, len(mine) + 1))
            assert all(o.of >= len(o.took_part) for o in mine)
            assert all(o.text for o in mine)
        sheets = self.story.walk.partnership.sheets
        assert [s.version for s in sheets] == list(range(1, len(sheets) + 1))
        for outcome in (o for o in outcomes if o.result == "agreed" and o.sheet_version):
            (sheet,) = (s for s in sheets if s.version == outcome.sheet_version)
            assert sheet.text_hash == outcome.text_hash == worksheets.hash_of(worksheets.text_of(sheet))

    @invariant()
    def time_goes_on(self) -> None:
        """What is not over always has its next week planned; what is over has none."""
        planned = [due for _, _, due in self.story.due if due.kind == "open"]
        if self.story.walk.partnership.over:
            assert self.story.walk.next_round_on is None
            assert all(r.closed_at for r in self.story.walk.rounds)
        else:
            assert planned
            assert self.story.walk.next_round_on is not None

    @invariant()
    def nobody_is_pressed(self) -> None:
        """At most three reminders of a round, however often it was left open longer."""
        walk = self.story.walk
        for came in self.story.came[self.looked :]:
            if came.due.kind == "nudge":
                found = walk.round(came.due.subject.split(".")[0])
                assert found is not None
                run, member = walk.partnership.run(found.step), walk.members[came.due.person]
                since = (run.reopened_at if run else None, member.consent_at, member.back_at)
                self.nudged[found.id, came.due.person, came.send.channel, *since] += 1
        self.looked = len(self.story.came)
        assert all(n <= rounds.NUDGES for n in self.nudged.values())

    @precondition(lambda self: len(self.story.walk.rounds) > 1)
    @rule()
    def look_at_everything(self) -> None:
        """Unnamed answers stay unnamed wherever one looks."""
        assert leaks(self.story) == []


Walking.TestCase.settings = settings(
    max_examples=CHAOS or 20,
    stateful_step_count=100 if CHAOS else 40,
    deadline=None,
    derandomize=not CHAOS,
    database=None,
    phases=[Phase.generate, Phase.shrink] if CHAOS else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TestWalking = Walking.TestCase
