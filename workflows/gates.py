"""Whether a step may end, and what is still missing when it may not.

Only what happened since the step was last reopened counts for what is asked or decided again.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from workflows import asked, privacy, rounds, worksheets
from workflows.programme import Decision, Programme, Prompt, Step
from workflows.walk import Outcome, StepRun, Walk
from workflows.worksheet_columns import is_unnamed

HOLDS = ("agreed", "chosen", "kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing a gate waits for. `have` of `need` counts answers, rows, filled rows; `id` names the thing.

    `prompt` is what could be answered about it, or empty.
    """

    what: Literal["answers", "rows", "filled", "unseen", "decision", "blocked", "check"]
    id: str
    prompt: str
    title: str
    have: int = 0
    need: int = 1


def needed(quorum: Decimal, people: int) -> int:
    """How many of `people` make a quorum: at least one, always rounded up."""
    return max(1, int((quorum * people).to_integral_value(rounding=ROUND_CEILING)))


def quorum_of(walk: Walk, step: Step) -> Decimal:
    """The share of people that a step asks for: what a facilitator set, else what the programme says."""
    run = walk.partnership.run(step.id)
    return run.quorum if run and run.quorum is not None else step.gate.quorum


def missing(walk: Walk, programme: Programme, step: Step) -> tuple[Missing, ...]:
    """Return what the gate of `step` still waits for; nothing means that it is met."""
    run = walk.partnership.run(step.id)
    return (
        *_answers(walk, programme, step, run),
        *_rows(walk, programme, step),
        *_filled(walk, programme, step),
        *_decisions(walk, programme, step, run),
        *_checks(step, run),
    )


def is_met(walk: Walk, programme: Programme, step: Step) -> bool:
    """Whether the step may end now. A gate that never closes is never met."""
    return not step.gate.never and not missing(walk, programme, step)


def holds(walk: Walk, decision: Decision, run: StepRun | None) -> Outcome | None:
    """The outcome of a decision that holds, as far as it was made since the step was reopened."""
    found = _since(walk.partnership.outcome(decision.id), run)
    return found if found and found.result in HOLDS else None


def is_blocked(outcome: Outcome | None) -> bool:
    """Whether an outcome waits for somebody to say how an objection was met."""
    if outcome is None or outcome.result != "blocked":
        return False
    return any(d.word == "object" and not d.met for d in outcome.dissent)


def _since(outcome: Outcome | None, run: StepRun | None) -> Outcome | None:
    since = run.reopened_at if run else None
    return outcome if outcome and (since is None or outcome.at > since) else None


def _answers(walk: Walk, programme: Programme, step: Step, run: StepRun | None) -> tuple[Missing, ...]:
    found = []
    for prompt in (p for p in step.prompts if not p.standing):
        have, need = answered(walk, prompt, run), wanted(walk, programme, step, prompt)
        if have < need:
            found.append(
                Missing(what="answers", id=prompt.id, prompt=prompt.id, title=prompt.title, have=have, need=need)
            )
    return tuple(found)


def wanted(walk: Walk, programme: Programme, step: Step, prompt: Prompt) -> int:
    """How many must answer a prompt. What fills a worksheet without names needs as many as it takes to show it."""
    people = len(rounds.asked(walk, prompt))
    need = needed(quorum_of(walk, step), people)
    unnamed = [s for s in step.worksheets if s.prompt == prompt.id and s.id in step.gate.rows]
    if any(is_unnamed(programme, sheet) for sheet in unnamed):
        least = max(privacy.least(q) for q in prompt.questions if not q.named)
        return max(need, least) if people >= least else need
    return need


def unseen(walk: Walk, programme: Programme, decision: Decision) -> bool:
    """Whether a decision has nothing to decide on: its worksheet holds nothing that the group may see, or no options.

    Nobody is asked to agree to what they cannot read.
    """
    if decision.worksheet:
        table = worksheets.table(walk, programme, programme.worksheet(decision.worksheet), "group")
        return not any(table.row_ids)
    asks = decision.prompts[-1]
    return any(q.options_from for q in asks.questions) and not asked.resolved(walk, programme, asks).questions


def held_back(walk: Walk, programme: Programme, step: Step) -> frozenset[str]:
    """The prompts of a step that are not put as long as there is nothing to decide on."""
    run = walk.partnership.run(step.id)
    return frozenset(
        p.id
        for d in step.decisions
        if any(rounds.put(walk, p, run) is None for p in d.prompts) and unseen(walk, programme, d)
        for p in d.prompts
    )


def answered(walk: Walk, prompt: Prompt, run: StepRun | None) -> int:
    """How many have answered a prompt."""
    latest = rounds.put(walk, prompt, run)
    return len(walk.answers_to(latest.id)) if latest else 0


def _rows(walk: Walk, programme: Programme, step: Step) -> tuple[Missing, ...]:
    found = []
    for sheet_id, wanted in step.gate.rows.items():
        sheet = step.worksheet(sheet_id)
        have = len(worksheets.rows_of(walk, programme, sheet))
        if have < wanted:
            found.append(
                Missing(what="rows", id=sheet_id, prompt=sheet.prompt, title=sheet.title, have=have, need=wanted)
            )
    return tuple(found)


def _filled(walk: Walk, programme: Programme, step: Step) -> tuple[Missing, ...]:
    found = []
    for filled in step.gate.filled:
        sheet = step.worksheet(filled.worksheet)
        empty = len(worksheets.unfilled(walk, programme, filled))
        if empty:
            title = f"{sheet.title}: {sheet.column(filled.column).title}"
            found.append(Missing(what="filled", id=sheet.id, prompt="", title=title, need=empty))
    return tuple(found)


def _decisions(walk: Walk, programme: Programme, step: Step, run: StepRun | None) -> tuple[Missing, ...]:
    found = []
    for decision in (step.decision(each) for each in step.gate.decisions):
        if holds(walk, decision, run) is None:
            last = decision.prompts[-1]
            blocked = is_blocked(_since(walk.partnership.outcome(decision.id), run))
            need = needed(decision.quorum, len(walk.counted()))
            have = min(need, answered(walk, last, run))
            what: Literal["blocked", "decision", "unseen"] = "blocked" if blocked else "decision"
            if not have and rounds.put(walk, last, run) is None and unseen(walk, programme, decision):
                what = "unseen"
            found.append(Missing(what=what, id=decision.id, prompt=last.id, title=decision.title, have=have, need=need))
    return tuple(found)


def _checks(step: Step, run: StepRun | None) -> tuple[Missing, ...]:
    said = {note.what for note in run.notes} if run else set()
    return tuple(
        Missing(what="check", id=check.id, prompt="", title=check.label)
        for check in step.gate.checks
        if f"yes:{check.id}" not in said
    )
