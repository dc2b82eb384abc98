"""Reads a programme from its two files: its structure, and its words in one language.

The structure says what exists, in which order, and every number; the words say all that a person reads, keyed by the
same ids. docs/programmes.md explains both. Either a whole, sound programme comes out, or `ProgrammeErrors` with every
mistake at once, each with file, line, column, reason and, where one can be made, a suggestion. Nothing else is raised,
whatever the text.
"""

import re

from workflows.errors import WrongInput
from workflows.marked_yaml import Problem, Table, read
from workflows.programme import Programme, Step
from workflows.programme_prompt import check_patterns, patterns
from workflows.programme_reading import language
from workflows.programme_source import TEXT, TITLE, Source
from workflows.programme_step import step

__all__ = ["Problem", "ProgrammeErrors", "parse_programme"]

_ABOUT = 600  # two sentences
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")


class ProgrammeErrors(WrongInput):
    """The files are no sound programme; `problems` holds every mistake, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def parse_programme(*, structure: str, words: str, structure_file: str, words_file: str) -> Programme:
    """Read both files. Raises ProgrammeErrors with all mistakes of both."""
    here, mistakes = read(structure, structure_file)
    told, told_mistakes = read(words, words_file)
    made = _programme(here, told)
    problems = (*sorted(set(mistakes.found)), *sorted(set(told_mistakes.found)))
    if problems:
        raise ProgrammeErrors(problems)
    return made


def _programme(here: Table, told: Table) -> Programme:
    source = Source(stages=told.table("stages", "the words of the stages", needed=False))
    given = source.ids.of(here, "programme")
    version = here.text("version", most=20)
    if version and not _VERSION.fullmatch(version):
        here.wrong("version", f"the version {version!r} may only hold letters, digits, dots and -")
    patterns(here, told, source)
    steps_words = told.table("steps", "the words of the steps")
    tables = here.tables("steps", "step")
    made = Programme(
        id=given,
        version=version,
        title=told.text("title", most=TITLE),
        about=told.text("about", most=_ABOUT),
        credit=told.text("credit", most=TEXT),
        locale=language(told, "locale"),
        steps=tuple(step(each, steps_words, source) for each in tables),
    )
    _check_ends(here, tables, made.steps)
    check_patterns(here, source)
    for check in source.checks:
        check(made)
    here.close()
    if not here.absent:  # without a structure every word would look like one too many
        for table in (steps_words, source.stages, told):
            table.close()
    return made


def _check_ends(here: Table, tables: list[Table], steps: tuple[Step, ...]) -> None:
    """Say where the walk would stop short: only the last step may stay open, and then it needs something to do."""
    for table, each in zip(tables, steps, strict=True):
        if each.gate.never and each is not steps[-1]:
            table.problem("gate", f"the gate of {table.name} says never, so no later step would ever come")
        if each.gate.never and not each.review_weeks:
            table.problem("gate", f"{table.name} stays open, so it needs review_weeks", "add review_weeks: 26")
        if each.gate.never and each.prompts and not any(p.every_weeks for p in each.prompts):
            table.problem("prompts", f"{table.name} stays open, so one of its prompts needs every_weeks")
        if each.review_weeks and not each.gate.never:
            table.problem("review_weeks", f"{table.name} will close, so review_weeks means nothing")
    if here.has("steps") and not steps:
        here.problem("steps", "a programme needs at least one step")
