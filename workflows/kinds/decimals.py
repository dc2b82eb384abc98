"""Numbers as people write them: "1,5 hours", "٣", "1 200", "−2". Exact, never through a float.

Kept as the shortest plain decimal text ("1.5"), so equal numbers are equal texts. "1,000" could mean one or one
thousand, so the person is asked.
"""

import re
from decimal import Decimal

from workflows.kinds import clean, spoken
from workflows.question import Question

_MOST_DIGITS = 20  # more than anybody counts here; keeps a pasted wall of digits out
_LONGEST = 200  # letters in a field for a number; beyond it nobody wrote a number
_SPACES = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9][0-9.,]*|[.,][0-9]+)\s*(?P<rest>.*)", re.DOTALL)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[.,])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "٫": ".", "٬": ","})
HOW = "Please write a number, like 3 or 1.5."


class NotANumber(Exception):
    """The text is no number; the message says so in plain words and holds nothing of the text."""


def ready(text: str) -> str:
    """Return the text with plain digits, dashes and marks, and no spaces between thousands."""
    return _SPACES.sub("", clean.plain(text).translate(DASHES))


def read(text: str, unit: str = "") -> str:
    """Return the number as its shortest text. Raises NotANumber.

    The unit may follow, whole or short ("h", "hrs"); another unit is not silently taken for ours.
    """
    found = _NUMBER.fullmatch(ready(text)) if len(text) <= _LONGEST else None
    if not found:
        raise NotANumber(HOW)
    rest = found["rest"].strip(" .")
    if rest and not is_short_for(rest, unit):
        raise NotANumber(f"Please write this in {unit}, as a number like 3 or 1.5." if unit else HOW)
    number = _shortest(found["sign"], _one_point(found["digits"].rstrip(".,")))
    if sum(sign.isdigit() for sign in number) > _MOST_DIGITS:
        raise NotANumber(f"This number is too long: please use at most {_MOST_DIGITS} digits.")
    return number


def is_short_for(rest: str, unit: str) -> bool:
    """Whether `rest` is the unit, elsewhere too, or a short form of it: its first letter, then some more in order."""
    unit = clean.plain(unit)
    if spoken.same_unit(rest, unit):
        return True
    if not unit or rest[:1] != unit[:1]:
        return False
    letters = iter(unit)
    return all(letter in letters for letter in rest)


def problem(question: Question, number: str) -> str:
    """Say which limit of the question a number breaks, or ""."""
    value = Decimal(number)
    unit = f" {question.unit}" if question.unit else ""
    if question.low is not None and question.high is not None and not question.low <= value <= question.high:
        return f"Please give a number from {plain(question.low)} to {plain(question.high)}{unit}."
    if question.low is not None and value < question.low:
        return f"Please give {plain(question.low)}{unit} or more."
    if question.high is not None and value > question.high:
        return f"Please give {plain(question.high)}{unit} or less."
    return ""


def wrong_limits(question: Question) -> tuple[str, ...]:
    """What is wrong with the limits of a question as data."""
    if question.low is not None and question.high is not None and question.low > question.high:
        return ("low is greater than high",)
    return ()


def plain(number: Decimal) -> str:
    """A limit as people write it: no exponent, no needless zeros."""
    sign, digits = ("-", f"{-number:f}") if number < 0 else ("", f"{number:f}")
    return _shortest(sign, digits)


def retype(number: str) -> str:
    """The number as it goes back into a field: a fourth decimal keeps "1.234" apart from a written thousand."""
    return number + "0" if _GROUPED.fullmatch(number.lstrip("-")) else number


def _one_point(digits: str) -> str:
    marks = [c for c in digits if c in ".,"]
    if len(marks) == 1 and _GROUPED.fullmatch(digits):
        raise NotANumber("We can't tell if this is a thousand or a part. Please write 1000, or 1.5.")
    if len(set(marks)) == 1 and len(marks) > 1:
        if not _GROUPED.fullmatch(digits):
            raise NotANumber(HOW)
        return digits.replace(marks[0], "")
    if len(marks) > 1:
        whole, _, part = digits.rpartition(marks[-1])
        if marks[-1] in whole or not _GROUPED.fullmatch(whole):
            raise NotANumber(HOW)
        return whole.replace(marks[0], "") + "." + part
    return digits.replace(",", ".")


def _shortest(sign: str, digits: str) -> str:
    whole, _, part = digits.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    number = f"{whole}.{part}" if part else whole
    return f"-{number}" if sign == "-" and number != "0" else number
