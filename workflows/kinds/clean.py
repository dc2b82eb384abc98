"""Reading what people typed: clean it without losing a word of it, and say plainly when something is missing.

What is taken out is only what nobody can see or keep: control characters, half characters (lone surrogates) and the
white space around the text. Marks that Arabic, Hebrew or emoji need stay.
"""

import unicodedata

from workflows.errors import AskPerson
from workflows.forms import Typed
from workflows.question import Question

_INVISIBLE = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


def text(raw: str) -> str:
    """Return the text in one Unicode form, with plain line ends, or "" when there is nothing to see in it."""
    raw = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    kept = "".join(c for c in raw if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    kept = unicodedata.normalize("NFC", kept).strip()
    return "" if all(unicodedata.category(c) in _INVISIBLE for c in kept) else kept


def line(raw: str) -> str:
    """Return the text on one line, with single spaces."""
    return " ".join(text(raw).split())


def plain(raw: str) -> str:
    """Return one line for comparing: any script's digits as 0-9, wide letters as usual ones, no upper case."""
    wide = "".join(_usual(c) for c in line(raw))
    return " ".join(unicodedata.normalize("NFC", wide).casefold().split())


def one(typed: Typed, field_id: str) -> str:
    """What was typed into a field that takes one answer, or ""."""
    given = typed.get(field_id, "")
    if isinstance(given, str):
        return text(given)
    several = [text(each) for each in given if text(each)]
    if len(several) > 1:
        raise AskPerson({field_id: "Please give one answer here, not several."})
    return several[0] if several else ""


def several(typed: Typed, field_id: str) -> tuple[str, ...]:
    """What was picked in a field that takes several answers."""
    given = typed.get(field_id, ())
    picked = (given,) if isinstance(given, str) else given
    return tuple(text(each) for each in picked if text(each))


def nothing(question: Question, field_id: str = "") -> str | None:
    """Return None for a question that may stay empty, else ask for an answer. Raises AskPerson."""
    if question.required:
        raise AskPerson({field_id or question.id: "Please answer this one, it is needed."})
    return None


def too_long(kept: str, most: int) -> str:
    """Say by how much a text is too long, or ""."""
    over = len(kept) - most
    if over <= 0:
        return ""
    letters = "character" if over == 1 else "characters"
    return f"This is {over} {letters} too long: there is room for {most}. Please shorten it a little."


def _usual(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    # A small raised two is no digit of the number before it, so such signs stay what they are.
    return character if category == "No" else unicodedata.normalize("NFKC", character)
