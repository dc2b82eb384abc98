"""A whole walk in virtual time, in memory, sending nothing: who would get what, when, and how much of it.

It runs the same engine and the same decisions as the service; only the store is a variable and the clock is a number.
Everyone says yes an hour after they are asked and answers a day after each prompt; a facilitator who hears that a step
waits for them does their part a day later. So every gate is met if it can be. The same input gives the same output.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from workflows import asked, engine, gates, ids, joining, orphaned, schedule, steps, worksheets
from workflows.changes import applied, merge
from workflows.deciding import MOVES, decide
from workflows.kinds import Value
from workflows.messages.sample import sample_value
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.people import Group, Membership, Partner, Person
from workflows.programme import Programme, Prompt
from workflows.simulated import Result, Sent, Stall, Waited, clock_changes, load_of
from workflows.walk import Change, Edit, Note, Partnership, Rhythm, Round, Walk
from workflows.words import Words
from workflows.worksheet_columns import questions_of

_KINDS = {
    "ask": "prompt",
    "again": "prompt",
    "nudge": "nudge",
    "milestone": "milestone",
    "reading": "reading",
    "digest": "digest",
}
_SAYS_YES_AFTER = timedelta(hours=1)
_ANSWERS_AFTER = timedelta(days=1)
_DIGEST_MINUTES = 2
_START_HOUR = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something a person does by themselves: says yes, answers a round, or sees to what a step waits for."""

    person: str
    round: str = ""
    chores: str = ""


