"""Which part of a mail reply belongs to which question: by numbers, or by the question that stands quoted above it.

Promises: a number names a question only at the beginning of a line, as `reply_marks` knows it. Numbers that could be a
list inside of an answer, or that stand twice, name nothing: `Unclear` says which questions that leaves open. Takes time
that grows with the length of the text alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.kinds import clean
from workflows.question import Question
from workflows.reply_marks import Mark, mark_of, usual

_LEAST_LABEL = 8  # letters of a quoted question by which it is known; fewer could be any word
_QUOTED = ">"
_POSTSCRIPT = re.compile(r"\s*(?:(?:p\. ?s\b\.?|ps)[.:,]?\s|(?:pd|nb|n\.b\.|追伸|ملاحظة)\s?[:：])", re.IGNORECASE)
_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was said to a question. `whole`, where there is one, is how it may be read when `text` makes no sense."""

    text: str
    whole: str = ""


class Unclear(Exception):
    """It is not plain what was said to some questions. `places` count from 0; those in `twice` were named twice."""

    def __init__(self, places: set[int], twice: set[int] | None = None) -> None:
        super().__init__("some questions are unclear")
        self.places, self.twice = places, twice or set()


def own(text: str) -> str:
    """The text without the lines that are quoted, nor the signs of direction that programs put around each line."""
    mine = (line.strip(_DIRECTIONS) for line in text.split("\n") if not line.startswith(_QUOTED))
    return "\n".join(mine).strip("\n")


def without_number(text: str) -> str:
    """The text without a "1:" at its very beginning."""
    first, newline, rest = text.partition("\n")
    mark = mark_of(first, 0, most=1)
    return f"{mark.rest}{newline}{rest}".strip() if mark else text


def is_list(text: str) -> bool:
    """Whether more lines are numbered than the first."""
    return any((mark := mark_of(line, 0, most=99)) and mark.number > 1 for line in text.split("\n"))


def without_question(question: Question, text: str) -> str:
    """The text without the question's own words at its beginning, where somebody copied them along."""
    wanted = [w for w in (_squeezed(f"{question.label}{question.hint}"), _squeezed(question.label)) if w]
    for words in wanted:
        end = _end_of(words, text)
        if end is not None:
            return text[end:].lstrip(" \t\n?.:-–)!*_")
    return text


def _see_to_a_number_like_a_day(mark: Mark, lines: Sequence[str], named: set[int], *, most: int) -> None:
    """ "3. March 2024" below an answer to question 2 may be a day, or an answer to question 3; "3:30" likewise.

    A list that begins with 1 below the answer is a list.
    """
    number = mark.number + 1
    begins, is_list = (re.compile(rf"\W{{0,3}}{one}\s?(?:\.\s|[:)])") for one in (number, 1))
    if number > most or number in named or any(is_list.match(usual(line)) for line in lines):
        return
    if any(begins.match(usual(line)) for line in lines):
        raise Unclear({number - 2, number - 1})


