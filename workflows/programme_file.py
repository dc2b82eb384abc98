"""Reads a programme from its two files: its structure, and its words in one language.

The structure says what exists, in which order, and every number; the words say all that a person reads, keyed by the
same ids. Both files explain themselves at their top. Either a whole, sound programme comes out, or `ProgrammeErrors`
with every mistake at once, each with file, line and reason. Nothing else is raised, whatever the text.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Literal, TypeVar, cast, get_args

from workflows.errors import WrongInput
from workflows.marked_yaml import Problem, Table, did_you_mean, read
from workflows.programme import Column, Gate, MilestonePlan, Programme, Prompt, Reading, Step, Worksheet
from workflows.programme_question import Ids, question, words_of

__all__ = ["Problem", "ProgrammeErrors", "parse_programme"]

_ReadingKind = Literal["book", "article", "paper", "video"]
_TITLE = 150  # a header of a Slack message: https://docs.slack.dev/reference/block-kit/blocks/header-block
_TEXT = 2900  # a Slack section takes 3000 characters; the rest is for what is set around it
_COLUMN = 60
_WEB = re.compile(r"https://[^\s<>|]+\.[^\s<>|]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class ProgrammeErrors(WrongInput):
    """The files are no sound programme; `problems` holds every mistake, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def parse_programme(*, structure: str, words: str, structure_file: str, words_file: str) -> Programme:
    """Read both files. Raises ProgrammeErrors with all mistakes of both."""
    here, mistakes = read(structure, structure_file)
    told, told_mistakes = read(words, words_file)
    ids = Ids()
    given = ids.of(here, "programme")
    steps_words = told.table("steps", "the words of the steps")
    steps = tuple(_step(each, steps_words, ids) for each in here.tables("steps", "step"))
    _check_ends(here, steps)
    made = Programme(
        id=given,
        version=here.text("version", most=20),
        title=told.text("title", most=_TITLE),
        credit=told.text("credit", most=_TEXT),
        locale=_language(told, "locale"),
        steps=steps,
    )
    here.close()
    if not here.absent:  # without a structure every word would look like one too many
        steps_words.close()
        told.close()
    problems = (*sorted(set(mistakes.found)), *sorted(set(told_mistakes.found)))
    if problems:
        raise ProgrammeErrors(problems)
    return made


def _step(here: Table, all_words: Table, ids: Ids) -> Step:
    given = ids.of(here, "step")
    words = words_of(all_words, "step", given)
    prompts = _each(here, words, "prompts", lambda one, told: _prompt(one, told, ids), needed=True)
    sheets = _each(here, words, "worksheets", lambda one, told: _worksheet(one, told, ids, prompts))
    review_weeks = here.whole("review_weeks", default=0, low=0, high=260)
    made = Step(
        id=given,
        title=words.text("title", most=_TITLE),
        read=words.text("read", most=_TEXT),
        done=words.text("done", most=_TEXT),
        prompts=prompts,
        worksheets=sheets,
        readings=_each(here, words, "readings", lambda one, told: _reading(one, told, ids)),
        milestones=_each(here, words, "milestones", lambda one, told: _milestone(one, told, ids)),
        gate=_gate(here.table("gate", f"the gate of {here.name}"), sheets),
        review_weeks=review_weeks,
        review_title=words.text("review_title", default=None if review_weeks else "", most=_TITLE),
    )
    here.close()
    words.close()
    return made


_Made = TypeVar("_Made")


def _each(
    here: Table, words: Table, key: str, make: Callable[[Table, Table], _Made], *, needed: bool = False
) -> tuple[_Made, ...]:
    """Read every table of a list beside its words, and report words that belong to none of them."""
    tables = here.tables(key, key.removesuffix("s"), needed=needed)
    told = words.table(key, f"the words of the {key} of {here.name}", needed=bool(tables))
    made = tuple(make(each, told) for each in tables)
    told.close()
    if needed and here.has(key) and not made:
        here.problem(key, f"{here.name} needs at least one of {key}")
    return made


def _check_ends(here: Table, steps: tuple[Step, ...]) -> None:
    """Say where the walk would stop short, or come to an end: only the last step stays open, and it must."""
    tables = here.tables("steps", "step", needed=False)
    for table, step in zip(tables, steps, strict=True):
        gate, last = table.line_of("gate"), step is steps[-1]
        if last and not step.gate.never:
            here.mistakes.add(gate, f"the gate of the last step, {step.id!r}, must say never: true")
        if not last and step.gate.never:
            here.mistakes.add(gate, f"the gate of step {step.id!r} says never, so no later step would ever come")
        if step.gate.never and not step.review_weeks:
            here.mistakes.add(table.line, f"step {step.id!r} stays open, so it needs review_weeks")
        repeats = [prompt for prompt in step.prompts if prompt.every_weeks]
        if step.gate.never and step.prompts and not repeats:
            here.mistakes.add(table.line, f"step {step.id!r} stays open, so one of its prompts needs every_weeks")
        if not step.gate.never:
            for prompt in repeats:
                here.mistakes.add(table.line, f"prompt {prompt.id!r} has every_weeks, but step {step.id!r} will close")
    if here.has("steps") and not steps:
        here.problem("steps", "a programme needs at least one step")


