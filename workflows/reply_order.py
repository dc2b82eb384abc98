"""Short answers in a row: "no, yes, not sure", "1 yes, 2 no", "1: 4 2: shorter words".

Promises: something is found only where all of the text is such answers, and each fits the question it falls to; only
questions with few answers are read so. Where a line could be cut in two and need not be, `Unclear` is raised. Takes
time that grows with the length of the text alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from workflows.question import Question
from workflows.reply_marks import Mark, mark_of, usual
from workflows.reply_parts import Part, Unclear

FEW = ("yes_no", "scale", "choice", "date", "person")
_IN_ORDER = ("yes_no", "scale", "choice")
_FREE = ("short_text", "long_text")
_LONGEST = 2_000  # characters; more is no row of short answers
_BARE = re.compile(r"(?P<number>[0-9]{1,2})[ \t\u3000]+(?P<said>\S.*)")
_COMMA = re.compile(r"[,;،、/]\s*")
_ORDINALS = tuple(
    words.split("|")
    for words in (
        "first|firstly|erstens|primero|primera|premièrement|première|primeiro|primeira|primo|prima|أولا|أولًا",
        "second|secondly|zweitens|segundo|segunda|deuxièmement|deuxième|secondo|seconda|ثانيا|ثانيًا",
        "third|thirdly|drittens|tercero|tercera|troisièmement|troisième|terceiro|terceira|terzo|terza|ثالثا|ثالثًا",
        "fourth|viertens|cuarto|cuarta|quatrièmement|quatrième|quarto|quarta|رابعا|رابعًا",
    )
)
_ORDINAL = re.compile(
    rf"({'|'.join(word for words in _ORDINALS for word in words)})(?: (?:question|one))?\s*[:：،]\s*", re.I
)
Fits = Callable[[Question, str], bool]


def in_a_row(questions: Sequence[Question], text: str, fits: Fits) -> Mapping[int, Part]:
    """The answers by the place of their question; nothing where the text is not all short answers."""
    if len(text) > _LONGEST:
        return {}
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    pieces = [piece.strip(" .!") for piece in _COMMA.split(lines[0])] if len(lines) == 1 else lines
    return _behind_bare_numbers(questions, pieces, fits) or _in_order(questions, pieces, fits)


def _behind_bare_numbers(questions: Sequence[Question], pieces: Sequence[str], fits: Fits) -> Mapping[int, Part]:
    found = [_BARE.fullmatch(usual(piece)) for piece in pieces]
    given = [(int(each["number"]), each["said"]) for each in found if each]
    numbers = [number for number, _ in given]
    rises = all(below < above for below, above in pairwise(numbers))
    if len(given) < 2 or len(given) < len(pieces) or not rises or not 1 <= numbers[0] <= numbers[-1] <= len(questions):
        return {}
    if not all(fits(questions[number - 1], said) for number, said in given):
        return {}
    return {number - 1: Part(text=said) for number, said in given}


def _in_order(questions: Sequence[Question], pieces: Sequence[str], fits: Fits) -> Mapping[int, Part]:
    """As many answers as questions. Numbers alone may be those of questions, or of options: they count on scales."""
    if len(pieces) != len(questions) or any(q.kind not in _IN_ORDER or q.when for q in questions):
        return {}
    bare = [usual(piece) for piece in pieces]
    if any(piece.isdigit() and q.kind != "scale" for piece, q in zip(bare, questions, strict=True)):
        return {}
    if bare == [str(place + 1) for place in range(len(bare))]:
        return {}
    if not all(fits(q, piece) for q, piece in zip(questions, pieces, strict=True)):
        return {}
    return {place: Part(text=piece) for place, piece in enumerate(pieces)}


def unrolled(questions: Sequence[Question], text: str, fits: Fits) -> str:
    """The text with each numbered answer on a line of its own, where several stand on one. Raises Unclear where the
    second number may be part of the first answer.
    """
    given = _in_numbers(text, most=len(questions)).split("\n")
    named = {mark.number for line in given if (mark := mark_of(line, 0, most=99))}
    lines: list[str] = []
    for line in given:
        lines += _pieces(questions, line, fits, named)
    return "\n".join(lines)


def may_be_a_list(questions: Sequence[Question], text: str) -> bool:
    """Whether "Two things come to mind:" stands before the numbers: they may count those, and not the questions."""
    lines = [line for line in text.split("\n") if line.strip()]
    first = next((at for at, line in enumerate(lines) if mark_of(line, 0, most=len(questions))), 0)
    return first > 0 and lines[first - 1].rstrip().endswith((":", "：")) and all(q.kind in _FREE for q in questions)


def _in_numbers(text: str, *, most: int) -> str:
    """The text with "First: …", "Second: …" as numbers, where nothing else is numbered and they come in order."""
    lines = text.split("\n")
    found = [(at, each) for at, line in enumerate(lines) if (each := _ORDINAL.match(line.strip()))]
    places = [next(n for n, words in enumerate(_ORDINALS, start=1) if each[1].casefold() in words) for _, each in found]
    if len(found) < 2 or len(found) > most or places != list(range(1, len(found) + 1)):
        return text
    if any(mark_of(line, 0, most=99) or line.startswith(">") for line in lines):
        return text
    for (at, each), place in zip(found, places, strict=True):
        lines[at] = f"{place}: {lines[at].strip()[each.end() :]}"
    return "\n".join(lines)


def _pieces(questions: Sequence[Question], line: str, fits: Fits, named: set[int]) -> list[str]:
    """A line cut before each number that follows the one before it, written in the same way."""
    mark = mark_of(line, 0, most=len(questions)) if len(line) <= _LONGEST else None
    end = mark.style[-1:] if mark else ""
    if mark is None or end not in (":", ")", ".", "："):
        return [line]
    question = questions[mark.number - 1]
    following = _next(mark, end)
    if following is None or mark.number >= len(questions) or mark.number + 1 in named:
        return [line]
    said, rest = mark.rest[: following.start()].strip(), mark.rest[following.start("mark") :]
    is_apart = following["apart"] and end != "."
    if not fits(question, said.rstrip(" ,;/|")) and not is_apart:
        if not said:
            return [line]
        raise Unclear({mark.number - 1, mark.number})
    return [line[: len(line) - len(mark.rest)] + said.rstrip(" ,;/|"), *_pieces(questions, rest, fits, named)]


def _next(mark: Mark, end: str) -> re.Match[str] | None:
    shown, number = usual(mark.rest), mark.number + 1
    if len(shown) != len(mark.rest):  # signs that nobody sees were taken out, and no place fits any more
        return None
    return re.search(rf"(?P<apart>[,;/|.!]?)\s+(?P<mark>[(\[]?{number}\s?{re.escape(end)})(?=\s|[^\W\d])", shown)
