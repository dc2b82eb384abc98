"""How much, from `low` to `high`, with words at both ends. Kept as a whole number."""

import builtins
import re
from decimal import Decimal

from workflows.errors import AskPerson
from workflows.forms import Field, Option, Typed
from workflows.kinds import clean, decimals, picking, spoken
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_OF = ("out of", "of", "von", "de", "sur", "em", "من")
_MOST_STEPS = 11  # 0 to 10; finer than that nobody feels
_REPLY = re.compile(r"(-?[0-9]{1,4})\s*(.*)")


def fields(question: Question) -> tuple[Field, ...]:
    """One field with a number for each step, the end words at the ends."""
    return (
        Field(
            id=question.id,
            widget="choice",
            label=question.label,
            hint=question.hint,
            required=question.required,
            options=tuple(Option(value=str(step), label=_label(question, step)) for step in _steps(question)),
            menu=len(_steps(question)) > picking.BUTTONS_MOST,
        ),
    )


def parse(question: Question, typed: Typed) -> Value | None:
    """Return the step as a whole number. Raises AskPerson for anything else."""
    picked = clean.plain(clean.one(typed, question.id))
    if not picked:
        return clean.nothing(question)
    steps = _steps(question)
    step = next((step for step in steps if str(step) == picked), None)
    if step is None:
        raise AskPerson({question.id: _how(question)})
    return step


def typed(question: Question, value: Value) -> Typed:
    """Pick the step again."""
    return {question.id: str(value)}


def from_text(question: Question, text: str) -> Typed:
    """Take "4", "4/5", "4 out of 5", or the words at an end. Raises AskPerson, also where words would be lost."""
    said = spoken.in_digits(decimals.ready(text)).rstrip(" .!")
    if not said:
        return {}
    steps = _steps(question)
    ends = {clean.plain(question.low_label): steps[0], clean.plain(question.high_label): steps[-1]}
    if said in ends:
        return {question.id: str(ends[said])}
    found = _REPLY.fullmatch(said)
    rest = found[2].strip(" -:=().,") if found else ""
    top = steps[-1]
    if not found or rest not in {"", f"/{top}", f"/ {top}", *(f"{of} {top}" for of in _OF), *ends}:
        raise AskPerson({question.id: _how(question)})
    kept = parse(question, {question.id: found[1]})
    return typed(question, kept) if kept is not None else {}


def show(question: Question, value: Value) -> str:
    """The step and the highest one."""
    return f"{value} out of {_steps(question)[-1]}"


def check(question: Question) -> tuple[str, ...]:
    """Say whether the ends make a scale."""
    low, high = question.low, question.high
    if low is None or high is None:
        return ("a scale needs low and high",)
    if low != int(low) or high != int(high):
        return ("low and high of a scale are whole numbers",)
    if not 2 <= high - low + 1 <= _MOST_STEPS:
        return (f"a scale has 2 to {_MOST_STEPS} steps",)
    if not question.low_label or not question.high_label:
        return ("a scale needs low_label and high_label: words for both ends",)
    return ()


def _steps(question: Question) -> builtins.range:
    low, high = question.low, question.high
    assert low is not None
    assert high is not None
    return builtins.range(int(low), int(high) + 1)


def _label(question: Question, step: int) -> str:
    words = {question.low: question.low_label, question.high: question.high_label}.get(Decimal(step), "")
    return f"{step}: {words}" if words else str(step)


def _how(question: Question) -> str:
    steps = _steps(question)
    return f"Please give one whole number from {steps[0]} to {steps[-1]}, and nothing else."


KIND = Kind(name="scale", fields=fields, parse=parse, typed=typed, from_text=from_text, show=show, check=check)
