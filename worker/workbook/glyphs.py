"""Which letters our fonts can draw, and what stands in for those they cannot.

Promises: what `drawable` returns can be drawn with the fonts of `templates/workbook/fonts` alone; a letter that cannot
is spelled out by its number, like [U+1F9FF], so that nothing is lost without a trace. Fonts are read once.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from worker.files import bundled

FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Droid Sans Fallback", "Noto Emoji")
_FILES = (
    "NotoSans-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "DroidSansFallback.ttf",
    "NotoEmoji-Regular.ttf",
)
_DRAWN_AS_NOTHING = "\u200b\u2060\ufeff\ufe0e\ufe0f"  # say how a neighbour looks, or where a line may break
_JOINERS = "\u200c\u200d"


def folder() -> Path:
    """Where the fonts are."""
    return bundled.find("templates/workbook/fonts")


@lru_cache(maxsize=1)
def _covered() -> tuple[frozenset[int], ...]:
    """The letters of each font."""
    found = []
    for name in _FILES:
        with TTFont(folder() / name, lazy=True) as font:
            found.append(frozenset(font.getBestCmap()))
    return tuple(found)


def drawable(text: str) -> str:
    """Return the text with each letter that no font has spelled out."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text.translate(dict.fromkeys(map(ord, _DRAWN_AS_NOTHING))))
    return "".join(_one(cluster) for cluster in _clusters(composed))


def _one(cluster: str) -> str:
    """One letter with its marks: whole when a single font has all of it, else part by part."""
    if cluster == "\n" or any(all(ord(sign) in font for sign in cluster) for font in _covered()):
        return cluster
    bare = cluster.translate(dict.fromkeys(map(ord, _JOINERS)))
    alone = [s if not _follows(s) and any(ord(s) in font for font in _covered()) else spelled(s) for s in bare]
    return "".join(alone)


def spelled(sign: str) -> str:
    """A letter by its number."""
    return f"[U+{ord(sign):04X}]"


def _clusters(text: str) -> Iterator[str]:
    cluster = ""
    for sign in text:
        if cluster and not (_follows(sign) or cluster[-1] == "\u200d"):
            yield cluster
            cluster = ""
        cluster += sign
    if cluster:
        yield cluster


def _follows(sign: str) -> bool:
    """Whether a letter joins the one before it: marks, joiners, and the skin tones of emoji."""
    return unicodedata.category(sign) in ("Mn", "Mc", "Me") or sign in _JOINERS or "\U0001f3fb" <= sign <= "\U0001f3ff"
