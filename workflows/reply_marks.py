"""The numbers at the beginning of a line by which people name questions: "1.", "Q1:", "1 -", "zu 1:", "١:", "1️⃣".

Promises: the same mark for the same line, whatever the script of its digits; "2:30 pm", "1.5 hours" and "1. Mai" are
none. Takes time that grows with the length of a line alone.
"""

import re
import unicodedata
from dataclasses import dataclass

from workflows.kinds import spoken

# After the first of these a space is enough: "Q1 yes"; the others are words of any sentence.
_ASKS = (
    r"q|question|frage|pregunta|pergunta|domanda|question n[º°]|à la question|zu frage|answer|antwort|respuesta|"
    r"réponse|resposta|السؤال|سؤال|الجواب|جواب|問|質問|設問|回答"
)
_WORD = r"a|no\.?|number|nr\.?|nummer|num\.?|n[º°]|#|zu|ad|f|r|p|à|para|a la|س|ج|رقم|第"
_ENDS = r"(?:[./=、，](?!\d)|[:：](?![0-5]\d(?:[^\w\-–:]|\Z|\s*[ap]m|h|時))|[)\]）．。°º])"
# Not "2:30 pm", "1.5 hours" or "1-3 hours".
_MARK = re.compile(
    rf"(?P<indent>[ \t\u3000]*)(?P<lead>[*_•·\-–]{{1,2}}[ \t]?)?(?P<open>[(\[（]|\*\*|\*|_)?"
    rf"(?:(?:(?P<asks>{_ASKS})|(?P<word>{_WORD}))[ \t]?)?(?P<number>\d{{1,2}})\ufe0f?(?P<key>\u20e3)?(?P<after>問|番)?"
    rf"(?P<end>\*{{0,2}}[ \t]?{_ENDS}[\-–)\]:]?\*{{0,2}}|[ \t]+[\-–—](?=[ \t])|(?<=[\u20e3問番])|\Z|"
    r"(?(asks)[ \t]+(?=\S)|(?!)))[ \t]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A number at the beginning of a line (counted from 0): how far in, in which style, and what follows it."""

    line: int
    number: int
    indent: int
    style: str
    rest: str


def mark_of(line: str, at: int, *, most: int) -> Mark | None:
    """The number at the beginning of a line, in any script, when it is one that a question has."""
    shown = usual(line)
    found = _MARK.match(shown)
    if found is None or not 1 <= int(found["number"]) <= most:
        return None
    end = found["end"].strip(" \t*")
    if end == "." and shown[found.end() :].partition(" ")[0].rstrip(".,").casefold() in spoken.months():
        return None  # "1. Mai"
    named = found["asks"] or found["word"] or found["after"]
    bare = not (end or found["key"] or named)
    style = (
        "bare" if bare else f"{found['word'] or ''}{found['open'] or ''}{end}{'#' if found['key'] else ''}".casefold()
    )
    return Mark(
        line=at,
        number=int(found["number"]),
        indent=len(found["indent"].expandtabs(4)),
        style=style,
        rest=_as_written(line, shown, found.end()),
    )


def _as_written(line: str, shown: str, end: int) -> str:
    """What stands after the mark, as it was written: only marks that nobody sees were taken out before it."""
    left = len(shown) - end
    return line[len(line) - left :] if left else ""


def usual(line: str) -> str:
    """A line with plain digits at its beginning and without the signs of direction that Arabic clients put there."""
    start = 0
    while start < len(line) and unicodedata.category(line[start]) == "Cf":
        start += 1
    head = "".join(_plain_digit(c) for c in line[start : start + 30])
    return head + line[start + 30 :]


def _plain_digit(character: str) -> str:
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    circled = unicodedata.numeric(character, 0) if "①" <= character <= "⑨" else 0
    return f"{int(circled)}\u20e3" if circled else character
