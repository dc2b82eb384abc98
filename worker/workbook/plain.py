"""Text that every kind of document can hold: what cannot stand in a file is shown as a mark, never silently dropped.

Promises: raises for no text; text without such characters comes back as it is.
"""

import re

MARK = "�"  # the replacement character: a reader sees that something stood here

# Controls but tab and line feed, lone surrogates and non-characters (XML forbids them), and what turns the direction
# of the text around it: that could make a line read as something nobody wrote.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def plain(text: str) -> str:
    """Return the text with one kind of line break, spaces for tabs, and a mark for each character no file may hold."""
    return _FORBIDDEN.sub(MARK, _BREAKS.sub("\n", text).replace("\t", " "))


def lines(text: str) -> list[str]:
    """Return the lines of the text."""
    return plain(text).strip("\n").split("\n")
