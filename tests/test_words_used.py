"""Every word that people could read is asked for somewhere: what nobody says any more does not stay in the files.

A key counts as asked for where code or a page names it whole, or where an f-string could come to it, or where a page
joins a name to what stands before its last dot.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from worker.files import bundled
from workflows.words import flatten

ROOT = Path(__file__).parent.parent
# What `_shape` makes of f"workbook.{key}".
_ROOM = re.compile(r"([\w\-]+\\\.)\[\\w\\-\]\*")


def _named() -> Iterator[str | ast.JoinedStr]:
    """Every text that code names, whole or with holes, and every text between quotes in a page."""
    for room in ("workflows", "worker"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    yield node
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
    for path in (ROOT / "templates").rglob("*.j2"):
        yield from re.findall(r"[\"']([\w.\-]+)[\"']", path.read_text(encoding="utf-8"))


def _shape(text: ast.JoinedStr) -> str:
    """What an f-string comes to, as a pattern: a hole stands for one name between dots, or for all before an ending."""
    given = [part.value if isinstance(part, ast.Constant) else None for part in text.values]
    said = "".join(part for part in given if isinstance(part, str))
    begins, ends = given[0], given[-1]
    known = (
        "." in begins if isinstance(begins, str) else isinstance(ends, str) and ends.startswith("_") and len(ends) > 1
    )
    if not known or not re.fullmatch(r"[\w.\-]+", said):
        return ""
    shape = "".join(re.escape(part) if isinstance(part, str) else r"[\w\-]*" for part in given)
    return shape if isinstance(begins, str) else rf"[\w.\-]*{shape}"


def _keys() -> Iterator[str]:
    """Every key but those of programmes, which name their words by what they hold."""
    programmes = bundled.folders("config/programmes")
    for path in sorted((ROOT / "templates" / "words" / "en").glob("*.yaml")):
        if path.stem not in programmes:
            yield from flatten(YAML(typ="safe").load(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """What is named: whole, in some shape, or in a room of the words (`workbook.`) that some code speaks within."""

    whole: frozenset[str]
    shapes: re.Pattern[str]
    rooms: frozenset[str]

    def has(self, key: str) -> bool:
        within = [key.removeprefix(room) for room in self.rooms if key.startswith(room)]
        return any(
            one in self.whole or self.shapes.fullmatch(one) or f"{one.rpartition('.')[0]}." in self.whole
            for one in (key, *within)
        )


@pytest.fixture(scope="module")
def asked_for() -> AskedFor:
    named = list(_named())
    shapes = {_shape(text) for text in named if isinstance(text, ast.JoinedStr)} - {""}
    return AskedFor(
        whole=frozenset(text for text in named if isinstance(text, str)),
        shapes=re.compile("|".join(sorted(shapes))),
        rooms=frozenset(match[1].replace("\\", "") for one in shapes if (match := _ROOM.fullmatch(one))),
    )


def test_every_word_is_asked_for(asked_for: AskedFor) -> None:
    assert [key for key in _keys() if not asked_for.has(key)] == []
