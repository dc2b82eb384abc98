"""To which of our mails an inbound mail belongs: the token it carries, wherever it carries it.

Promises: takes any bytes and never raises for them. Looks at the addresses it came to, then at the mails it says it
answers, then at the line that we put at the end of ours where there are no plus addresses, and, in a report, at the
mail that comes back. A token found here proves nothing: whose the mail is says `authentication`.
"""

import email.policy
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from itertools import islice

from worker.mail.parse import MOST_BYTES

_MOST_HEAD = 200_000  # bytes; a mail that went through fifty servers has a tenth of it
_MOST_HEADER = 4_000
_MOST_ALIKE = 20
_WAYS_IN = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_ANSWERS = ("In-Reply-To", "References")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,300}>")
_MOST_IDS = 30
_REF = re.compile(rb"\bRef:(?:\s|&nbsp;|>)*([a-z2-7]{26})\b", re.IGNORECASE)  # what `Mailroom.token` makes
_MOST_PARTS = 50
_MOST_BOUNDARIES = 20  # a mail that is all wrapping is not taken apart: the time for that grows with the square


class _Short(email.policy.Compat32):
    """Cuts headers as they come in: what the standard library does with one grows with the square of its length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MOST_HEADER]


def head_of(raw: bytes) -> Message:
    """Return the headers of a mail."""
    return BytesHeaderParser(policy=_Short()).parsebytes(raw[:_MOST_HEAD])


def values_of(mail: Message, name: str) -> list[str]:
    """Return the first few headers of one name as they stand there."""
    return [str(value) for value in mail.get_all(name, [])[:_MOST_ALIKE]]


def on_its_way(raw: bytes, *, now: datetime) -> timedelta:
    """Return how long ago the mail server before us took a mail, as it says itself; nothing where it does not say."""
    for stamp in values_of(head_of(raw), "Received")[:1]:
        with suppress(ValueError, OverflowError):
            took = parsedate_to_datetime(stamp.rpartition(";")[2].strip())
            return max(now - (took if took.tzinfo else took.replace(tzinfo=UTC)), timedelta())
    return timedelta()


def token_of(raw: bytes, *, ours: str, by_message: Callable[[str], str]) -> str:
    """Return the token that a mail carries, or nothing. `by_message` knows the mails that we sent, by Message-ID."""
    head = head_of(raw)
    for token in _in_addresses(head, ours):
        return token
    for answered in _answered(head):
        if token := by_message(answered):
            return token
    for text in _texts(raw[:MOST_BYTES]):
        if found := _REF.search(text):
            return found[1].decode().lower()
    return ""


def token_in(address: str, *, ours: str) -> str | None:
    """Return the token in an address of ours, empty when it carries none, None when it is not ours."""
    local, _, domain = address.strip().lower().rpartition("@")
    name, plus, tag = local.partition("+")
    if f"{name}@{domain}" != parseaddr(ours)[1].lower():
        return None
    return tag if plus else ""


def _in_addresses(head: Message, ours: str) -> Iterator[str]:
    for name in _WAYS_IN:
        try:
            pairs = getaddresses(values_of(head, name))
        except (ValueError, TypeError, IndexError, AttributeError, RecursionError):  # brackets within brackets
            continue
        yield from (token for _, address in pairs if (token := token_in(address, ours=ours)))


def _answered(head: Message) -> Iterator[str]:
    """The Message-IDs of the mails that it answers, the nearest first."""
    for name in _ANSWERS:
        found = [one for value in values_of(head, name) for one in _MESSAGE_ID.findall(value)]
        yield from reversed(found[-_MOST_IDS:])


def _texts(raw: bytes) -> Iterator[bytes]:
    """The texts of a mail in the order in which they stand, without the wrapping of transport."""
    if raw.lower().count(b"boundary") > _MOST_BOUNDARIES:
        return
    try:
        parts = list(islice(BytesParser(policy=_Short()).parsebytes(raw).walk(), _MOST_PARTS))
    except RecursionError:  # mails within mails, hundreds deep
        return
    for part in parts:
        payload = part.get_payload(decode=True) if part.get_content_maintype() == "text" else None
        if isinstance(payload, bytes):
            yield payload
