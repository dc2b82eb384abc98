"""Reads what a worksheet may show the partner, and which of its columns are about promises.

A worksheet may be shared when a person who answers is told so before (`sees: partner` of the question), and when the
group has agreed on its text; a worksheet of promises is shown as it stands. What could never be shown that way is a
mistake of the file.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from workflows.contacts import DIFFER
from workflows.marked_yaml import Table
from workflows.programme import Column, Programme, Promised, Worksheet
from workflows.programme_source import Source, known
from workflows.question import Question

STATUSES = ("kept", "late", "broken", "unsure")  # the engine counts these
_KEYS = ("whose", "due", "ours", "theirs", "agree")
_NEEDED = {
    "whose": ("theirs", "ours", "both"),
    "ours": STATUSES,
    "theirs": STATUSES,
    "agree": (DIFFER,),
}


def promised(here: Table, cells: Mapping[str, Question], shown: Sequence[Column]) -> Promised:
    """Read which columns are about promises; a column that cannot be that is noted."""
    told = here.table("promises", f"promises of {here.name}")
    named = {key: told.text(key) for key in _KEYS}
    columns = {c.id: c for c in shown}
    for key, name in named.items():
        place = told.place_of(key)
        if not name or not known(told, place, name, list(columns), "there is no column"):
            continue
        column = columns[name]
        question = column.hand or cells.get(column.question)
        kind = "date" if key == "due" else "choice"
        if question is None or question.kind != kind:
            told.wrong(key, f"{key} of {told.name} must be a column of kind {kind}")
            continue
        lacking = [o for o in _NEEDED.get(key, ()) if o not in {option.value for option in question.options}]
        if lacking:
            told.wrong(key, f"{key} of {told.name} lacks the options {', '.join(lacking)}")
        if (column.hand is not None) != (key in ("theirs", "agree")):
            filled = "by hand" if key in ("theirs", "agree") else "from answers"
            told.wrong(key, f"{key} of {told.name} must be a column that is filled {filled}")
    told.close()
    return Promised(**named)


def check_shared(here: Table, made: Worksheet, cells: Mapping[str, Question], source: Source) -> None:
    """What is shared needs something that may be seen, and, unless it lists promises, a decision that agrees on it."""
    if made.promised and not made.shareable:
        here.problem(
            "promises", f"{here.name} lists promises, and the partner could never see them", "add share: partner"
        )
    if not made.shareable or made.tally:
        return
    name = next((c for c in made.columns if c.id == made.name), None)
    asked = cells.get(name.question) if name else None
    if name and (asked is None or asked.sees != "partner"):
        reason = f"{here.name}: nobody was told that the partner may see {made.name!r}"
        here.problem("share", reason, "write sees: partner in its question")
    if not made.promised:
        source.checks.append(partial(_check_agreed, here, made.id))


def _check_agreed(here: Table, sheet: str, programme: Programme) -> None:
    if all(d.worksheet != sheet for step in programme.steps for d in step.decisions):
        here.problem("share", f"{here.name} is agreed on by no decision, so there is no text to share")
