"""What somebody wrote in Slack as plain words: mentions, links and emphasis without Slack's signs. Pure.

Slack writes what it means in angle brackets and escapes `& < >` in what people typed, so whatever stands in brackets
was made by Slack. https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
"""

import re
from collections.abc import Callable

from workflows.kinds import clean
from workflows.words import Words

_BRACKETS = re.compile(r"<([^<>]*)>")
_EMPHASIS = tuple(
    re.compile(rf"(?<![^\s(\"“'*_~])[{sign}](?=\S)([^\n{sign}]*[^\s{sign}])[{sign}](?![^\s.,;:!?)\"”'*_~])")
    for sign in "*_~"
)
_CODE = re.compile(r"```\n?(.*?)\n?```|`([^`\n]+)`", re.DOTALL)
_QUOTED = re.compile(r"^(?:&gt;|>) ?", re.MULTILINE)
_USER = re.compile(r"<@([UW][A-Z0-9]+)")


def mentioned(text: str) -> tuple[str, ...]:
    """Return the Slack users that a text mentions."""
    return tuple(dict.fromkeys(_USER.findall(text)))


def unmarked(words: Words, text: str, *, name: Callable[[str], str]) -> str:
    """Return the text as people read it; `name` gives the name of a Slack user, or nothing when it is not known."""
    plain = _CODE.sub(lambda found: found[1] or found[2] or "", text)
    for sign in _EMPHASIS:
        plain = sign.sub(r"\1", plain)
    plain = _QUOTED.sub("", plain)
    plain = _BRACKETS.sub(lambda found: _meant(words, found[1], name), plain)
    return clean.text(plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _meant(words: Words, inside: str, name: Callable[[str], str]) -> str:
    target, _, label = inside.partition("|")
    label = label.strip()
    match target[:1]:
        case "@":
            return name(target[1:]) or label.lstrip("@") or words("keeping.someone")
        case "#":
            return f"#{label}" if label else words("keeping.a_channel")
        case "!":
            return _special(words, target, label)
        case _:
            return _link(target, label)


def _special(words: Words, target: str, label: str) -> str:
    if target in ("!channel", "!everyone", "!here"):
        return words("keeping.everybody")
    return label.lstrip("@") or words("keeping.a_group")


def _link(target: str, label: str) -> str:
    """A link with words of its own is told by both; mail addresses and bare links by what one sees."""
    if not label or label == target:
        return target.removeprefix("mailto:").removeprefix("tel:")
    if target.startswith(("mailto:", "tel:")) or target in (f"http://{label}", f"https://{label}"):
        return label
    return f"{label} ({target})"
