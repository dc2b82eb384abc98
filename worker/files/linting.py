"""What `fairsteps lint` looks at: one programme, all of them, or the members of a simulation with their zones."""

import re
from pathlib import Path

from worker.files import programmes
from worker.files.members import read_members
from workflows.errors import AskPerson
from workflows.programme_file import Problem, ProgrammeErrors

_PLACED = re.compile(r"(?P<file>.*):(?P<line>\d+): (?P<reason>.*)")


def mistakes(given: str, *, words: Path | None = None, locale: str = "en") -> tuple[Problem, ...]:
    """Every mistake of a programme, by name or by path; of all of them when none is given. Raises NotFound."""
    if given.endswith(".csv"):
        return _of_members(Path(given))
    try:
        if not given:
            programmes.load_all(locale)
        elif words is not None or _is_path(given):
            programmes.texts_at(_path(given), words=words, locale=locale).parse()
        else:
            programmes.load(given, locale)
    except ProgrammeErrors as wrong:
        return wrong.problems
    return ()


def checked(given: str) -> str:
    """What was looked at, in a word."""
    return given or ", ".join(programmes.names())


def _is_path(given: str) -> bool:
    """A name has no slash and no ending; a folder of that name counts only when no programme is called so."""
    return (
        "/" in given or given.endswith((".yaml", ".yml")) or (given not in programmes.names() and Path(given).exists())
    )


def _path(given: str) -> Path:
    """Where the structure is; a name with words of its own stands where all programmes are."""
    return Path(given) if _is_path(given) else Path(programmes.texts(given).structure_file)


def _of_members(file: Path) -> tuple[Problem, ...]:
    """The mistakes of a CSV of members; an unknown time zone gets the nearest one there is."""
    try:
        read_members(file)
    except AskPerson as asked:
        return tuple(_placed(said, file) for said in asked.problems.values())
    return ()


def _placed(said: str, file: Path) -> Problem:
    place = _PLACED.fullmatch(said)
    line, reason = (int(place["line"]), place["reason"]) if place else (1, said)
    reason, _, meant = reason.partition("; ")
    return Problem(file=str(file), line=line, reason=reason, suggestion=meant)
