"""Reads one worksheet of a programme: whose answers fill it, what it is for, and what it could never show."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast, get_args

from workflows.marked_yaml import Place, Table
from workflows.programme import Programme, Prompt, Side, Worksheet
from workflows.programme_columns import columns
from workflows.programme_sharing import check_shared, promised
from workflows.programme_source import TITLE, Source, known, words_of
from workflows.question import Question

TALLIED = ("yes_no", "choice", "scale")
_INTRO = 300  # one sentence above a table
_OF_TERMS = ("covers", "state", "in_place")


def worksheet(here: Table, all_words: Table, prompts: Sequence[Prompt], source: Source) -> Worksheet:
    """Read a worksheet; what is wrong with it is noted. `prompts` are those of its step."""
    given = source.ids.of(here, "worksheet")
    words = words_of(all_words, "worksheet", given)
    asked, rows, tally = _asked(here, prompts), here.text("rows", default=""), here.flag("tally", default=False)
    cells = cells_of(asked, rows)
    shown = () if tally else columns(here, words, cells, source)
    made = Worksheet(
        id=given,
        title=words.text("title", most=TITLE),
        intro=words.text("intro", most=_INTRO),
        prompt=here.text("prompt"),
        columns=shown,
        name=here.text("name", default=shown[0].id if shown else ""),
        rows=rows,
        tally=tally,
        by=here.text("by", default=""),
        side=cast(Side, here.one_of("side", [s for s in get_args(Side) if s], default="")),
        covers=here.text("covers", default=""),
        state=here.text("state", default=""),
        in_place=tuple(name for name, _ in here.texts("in_place", needed=False)),
        shareable=here.one_of("share", ("partner",), default="") == "partner",
        promised=promised(here, cells, shown) if here.has("promises") else None,
    )
    check_shared(here, made, cells, source)
    if tally:
        _check_tally(here, made, asked)
    else:
        _check_places(here, made, asked, cells)
        _check_terms(here, made, cells, source)
    _check_named(here, made, asked, cells)
    here.close()
    words.close()
    return made


def cell_of(sheet: Worksheet, column: str, cells: Mapping[str, Question]) -> Question | None:
    """The question behind a column, asked or filled by hand; None for one that is reckoned, or is not there."""
    found = next((c for c in sheet.columns if c.id == column), None)
    return (found.hand or cells.get(found.question)) if found else None


def cells_of(asked: Prompt | None, rows: str) -> Mapping[str, Question]:
    """What may stand in a column: cells of the `rows` question, or the questions of the prompt."""
    if asked is None:
        return {}
    if rows:
        return {c.id: c for q in asked.questions if q.id == rows for c in q.columns}
    return {q.id: q for q in asked.questions}


def _asked(here: Table, prompts: Sequence[Prompt]) -> Prompt | None:
    name = here.text("prompt")
    if name:
        known(here, here.place_of("prompt"), name, [p.id for p in prompts], "this step has no prompt")
    return next((p for p in prompts if p.id == name), None)


def _check_places(here: Table, made: Worksheet, asked: Prompt | None, cells: Mapping[str, Question]) -> None:
    """What is named must be there, and be fit for it."""
    if asked and made.rows:
        lines = [q.id for q in asked.questions if q.kind == "rows"]
        known(here, here.place_of("rows"), made.rows, lines, f"prompt {asked.id!r} has no question of kind rows")
    for key in ("name", "by", "covers", "state"):
        if here.has(key):
            known(here, here.place_of(key), here.text(key), [c.id for c in made.columns], "there is no column")
    by = cell_of(made, made.by, cells)
    if by and (by.kind != "choice" or by.options_from):
        here.wrong("by", f"by of {here.name} must be a choice column with fixed options")


def _check_tally(here: Table, made: Worksheet, asked: Prompt | None) -> None:
    for key in ("columns", "rows", "name", "by", "side", "share", "promises", *_OF_TERMS):
        if here.has(key):
            here.problem(key, f"{here.name} is a tally: it makes its own rows and columns", f"take {key} away")
    if asked and not any(q.kind in TALLIED for q in asked.questions):
        reason = f"{here.name}: prompt {asked.id!r} has no question that can be counted"
        here.problem("tally", reason, f"counted are {', '.join(TALLIED)}")


def _check_named(here: Table, made: Worksheet, asked: Prompt | None, cells: Mapping[str, Question]) -> None:
    """An unnamed answer beside a named one would be named by it."""
    shown = [cells[c.question] for c in made.columns if c.question in cells]
    if made.tally and asked:
        shown = [q for q in asked.questions if q.kind in TALLIED]
    unnamed = [q.id for q in shown if not q.named]
    if unnamed and len(unnamed) < len(shown):
        reason = f"{here.name} mixes named and unnamed answers: beside the others, {', '.join(unnamed)} would be named"
        here.problem("columns", reason, "make two worksheets of it")


def _check_terms(here: Table, made: Worksheet, cells: Mapping[str, Question], source: Source) -> None:
    """Terms say what they cover and how far they are; nothing else does."""
    for key in _OF_TERMS:
        if here.has(key) and made.side != "term":
            here.problem(key, f"{here.name} has {key}, but is no term", "write side: term")
        if made.side == "term" and not here.has(key):
            here.problem("side", f"{here.name} is a term without {key}", f"add {key}")
    covers, state = cell_of(made, made.covers, cells), cell_of(made, made.state, cells)
    if covers and (covers.kind not in {"choice", "choices"} or not covers.options_from):
        here.wrong("covers", f"covers of {here.name} must be a choice or choices column with options_from")
    elif covers:
        source.checks.append(partial(_check_covers, here, here.place_of("covers"), covers.options_from))
    if state and (state.kind != "choice" or state.options_from):
        here.wrong("state", f"state of {here.name} must be a choice column with fixed options")
    elif state:
        for name, place in here.texts("in_place", needed=False):
            known(here, place, name, [o.value for o in state.options], f"{made.state!r} has no option")


def _check_covers(here: Table, place: Place, names: Sequence[str], programme: Programme) -> None:
    sides = {w.id: w.side for s in programme.steps for w in s.worksheets}
    for name in names:
        if name in sides and sides[name] not in {"asset", "vulnerability"}:
            reason = f"covers of {here.name}: worksheet {name!r} holds neither assets nor vulnerabilities"
            here.mistakes.add(place, reason, "give it side: asset or side: vulnerability")
