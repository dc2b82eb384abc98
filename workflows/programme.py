"""A programme as values: steps in order, each with prompts, worksheets, reading, milestones and a gate.

The engine knows nothing of any one programme. `programme_file.py` reads these from data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Never

from workflows.forms import Option

Audience = Literal["me", "facilitators", "group", "partner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a prompt. `kind` names a file in `workflows/kinds`; `sees` is the widest audience."""

    id: str
    kind: str
    label: str
    hint: str = ""
    required: bool = True
    sees: Audience = "group"
    named: bool = True
    options: tuple[Option, ...] = ()
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    low_label: str = ""
    high_label: str = ""
    max_chars: int = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What is put to everyone in one round. `every_weeks` repeats it in a step that never closes; 0 asks once."""

    id: str
    title: str
    intro: str
    minutes: int
    questions: tuple[Question, ...]
    every_weeks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A worksheet column, filled from one question's answer."""

    title: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """A table that fills itself: one row for each answer to `prompt`."""

    id: str
    title: str
    prompt: str
    columns: tuple[Column, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePlan:
    """A milestone that comes into being when its step opens, due `days` later, owned by a facilitator at first."""

    id: str
    title: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When a step may end: share of people who answered each prompt, rows per worksheet; `never` keeps it open."""

    quorum: Decimal = Decimal("0.5")
    rows: Mapping[str, int] = field(default_factory=dict)
    never: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `read` is the opening read, shown with the first prompt.

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
    review_weeks: int = 0
    review_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A whole programme in one language, with the version a partnership keeps."""

    id: str
    version: str
    title: str
    credit: str
    locale: str
    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step:
        """The step of that id. Raises KeyError."""
        return next((s for s in self.steps if s.id == step_id), None) or _missing(step_id)

    def prompt(self, prompt_id: str) -> Prompt:
        """The prompt of that id in any step. Raises KeyError."""
        found = (p for s in self.steps for p in s.prompts if p.id == prompt_id)
        return next(found, None) or _missing(prompt_id)

    def reading(self, reading_id: str) -> Reading:
        """The reading of that id in any step. Raises KeyError."""
        found = (r for s in self.steps for r in s.readings if r.id == reading_id)
        return next(found, None) or _missing(reading_id)


def _missing(what: str) -> Never:
    raise KeyError(what)
