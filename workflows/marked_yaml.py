"""A YAML file read as tables that remember their lines, so that every mistake in it can be named at once.

A key that nobody asked for is a mistake as well (`Table.close`). Reading goes on after a mistake with a harmless
stand-in; `Mistakes.found` then holds them all.
"""

import difflib
import re
from collections.abc import Sequence
from decimal import Decimal

from workflows.yaml_tree import Mistakes, Node, Problem, tree

_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_WHOLE = re.compile(r"-?[0-9]{1,9}")


class Table:
    """A mapping of the file. Each reading method names its key, and close() reports the keys nobody named."""

    def __init__(self, mistakes: Mistakes, line: int, name: str, node: Node | None = None) -> None:
        self.mistakes, self.line, self.name = mistakes, line, name
        self.absent = False  # True for the stand-in of a missing table, which reports nothing more
        self._entries: dict[str, Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: dict[str, None] = {}
        items = node.items if node else []
        for key, value in zip(items[::2], items[1::2], strict=True):
            self._enter(key, value)

    def text(self, key: str, *, default: str | None = None, most: int = 0) -> str:
        """A text. Without a default it must be there; `most` bounds its characters."""
        node = self._take(key, needed=default is None)
        if node is None:
            return default or ""
        kept = node.value
        if node.kind in {"list", "table"}:
            self.problem(key, f"{key} of {self.name} must be a text")
        elif not kept or node.kind == "nothing":
            self.problem(key, f"{key} of {self.name} is empty")
        if most and len(kept) > most:
            self.problem(key, f"{key} of {self.name} has {len(kept)} characters; there is room for {most}")
        return kept

    def one_of(self, key: str, allowed: Sequence[str], *, default: str | None = None) -> str:
        """A word out of a few."""
        kept = self.text(key, default=default)
        if kept and kept not in allowed:
            meant = did_you_mean(kept, allowed) or f"; it is one of {', '.join(allowed)}"
            self.problem(key, f"{key} of {self.name} cannot be {kept!r}{meant}")
            return default if default is not None else allowed[0]
        return kept

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        return self.one_of(key, ("true", "false"), default="true" if default else "false") == "true"

    def whole(self, key: str, *, default: int | None = None, low: int, high: int) -> int:
        """A whole number between two limits."""
        kept = self.text(key, default=None if default is None else str(default))
        if kept and not (_WHOLE.fullmatch(kept) and low <= int(kept) <= high):
            self.problem(key, f"{key} of {self.name} must be a whole number from {low} to {high}")
            return low if default is None else default
        return int(kept) if kept else low

    def number(self, key: str, *, default: Decimal | None, low: Decimal, high: Decimal) -> Decimal | None:
        """A number between two limits, exact."""
        kept = self.text(key, default="")
        if not kept:
            return default
        if not (_DECIMAL.fullmatch(kept) and low <= Decimal(kept) <= high):
            self.problem(key, f"{key} of {self.name} must be a number from {low} to {high}")
            return default
        return Decimal(kept)

    def table(self, key: str, name: str, *, needed: bool = True) -> "Table":
        """A mapping under a key; a silent stand-in where it is missing."""
        node = self._take(key, needed=needed)
        if node is None:
            return self.nothing(name)
        if node.kind != "table":
            self.problem(key, f"{key} of {self.name} must be a mapping: lines of 'name: value'")
            return self.nothing(name)
        return Table(self.mistakes, self.line_of(key), name, node)

    def tables(self, key: str, name: str, *, needed: bool = True) -> list["Table"]:
        """A list of mappings under a key."""
        found = []
        for node in self._items(key, needed=needed):
            if node.kind == "table":
                found.append(Table(self.mistakes, node.line, name, node))
            else:
                self.mistakes.add(node.line, f"each {name} under {key} must be a mapping: lines of 'name: value'")
        return found

    def texts(self, key: str, *, needed: bool = True) -> list[tuple[str, int]]:
        """A list of texts under a key, each with its line."""
        found = []
        for node in self._items(key, needed=needed):
            if node.kind == "text" and node.value:
                found.append((node.value, node.line))
            else:
                self.mistakes.add(node.line, f"each line of {key} of {self.name} must be a text")
        return found

    def names(self) -> list[str]:
        """The keys as they stand in the file."""
        return list(self._entries)

    def has(self, key: str) -> bool:
        """Whether the key stands in the file."""
        return key in self._entries

    def is_table(self, key: str) -> bool:
        """Whether a mapping stands under the key."""
        return key in self._entries and self._entries[key].kind == "table"

    def line_of(self, key: str) -> int:
        """The line of a key, or of the table where the key is missing."""
        return self._lines.get(key, self.line)

    def problem(self, key: str, reason: str) -> None:
        """Note a mistake at a key."""
        if not self.absent:
            self.mistakes.add(self.line_of(key), reason)

    def close(self) -> None:
        """Report every key that was never asked for."""
        for key, line in self._lines.items():
            if key not in self._asked:
                self.mistakes.add(line, f"{key!r} is not known in {self.name}{did_you_mean(key, list(self._asked))}")

    def _enter(self, key: Node, value: Node) -> None:
        if key.kind != "text":
            self.mistakes.add(key.line, f"a name in {self.name} must be a plain text")
        elif key.value in self._entries:
            self.mistakes.add(
                key.line, f"{key.value!r} stands twice in {self.name}, first in line {self._lines[key.value]}"
            )
        else:
            self._entries[key.value], self._lines[key.value] = value, key.line

    def _take(self, key: str, *, needed: bool) -> Node | None:
        self._asked[key] = None
        if key in self._entries:
            return self._entries[key]
        if needed:
            self.problem(key, f"{key} of {self.name} is missing")
        return None

    def _items(self, key: str, *, needed: bool) -> list[Node]:
        node = self._take(key, needed=needed)
        if node is None:
            return []
        if node.kind != "list":
            self.problem(key, f"{key} of {self.name} must be a list: lines that begin with '- '")
            return []
        return node.items

    def nothing(self, name: str) -> "Table":
        """A silent stand-in for a table that is not there."""
        table = Table(self.mistakes, self.line, name)
        table.absent = True
        return table


def read(text: str, file: str) -> tuple[Table, Mistakes]:
    """Read a file's text. What is no YAML at all gives a silent stand-in and the problem with its line."""
    mistakes = Mistakes(file=file)
    root = tree(text, mistakes)
    table = Table(mistakes, 1, "the file", root)
    table.absent = root is None
    return table, mistakes


def did_you_mean(given: str, known: Sequence[str]) -> str:
    """Return '; did you mean ...?' for a slip of the fingers, else nothing."""
    close = difflib.get_close_matches(given, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


__all__ = ["Mistakes", "Problem", "Table", "did_you_mean", "read"]
