"""What a mail server reports about a mail of ours: refused for good, refused for now, or complained about.

Promises: takes any bytes and never raises for them. A report says what happened and which mail of ours it is about;
whose mail that was, the mail room knows. A delay is no failure, and neither is a report that something arrived. What
cannot be read as any of these is "odd".
"""

import email.errors
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from itertools import islice
from typing import Literal

from flufl.bounce import all_failures

from worker.mail.finding import values_of
from worker.mail.outcomes import is_no_address

Sort = Literal["hard", "soft", "complaint", "delayed", "arrived", "odd"]
_MOST_BYTES = 500_000
_MOST_PARTS = 50
_MOST_BOUNDARIES = 20  # a mail that is all wrapping is not taken apart: the time for that grows with the square
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"\b(5\d\d)\b")
_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)  # it logs what it stumbles over, addresses too


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened; `about` are the Message-IDs of mails that came back with it."""

    sort: Sort
    about: tuple[str, ...] = ()


def report_of(raw: bytes) -> Report:
    """Read one report."""
    raw = raw[:_MOST_BYTES]
    about = tuple(dict.fromkeys(found.decode("ascii", "replace") for found in _MESSAGE_ID.findall(raw)[:_MOST_PARTS]))
    if raw.lower().count(b"boundary") > _MOST_BOUNDARIES:
        return Report(sort="odd", about=about)
    try:
        mail = BytesParser(policy=compat32).parsebytes(raw)
        return Report(sort=_complaint(mail) or _said(mail) or _unstructured(mail, raw), about=about)
    except (email.errors.MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return Report(sort="odd", about=about)


def _complaint(mail: Message) -> Sort | None:
    """A person pressed "this is spam" (RFC 5965). Of the other kinds of feedback none says that."""
    for part in _parts(mail, "message/feedback-report"):
        kinds = [value.strip().lower() for each in (part, *_inside(part)) for value in values_of(each, "Feedback-Type")]
        return "complaint" if not kinds or "abuse" in kinds or "opt-out" in kinds else "arrived"
    return None


def _said(mail: Message) -> Sort | None:
    """A report of RFC 3464: one block for each recipient. The worst counts, for each of our mails has only one."""
    sorts: list[Sort] = []
    for part in _parts(mail, "message/delivery-status"):
        for block in _inside(part):
            action = "".join(values_of(block, "Action")).strip().lower()
            said = f"{' '.join(values_of(block, 'Status'))} {' '.join(values_of(block, 'Diagnostic-Code'))}"
            match action:
                case "failed":
                    sorts.append(_sort_of(said))
                case "delayed":
                    sorts.append("delayed")
                case "delivered" | "relayed" | "expanded":
                    sorts.append("arrived")
    worst: tuple[Sort, ...] = ("hard", "soft", "delayed", "arrived")
    return next((sort for sort in worst if sort in sorts), None)


def _sort_of(said: str) -> Sort:
    """A failure for good is one that is about the address; a full mailbox, or a server that minds our words, is not."""
    code, status = _CODE.search(said), _STATUS.search(said)
    if status and status.group() in ("5.0.0", "5.5.0"):  # some servers say no more than this; then the code says it
        said = said.replace(status.group(), "")
    return "hard" if is_no_address(int(code[1]) if code else 550 if status is None else 0, said) else "soft"


def _unstructured(mail: Message, raw: bytes) -> Sort:
    """What older servers write for people to read, in the shapes that flufl.bounce knows."""
    try:
        passing, lasting = all_failures(mail)
    except Exception:  # it raises whatever its patterns stumbled over
        return "odd"
    if lasting:
        told = _STATUS.findall(raw.decode("latin-1"))
        return "hard" if not told or any(is_no_address(0, status) for status in told) else "soft"
    return "delayed" if passing else "odd"


def _parts(mail: Message, kind: str) -> Iterator[Message]:
    return (part for part in islice(mail.walk(), _MOST_PARTS) if part.get_content_type() == kind)


def _inside(part: Message) -> list[Message]:
    """The blocks of a report; the standard library reads each as a mail with headers alone."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return [block for block in inside[:_MOST_PARTS] if isinstance(block, Message)]
    return [BytesParser(policy=compat32).parsebytes(str(inside).encode("utf-8", "replace"), headersonly=True)]
