"""Yes, no or not sure, with a note if one likes. Kept as {"said": "yes", "note": "..."}."""

import re

from workflows.errors import AskPerson
from workflows.forms import Field, Option, Typed
from workflows.kinds import clean, short_text, spoken
from workflows.kinds.kind import Kind, Value
from workflows.question import Question

_OPTIONS = (
    Option(value="yes", label="Yes"),
    Option(value="no", label="No"),
    Option(value="unsure", label="Not sure"),
)
_LABELS = {option.value: option.label for option in _OPTIONS}

# In this order: "no idea", "not sure" and "no sé" begin like "no". A number is the place in the list above.
_SAID = (
    *spoken.SAID[:1],
    ("unsure", re.compile(r"(?:i['’]?m |i am )?(?:not sure|unsure|no idea|maybe|yes and no|3)(?![\w/])", re.I)),
    ("unsure", re.compile(r"(?:i )?(?:don['’]?t|do not|can['’]?t|cannot) (?:know|say|tell)(?!\w)", re.I)),
    ("unsure", re.compile(r"dunno(?!\w)|\?", re.I)),
    ("yes", re.compile(r"(?:yes|yep|yeah|y|1)(?![\w/])", re.I)),
    ("no", re.compile(r"(?:nope|no|n|2)(?![\w/])", re.I)),
    *spoken.SAID[1:],
)
_OR = re.compile(
    r"\s*/|\s+(?:or|oder|o|ou|of|أو)(?!\w)|\s*\?\s*(?:no|nein|non|não|nee|yes|ja|sí|oui|sim)\b", re.I
)  # "yes or no"


def fields(question: Question) -> tuple[Field, ...]:
    """The three answers and a line for a note."""
    said = Field(
        id=question.id,
        widget="choice",
        label=question.label,
        hint=question.hint,
        required=question.required,
        options=_OPTIONS,
    )
    note = Field(
        id=f"{question.id}.note",
        widget="lines",
        label="A note, if you like",
        required=False,
        max_chars=question.max_chars,
    )
    return said, note


def parse(question: Question, typed: Typed) -> Value | None:
    """Return what was said and the note. Raises AskPerson; a note alone is not an answer yet, and is not lost."""
    problems: dict[str, str] = {}
    said = note = ""
    try:
        said = clean.one(typed, question.id)
    except AskPerson as asked:
        problems.update(asked.problems)
    try:
        note = clean.one(typed, f"{question.id}.note")
    except AskPerson as asked:
        problems.update(asked.problems)
    if problem := clean.too_long(note, question.max_chars):
        problems[f"{question.id}.note"] = problem
    if (said or note) and said not in _LABELS:
        problems.setdefault(question.id, "Please pick yes, no or not sure.")
    if problems:
        raise AskPerson(problems)
    if not said:
        return clean.nothing(question)
    return {"said": said, "note": note}


def typed(question: Question, value: Value) -> Typed:
    """Pick the answer again and fill in the note."""
    assert isinstance(value, dict)
    note = {f"{question.id}.note": value["note"]} if value["note"] else {}
    return {question.id: value["said"], **note}


def from_text(question: Question, text: str) -> Typed:
    """Take "yes", "no", "not sure"; what follows is the note. Raises AskPerson."""
    given = clean.text(text)
    if not given:
        return {}
    for said, begins in _SAID:
        if (found := begins.match(given)) and not _OR.match(given[found.end() :]):
            note = given[found.end() :].lstrip(" \t\n.,;:!?-–—、。،؛")
            return typed(question, {"said": said, "note": note})
    raise AskPerson({question.id: 'Please begin with "yes", "no" or "not sure". You can add why after it.'})


def show(question: Question, value: Value) -> str:
    """What was said, then the note."""
    assert isinstance(value, dict)
    said = _LABELS.get(value["said"], value["said"])
    return f"{said}: {value['note']}" if value["note"] else said


KIND = Kind(
    name="yes_no",
    fields=fields,
    parse=parse,
    typed=typed,
    from_text=from_text,
    show=show,
    check=short_text.check,
)
