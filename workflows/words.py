"""The words people read: one catalogue per language, loaded once at start.

A text is a Jinja template with named values. What people wrote comes in as values only and is never a template. A
missing value or text is an error, and both are found by rendering every example in a test.
"""

from collections.abc import Mapping
from typing import cast

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment


class MissingWords(LookupError):
    """There is no text of that name in this language."""


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # plain words: every renderer escapes for its own channel
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.pop("range", None)
    environment.globals["plural"] = plural
    return environment


def plural(count: int, one: str, many: str) -> str:
    """Return "1 answer" or "3 answers"."""
    return f"{count} {one if count == 1 else many}"


class Words:
    """Compiled texts by dotted name: `words("prompt.subject", title="…")`."""

    def __init__(self, *, locale: str, texts: Mapping[str, str]) -> None:
        environment = _environment()
        self.locale = locale
        # Most texts are words and nothing else: they need no compiling, which is most of the work at a start.
        self._texts: Mapping[str, Template | str] = {
            name: environment.from_string(text.strip()) if "{" in text else text.strip() for name, text in texts.items()
        }

    def __call__(self, key: str, **values: object) -> str:
        """Return the text `key` with `values` filled in. Raises MissingWords."""
        text = self._texts.get(key)
        if text is None:
            raise MissingWords(f"no words for {key} in {self.locale}")
        return text if isinstance(text, str) else text.render(values)

    def lines(self, key: str, **values: object) -> tuple[str, ...]:
        """Return the paragraphs of a text, split at empty lines."""
        return tuple(p.strip() for p in self(key, **values).split("\n\n") if p.strip())


def flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Return a nested mapping of strings as dotted names."""
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(flatten(cast("Mapping[str, object]", value), f"{name}."))
        else:
            flat[name] = str(value)
    return flat
