"""A question as a value: what is asked, of which kind, who may see the answer, when, and from how many on."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from workflows.forms import Option

Audience = Literal["me", "facilitators", "group", "partner"]
Reveal = Literal["at-once", "own", "closed"]  # shown at once, once the reader has answered too, once the round closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A follow-up is asked when the answer to `question`, earlier in the same prompt, is one of `values`."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a prompt. `kind` names a file in `workflows/kinds`; `sees` is the widest audience.

    `minimum` is the least number of unnamed answers before any is shown; with `few`, which only the stages of a
    decision have, none is too few: an objection is there to be met, and the prompt says so. `prefill` fills the form
    with the person's last answer: "last" to this very question, or "prompt.question" to another one. `columns` are the
    cells of a line of `rows`. `most` bounds lines, dots or places. What is only known when the question is put is
    filled in by `workflows/asked.py`: `options` of a person or of worksheet rows (`options_from`), `lines`, `currency`.
    """

    id: str
    kind: str
    label: str
    hint: str = ""
    required: bool = True
    sees: Audience = "group"
    named: bool = True
    reveal: Reveal = "at-once"
    minimum: int = 5
    few: bool = False
    when: Condition | None = None
    prefill: str = ""
    options: tuple[Option, ...] = ()
    options_from: tuple[str, ...] = ()
    unit: str = ""
    currency: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    low_label: str = ""
    high_label: str = ""
    max_chars: int = 2000
    most: int = 0
    columns: tuple["Question", ...] = ()
    lines: int = 1
