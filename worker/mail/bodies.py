"""The words of a mail as text: its parts found, decoded and unfolded, what it carries along named.

Promises: any mail gives some text, maybe an empty one, and never an error, whatever it says about its letters. A part
with a file name is something sent along, not words; so is a mail that was attached. What comes in several plain parts,
as Apple Mail writes around a picture, is one text.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

_MOST_PARTS = 50  # a mail of a person has three or four; a crafted one has thousands
_MOST_NAME = 100  # characters of a file's name that anybody needs to know it by
# What programs write, and what their letters truly are: Windows' sets hold more than the standards they claim to be.
_TRULY = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "unicode-1-1-utf-7": "utf-7",
}
_NO_LETTERS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape"}  # codecs of other things, slow or noisy
_REACTION = "text/vnd.google.email-reaction+json"  # a thumb under a mail, which Gmail sends as a mail of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """`plain` and `html` as they came, either may be empty; `attachments` are the names of what came along."""

    plain: str = ""
    html: str = ""
    attachments: tuple[str, ...] = ()
    is_reaction: bool = False


def read(mail: Message) -> Bodies:
    """Read the parts of a mail."""
    plain: list[str] = []
    html: list[str] = []
    along: list[str] = []
    reaction = False
    for part in _leaves(mail):
        name, kind = _name(part), part.get_content_type()
        reaction = reaction or kind == _REACTION
        if name or part.get_content_disposition() == "attachment" or part.is_multipart():
            along.append(name or kind)
        elif kind == "text/plain":
            plain.append(_unfolded(part, _decoded(part)))
        elif kind == "text/html":
            html.append(_decoded(part))
        elif part.get_content_maintype() not in ("text", "multipart"):
            along.append(kind)
    return Bodies(
        plain="\n".join(filter(str.strip, plain)),
        html="\n".join(filter(str.strip, html)),
        attachments=tuple(along),
        is_reaction=reaction,
    )


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that are no wrapping, in order."""
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inside = part.get_payload() if part.is_multipart() else None  # else it decodes, by a charset that may be none
        if isinstance(inside, list) and part.get_content_maintype() == "multipart":
            waiting = [child for child in inside if isinstance(child, Message)] + waiting
        else:
            yield part


def _name(part: Message) -> str:
    try:
        given = part.get_filename()
    except (ValueError, LookupError, UnicodeError, TypeError):
        return ""
    return " ".join(str(given or "").encode("utf-8", "replace").decode().split())[:_MOST_NAME]


def _decoded(part: Message) -> str:
    """Return the text of a part, whatever it says about its letters."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    named = _charset(part)
    for charset in _guesses(payload, named):
        try:
            return payload.decode(charset)
        except (UnicodeError, LookupError, ValueError):
            continue
    return payload.decode("utf-8" if named == "utf-8" and _is_mostly_utf8(payload) else "cp1252", "replace")


def _guesses(payload: bytes, named: str) -> tuple[str, ...]:
    if b"\x1b$" in payload:
        return ("iso2022_jp_ext", "iso2022_jp_2004", named)
    # Letters that happen to be good UTF-8 are UTF-8, also where an old program calls them Latin-1.
    return ("utf-8", named) if named == "cp1252" else (named, "utf-8")


def _is_mostly_utf8(payload: bytes) -> bool:
    """Whether a few letters are broken, rather than all of them: then one lost byte does not spoil the rest."""
    read_ = payload.decode("utf-8", "replace")
    broken, beyond = read_.count("\ufffd"), sum(letter > "\x7f" for letter in read_)
    return broken * 2 < beyond


def _charset(part: Message) -> str:
    try:
        named = str(part.get_content_charset() or "utf-8")
        known = codecs.lookup(_TRULY.get(named, named)).name
    except (ValueError, LookupError, UnicodeError):
        return "utf-8"
    return "utf-8" if known.replace("-", "_") in _NO_LETTERS else known


def _unfolded(part: Message, text: str) -> str:
    """Join what format=flowed folded (RFC 3676): a line that ends with a space goes on in the next."""
    try:
        flowed = str(part.get_param("format", "")).lower() == "flowed"
        closes_up = str(part.get_param("delsp", "")).lower() == "yes"
    except (ValueError, LookupError, UnicodeError, TypeError):
        return text
    if not flowed:
        return text
    lines: list[list[str]] = []  # pieces of each, for joining one by one takes time that grows with the square
    going_on = -1  # the depth of quoting of a line that goes on
    for line in text.replace("\r\n", "\n").split("\n"):
        marks = re.match(r">*", line)
        depth = marks.end() if marks else 0
        words = line[depth:].removeprefix(" ")
        if going_on == depth and words != "-- ":
            lines[-1].append(words)
        else:
            lines.append([f"{'>' * depth} {words}" if depth else words])
        going_on = depth if words.endswith(" ") and words != "-- " else -1
        if going_on == depth and closes_up:
            lines[-1][-1] = lines[-1][-1][:-1]
    return "\n".join("".join(pieces) for pieces in lines)
