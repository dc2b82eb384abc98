"""The group of the stories: Ana facilitates, Bo, Eli and Fen are members, Chi left Slack, Dara has mail alone.

`Passing` lets time pass for them, in memory, the way the service does: what is due is carried out in the order of time.
"""

import heapq
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from tests.small import said
from worker.files import words as english
from workflows import engine, joining, keeping, orphaned, rounds
from workflows.changes import applied
from workflows.deciding import MOVES, Send, decide
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.people import Group, Membership, Partner, Person
from workflows.programme import Programme, Step
from workflows.walk import Answer, Change, Note, Outcome, Partnership, Rhythm, Round, StepRun, Walk
from workflows.words import Words

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)  # a Thursday
BEGUN = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)  # the first tick has come, and nobody was asked yet
PEOPLE = (
    Person(id="ana", name="Ana Ferreira", slack_user="U0ANA", email="ana@example.org", zone="Europe/Lisbon"),
    Person(id="bo", name="Bo Lindqvist", slack_user="U0BO", email="bo@example.org", zone="Europe/London"),
    Person(id="chi", name="Chi Nwosu", slack_user="U0CHI", zone="Europe/London", reachable=False),
    Person(id="dara", name="Dara Sharma", email="dara@example.org", zone="Asia/Kathmandu"),
    Person(id="eli", name="Eli Brooks", slack_user="U0ELI", email="eli@example.org", zone="America/New_York"),
    Person(id="fen", name="Fen Okada", slack_user="U0FEN", email="fen@example.org"),
)
ASKED = ("ana", "bo", "dara", "eli", "fen")


def partnership(**changed: object) -> Partnership:
    """Harbour Circle and Tidewater Apps, asked on Tuesdays at nine."""
    given: dict[str, object] = {
        "id": "p1",
        "workspace": "T1",
        "group": Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel="C1"),
        "partner": Partner(name="Tidewater Apps", kind="app"),
        "programme": "five-steps",
        "version": "1",
        "rhythm": Rhythm(weekday=1, hour=9, digest_weekday=4),
        "mail_allowed": True,
        "started_at": START,
        "started_by": "ana",
        **changed,
    }
    return Partnership(**given)  # type: ignore[arg-type]  # a test names only what it is about


def members() -> tuple[Membership, ...]:
    """Everyone, not asked yet."""
    return tuple(
        Membership(
            person=p.id,
            role="facilitator" if p.id == "ana" else "member",
            prefers="slack" if p.slack_user else "mail",
        )
        for p in PEOPLE
    )


def new_walk() -> Walk:
    """A walk just started: nobody was asked anything."""
    change = joining.started(partnership(), members(), everyone=False, now=START)
    walk = Walk(version=0, partnership=partnership(), people={}, members={})
    return applied(walk, Change(partnership=change.partnership, members=change.members, people=PEOPLE))


def walking() -> Walk:
    """A walk in which everyone but Chi, who cannot be reached, has said yes."""
    walk = new_walk()
    walk = applied(walk, joining.enrolled(walk, PEOPLE, now=START))
    for person in ASKED:
        walk = applied(walk, joining.consented(walk, person, given=True, prefers=None, via="slack", now=START))
    return walk


