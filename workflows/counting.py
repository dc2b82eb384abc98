"""Counting votes: dots, and ranked choice by the Schulze method.

Both look for what most can live with. Neither ever breaks a tie by chance or by the order in which things are listed:
options that tie share a place, and whoever reads the result can see so.

*Dots*: each person puts one dot on each of a few options; the options stand by how many dots they have.

*Ranked choice* is counted by the method of Schulze (Social Choice and Welfare 36, 2011, 267-303,
https://doi.org/10.1007/s00355-010-0475-4): every two options are held against each other, as if they alone stood for
election. Whoever beats all others wins. Where A beats B, B beats C and C beats A, the win that fewest people stand
behind counts least. An option that somebody left out stands behind all that they ranked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

DOTS = "dot vote: the most dots first"
SCHULZE = "ranked choice, counted by the Schulze method"

Places = tuple[tuple[str, ...], ...]  # best first; options in one place tie


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Which options a vote keeps: `clear` are in without doubt; `tied` share the last place that would fit."""

    clear: tuple[str, ...]
    tied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A dot vote, counted. `nobody` are the options without a dot; they have no place."""

    method: str
    voters: int
    places: Places
    counts: Mapping[str, int]
    nobody: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two options held against each other: how many ranked `one` before `other`, and the other way round.

    `path` is how strong the way from `one` to `other` is, straight or by way of others; `path_back` the way back. The
    stronger way decides.
    """

    one: str
    other: str
    ahead: int
    behind: int
    path: int
    path_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A ranked vote, counted. `beats_all` beats every other option one to one; "" when none does.

    `nobody` are the options that nobody ranked; they have no place.
    """

    method: str
    voters: int
    places: Places
    pairs: tuple[Pair, ...]
    beats_all: str
    nobody: tuple[str, ...]


def dots(votes: Sequence[Sequence[str]], options: Sequence[str]) -> Tally:
    """Count the dots. A dot on something that is no option any more is left out; a second one on the same is too."""
    votes = [_known(vote, options) for vote in votes]
    counts = {option: sum(option in vote for vote in votes) for option in options}
    heights = sorted({count for count in counts.values() if count}, reverse=True)
    return Tally(
        method=DOTS,
        voters=sum(bool(vote) for vote in votes),
        places=tuple(tuple(o for o in counts if counts[o] == height) for height in heights),
        counts=counts,
        nobody=tuple(o for o in counts if not counts[o]),
    )


def ranked(ballots: Sequence[Sequence[str]], options: Sequence[str]) -> Ranking:
    """Count ballots that name options best first. What is no option any more is left out, the rest moves up."""
    ballots = [ballot for ballot in (_known(each, options) for each in ballots) if ballot]
    named = tuple(o for o in dict.fromkeys(options) if any(o in ballot for ballot in ballots))
    prefer = _prefer(ballots, named)
    paths = _paths(prefer, named)
    return Ranking(
        method=SCHULZE,
        voters=len(ballots),
        places=_places(named, lambda a, b: paths[a, b] > paths[b, a]),
        pairs=tuple(
            Pair(one=a, other=b, ahead=prefer[a, b], behind=prefer[b, a], path=paths[a, b], path_back=paths[b, a])
            for a, b in combinations(named, 2)
        ),
        beats_all=next((a for a in named if all(prefer[a, b] > prefer[b, a] for b in named if b != a)), ""),
        nobody=tuple(o for o in dict.fromkeys(options) if o not in named),
    )


def kept(places: Places, keep: int) -> Kept:
    """Return which options are kept when `keep` are wanted; a tie across the edge is for people to end."""
    clear: tuple[str, ...] = ()
    for place in places:
        if len(clear) >= keep:
            break
        if len(clear) + len(place) > keep:
            return Kept(clear=clear, tied=place)
        clear += place
    return Kept(clear=clear)


def _known(vote: Sequence[str], options: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in vote if each in options))


def _prefer(ballots: Sequence[Sequence[str]], options: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many people ranked the one before the other; the one alone counts too."""
    prefer = dict.fromkeys(permutations(options, 2), 0)
    for ballot in ballots:
        for place, ahead in enumerate(ballot):
            for behind in options:
                if behind not in ballot[: place + 1]:
                    prefer[ahead, behind] += 1
    return prefer


def _paths(prefer: Mapping[tuple[str, str], int], options: Sequence[str]) -> dict[tuple[str, str], int]:
    """The strongest way between each two: a way is as strong as the weakest win on it, a win as those who gave it."""
    paths = {(a, b): count if count > prefer[b, a] else 0 for (a, b), count in prefer.items()}
    for via, a, b in permutations(options, 3):  # by way of each in turn: Floyd and Warshall
        paths[a, b] = max(paths[a, b], min(paths[a, via], paths[via, b]))
    return paths


def _places(options: Sequence[str], beats: Callable[[str, str], bool]) -> Places:
    """Each place holds all those whom nobody left beats."""
    places: list[tuple[str, ...]] = []
    left = tuple(options)
    while left:
        place = tuple(a for a in left if not any(beats(b, a) for b in left if b != a))
        places.append(place)
        left = tuple(a for a in left if a not in place)
    return tuple(places)
