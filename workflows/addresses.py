"""Mail addresses as people paste them: one a line, or with commas; with names and "<…>" around them or without."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MOST_CHARS, _MOST_LOCAL, _NAME_CHARS = 254, 64, 80  # RFC 5321, and a name that a form would take
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[^\W_]([\w-]*[^\W_])?")
_PIECES = re.compile(r'(?:"[^"]*"|<[^<>]*>|[^,;])+')  # a comma inside quotes or brackets parts nothing
_BRACKETS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address and the name that stood by it, or what stands before its @."""

    name: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read: `good` ones, each once, and the `wrong` ones as they were written."""

    good: tuple[Address, ...] = field(repr=False)
    wrong: tuple[str, ...] = field(repr=False)


def read(text: str) -> Read:
    """Read pasted addresses. One that comes twice is one, whichever way its letters are written."""
    good: dict[str, Address] = {}
    wrong = []
    for name, written in _pieces(text):
        if not is_address(written):
            wrong.append(written or name)
            continue
        called = name[:_NAME_CHARS] or written.partition("@")[0]
        good.setdefault(folded(written), Address(name=called, address=written))
    return Read(good=tuple(good.values()), wrong=tuple(dict.fromkeys(wrong)))


def folded(address: str) -> str:
    """Return an address as it is compared: no mail service that people use tells `Bo@` from `bo@`."""
    return address.strip().lower()


def is_address(text: str) -> bool:
    """Whether mail can be sent to this. A local part beyond ASCII is refused: few servers take one."""
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        len(text) <= _MOST_CHARS
        and len(local) <= _MOST_LOCAL
        and _LOCAL.fullmatch(local) is not None
        and len(labels) > 1
        and all(len(label) < _MOST_LOCAL and _LABEL.fullmatch(label) for label in labels)
    )


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and address, right or wrong."""
    for line in text.splitlines():
        before = ""  # a surname before a comma: Doe, Jane <jane@example.org>
        for piece in (found.group().strip() for found in _PIECES.finditer(line)):
            bracketed = _BRACKETS.search(piece)
            if bracketed:
                name = " ".join(f"{before} {piece[: bracketed.start()]}".replace('"', " ").split())
                yield name, _bare(bracketed.group(1))
                before = ""
            elif "@" in piece:
                yield from (("", before) for _ in before[:1])
                yield from (("", _bare(word)) for word in piece.split())
                before = ""
            else:
                before = f"{before} {piece}".strip()
        yield from (("", before) for _ in before[:1])


def _bare(text: str) -> str:
    """Return an address without what a mail program or Slack puts around it when it is copied."""
    return text.strip().removeprefix("mailto:").partition("|")[0].strip(" \t<>\"'.")
