"""Slack's mrkdwn as HTML. Pure.

Promises: nothing in a text becomes HTML of its own; only http, https and mailto become links. A mark that is not known
here is shown as it was written. https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping
from html import escape

_REFERENCE = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"`([^`\n]+)`")
_STYLES = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])"), "strong"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]*[^_\s])_(?![\w_])"), "em"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])"), "s"),
)


def mrkdwn(text: str, names: Mapping[str, str]) -> str:
    """Return the text as HTML; `names` are what to call the people and channels in it."""
    pieces = _REFERENCE.split(text)
    drawn = [_reference(piece, names) if place % 2 else _styled(piece) for place, piece in enumerate(pieces)]
    return "".join(drawn)


def link(url: str, label: str) -> str:
    """Return a link as HTML, or only its label where the address is of a kind that Slack would not open."""
    if not is_address(url):
        return escape(label or url)
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(label or url)}</a>'


def is_address(url: str) -> bool:
    """Whether Slack would open it."""
    return url.startswith(("https://", "http://", "mailto:"))


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _styled(text: str) -> str:
    pieces = _CODE.split(text)
    drawn = []
    for place, piece in enumerate(pieces):
        html = escape(_plain(piece))
        if place % 2:
            html = f"<code>{html}</code>"
        else:
            for style, tag in _STYLES:
                html = style.sub(rf"<{tag}>\1</{tag}>", html)
        drawn.append(html.replace("\n", "<br>\n"))
    return "".join(drawn)


def _reference(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = map(_plain, inside.partition("|"))
    kind, name = target[0], target[1:]
    match kind:
        case "@":
            return escape(f"@{label or names.get(name, name)}")
        case "#":
            return escape(f"#{label or names.get(name, name)}")
        case "!":
            return escape(label or f"@{name}")
        case _:
            return link(target, label)
