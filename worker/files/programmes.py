"""Reads the programmes from their files. A mistake in one raises ProgrammeErrors with every mistake, file and line."""

import pathlib
from collections.abc import Mapping

from worker.files import bundled
from workflows.errors import NotFound
from workflows.programme import Programme
from workflows.programme_file import Problem, ProgrammeErrors, parse_programme


def load(programme_id: str, locale: str = "en") -> Programme:
    """Read one programme in one language. Raises ProgrammeErrors, or NotFound when there is no such programme."""
    structure_path = _find(f"config/programmes/{programme_id}/programme.yaml")
    words_path = _find(f"templates/words/{locale}/{programme_id}.yaml")
    if structure_path is None:
        raise NotFound(f"there is no programme {programme_id!r}")
    if words_path is None:
        reason = f"there are no words for this programme in templates/words/{locale}/{programme_id}.yaml"
        raise ProgrammeErrors((Problem(file=str(structure_path), line=1, reason=reason),))
    made = parse_programme(
        structure=_text(structure_path),
        words=_text(words_path),
        structure_file=str(structure_path),
        words_file=str(words_path),
    )
    problems = []
    if made.id != programme_id:
        reason = f"the id {made.id!r} differs from the name of its folder, {programme_id!r}"
        problems.append(Problem(file=str(structure_path), line=1, reason=reason))
    if made.locale != locale:
        reason = f"the locale {made.locale!r} differs from the name of its folder, {locale!r}"
        problems.append(Problem(file=str(words_path), line=1, reason=reason))
    if problems:
        raise ProgrammeErrors(tuple(problems))
    return made


def load_all(locale: str = "en") -> Mapping[str, Programme]:
    """Read every programme there is, by id. Raises ProgrammeErrors with the mistakes of all of them."""
    made, problems = {}, list[Problem]()
    for name in bundled.folders("config/programmes"):
        try:
            made[name] = load(name, locale)
        except ProgrammeErrors as wrong:
            problems += wrong.problems
        except NotFound:
            file = f"config/programmes/{name}"
            problems.append(Problem(file=file, line=1, reason="this folder holds no programme.yaml"))
    if problems:
        raise ProgrammeErrors(tuple(problems))
    return made


def _find(relative: str) -> pathlib.Path | None:
    try:
        return bundled.find(relative)
    except FileNotFoundError:
        return None


def _text(path: pathlib.Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise ProgrammeErrors((Problem(file=str(path), line=line, reason="this is not UTF-8 text"),)) from None
    except OSError as wrong:
        raise ProgrammeErrors((Problem(file=str(path), line=1, reason=f"cannot be read: {wrong.strerror}"),)) from None
