"""What somebody typed after /fairsteps, read: which command, what else they wrote, and which partnership they mean.

Capitals, spaces and signs around do not matter; what people may type for a command stands in the words. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

from workflows.kinds import clean
from workflows.messages.scene import Scene
from workflows.words import Words

Name = Literal["next", "status", "pause", "resume", "milestone", "reading", "settings", "export", "help"]
NAMES: tuple[Name, ...] = get_args(Name)
REST_CHARS = 150  # of what follows a command: a milestone's title is no longer
_OURSELVES = "fairsteps"  # somebody types the whole of it
_AROUND = " /\\.,;:!?¿¡…'\"“”‘’«»()[]*_`~"
_LIKE = 0.7  # how alike a typed word and a name must be
_WORD_CHARS = 30  # longer than any name: whole sentences are not compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`name` is empty when it is not known: then `meant` may be what was meant. `rest` follows the name."""

    name: Name | Literal[""]
    rest: str = ""
    typed: str = ""
    meant: Name | Literal[""] = ""


def read(words: Words, text: str) -> Asked:
    """Return what was asked for; nothing typed asks for help."""
    typed = clean.line(text).split()
    while typed and _bare(typed[0]) in ("", _OURSELVES):
        typed = typed[1:]
    if not typed:
        return Asked(name="help")
    known = _known(words)
    bare = [_bare(word) or word for word in typed]
    for count in range(min(len(bare), 4), 0, -1):
        name = known.get(" ".join(bare[:count]))
        if name:
            return Asked(name=name, rest=" ".join(typed[count:])[:REST_CHARS].strip())
    return Asked(name="", typed=" ".join(typed), meant=_meant(known, bare))


def _known(words: Words) -> dict[str, Name]:
    known = {one: name for name in NAMES for one in map(clean.plain, words(f"commands.names.{name}").split(",")) if one}
    return {**known, **{name: name for name in NAMES}}


def _bare(word: str) -> str:
    return clean.plain(word.strip(_AROUND))


def _meant(known: dict[str, Name], bare: Sequence[str]) -> Name | Literal[""]:
    for one in (" ".join(bare), bare[0]):
        alike = get_close_matches(one, known, n=1, cutoff=_LIKE) if len(one) <= _WORD_CHARS else []
        if alike:
            return known[alike[0]]
    return ""


def meant_walks(scenes: Sequence[Scene], person: str, *, channel: str, name: str) -> tuple[Scene, ...]:
    """Return the walks that a command may be about, one if it is clear.

    The channel it was typed in comes first, then walks that the person takes part in, then those that go on; what a
    walk came to can be taken along when it is over.
    """
    here = tuple(s for s in scenes if channel and s.walk.group.channel == channel) or tuple(scenes)
    taken = tuple(s for s in here if s.walk.members[person].consent == "given") or here
    return taken if name == "export" else tuple(s for s in taken if not s.walk.partnership.over) or taken
