"""The tree of a YAML file with its places, grown from YAML's own events.

Nothing of the file is ever run or expanded: tags, anchors and aliases are refused, depth and size are bounded, every
value is the text that stands in the file. A file that is no YAML gives its problem and no tree.
"""

from dataclasses import dataclass, field
from typing import Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

MOST_BYTES = 1_000_000  # a programme with all its words is about 60 kB; a bigger file is a mistake or an attack
_DEEPEST = 40  # nobody nests a programme deeper, and YAML readers get slow, then fall over, on thousands


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A place in a file. Lines and columns count from 1."""

    line: int
    column: int


TOP = Place(line=1, column=1)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake in a file: where it is, why it is one, and, where that can be told, what to do. In plain words."""

    file: str
    line: int
    column: int = 1
    reason: str
    suggestion: str = ""

    def __str__(self) -> str:
        meant = f"; {self.suggestion}" if self.suggestion else ""
        return f"{self.file}:{self.line}:{self.column}: {self.reason}{meant}"


@dataclass(slots=True, kw_only=True)
class Node:
    """What stands in the file: a text, nothing, a list, or a table whose items are name, value, name, value."""

    place: Place
    kind: Literal["text", "nothing", "list", "table"]
    value: str = ""
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Mistakes:
    """Collects the problems of one file while it is read."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, reason: str, suggestion: str = "") -> None:
        """Note one mistake."""
        self.found.append(
            Problem(file=self.file, line=place.line, column=place.column, reason=reason, suggestion=suggestion)
        )


def tree(text: str, mistakes: Mistakes) -> Node | None:
    """Return the top of the file, a table, or None with the reason among the mistakes."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        mistakes.add(TOP, f"the file is larger than {MOST_BYTES} bytes")
        return None
    root = None
    try:
        root = _grow(text, mistakes)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        mistakes.add(_place(mark) if mark else TOP, f"this is not YAML: {wrong.problem or wrong.context}")
    except (YAMLError, ValueError):
        mistakes.add(TOP, "this is not YAML: it holds signs that YAML forbids")
    if not mistakes.found and (root is None or root.kind != "table"):
        mistakes.add(TOP, "the file must be a mapping: lines of 'name: value'")
    return None if mistakes.found else root


def _grow(text: str, mistakes: Mistakes) -> Node | None:
    """Grow the tree from YAML's events, without recursion; stop where it gets too deep."""
    top = Node(place=TOP, kind="list")
    open_nodes = [top]
    for event in YAML(typ="safe", pure=True).parse(text):
        place = _place(event.start_mark)
        if isinstance(event, CollectionEndEvent):
            open_nodes.pop()
        elif isinstance(event, DocumentStartEvent) and top.items:
            mistakes.add(place, "a second document begins here; please keep to one a file")
            return None
        elif isinstance(event, NodeEvent):
            _refuse_tricks(event, place, mistakes)
            node = _node(event, place)
            open_nodes[-1].items.append(node)
            if isinstance(event, CollectionStartEvent):
                open_nodes.append(node)
        if len(open_nodes) > _DEEPEST:
            mistakes.add(place, f"this is nested more than {_DEEPEST} deep")
            return None
    return top.items[0] if top.items else None


def _place(mark: StreamMark) -> Place:
    return Place(line=mark.line + 1, column=mark.column + 1)


def _node(event: NodeEvent, place: Place) -> Node:
    if isinstance(event, MappingStartEvent):
        return Node(place=place, kind="table")
    if isinstance(event, CollectionStartEvent):
        return Node(place=place, kind="list")
    value = str(event.value) if isinstance(event, ScalarEvent) else ""
    plain = isinstance(event, ScalarEvent) and bool(event.implicit[0])
    return Node(place=place, kind="nothing" if plain and value in {"", "~", "null"} else "text", value=value.strip())


def _refuse_tricks(event: NodeEvent, place: Place, mistakes: Mistakes) -> None:
    if event.anchor or isinstance(event, AliasEvent):
        mistakes.add(place, "anchors and aliases (& and *) are not used here; please write it out")
    elif isinstance(event, CollectionStartEvent | ScalarEvent) and event.tag:
        mistakes.add(place, "tags (!) are not used here; please take it away")