def with_copied_quoted(questions: Sequence[Question], text: str) -> str:
    """The text with questions that somebody copied into it, without their numbers, as quoted lines; what follows on
    the same line stands below. Nothing is changed where other words come first, or anything is quoted.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        asked = next((q for q in questions if _copied(q, line)), None)
        if asked is not None:
            lines += [f"{_QUOTED} {asked.label}", without_question(asked, line)]
        elif line.startswith(_QUOTED) or (line.strip() and not lines):
            return text
        elif line.strip() or lines:
            lines.append(line)
    return "\n".join(lines)


def _copied(question: Question, line: str) -> bool:
    label = _squeezed(question.label)
    return len(label) >= _LEAST_LABEL and _end_of(label, line) is not None


def by_number(questions: Sequence[Question], text: str) -> Mapping[int, Part]:
    """The parts of a text by the place of their question, nothing when no line is numbered. Raises Unclear."""
    lines = text.split("\n")
    marks = _named(lines, most=len(questions))
    if not marks:
        return {}
    _see_to_what_stands_before(lines[: marks[0].line], marks, most=len(questions))
    named = {mark.number for mark in marks}
    parts: dict[int, Part] = {}
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        below = lines[mark.line + 1 : following.line if following else len(lines)]
        place = mark.number - 1
        _see_to_a_number_too_high(mark, below, most=len(questions))
        _see_to_a_number_like_a_day(mark, below, named, most=len(questions))
        if any(_POSTSCRIPT.match(line) for line in below):
            raise Unclear({mark.number - 1})
        said = "\n".join((mark.rest, *below)).strip()
        parts[place] = Part(text=without_question(questions[place], said))
    return parts


def _see_to_what_stands_before(lines: Sequence[str], marks: Sequence[Mark], *, most: int) -> None:
    """A line before the first mark that begins with a number may be an answer: "1:12" is a time, or twelve."""
    named = {mark.number for mark in marks}
    numbers = [int(found[0]) for line in lines if (found := re.match(r"\d{1,3}", usual(line).strip()))]
    if open_ := {number - 1 for number in numbers if 1 <= number <= most and number not in named}:
        raise Unclear(open_)


def _see_to_a_number_too_high(mark: Mark, lines: Sequence[str], *, most: int) -> None:
    """A line that is numbered like the questions, beyond the last of them, may answer none or the wrong one."""
    for line in lines:
        beyond = mark_of(line, 0, most=99)
        if (
            beyond
            and beyond.style != "bare"
            and beyond.number > most
            and (beyond.style, beyond.indent) == (mark.style, mark.indent)
        ):
            raise Unclear({mark.number - 1})


def between_quotes(questions: Sequence[Question], text: str) -> Mapping[int, Part]:
    """The parts of a text that stands between quoted questions; nothing when none does. Raises Unclear."""
    found: dict[int, list[str]] = {}
    loose: list[str] = []
    asked: int | None = None
    blocks = _blocks(text)
    lone = sum(not theirs for theirs, _ in blocks) == 1
    for theirs, block in blocks:
        if theirs:
            place = None if _goes_on(questions, block, lone=lone) else _asked_in(questions, block)
            asked = place if place is not None else asked if _is_short(block) else None
        elif asked is None:
            loose.append(block)
        else:
            found.setdefault(asked, []).append(_without_own_mark(block, asked))
    if not found:
        return {}
    numbered = by_number(questions, "\n".join(loose)) if loose else {}
    if loose and not numbered and any(len(each.split()) > _FEW for each in loose[1:]):
        raise Unclear(set(range(len(questions))) - set(found))
    if both := set(numbered) & set(found):
        raise Unclear(both, both)
    return {**numbered, **{place: _joined(questions[place], said) for place, said in found.items()}}


_FEW = 12  # words of a remark around inline answers that need not be an answer


def _joined(question: Question, said: Sequence[str]) -> Part:
    return Part(text=without_question(question, "\n\n".join(said)))


def _without_own_mark(block: str, place: int) -> str:
    """What was written below a quoted question, without its number, which may stand there again. Raises Unclear where
    the number is another question's.
    """
    first, newline, rest = block.partition("\n")
    mark = mark_of(first, 0, most=99)
    if mark is None or mark.style == "bare" or is_list(rest):
        return block
    if mark.number != place + 1:
        raise Unclear({place})
    return f"{mark.rest}{newline}{rest}".strip() or block


def _blocks(text: str) -> list[tuple[bool, str]]:
    """What is quoted and what is not, in turns."""
    blocks: list[tuple[bool, list[str]]] = []
    for line in text.split("\n"):
        theirs = line.startswith(_QUOTED)
        if not line.strip() and blocks:
            blocks[-1][1].append("")
        elif blocks and blocks[-1][0] == theirs:
            blocks[-1][1].append(line)
        elif line.strip():
            blocks.append((theirs, [line]))
    return [(theirs, "\n".join(lines).strip()) for theirs, lines in blocks]


def _asked_in(questions: Sequence[Question], block: str) -> int | None:
    """The last question that a quoted block holds: whole, or its number and how it begins."""
    lines = [line.lstrip("> ").strip() for line in block.split("\n")]
    squeezed = _squeezed("".join(lines))
    places = {place: squeezed.rfind(_squeezed(q.label)) for place, q in enumerate(questions) if _squeezed(q.label)}
    whole = [(at, len(questions[place].label), place) for place, at in places.items() if at >= 0]
    last = max(whole)[2] if whole else None
    for line in reversed(lines):
        mark = mark_of(line, 0, most=len(questions))
        if mark is None:
            continue
        if last is not None and mark.number - 1 == last:
            return last
        begun = _squeezed(mark.rest)
        label = _squeezed(f"{questions[mark.number - 1].label}{questions[mark.number - 1].hint}")
        if len(begun) >= _LEAST_LABEL and label.startswith(begun[: len(label)]):
            return mark.number - 1
    return last


def _goes_on(questions: Sequence[Question], block: str, *, lone: bool) -> bool:
    """Whether a quote goes on beyond its last question: to the links at our mail's foot, or all of it stands above the
    only thing that was written.
    """
    squeezed = _squeezed(block)
    held = [squeezed.rfind(_squeezed(q.label)) for q in questions]
    last_link = max(block.rfind("https://"), block.rfind("http://"))
    return (lone and sum(at >= 0 for at in held) > 1) or (
        last_link >= 0 and len(_squeezed(block[last_link:])) < len(squeezed) - max(held)
    )


def _is_short(block: str) -> bool:
    """A line or two that were left standing within an answer."""
    return block.count("\n") < 2


def _named(lines: Sequence[str], *, most: int) -> list[Mark]:
    """The marks that name questions, each once. Raises Unclear where they could be a list inside of an answer."""
    marks = [mark for at, line in enumerate(lines) if (mark := mark_of(line, at, most=most))]
    marks = [mark for mark in marks if mark.style != "bare"] or _all_bare(marks, lines)
    if not marks:
        return []
    marks = [mark for mark in marks if mark.indent <= marks[0].indent + 1]
    numbers = [mark.number for mark in marks]
    if _is_plain(numbers):
        return marks
    alike = [mark for mark in marks if mark.style == marks[0].style]
    if len(alike) < len(marks) and _is_plain([mark.number for mark in alike]):
        return alike
    twice = {number for number in numbers if numbers.count(number) > 1}
    first = min((at for at, number in enumerate(numbers) if number in twice), default=0)
    raise Unclear({number - 1 for number in numbers[first:]}, {number - 1 for number in twice})


def _is_plain(numbers: Sequence[int]) -> bool:
    """Whether each number stands once, and none begins a list: "3, 1, 2" may be two things said to question 3."""
    if len(set(numbers)) < len(numbers):
        return False
    return not any(numbers[at : at + 2] == [1, 2] for at in range(1, len(numbers)))


def _all_bare(marks: Sequence[Mark], lines: Sequence[str]) -> list[Mark]:
    """Numbers that stand alone on their lines, if the text begins with 1 and something stands below each."""
    if len(marks) < 2 or [mark.number for mark in marks] != list(range(1, len(marks) + 1)):
        return []
    if any(line.strip() for line in lines[: marks[0].line]):
        return []
    ends = [*(mark.line for mark in marks[1:]), len(lines)]
    filled = all(any(line.strip() for line in lines[m.line + 1 : end]) for m, end in zip(marks, ends, strict=True))
    return list(marks) if filled else []


def _squeezed(text: str) -> str:
    """Letters and digits alone, in small letters: what no folding, quoting or starring changes."""
    return "".join(c for c in clean.plain(text) if c.isalnum())


def _end_of(wanted: str, text: str) -> int | None:
    """Where `wanted` ends in a text that begins with it, letters and digits alone compared."""
    at = 0
    for place, character in enumerate(text[: len(wanted) * 3]):
        for one in _squeezed(character):
            if at >= len(wanted) or wanted[at] != one:
                return None
            at += 1
        if at == len(wanted):
            return place + 1
    return None
