"""What the readers of a programme's parts share: ids given so far, words beside structure, checks that wait.

A part is read from a table of the structure and the table of its words. What can only be judged when everything is
read (a prefill from another prompt, options out of a later worksheet) is put into `Source.checks` and run at the end.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from workflows.marked_yaml import Place, Table, did_you_mean
from workflows.programme import Programme, Prompt

ID = re.compile(r"[a-z][a-z0-9-]{0,39}")  # no dot, no slash: ids are parts of field ids and of the due index
TITLE = 150  # a header of a Slack message: https://docs.slack.dev/reference/block-kit/blocks/header-block
TEXT = 2900  # a Slack section takes 3000 characters; the rest is for what is set around it
LABEL = 150  # fits a label of a Slack input with room to spare, and one breath of a reader
HINT = 150
CELL = 60  # the heading of a worksheet column


class Ids:
    """The ids given so far, each noun by itself: two prompts may not share one, a prompt and a step may."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], Place] = {}

    def of(self, here: Table, noun: str) -> str:
        """Read the id of a table and note it when it is misshaped or taken."""
        given = here.text("id")
        if given:
            self.note(here, noun, given, here.place_of("id"))
        here.name = f"{noun} {given!r}" if given else noun
        return given

    def note(self, here: Table, noun: str, given: str, place: Place) -> None:
        """Note an id that stands at `place`."""
        if not ID.fullmatch(given):
            reason = f"the id {given!r} may only hold a-z, 0-9 and -, begin with a letter, at most 40 long"
            here.mistakes.add(place, reason, _as_id(given))
        first = self._places.setdefault((noun, given), place)
        if first != place:
            reason = f"the {noun} id {given!r} is used twice, first in line {first.line}"
            here.mistakes.add(place, reason, "give each its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is carried along while a programme is read."""

    stages: Table  # the words of the stages of decisions
    ids: Ids = field(default_factory=Ids)
    patterns: dict[str, Prompt] = field(default_factory=dict)
    liked: set[str] = field(default_factory=set)  # patterns that a prompt is like
    staged: dict[str, Prompt] = field(default_factory=dict)  # stages that a decision went through
    checks: list[Callable[[Programme], None]] = field(default_factory=list)


Made = TypeVar("Made")


def each(
    here: Table, words: Table, key: str, make: Callable[[Table, Table], Made], *, needed: bool = False
) -> tuple[Made, ...]:
    """Read every table of a list beside its words, and report words that belong to none of them."""
    tables = here.tables(key, key.removesuffix("s"), needed=needed)
    told = words.table(key, f"the words of the {key} of {here.name}", needed=bool(tables))
    made = tuple(make(one, told) for one in tables)
    told.close()
    if needed and here.has(key) and not made:
        here.problem(key, f"{here.name} needs at least one of {key}")
    return made


def words_of(all_words: Table, noun: str, given: str) -> Table:
    """The words of a thing, or a silent stand-in after saying that there are none."""
    name = f"the words of {noun} {given!r}"
    if not given:
        return all_words.nothing(name)
    if not all_words.has(given):
        all_words.problem(given, f"there are no words for {noun} {given!r}", f"add {given}: with its texts")
    return all_words.table(given, name, needed=False)


def told_by_id(here: Table, words: Table, key: str, noun: str, *, most: int) -> tuple[tuple[str, str], ...]:
    """A list of ids, each with one sentence in the words: pairs of id and sentence."""
    given = here.texts(key, needed=False)
    told = words.table(key, f"the {key} of {here.name}", needed=bool(given))
    own = Ids()
    for name, place in given:
        own.note(here, noun, name, place)
    made = tuple((name, told.text(name, most=most)) for name, _ in given)
    told.close()
    return made


def known(here: Table, place: Place, given: str, names: Sequence[str], what: str) -> bool:
    """Whether `given` is one of `names`; when it is not, say so: `what` reads like "this step has no worksheet"."""
    if given in names:
        return True
    here.mistakes.add(place, f"{here.name}: {what} {given!r}", did_you_mean(given, names) or _those(names))
    return False


def _those(names: Sequence[str]) -> str:
    return f"there is {', '.join(names)}" if 0 < len(names) <= 8 else ""


def _as_id(given: str) -> str:
    tried = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-0123456789")[:40].rstrip("-")
    return f"write {tried}" if ID.fullmatch(tried) else ""