def _prompt(here: Table, all_words: Table, ids: Ids) -> Prompt:
    given = ids.of(here, "prompt")
    words = words_of(all_words, "prompt", given)
    own = Ids()  # question ids are looked up within their prompt
    made = Prompt(
        id=given,
        title=words.text("title", most=_TITLE),
        intro=words.text("intro", most=_TEXT),
        minutes=here.whole("minutes", low=1, high=60),
        questions=_each(here, words, "questions", lambda one, told: question(one, told, own), needed=True),
        every_weeks=here.whole("every_weeks", default=0, low=0, high=52),
    )
    here.close()
    words.close()
    return made


def _worksheet(here: Table, all_words: Table, ids: Ids, prompts: tuple[Prompt, ...]) -> Worksheet:
    given = ids.of(here, "worksheet")
    words = words_of(all_words, "worksheet", given)
    prompt = here.text("prompt")
    asked = {each.id: [q.id for q in each.questions] for each in prompts}
    if prompt and prompt not in asked:
        here.problem("prompt", f"{here.name}: this step has no prompt {prompt!r}{did_you_mean(prompt, list(asked))}")
    titles = words.table("columns", f"the columns of worksheet {given!r}")
    columns = []
    for name, line in here.texts("columns"):
        if prompt in asked and name not in asked[prompt]:
            meant = did_you_mean(name, asked[prompt])
            here.mistakes.add(line, f"{here.name}: prompt {prompt!r} has no question {name!r}{meant}")
        columns.append(Column(title=titles.text(name, most=_COLUMN), question=name))
    if here.has("columns") and not columns:
        here.problem("columns", f"{here.name} needs at least one column")
    made = Worksheet(id=given, title=words.text("title", most=_TITLE), prompt=prompt, columns=tuple(columns))
    for table in (here, titles, words):
        table.close()
    return made


def _reading(here: Table, all_words: Table, ids: Ids) -> Reading:
    given = ids.of(here, "reading")
    words = words_of(all_words, "reading", given)
    made = Reading(
        id=given,
        title=words.text("title", most=_TITLE),
        author=words.text("author", most=_TITLE),
        kind=cast(_ReadingKind, here.one_of("kind", get_args(_ReadingKind))),
        language=_language(here, "language"),
        minutes=here.whole("minutes", low=1, high=3000),
        why=words.text("why", most=_TEXT),
        discuss=words.text("discuss", most=_TEXT),
        url=here.text("url", default=""),
        where=words.text("where", default="", most=_TITLE),
    )
    if made.url and not _WEB.fullmatch(made.url):
        here.problem("url", f"url of {here.name} must be a web address that begins with https://")
    if not made.url and not made.where:
        words.problem("where", f"{here.name} has no url, so its words must say where to find it")
    here.close()
    words.close()
    return made


def _milestone(here: Table, all_words: Table, ids: Ids) -> MilestonePlan:
    given = ids.of(here, "milestone")
    words = words_of(all_words, "milestone", given)
    made = MilestonePlan(id=given, title=words.text("title", most=_TITLE), days=here.whole("days", low=1, high=1500))
    here.close()
    words.close()
    return made


def _gate(here: Table, sheets: tuple[Worksheet, ...]) -> Gate:
    rows = here.table("rows", f"the rows of {here.name}", needed=False)
    known = [sheet.id for sheet in sheets]
    for name in rows.names():
        if name not in known:
            rows.problem(name, f"{here.name}: this step has no worksheet {name!r}{did_you_mean(name, known)}")
    made = Gate(
        quorum=here.number("quorum", default=Decimal("0.5"), low=Decimal(0), high=Decimal(1)) or Decimal(0),
        rows={name: rows.whole(name, low=1, high=1000) for name in rows.names()},
        never=here.flag("never", default=False),
    )
    here.close()
    return made


def _language(here: Table, key: str) -> str:
    given = here.text(key)
    if given and not _LANGUAGE.fullmatch(given):
        here.problem(key, f"{key} of {here.name} must be a language like en or pt-BR")
    return given
