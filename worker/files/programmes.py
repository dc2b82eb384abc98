"""Reads programmes from their files. A mistake in one raises ProgrammeErrors with every mistake, file, line, column.

A programme is a folder of `config/programmes`; its words stand in `templates/words/LOCALE`. Both are looked for as
`bundled` says: an operator's own folder first, so a programme of their own is two files in it and no setting more.
"""

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from worker.files import bundled
from workflows.errors import NotFound
from workflows.programme import Programme
from workflows.programme_file import Problem, ProgrammeErrors, parse_programme

_FILE = "programme.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The two files of a programme, read but not understood."""

    structure: str
    words: str
    structure_file: str
    words_file: str

    def parse(self) -> Programme:
        """Understand them. Raises ProgrammeErrors."""
        return _parsed(self)


@lru_cache(maxsize=8)  # a long programme takes most of a second; the same texts make the same values
def _parsed(given: Texts) -> Programme:
    return parse_programme(
        structure=given.structure, words=given.words, structure_file=given.structure_file, words_file=given.words_file
    )


def texts(programme_id: str, locale: str = "en") -> Texts:
    """Read the files of one programme. Raises NotFound when there is no such programme, or ProgrammeErrors."""
    structure = _find(f"config/programmes/{programme_id}/{_FILE}")
    if structure is None:
        raise NotFound(f"there is no programme {programme_id!r}; there is {', '.join(names())}")
    return _read(structure, _find(f"templates/words/{locale}/{programme_id}.yaml"), programme_id, locale)


def texts_at(path: pathlib.Path, *, words: pathlib.Path | None = None, locale: str = "en") -> Texts:
    """Read the files of a programme by where they are: a structure file, or the folder that holds one.

    Words are looked for in the `templates` beside the `config` that the file stands in, then where all words are, then
    in the file's own folder as words.yaml or NAME.words.yaml. Raises NotFound or ProgrammeErrors.
    """
    structure = path / _FILE if path.is_dir() else path
    if not structure.is_file():
        raise NotFound(f"there is no file {structure}")
    name = structure.resolve().parent.name if structure.name == _FILE else structure.stem
    if words is not None:
        if not words.is_file():
            raise NotFound(f"there is no file {words}")
        return _read(structure, words, name, locale)
    relative = f"templates/words/{locale}/{name}.yaml"
    near = [parent / relative for parent in structure.resolve().parents[2:4]]
    beside = [structure.with_name("words.yaml"), structure.with_name(f"{name}.words.yaml")]
    found = [each for each in (*near, _find(relative), *beside) if each is not None and each.is_file()]
    return _read(structure, found[0] if found else None, name, locale)


def load(programme_id: str, locale: str = "en") -> Programme:
    """Read one programme in one language. Raises ProgrammeErrors, or NotFound when there is no such programme."""
    read = texts(programme_id, locale)
    made = read.parse()
    problems = []
    if made.id != programme_id:
        reason = f"the id {made.id!r} differs from the name of its folder, {programme_id!r}"
        problems.append(
            Problem(file=read.structure_file, line=1, reason=reason, suggestion=f"write id: {programme_id}")
        )
    if made.locale != locale:
        reason = f"the locale {made.locale!r} differs from the name of its folder, {locale!r}"
        problems.append(Problem(file=read.words_file, line=1, reason=reason, suggestion=f"write locale: {locale}"))
    if problems:
        raise ProgrammeErrors(tuple(problems))
    return made


def load_all(locale: str = "en") -> Mapping[str, Programme]:
    """Read every programme there is, by id. Raises ProgrammeErrors with the mistakes of all of them."""
    made, problems = {}, list[Problem]()
    for name in names():
        try:
            made[name] = load(name, locale)
        except ProgrammeErrors as wrong:
            problems += wrong.problems
        except NotFound:
            file = f"config/programmes/{name}"
            problems.append(Problem(file=file, line=1, reason=f"this folder holds no {_FILE}"))
    if problems:
        raise ProgrammeErrors(tuple(problems))
    return made


def names() -> tuple[str, ...]:
    """The names of all programmes, in order of the alphabet."""
    return bundled.folders("config/programmes")


def _find(relative: str) -> pathlib.Path | None:
    try:
        return bundled.find(relative)
    except FileNotFoundError:
        return None


def _read(structure: pathlib.Path, words: pathlib.Path | None, name: str, locale: str) -> Texts:
    if words is None:
        reason = f"there are no words for this programme in templates/words/{locale}/{name}.yaml"
        raise ProgrammeErrors((Problem(file=str(structure), line=1, reason=reason),))
    return Texts(structure=_text(structure), words=_text(words), structure_file=str(structure), words_file=str(words))


def _text(path: pathlib.Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise ProgrammeErrors((Problem(file=str(path), line=line, reason="this is not UTF-8 text"),)) from None
    except OSError as wrong:
        raise ProgrammeErrors((Problem(file=str(path), line=1, reason=f"cannot be read: {wrong.strerror}"),)) from None
