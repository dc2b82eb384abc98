"""Whether a step may end, and what is still missing when it may not."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from workflows.programme import Programme, Prompt, Step
from workflows.walk import Round, Walk
from workflows.worksheets import rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing a gate waits for: `have` of `need`, answers to a prompt or rows of a worksheet."""

    what: Literal["answers", "rows"]
    prompt: str
    title: str
    have: int
    need: int


def needed(quorum: Decimal, people: int) -> int:
    """How many of `people` make a quorum: at least one, always rounded up."""
    return max(1, int((quorum * people).to_integral_value(rounding=ROUND_CEILING)))


def missing(walk: Walk, programme: Programme, step: Step) -> tuple[Missing, ...]:
    """Return what the gate of `step` still waits for; nothing means that it is met."""
    need = needed(step.gate.quorum, len(walk.counted()))
    prompts = tuple(
        Missing(what="answers", prompt=prompt.id, title=prompt.title, have=have, need=need)
        for prompt in step.prompts
        if (have := _answered(walk, prompt)) < need
    )
    sheets = {sheet.id: sheet for sheet in step.worksheets}
    rows = tuple(
        Missing(what="rows", prompt=sheets[sheet_id].prompt, title=sheets[sheet_id].title, have=have, need=wanted)
        for sheet_id, wanted in step.gate.rows.items()
        if (have := len(rows_of(walk, programme, sheets[sheet_id]))) < wanted
    )
    return prompts + rows


def is_met(walk: Walk, programme: Programme, step: Step) -> bool:
    """Whether the step may end now. A gate that never closes is never met."""
    return not step.gate.never and not missing(walk, programme, step)


def latest_round(walk: Walk, prompt: Prompt) -> Round | None:
    """The newest round of a prompt."""
    rounds = [r for r in walk.rounds if r.prompt == prompt.id]
    return max(rounds, key=lambda r: r.number, default=None)


def _answered(walk: Walk, prompt: Prompt) -> int:
    latest = latest_round(walk, prompt)
    return len(walk.answers_to(latest.id)) if latest else 0
