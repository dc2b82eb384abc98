"""A YAML file read as tables that remember their places, so that every mistake in it can be named at once.

A key that nobody asked for is a mistake as well (`Table.close`). Reading goes on after a mistake with a harmless
stand-in; `Mistakes.found` then holds them all.
"""

import difflib
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from workflows.yaml_tree import TOP, Mistakes, Node, Place, Problem, tree

_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_WHOLE = re.compile(r"-?[0-9]{1,9}")


class Table:
    """A mapping of the file. Each reading method names its key, and close() reports the keys nobody named."""

    def __init__(self, mistakes: Mistakes, place: Place, name: str, node: Node | None = None) -> None:
        self.mistakes, self.place, self.name = mistakes, place, name
        self.absent = False  # True for the stand-in of a missing table, which reports nothing more
        self._entries: dict[str, Node] = {}
        self._places: dict[str, Place] = {}
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
            self.wrong(key, f"{key} of {self.name} has {len(kept)} characters; there is room for {most}")
        return kept

    def one_of(self, key: str, allowed: Sequence[str], *, default: str | None = None) -> str:
        """A word out of a few."""
        kept = self.text(key, default=default)
        if kept and kept not in allowed:
            meant = did_you_mean(kept, allowed) or f"it is one of {', '.join(allowed)}"
            self.wrong(key, f"{key} of {self.name} cannot be {kept!r}", meant)
            return default if default is not None else allowed[0]
        return kept

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        return self.one_of(key, ("true", "false"), default="true" if default else "false") == "true"

    def whole(self, key: str, *, default: int | None = None, low: int, high: int) -> int:
        """A whole number between two limits."""
        kept = self.text(key, default=None if default is None else str(default))
        if kept and not (_WHOLE.fullmatch(kept) and low <= int(kept) <= high):
            self.wrong(key, f"{key} of {self.name} must be a whole number from {low} to {high}")
            return low if default is None else default
        return int(kept) if kept else low

    def number(self, key: str, *, default: Decimal | None, low: Decimal, high: Decimal) -> Decimal | None:
        """A number between two limits, exact."""
        kept = self.text(key, default="")
        if not kept:
            return default
        if not (_DECIMAL.fullmatch(kept) and low <= Decimal(kept) <= high):
            self.wrong(key, f"{key} of {self.name} must be a number from {low} to {high}")
            return default
        return Decimal(kept)

    def day(self, key: str, *, default: str | None = None) -> str:
        """A date, as ISO text."""
        kept = self.text(key, default=default)
        try:
            return date.fromisoformat(kept).isoformat() if kept else ""
        except ValueError:
            self.wrong(key, f"{key} of {self.name} must be a date like 2026-11-23")
            return ""

    def table(self, key: str, name: str, *, needed: bool = True) -> "Table":
        """A mapping under a key; a silent stand-in where it is missing."""
        node = self._take(key, needed=needed)
        if node is None:
            return self.nothing(name)
        if node.kind != "table":
            self.problem(key, f"{key} of {self.name} must be a mapping: lines of 'name: value'")
            return self.nothing(name)
        return Table(self.mistakes, self.place_of(key), name, node)

    def tables(self, key: str, name: str, *, needed: bool = True) -> list["Table"]:
        """A list of mappings under a key."""
        found = []
        for node in self._items(key, needed=needed):
            if node.kind == "table":
                found.append(Table(self.mistakes, node.place, name, node))
            else:
                self.mistakes.add(node.place, f"each {name} under {key} must be a mapping: lines of 'name: value'")
        return found

    def texts(self, key: str, *, needed: bool = True) -> list[tuple[str, Place]]:
        """A list of texts under a key, each with its place."""
        found = []
        for node in self._items(key, needed=needed):
            if node.kind == "text" and node.value:
                found.append((node.value, node.place))
            else:
                self.mistakes.add(node.place, f"each line of {key} of {self.name} must be a text")
        return found

    def mixed(self, key: str, name: str) -> "list[Table | tuple[str, Place]]":
        """A list under a key whose items are mappings or texts, in order."""
        found: list[Table | tuple[str, Place]] = []
        for node in self._items(key, needed=True):
            if node.kind == "table":
                found.append(Table(self.mistakes, node.place, name, node))
            elif node.kind == "text" and node.value:
                found.append((node.value, node.place))
            else:
                self.mistakes.add(node.place, f"each {name} under {key} must be a text or a mapping")
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

    def place_of(self, key: str) -> Place:
        """The place of a key, or of the table where the key is missing."""
        return self._places.get(key, self.place)

    def problem(self, key: str, reason: str, suggestion: str = "") -> None:
        """Note a mistake at a key."""
        if not self.absent:
            self.mistakes.add(self.place_of(key), reason, suggestion)

    def wrong(self, key: str, reason: str, suggestion: str = "") -> None:
        """Note a mistake at what stands under a key."""
        node = self._entries.get(key)
        if not self.absent:
            self.mistakes.add(node.place if node else self.place, reason, suggestion)

    def close(self) -> None:
        """Report every key that was never asked for."""
        for key, place in self._places.items():
            if key not in self._asked:
                meant = did_you_mean(key, [each for each in self._asked if each not in self._places])
                self.mistakes.add(place, f"{key!r} is not known in {self.name}", meant)

    def _enter(self, key: Node, value: Node) -> None:
        if key.kind != "text":
            self.mistakes.add(key.place, f"a name in {self.name} must be a plain text")
        elif key.value in self._entries:
            first = self._places[key.value].line
            self.mistakes.add(key.place, f"{key.value!r} stands twice in {self.name}, first in line {first}")
        else:
            self._entries[key.value], self._places[key.value] = value, key.place

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
        table = Table(self.mistakes, self.place, name)
        table.absent = True
        return table


def read(text: str, file: str) -> tuple[Table, Mistakes]:
    """Read a file's text. What is no YAML at all gives a silent stand-in and the problem with its place."""
    mistakes = Mistakes(file=file)
    root = tree(text, mistakes)
    table = Table(mistakes, TOP, "the file", root)
    table.absent = root is None
    return table, mistakes


def did_you_mean(given: str, known: Sequence[str]) -> str:
    """Return "did you mean ...?" for a slip of the fingers, else nothing."""
    close = difflib.get_close_matches(given, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""


__all__ = ["Mistakes", "Place", "Problem", "Table", "did_you_mean", "read"]
