"""Cutting and escaping text for Slack: pure, and the same everywhere.

Promises: `cut` never gives more than it was allowed and ends at a word with "…"; `split` loses no word; `escaped`
changes exactly the three characters that mrkdwn reads, so that nobody's text can mention a channel or become a link;
`link_text` lets no link say that it leads elsewhere.
"""

import re

ELLIPSIS = "…"

_AN_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)


def cut(text: str, most: int) -> str:
    """Return `text` in at most `most` characters, ended at a word with "…" where something was left out."""
    text = text.strip()
    if len(text) <= most:
        return text
    head = text[: most - 1]
    whole, space, _ = head.rpartition(" ")
    # A single long word (or a language without spaces) is cut inside; half a line is better than three letters.
    if space and len(whole) >= most // 2:
        head = whole
    return head.rstrip(" ,;:.–-") + ELLIPSIS


def split(text: str, most: int) -> tuple[str, ...]:
    """Return `text` in pieces of at most `most` characters, parted at a paragraph, else a line, else a word."""
    pieces = []
    rest = text.strip()
    while len(rest) > most:
        at = _parting(rest, most)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    if rest:
        pieces.append(rest)
    return tuple(pieces)


def _parting(text: str, most: int) -> int:
    """Where to part: not in the first half, or a long text would fall into crumbs."""
    for mark in ("\n\n", "\n", " "):
        at = text.rfind(mark, most // 2, most)
        if at > 0:
            return at
    return most


def escaped(text: str) -> str:
    """Return `text` for mrkdwn. https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link_text(label: str, url: str) -> str:
    """Return what a link to `url` says: its label, or where it leads when the label is or holds an address itself."""
    return url if not label.strip() or _AN_ADDRESS.search(label) else label.strip()