@dataclass(slots=True, kw_only=True)
class Simulation:
    """A walk on its way. `due` is a heap of what is planned; the rest is what happened so far."""

    words: Words
    programme: Programme
    walk: Walk
    due: list[tuple[datetime, int, Occurrence | Deed]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    stalls: list[Stall] = field(default_factory=list)
    waited: list[Waited] = field(default_factory=list)
    samples: dict[str, dict[str, Value]] = field(default_factory=dict)

    def run(self, until: datetime) -> None:
        """Carry out everything that is due before `until`."""
        while self.due and self.due[0][0] < until:
            now, _, next_up = heapq.heappop(self.due)
            if isinstance(next_up, Deed):
                self._do(next_up, now)
            else:
                self._carry_out(next_up, now)

    def apply(self, change: Change) -> None:
        """Change the walk and plan what follows, as the store would."""
        self.walk = applied(self.walk, change)
        for occurrence in change.plan:
            self.plan(occurrence, occurrence.slot)

    def plan(self, occurrence: Occurrence, at: datetime) -> None:
        """Plan an occurrence once."""
        if occurrence.encode() not in self.seen:
            self.seen.add(occurrence.encode())
            heapq.heappush(self.due, (at, len(self.seen), occurrence))

    def _carry_out(self, due: Occurrence, now: datetime) -> None:
        if due.kind in MOVES:
            self.apply(self._move(due, now))
            return
        scene = Scene(words=self.words, walk=self.walk, programme=self.programme)
        decision = decide(scene, due, now=now)
        if decision.wait:
            self.waited.append(self._waited(due, until=decision.wait))
            self.seen.discard(due.encode())
            self.plan(due, decision.wait)
            return
        for send in decision.sends:
            if not send.edits:
                self.sent.append(self._row(due, send.person, send.channel, now))
        for occurrence in decision.then:
            self.plan(occurrence, occurrence.slot)
        if decision.sends:
            self._react(due, now)

    def _move(self, due: Occurrence, now: datetime) -> Change:
        match due.kind:
            case "enrol":
                return joining.enrolled(self.walk, tuple(self.walk.people.values()), now=now)
            case "open":
                return engine.opened(self.walk, self.programme, day=date.fromisoformat(due.subject), now=now)
            case "orphaned":
                return orphaned.looked_after(self.walk, now=now)
            case _:
                return engine.closed(self.walk, self.programme, due.subject, now=now)

    def _react(self, due: Occurrence, now: datetime) -> None:
        """What people would do with what they got."""
        if due.kind == "consent":
            self._later(now + _SAYS_YES_AFTER, Deed(person=due.person))
        elif due.kind == "ask":
            self._later(now + _ANSWERS_AFTER, Deed(person=due.person, round=due.subject))
        elif due.kind == "stalled":
            step = self.programme.step(due.subject.rpartition(".")[0])
            names = tuple(m.title for m in gates.missing(self.walk, self.programme, step))
            if not self.stalls or (self.stalls[-1].at, self.stalls[-1].step) != (now, step.id):
                self.stalls.append(Stall(at=now, step=step.id, missing=names))  # once, however many facilitate
            self._later(now + _ANSWERS_AFTER, Deed(person=due.person, chores=step.id))

    def _later(self, at: datetime, deed: Deed) -> None:
        self.seen.add(f"{deed.person}:{deed.round}:{deed.chores}:{at}")
        heapq.heappush(self.due, (at, len(self.seen), deed))

    def _do(self, deed: Deed, now: datetime) -> None:
        found = self.walk.round(deed.round)
        if deed.chores:
            self.apply(chores(self.walk, self.programme, deed.chores, by=deed.person, now=now))
        elif found is None:
            self.apply(joining.consented(self.walk, deed.person, given=True, prefers=None, via="web", now=now))
        elif self.walk.answer(found.id, deed.person) is None:
            values = self._sample(found)
            self.apply(engine.answered(self.walk, self.programme, deed.person, found.id, values, via="web", now=now))

    def _sample(self, found: Round) -> dict[str, Value]:
        """What everyone answers to a round: the same, so that it is made up once."""
        if found.id not in self.samples:
            prompt = asked.resolved(self.walk, self.programme, self.programme.prompt(found.prompt))
            self.samples[found.id] = {q.id: sample_value(q) for q in prompt.questions}
        return self.samples[found.id]

    def _waited(self, due: Occurrence, *, until: datetime) -> Waited:
        zone = self.walk.zone(due.person) if due.person else self.walk.group.zone
        return Waited(
            person=self._name(due.person),
            what=self._what(due),
            due=schedule.on_the_wall(due.slot, zone),
            sent=schedule.on_the_wall(until, zone),
        )

    def _name(self, person: str) -> str:
        who = self.walk.people.get(person)
        return (who.email or who.name) if who else ""

    def _prompt(self, due: Occurrence) -> Prompt:
        found = self.walk.round(due.subject.split(".")[0])
        if found is None:
            raise KeyError(due.subject)
        return self.programme.prompt(found.prompt)

    def _row(self, due: Occurrence, person: str, channel: str, now: datetime) -> Sent:
        zone = self.walk.zone(person) if person else self.walk.group.zone
        return Sent(
            at=now,
            local=schedule.on_the_wall(now, zone),
            zone=zone,
            person=self._name(person),
            channel=channel,
            kind=_KINDS.get(due.kind, "notice"),
            what=self._what(due),
            minutes=self._minutes(due),
        )

    def _what(self, due: Occurrence) -> str:
        if due.kind in ("ask", "nudge", "again", "announce", "summary", "decided", "amend", "rest"):
            return self._prompt(due).id
        return f"{due.kind}.{due.subject}" if due.subject else due.kind

    def _minutes(self, due: Occurrence) -> int:
        match due.kind:
            case "ask" | "again":
                prompt = self._prompt(due)
                low = due.person and self.walk.members[due.person].low_energy and prompt.short
                return prompt.short_minutes if low else prompt.minutes
            case "reading":
                return self.programme.reading(due.subject).minutes
            case "digest":
                return _DIGEST_MINUTES
            case _:
                return 0


def simulate(
    words: Words,
    programme: Programme,
    *,
    people: Sequence[tuple[Person, Membership]],
    start: date,
    weeks: int,
) -> Result:
    """Walk `programme` from `start` for `weeks` weeks. The first facilitator's zone is the group's."""
    walk = _walk(programme, people, start=start)
    begins = walk.partnership.started_at
    simulation = Simulation(words=words, programme=programme, walk=walk)
    members = tuple(m for _, m in people)
    simulation.apply(joining.started(walk.partnership, members, everyone=False, now=begins))
    simulation.run(begins + timedelta(weeks=weeks))
    zones = sorted({walk.group.zone, *(person.zone or walk.group.zone for person, _ in people)})
    return Result(
        messages=tuple(simulation.sent),
        load=load_of(simulation.sent),
        stalls=tuple(simulation.stalls),
        waited=tuple(simulation.waited),
        clock_changes=tuple(c for zone in zones for c in clock_changes(zone, start, weeks)),
    )


def chores(walk: Walk, programme: Programme, step_id: str, *, by: str, now: datetime) -> Change:
    """What a facilitator does for a step that waits for them: every tick, every empty cell that the gate asks for."""
    step = programme.step(step_id)
    edits: list[Edit] = []
    for filled in step.gate.filled:
        sheet = programme.worksheet(filled.worksheet)
        question = questions_of(programme, sheet)[filled.column]
        if question.kind == "person":  # a name that nobody has would leave the cell as it was
            question = replace(question, options=asked.people(walk))
        after = sample_value(question)
        edits += [
            Edit(worksheet=sheet.id, row=row.id, column=filled.column, before=None, after=after, by=by, at=now)
            for row in worksheets.unfilled(walk, programme, filled)
        ]
    kept = replace(walk.partnership, edits=(*walk.partnership.edits, *edits))
    corrected = Change(partnership=kept) if edits else Change()
    checks = tuple(check.id for check in step.gate.checks)
    after_edits = applied(walk, corrected)
    ticked = steps.ticked(after_edits, programme, step, checks, by=by, now=now)
    whole = merge((corrected, ticked))
    closed = merge((whole, steps.close_if_met(applied(walk, whole), programme, now=now)))
    by_now = applied(walk, closed)
    run = by_now.partnership.run(step_id)
    if run is None or run.closed_on is not None or run.extensions <= steps.EXTENSIONS:
        return closed
    note = Note(what="moved_on", by=by, at=now, reason="Nothing more can be done for it.")
    return merge((closed, steps.moved_on(by_now, programme, step_id, note)))


def _walk(programme: Programme, people: Sequence[tuple[Person, Membership]], *, start: date) -> Walk:
    lead, _ = next((pair for pair in people if pair[1].role == "facilitator"), people[0])
    zone = lead.zone or "UTC"
    partnership = Partnership(
        id="p" + ids.made_of("simulation", start.isoformat())[:11],
        workspace="simulation",
        group=Group(id="g", name="Your group", zone=zone, channel="channel" if _has_slack(people) else None),
        partner=Partner(name="your partner", kind="other"),
        programme=programme.id,
        version=programme.version,
        rhythm=Rhythm(weekday=1, hour=9, digest_weekday=4),
        mail_allowed=True,
        started_at=schedule.instant_of(start, _START_HOUR, zone),
        started_by=lead.id,
    )
    by_id = {person.id: person for person, _ in people}
    members = {member.person: member for _, member in people}
    return Walk(version=0, partnership=partnership, people=by_id, members=members)


def _has_slack(people: Sequence[tuple[Person, Membership]]) -> bool:
    return any(person.slack_user for person, _ in people)
