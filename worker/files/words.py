"""Reads the words of a language: every file of templates/words/LOCALE that is not the words of a programme."""

from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from worker.files import bundled
from workflows.errors import WrongInput
from workflows.words import Words, flatten


class BadWords(WrongInput):
    """A file of words cannot be read; the text names file, line and reason."""


def languages() -> tuple[str, ...]:
    """Return the languages that there are words in, in order of the alphabet."""
    return bundled.folders("templates/words")


def load(locale: str = "en") -> Words:
    """Return the words of a language. Raises BadWords."""
    programmes = set(bundled.folders("config/programmes"))
    folder = f"templates/words/{locale}"
    paths = (bundled.find(f"{folder}/{name}") for name in bundled.files(folder, ".yaml"))
    files = tuple((path, path.read_text(encoding="utf-8")) for path in paths if path.stem not in programmes)
    return _read(locale, files)


@lru_cache(maxsize=8)
def _read(locale: str, files: tuple[tuple[Path, str], ...]) -> Words:
    """Read and compile texts: that takes two seconds for all of them, so the same ones are read once a process."""
    texts: dict[str, str] = {}
    for path, text in files:
        try:
            tree = YAML(typ="safe").load(text)
        except MarkedYAMLError as wrong:
            line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
            raise BadWords(f"{path}:{line}: {wrong.problem}") from None
        texts.update(flatten(tree))
    return Words(locale=locale, texts=texts)
