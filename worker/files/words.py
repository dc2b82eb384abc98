"""Reads the words of a language: every file of templates/words/LOCALE that is not the words of a programme."""

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
    texts: dict[str, str] = {}
    folder = f"templates/words/{locale}"
    for name in bundled.files(folder, ".yaml"):
        path = bundled.find(f"{folder}/{name}")
        if path.stem in programmes:
            continue
        try:
            tree = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        except MarkedYAMLError as wrong:
            line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
            raise BadWords(f"{path}:{line}: {wrong.problem}") from None
        texts.update(flatten(tree))
    return Words(locale=locale, texts=texts)