@cache
def _words() -> Words:
    return english.load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A message that went out."""

    at: datetime
    due: Occurrence
    send: Send


@dataclass(slots=True, kw_only=True)
class Passing:
    """A walk while time passes. `due` is what is planned, as the due index holds it; `came` is what was sent."""

    programme: Programme
    walk: Walk
    words: Words = field(default_factory=_words)
    now: datetime = START
    due: list[tuple[datetime, str, Occurrence]] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    delivered: set[tuple[str, str, str, datetime, str]] = field(default_factory=set)

    @property
    def scene(self) -> Scene:
        """The walk as it is, told in English."""
        return Scene(words=self.words, walk=self.walk, programme=self.programme)

    def apply(self, change: Change) -> Change:
        """Change the walk and plan what follows, as the store does: what is planned already is planned once."""
        self.walk = applied(self.walk, change)
        for occurrence in change.plan:
            self._plan(occurrence, occurrence.slot)
        return change

    def _plan(self, occurrence: Occurrence, at: datetime) -> None:
        if all(occurrence != planned for _, _, planned in self.due):
            heapq.heappush(self.due, (at, occurrence.encode(), occurrence))

    def until(self, then: datetime) -> None:
        """Let time pass up to an instant."""
        while self.due and self.due[0][0] <= then:
            self.step()
        self.now = max(self.now, then)

    def week(self, weeks: int = 1) -> None:
        """Let a week pass, or some."""
        self.until(self.now + timedelta(weeks=weeks))

    def step(self) -> None:
        """Carry out what is due next."""
        at, _, due = heapq.heappop(self.due)
        self.now = max(self.now, at)
        if due.kind in MOVES:
            self.apply(self._move(due))
            return
        decision = decide(self.scene, due, now=self.now)
        if decision.wait:
            self._plan(due, decision.wait)
            return
        for send in decision.sends:
            key = (due.kind, due.subject, due.person, due.slot, f"{send.name}")
            if key not in self.delivered:
                self.delivered.add(key)
                self.came.append(Came(at=self.now, due=due, send=send))
        for follows in decision.then:
            self._plan(follows, follows.slot)

    def _move(self, due: Occurrence) -> Change:
        if due.kind == "enrol":
            return joining.enrolled(self.walk, tuple(self.walk.people.values()), now=self.now)
        if due.kind == "open":
            return engine.opened(self.walk, self.programme, day=date.fromisoformat(due.subject), now=self.now)
        if due.kind == "unkept":
            return keeping.lapsed(self.walk, due.subject, now=self.now)
        if due.kind == "orphaned":
            return orphaned.looked_after(self.walk, now=self.now)
        return engine.closed(self.walk, self.programme, due.subject, now=self.now)

    def live(self, weeks: int, *people: str, pick: int = 0, word: str = "word") -> None:
        """So many weeks: each Saturday these answer whatever is put to them, and the rounds close on Sunday."""
        for _ in range(weeks):
            self.until(_evening_of(5, self.now))
            for found in [r for r in self.walk.rounds if r.closed_at is None and not r.standing]:
                to = {m.person for m in rounds.asked(self.walk, self.programme.prompt(found.prompt))}
                self.answer(found, *(p for p in people if p in to), pick=pick, word=word)
            self.until(_evening_of(6, self.now))

    # --- what people do ---------------------------------------------------------------------------------------------

    def agree(self, *people: str) -> None:
        """They take part."""
        for person in people:
            self.apply(joining.consented(self.walk, person, given=True, prefers=None, via="slack", now=self.now))

    def leave(self, *people: str) -> None:
        """They take their yes back."""
        for person in people:
            self.apply(joining.consented(self.walk, person, given=False, prefers=None, via="slack", now=self.now))

    def answer(self, found: Round, *people: str, word: str = "word", pick: int = 0) -> Change:
        """Each says something to a round; what the last one set going."""
        change = Change()
        for person in people:
            values = said(self.walk, self.programme, found, word=f"{word}-{person}", pick=pick)
            change = self.apply(
                engine.answered(self.walk, self.programme, person, found.id, values, via="web", now=self.now)
            )
        return change

    def skip(self, found: Round, person: str) -> None:
        """Somebody leaves a round."""
        self.apply(
            engine.answered(self.walk, self.programme, person, found.id, {}, via="web", now=self.now, skipped=True)
        )

    def note(self, what: str, reason: str = "It is time.") -> Note:
        """Ana decides something about a step."""
        return Note(what=what, by="ana", at=self.now, reason=reason)

    # --- looking ----------------------------------------------------------------------------------------------------

    def round_of(self, prompt: str) -> Round:
        """The newest round of a prompt."""
        return next(r for r in reversed(self.walk.rounds) if r.prompt == prompt)

    def open_rounds(self) -> list[str]:
        """The prompts that are put now, standing ones left out."""
        return [r.prompt for r in self.walk.rounds if r.closed_at is None and not r.standing]

    def run(self, step: Step) -> StepRun:
        """How the group walks a step."""
        run = self.walk.partnership.run(step.id)
        assert run is not None
        return run

    def outcome(self, decision: str) -> Outcome:
        """What a decision came to."""
        found = self.walk.partnership.outcome(decision)
        assert found is not None
        return found

    def answer_of(self, found: Round, person: str) -> Answer:
        """What somebody said."""
        answer = self.walk.answer(found.id, person)
        assert answer is not None
        return answer

    def sent(self, kind: str, *, subject: str = "", person: str = "") -> list[Came]:
        """What went out of a kind."""
        return [
            c
            for c in self.came
            if c.due.kind == kind and c.due.subject.startswith(subject) and person in ("", c.due.person)
        ]


def _evening_of(weekday: int, after: datetime) -> datetime:
    """The next such evening, in UTC."""
    evening = after.replace(hour=18, minute=0)
    return next(e for n in range(8) if (e := evening + timedelta(days=n)) > after and e.weekday() == weekday)


def passing(programme: Programme, *, agreed: tuple[str, ...] = ASKED) -> Passing:
    """A walk on the evening before its first Tuesday, in which these have said yes."""
    story = Passing(programme=programme, walk=new_walk())
    story.apply(joining.enrolled(story.walk, PEOPLE, now=START))
    story.until(START + timedelta(hours=1))
    story.agree(*agreed)
    story.until(BEGUN)
    return story
