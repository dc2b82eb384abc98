"""Which of the words in a mail were written just now: the quoted mail, the line above it and the signature are cut.

Promises: what a person wrote above our own line is kept whole, also when it looks like a greeting or a list. Nothing
is raised for any text. Cutting does no I/O. Our own line comes first, because we know it; headers that mail programs
write above what they quote come second, in the languages that mail-parser-reply knows; our own address in such a
header third, which works in every language.
"""

import re

from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES

# Every language's line stays readable here for good: a reply may come to a mail that was sent before the words changed.
MARKERS = ("reply above this line",)
_MOST_CHARS = 60_000  # the parser's patterns are slow on endless text, and nobody answers in sixty thousand letters
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


def new_words(text: str, *, ours: str = "") -> str:
    """Return what was written just now. `ours` is the local part of our address, without the token."""
    text = text[:_MOST_CHARS].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    text = _above_marker(text)
    text = _above_header(text)
    if ours:
        text = _above_our_address(text, ours)
    lines = [line.rstrip() for line in text.split("\n")]
    lines = _without_quotes_at_the_end(lines)
    return "\n".join(_without_signature(lines)).strip()


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
    """Cut at the standard line, at "sent from my", and at a goodbye that only a few short lines follow."""
    for at, line in enumerate(lines):
        below = [following for following in lines[at + 1 :] if following.strip()]
        if any(_NUMBERED.match(following) for following in below):
            continue  # an answer follows, so this is no end
        if _SIGNATURE_LINE.match(line.strip()) or (_SENT_FROM.match(line.strip()) and len(below) <= 2):
            return lines[:at]
        if at and _GOODBYE.match(line.strip()) and len(line) <= 40 and len(below) <= 5 and _all_short(below):
            return lines[:at]
    return lines


def _all_short(lines: list[str]) -> bool:
    return all(len(line) <= 60 for line in lines)
