"""A programme as values: steps in order, each with prompts, decisions, worksheets, reading, milestones and a gate.

The engine knows nothing of any one programme. `programme_file.py` reads these from data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Never

from workflows.question import Question

Asked = Literal["everyone", "facilitators"]
Closes = Literal["deadline", "quorum"]
Method = Literal["consent", "dots", "ranked"]
Stage = Literal["questions", "sense", "vote", "consent", "review"]
Side = Literal["", "asset", "vulnerability", "term"]  # where a worksheet stands in the balance view


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What is put to everyone, or to the facilitators, in one round.

    `every_weeks` repeats it in a step that never closes; 0 asks once. `day` 0 begins a week of its own; 1 to 4 comes
    so many days after the prompt before it, in the same week. `short` names the questions of the low-energy variant.
    `talk` is what the channel is invited to talk about. A `standing` prompt is put to nobody: it stays open as long as
    its step, for whoever has something to note. It `closes` at its deadline, or as soon as a quorum has answered.
    `decision` and `stage` say whose round it is.
    """

    id: str
    title: str
    intro: str
    minutes: int
    questions: tuple[Question, ...]
    every_weeks: int = 0
    day: int = 0
    to: Asked = "everyone"
    short: tuple[str, ...] = ()
    short_minutes: int = 0
    talk: str = ""
    standing: bool = False
    closes: Closes = "deadline"
    decision: str = ""
    stage: Stage | None = None

    def question(self, question_id: str) -> Question:
        """The question of that id. Raises KeyError."""
        return next((q for q in self.questions if q.id == question_id), None) or _missing(question_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something the group decides together, in one round a stage, in the order of `prompts`.

    With a `worksheet`, what is agreed is that worksheet as it stands: its text is kept as a version. `quorum` is the
    share of all who take part that must say something. `keep` is how many options a vote chooses. After `review_weeks`
    the group is asked whether it still holds.
    """

    id: str
    title: str
    proposal: str
    method: Method
    quorum: Decimal
    prompts: tuple[Prompt, ...]
    worksheet: str = ""
    keep: int = 1
    review_weeks: int = 0
    review: Prompt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A worksheet column. Exactly one of these fills it; `id` is unique in its worksheet.

    `question` takes the answer (of the prompt, or of the line of its `rows` question). `hand` is a cell that
    facilitators fill. `times` multiplies other columns of the row. `look` takes the range of what all said to
    "prompt.question" or "prompt.question.column", in lines where `where` (their column -> ours) agrees.
    """

    id: str
    title: str
    question: str = ""
    hand: Question | None = None
    times: tuple[str, ...] = ()
    look: str = ""
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """Which columns of a worksheet of promises say whose one is, by when, and how each side sees it.

    `theirs` is filled by the partner itself on its page, or by hand with what it said elsewhere. `agree` says "differ"
    where the two sides differ.
    """

    whose: str
    due: str
    ours: str
    theirs: str
    agree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """A table that fills itself: a row for each answer to `prompt`, or for each line of its question `rows`.

    `tally` turns it round: a row for each question of the prompt, a column for each answer, filled with counts. `by`
    names a choice column: rows stand under its options, and an option without a row is a gap that shows. `name` is the
    column that names a row elsewhere. On the `term` side, the column `covers` points at rows of assets and
    vulnerabilities, and a term counts when its column `state` is one of `in_place`. With `shareable` the group may show
    the partner what it agreed on, or, of a worksheet of `promised`, how each promise stands.
    """

    id: str
    title: str
    intro: str
    prompt: str
    columns: tuple[Column, ...]
    name: str
    rows: str = ""
    tally: bool = False
    by: str = ""
    side: Side = ""
    covers: str = ""
    state: str = ""
    in_place: tuple[str, ...] = ()
    shareable: bool = False
    promised: Promised | None = None

    def column(self, column_id: str) -> Column:
        """The column of that id. Raises KeyError."""
        return next((c for c in self.columns if c.id == column_id), None) or _missing(column_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Something worth reading. `url` is empty where no link is known for certain; then `where` says how to find it."""

    id: str
    title: str
    author: str
    kind: Literal["book", "article", "paper", "video"]
    language: str
    minutes: int
    why: str
    discuss: str
    url: str = ""
    where: str = ""
    harm: str = ""
    added: str = ""
    checked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePlan:
    """A milestone that comes into being when its step opens, due `days` later, owned by a facilitator at first."""

    id: str
    title: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Every row of a worksheet has `column` filled; with `where`, every row whose `where` is at least `at_least`."""

    worksheet: str
    column: str
    where: str = ""
    at_least: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something only a facilitator can say is done."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When a step may end: share of people who answered each prompt, rows and filled cells of worksheets, decisions
    reached, a facilitator's yes to each check; `never` keeps it open.
    """

    quorum: Decimal = Decimal("0.5")
    rows: Mapping[str, int] = field(default_factory=dict)
    filled: tuple[Filled, ...] = ()
    decisions: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    never: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `read` is the opening read, shown with the first prompt; `red_flags` are told with it.

    `review_weeks` sets the next review date of a step that stays open.
    """

    id: str
    title: str
    read: str
    done: str
    prompts: tuple[Prompt, ...]
    worksheets: tuple[Worksheet, ...]
    readings: tuple[Reading, ...]
    milestones: tuple[MilestonePlan, ...]
    gate: Gate
    decisions: tuple[Decision, ...] = ()
    red_flags: tuple[str, ...] = ()
    review_weeks: int = 0
    review_title: str = ""

    def rounds(self) -> tuple[Prompt, ...]:
        """Every prompt that is put to people, in order: the step's own, then those of its decisions."""
        own = tuple(p for p in self.prompts if not p.standing)
        return (*own, *(p for d in self.decisions for p in d.prompts))

    def decision(self, decision_id: str) -> Decision:
        """The decision of that id. Raises KeyError."""
        return next((d for d in self.decisions if d.id == decision_id), None) or _missing(decision_id)

    def worksheet(self, sheet_id: str) -> Worksheet:
        """The worksheet of that id. Raises KeyError."""
        return next((w for w in self.worksheets if w.id == sheet_id), None) or _missing(sheet_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A whole programme in one language, with the version a partnership keeps."""

    id: str
    version: str
    title: str
    credit: str
    locale: str
    steps: tuple[Step, ...]
    about: str = ""

    def step(self, step_id: str) -> Step:
        """The step of that id. Raises KeyError."""
        return next((s for s in self.steps if s.id == step_id), None) or _missing(step_id)

    def prompts(self) -> Iterator[Prompt]:
        """Every prompt of every step, those of decisions and reviews too."""
        for step in self.steps:
            yield from step.prompts
            for decision in step.decisions:
                yield from decision.prompts
                if decision.review:
                    yield decision.review

    def prompt(self, prompt_id: str) -> Prompt:
        """The prompt of that id in any step. Raises KeyError."""
        return next((p for p in self.prompts() if p.id == prompt_id), None) or _missing(prompt_id)

    def decision(self, decision_id: str) -> Decision:
        """The decision of that id in any step. Raises KeyError."""
        found = (d for s in self.steps for d in s.decisions if d.id == decision_id)
        return next(found, None) or _missing(decision_id)

    def worksheet(self, sheet_id: str) -> Worksheet:
        """The worksheet of that id in any step. Raises KeyError."""
        found = (w for s in self.steps for w in s.worksheets if w.id == sheet_id)
        return next(found, None) or _missing(sheet_id)

    def reading(self, reading_id: str) -> Reading:
        """The reading of that id in any step. Raises KeyError."""
        found = (r for s in self.steps for r in s.readings if r.id == reading_id)
        return next(found, None) or _missing(reading_id)


def _missing(what: str) -> Never:
    raise KeyError(what)
