"""From about so much to about so much, with a unit. Kept as {"low": "3", "high": "5"}: an honest guess has two ends."""

import re
from decimal import Decimal

from workflows.errors import AskPerson
from workflows.forms import Field, Typed
from workflows.kinds import clean, decimals, spoken
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_TO = re.compile(
    r"(?<=[\w.])\s*(?:-|\.\.+|…|[~〜]|から|"
    r"\b(?:to|and|until|up to|bis|und|hasta|a|y|à|et|até|e|إلى|الى|و)\b)\s*(?=[-0-9.,])"
)
_LEAD = re.compile(r"^(?:between|from|zwischen|von|entre|desde|de|بين|من)\s+")
_LONGEST = 100  # letters of two numbers and what stands between them
_BOTH = "Please write one number, or both ends like 3 to 5."


def fields(question: Question) -> tuple[Field, ...]:
    """Two fields; both ends belong together."""
    of = f" ({question.unit})" if question.unit else ""
    low = Field(
        id=f"{question.id}.low",
        widget="number",
        label=question.label,
        hint=question.hint,
        placeholder=f"at least{of}",
        required=question.required,
        max_chars=60,
    )
    high = Field(
        id=f"{question.id}.high",
        widget="number",
        label=f"… up to{of}",
        placeholder=f"at most{of}",
        required=question.required,
        max_chars=60,
    )
    return low, high


def parse(question: Question, typed: Typed) -> Value | None:
    """Return both ends, the lower one first. Raises AskPerson with the problems of both."""
    typed, problems = _both_in_one(question, typed), dict[str, str]()
    ends = {end: _end(question, typed, f"{question.id}.{end}", problems) for end in ("low", "high")}
    if not problems and not any(ends.values()):
        return clean.nothing(question, f"{question.id}.low")
    if not problems:  # one number alone is exact: it stands for both ends
        ends = {"low": ends["low"] or ends["high"], "high": ends["high"] or ends["low"]}
    if not problems and Decimal(ends["low"]) > Decimal(ends["high"]):
        problems[f"{question.id}.high"] = "This end is smaller than the first one. Please put the smaller one first."
    if problems:
        raise AskPerson(problems)
    return ends


def _both_in_one(question: Question, typed: Typed) -> Typed:
    """Both ends as fields, where somebody wrote "2-3" into the first one alone."""
    low, high = f"{question.id}.low", f"{question.id}.high"
    given = typed.get(low, "")
    if not isinstance(given, str) or not given or typed.get(high):
        return typed
    parts = [part.strip() for part in _TO.split(_bare(given))]
    return {**typed, low: parts[0], high: parts[1]} if len(parts) == 2 and len(given) <= _LONGEST else typed


def typed(question: Question, value: Value) -> Typed:
    """Fill both fields."""
    ends = _ends(value)
    return {f"{question.id}.{end}": decimals.retype(ends[end]) for end in ("low", "high")}


def from_text(question: Question, text: str) -> Typed:
    """Take "3-5", "3 to 5 hours", "between 3 and 5", or one number for both ends. Raises AskPerson."""
    given = _bare(spoken.in_digits(clean.plain(text), question.unit))
    parts = [part.strip() for part in _TO.split(given)] if given else [""]
    if len(parts) > 2:
        raise AskPerson({question.id: _BOTH})
    read = {f"{question.id}.low": parts[0], f"{question.id}.high": parts[-1]}
    kept = parse(question, read)
    return {} if kept is None else typed(question, kept)


def show(question: Question, value: Value) -> str:
    """Both ends and the unit; one number when they are the same."""
    ends = _ends(value)
    numbers = ends["low"] if ends["low"] == ends["high"] else f"{ends['low']} to {ends['high']}"
    return f"{numbers} {question.unit}".strip()


def _bare(text: str) -> str:
    """Both ends without what leads up to them."""
    return spoken.without_about(_LEAD.sub("", decimals.ready(text)))


def _ends(value: Value) -> dict[str, str]:
    assert isinstance(value, dict)
    return value


def _end(question: Question, typed: Typed, field_id: str, problems: dict[str, str]) -> str:
    try:
        given = clean.line(clean.one(typed, field_id))
        number = decimals.read(given, question.unit) if given else ""
    except AskPerson as asked:
        problems.update(asked.problems)
        return ""
    except decimals.NotANumber as no:
        problems[field_id] = str(no)
        return ""
    if number and (problem := decimals.problem(question, number)):
        problems[field_id] = problem
    return number


KIND = Kind(
    name="range",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=decimals.wrong_limits,
)
