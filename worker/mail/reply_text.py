"""Which of the words in a mail were written just now: the quoted mail, the line above it and the signature are cut.

Promises: what a person wrote above our own line is kept whole, also when it looks like a greeting or a list; where it
is too long to be kept whole, that is said. Nothing is raised for any text, and the time it takes grows with its length
alone. Cutting does no I/O. Our own line comes first, because we know it; headers that mail programs write above what
they quote come second, in the languages that mail-parser-reply knows; our own address in such a header third, which
works in every language.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES

# Every language's line stays readable here for good: a reply may come to a mail that was sent before the words changed.
MARKERS = ("reply above this line",)
_MOST_SEEN = 60_000  # the parser's patterns are slow on endless text; the words and the line below them lie within
MOST_CHARS = 20_000  # of a person's own words: more than the questions of any step have room for
_LANGUAGES = [language for language in MAIL_LANGUAGES if language != "david"]
_HEADER: re.Pattern[str] = EmailMessage(text="", languages=_LANGUAGES).HEADER_REGEX
_LONGEST_HEADER = 300
_MARKER = re.compile("(?:" + "|".join(re.escape(m).replace(r"\ ", r"\s+") for m in MARKERS) + ")", re.IGNORECASE)
_SIGNATURE_LINE = re.compile(r"^-- ?$|^_{10,}$")
_NUMBERED = re.compile(r"^\W{0,3}(?:q|question|frage)?\s*\d{1,2}\s*[.:)\-]", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*>")


def _any_of(key: str) -> re.Pattern[str]:
    """One pattern for the phrases that the library knows in all languages."""
    known: list[str] = []
    for language in _LANGUAGES:
        phrases = MAIL_LANGUAGES[language].get(key, [])
        known += [phrases] if isinstance(phrases, str) else phrases
    return re.compile(rf"^(?:{'|'.join(filter(None, known))})", re.IGNORECASE)


_GOODBYE = _any_of("signatures")
_SENT_FROM = _any_of("sent_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written just now. Of what is `too_long` there is only the beginning, and no answer may be made of it."""

    text: str
    too_long: bool


def new_words(text: str, *, ours: str = "", whole: bool = True) -> Written:
    """Return what was written just now. `ours` is the local part of our address, without the token; `whole` is False
    when the text goes on beyond what is given.
    """
    whole = whole and len(text) <= _MOST_SEEN
    text = text[:_MOST_SEEN].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    above = _above_header(_above_marker(text))
    if ours:
        above = _above_our_address(above, ours)
    lines = _without_quotes_at_the_end([line.rstrip() for line in above.split("\n")])
    written = "\n".join(_without_signature(lines)).strip()
    endless = not whole and above == text  # nobody saw where it ends
    return Written(text=written[:MOST_CHARS], too_long=endless or len(written) > MOST_CHARS)


def _above_marker(text: str) -> str:
    found = _MARKER.search(text)
    if found is None:
        return text
    return text[: text.rfind("\n", 0, found.start()) + 1]


def _above_header(text: str) -> str:
    """Cut at "On Monday, somebody wrote:" and its like. Long lines are no headers, and the patterns would take
    minutes for them.
    """
    shadow = "\n".join(line.strip() if len(line) <= _LONGEST_HEADER else "…" for line in text.split("\n"))
    found = _HEADER.search(shadow)
    if found is None:
        return text
    before = shadow[: found.start()] + ("\n" if found.group().startswith("\n") else "")
    return "\n".join(text.split("\n")[: before.count("\n")])


def _above_our_address(text: str, ours: str) -> str:
    """Cut the line that names our address before what is quoted, and the half of it that was wrapped onto the line
    above.
    """
    address = re.compile(rf"(?:^|[\s<(:\[]){re.escape(ours)}(?:\+[a-z0-9]+)?@", re.IGNORECASE)
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if address.search(line):
            above = lines[at - 1].strip() if at else ""
            wrapped = above and not _NUMBERED.match(above) and line.lstrip()[:1] in ("<", "(")
            return "\n".join(lines[: at - 1 if wrapped else at])
    return text


def _without_quotes_at_the_end(lines: list[str]) -> list[str]:
    """Drop the quoted block that ends the text; one in the middle belongs to what was written around it."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at the standard line, at "sent from my", and at a goodbye that only a few short lines follow. Where an answer
    follows is no end.
    """
    filled = [at for at, line in enumerate(lines) if line.strip()]
    last_answer = max((at for at in filled if _NUMBERED.match(lines[at])), default=0)
    for at in range(last_answer, len(lines)):
        line = lines[at].strip()
        if _SIGNATURE_LINE.match(line):
            return lines[:at]
        first_below = bisect_right(filled, at)
        below = [lines[n] for n in filled[first_below : first_below + 6]]  # six are as many as a thousand here
        if _SENT_FROM.match(line) and len(below) <= 2:
            return lines[:at]
        if at and _GOODBYE.match(line) and len(lines[at]) <= 40 and len(below) <= 5 and _all_short(below):
            return lines[:at]
    return lines


def _all_short(lines: list[str]) -> bool:
    return all(len(line) <= 60 for line in lines)
