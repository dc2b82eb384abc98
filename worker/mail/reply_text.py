"""Which of the words in a mail were written just now: the quoted mail, the line above it and the signature are cut.

Promises: what a person wrote is kept whole, above what is quoted, below it, or in between; where it is too long to be
kept whole, that is said. Nothing is raised for any text, and the time it takes grows with its length alone. Cutting
does no I/O. Lines behind ">" are quoted. Where a program does not mark what it quotes, all is cut that stands below the
first of: our own line, which we know; a header that programs write; our own address, which works in every language.
"""

import re
import textwrap
from dataclasses import dataclass

from worker.mail import attribution, goodbyes
from worker.mail.attribution import plain

# Every language's line stays readable here for good: a reply may come to a mail that was sent before the words changed.
MARKERS = ("reply above this line",)
_MOST_SEEN = 60_000  # the words and the line below them lie within
MOST_CHARS = 20_000  # of a person's own words: more than the questions of any step have room for
_MARKER = re.compile("|".join(re.escape(m).replace(r"\ ", r"[\s>]+") for m in MARKERS), re.IGNORECASE)
_QUOTED = re.compile(r"^\s{0,4}(?:[>＞]+|&gt;)+ ?")
_LONG_QUOTE = 60  # a quoted line so long may have been folded, with its end on a line without a mark
_BARE_NUMBER = re.compile(r"^\W{0,3}(?:q|question|frage)?\s*\d{1,2}\s*[.:)\-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written just now. `marked` is the same with the lines it answers before it, each behind "> ", where
    somebody wrote below or between them. Of what is `too_long` there is only the beginning, and no answer may be made
    of it.
    """

    text: str
    too_long: bool
    marked: str = ""


def new_words(text: str, *, ours: str = "", whole: bool = True, name: str = "", signature: str = "") -> Written:
    """Return what was written just now.

    `ours` is the local part of our address, without the token; `whole` is False when the text goes on beyond what is
    given. `name` is the sender's, `signature` what is known to be one: both may stand at the end.
    """
    whole = whole and len(text) <= _MOST_SEEN
    text = text[:_MOST_SEEN].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    lines = [line.rstrip() for line in text.split("\n")]
    shown = [plain(line) for line in lines]
    quoted = [bool(_QUOTED.match(line)) for line in lines]
    _quote_marker(text, quoted)
    _keep_own_quotes(lines, shown, quoted, ours)
    end = _own_end(shown, quoted, ours)
    cut = end < len(lines)
    lines, quoted = lines[:end], quoted[:end]
    _quote_headers(shown, quoted, ours, cut=cut)
    _quote_folded(lines, quoted)
    lines, quoted = _without_end(lines, quoted, name, signature)
    own = "\n".join(line for line, of_theirs in zip(lines, quoted, strict=True) if not of_theirs)
    written = re.sub(r"\n{3,}", "\n\n", textwrap.dedent(own)).strip()
    marked = "\n".join(_marked(line) if of_theirs else line for line, of_theirs in zip(lines, quoted, strict=True))
    return Written(
        text=written[:MOST_CHARS],
        too_long=(not whole and not cut) or len(written) > MOST_CHARS,
        marked=marked.strip("\n") if any(quoted) else written[:MOST_CHARS],
    )


def _marked(line: str) -> str:
    return f"> {_QUOTED.sub('', line).strip()}".rstrip()


def _quote_marker(text: str, quoted: list[bool]) -> None:
    """Our line may be folded, and only its first half be marked as quoted."""
    found = _MARKER.search(text)
    if found is None:
        return
    first, last = text.count("\n", 0, found.start()), text.count("\n", 0, found.end())
    for at in range(first + 1, last + 1):
        quoted[at] = quoted[at] or quoted[first]


def _own_end(shown: list[str], quoted: list[bool], ours: str) -> int:
    """Where the older mail begins whose lines have no mark; the end of the mail when all its quotes have one."""
    address = re.compile(rf"(?:^|[\s<(:\[]){re.escape(ours)}(?:\+[a-z0-9]+)?@", re.IGNORECASE) if ours else None
    for at, line in enumerate(shown):
        if quoted[at] or not line:
            continue
        if _MARKER.search(line) or (at + 1 < len(shown) and not quoted[at + 1] and _is_folded_marker(shown, at)):
            return at
        if attribution.is_separator(line) or attribution.is_block(shown, at):
            return _above_rule(shown, at)
        if _next_is_quoted(shown, quoted, at):
            continue
        begins = attribution.starts_at(shown, at, above_quote=False)
        if begins is not None:
            return begins
        if address and address.search(line):
            return _above_wrapped(shown, at)
    return len(shown)


def _keep_own_quotes(lines: list[str], shown: list[str], quoted: list[bool], ours: str) -> None:
    """What a person quotes themselves is theirs: marked lines below their words and above the header of our mail, or
    below our mail's last link. A space before the sign tells them from ours.
    """
    headers = [at for at in range(1, len(lines)) if not quoted[at] and _is_header(shown, quoted, at)]
    # "On page 3 they wrote:" is a person's own line where a later one names our address.
    named = [
        at for at in headers if ours and re.search(rf"{re.escape(ours)}[+@]", " ".join(shown[max(0, at - 2) : at + 1]))
    ]
    header = next(iter(named or headers), 0)
    foot = next((at for at, line in enumerate(lines) if quoted[at] and "/unsubscribe/" in line), len(lines))
    begun = False
    for at, line in enumerate(lines):
        begun = (begun or bool(line.strip() and not quoted[at])) and at != foot
        if begun and quoted[at] and not header <= at <= foot and not _MARKER.search(line):
            quoted[at], lines[at] = False, f" {line.strip()}"


def _is_header(shown: list[str], quoted: list[bool], at: int) -> bool:
    """Whether the last line of a header stands here, and a quote right below."""
    below = next((n for n in range(at + 1, min(at + 3, len(shown))) if shown[n]), at)
    return quoted[below] and attribution.starts_at(shown, at, above_quote=True) is not None


def _is_folded_marker(shown: list[str], at: int) -> bool:
    """Whether our line begins here and ends on the next."""
    return bool(_MARKER.search(f"{shown[at]} {shown[at + 1]}")) and not _MARKER.search(shown[at + 1])


def _above_rule(shown: list[str], at: int) -> int:
    above = next((n for n in range(at - 1, -1, -1) if shown[n]), -1)
    return above if above >= 0 and attribution.is_rule(shown[above]) else at


def _above_wrapped(shown: list[str], at: int) -> int:
    """A line that names our address, and the half of it that was folded onto the line above."""
    above = shown[at - 1] if at else ""
    return at - 1 if above and not _BARE_NUMBER.match(above) and shown[at][:1] in ("<", "(") else at


def _next_is_quoted(shown: list[str], quoted: list[bool], at: int) -> bool:
    for below in range(at + 1, min(at + 5, len(shown))):
        if quoted[below]:
            return True
        if shown[below]:
            # A header that was folded: its end decides.
            return attribution.starts_at(shown, below, above_quote=True) is not None and below - at < 4
    return False


def _quote_headers(shown: list[str], quoted: list[bool], ours: str, *, cut: bool) -> None:
    """Mark the header above each quote, and above where the mail was cut, as quoted too."""
    edges = [at for at in range(1, len(quoted)) if quoted[at] and not quoted[at - 1]]
    for edge in [*edges, *([len(quoted)] if cut else [])]:
        last = next((n for n in range(edge - 1, max(-1, edge - 5), -1) if shown[n]), -1)
        if last < 0 or quoted[last] or _BARE_NUMBER.match(shown[last]):
            continue
        begins = attribution.starts_at(shown, last, above_quote=True)
        if begins is None and ours and f"{ours}@" in shown[last].replace("+", "@"):
            begins = _above_wrapped(shown, last)
        for at in range(begins if begins is not None else edge, edge):
            quoted[at] = True


def _quote_folded(lines: list[str], quoted: list[bool]) -> None:
    """A line between two quoted ones, with no gap and after a long one, is the end of that one when it goes on in small
    letters: no answer begins like that in the middle of a sentence.
    """
    for at in range(1, len(lines) - 1):
        between = quoted[at - 1] and not quoted[at] and quoted[at + 1]
        before = _QUOTED.sub("", lines[at - 1]).rstrip()
        if between and len(before) >= _LONG_QUOTE and before[-1:].isalnum() and lines[at].strip()[:1].islower():
            quoted[at] = len(lines[at].split()) > 1


def _without_end(lines: list[str], quoted: list[bool], name: str, signature: str) -> tuple[list[str], list[bool]]:
    """Drop what is quoted at the end, then the signature of what was written last; where nothing else was written
    there, so again.
    """
    end = _own_until(lines, quoted)
    while end:
        begin = next((at + 1 for at in range(end - 1, -1, -1) if quoted[at]), 0)
        kept = len(goodbyes.without(lines[begin:end], name=name, signature=signature, alone=all(quoted[:begin])))
        end = begin + kept
        if kept:
            break
        end = _own_until(lines[:end], quoted[:end])
    return lines[:end], quoted[:end]


def _own_until(lines: list[str], quoted: list[bool]) -> int:
    end = len(quoted)
    while end and (quoted[end - 1] or not lines[end - 1].strip()):
        end -= 1
    return end
