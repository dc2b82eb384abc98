"""A mail that came in, understood: what kind it is, who wrote it, and what they wrote just now.

Promises: `understand` takes any bytes at all and never raises; what it cannot read is "empty", and words of which it
cannot read all are "too_long". It reads the first two megabytes, and of each header the first few lines: what the
standard library does with a header takes time that grows with the square of its length. It decides nothing about who
may answer, stores nothing and logs nothing. The text is what the person wrote: it is data, never markup.
"""

import email
import email.errors
import email.header
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from typing import Literal

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from worker.mail.reply_text import Written, new_words

Kind = Literal["reply", "auto", "bounce", "empty", "too_long"]
MOST_BYTES = 2_000_000
_MOST_HEADER = 4_000  # characters; a subject or a sender of a person's mail is far from it
_MOST_ALIKE = 20  # headers of one name
# Up to here a page with nothing but tags within tags takes half a second; the time grows with the square.
_MOST_TAGS = 10_000
_MOST_HTML = 500_000  # characters
_MOST_PARTS = 50  # a mail of a person has three or four; a crafted one has thousands
_MOST_BOUNDARIES = 20
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_TAGS = {"p", "div", "br", "blockquote", "ul", "ol", "li", "table", "tr", "td", "tbody", "h1", "h2", "pre"}
# Some servers mark an absence note in its subject alone; a person's reply starts with "Re:" or its like.
_AWAY = (
    "automatic reply",
    "auto:",
    "autoreply",
    "out of office",
    "automatische antwort",
    "abwesenheit",
    "réponse automatique",
    "respuesta automática",
    "risposta automatica",
    "automatisch antwoord",
    "autosvar",
)
_PLAIN = ParserConfig(css=CSS_PROFILES["strict"], display_links=False, display_images=False)


class _ShortHeaders(email.policy.Compat32):
    """Cuts headers as they come in, those of parts too, before anything looks into them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MOST_HEADER]


_POLICY = _ShortHeaders()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a mail says. `sender` and `to` are bare lower-case addresses; `message_id` is made of the mail if it has
    none.
    """

    kind: Kind
    text: str
    sender: str
    to: tuple[str, ...]
    message_id: str
    subject: str = ""


def understand(raw: bytes) -> Understood:
    """Read one mail."""
    mail = _read(raw[:MOST_BYTES])
    to = _addresses(mail, "To", "Cc", "Delivered-To", "X-Original-To")
    body, whole = _body(mail)
    written = new_words(body, ours=_local_part(to), whole=whole)
    message_id = _header(mail, "Message-ID").strip()
    return Understood(
        kind=_kind(mail, written),
        text=written.text,
        sender=_sender(mail),
        to=to,
        message_id=message_id if 0 < len(message_id) < _MOST_HEADER else hashlib.sha256(raw).hexdigest(),
        subject=_header(mail, "Subject"),
    )


def _read(raw: bytes) -> Message:
    """Take a mail apart. One that is all wrapping is not: the time for that grows with the square of its depth."""
    if len(_BOUNDARY.findall(raw)) <= _MOST_BOUNDARIES:
        try:
            return BytesParser(policy=_POLICY).parsebytes(raw)
        except RecursionError:  # mails within mails, hundreds deep
            pass
    return BytesHeaderParser(policy=_POLICY).parsebytes(raw)


def _kind(mail: Message, written: Written) -> Kind:
    if _is_bounce(mail):
        return "bounce"
    if _is_automatic(mail):
        return "auto"
    if written.too_long:
        return "too_long"
    return "reply" if written.text else "empty"


def _sender(mail: Message) -> str:
    """Return the one who wrote. Two writers are nobody's own address, and so is a list whose end is not in sight."""
    senders = _addresses(mail, "From")
    endless = any(len(str(given)) >= _MOST_HEADER for given in mail.get_all("From", []))
    return senders[0] if len(senders) == 1 and not endless else ""


def _is_bounce(mail: Message) -> bool:
    """A delivery report (RFC 3464), or a mail from nobody, which RFC 5321 keeps for such reports."""
    if mail.get_content_type() == "multipart/report" or _header(mail, "Return-Path").strip() == "<>":
        return "auto-replied" not in _header(mail, "Auto-Submitted").lower()
    return _sender(mail).partition("@")[0] in ("mailer-daemon", "postmaster") or bool(
        _header(mail, "X-Failed-Recipients")
    )


def _is_automatic(mail: Message) -> bool:
    """RFC 3834 and what was there before it."""
    submitted = _header(mail, "Auto-Submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "List-Id")):
        return True
    if _header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    return _header(mail, "Subject").lower().startswith(_AWAY)


def _header(mail: Message, name: str) -> str:
    """Return a header decoded as well as it can be, on one line."""
    given = mail.get(name)
    if given is None:
        return ""
    try:
        decoded = str(email.header.make_header(email.header.decode_header(str(given))))
    except (ValueError, LookupError, UnicodeError, email.errors.MessageError):
        decoded = str(given)
    return " ".join(decoded.encode("utf-8", "replace").decode().split())


def _addresses(mail: Message, *names: str) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        try:
            pairs = getaddresses([str(given) for given in mail.get_all(name, [])[:_MOST_ALIKE]])
        except (ValueError, TypeError, IndexError, AttributeError, RecursionError):  # brackets within brackets
            continue
        found += [address.strip().lower() for _, address in pairs if "@" in address]
    return tuple(dict.fromkeys(found))


def _local_part(to: tuple[str, ...]) -> str:
    """Return the local part of the address that carries a token, without it."""
    tagged = [address.partition("@")[0] for address in to if "+" in address.partition("@")[0]]
    return tagged[0].partition("+")[0] if tagged else ""


def _body(mail: Message) -> tuple[str, bool]:
    """Return the text part, or what the HTML part says when there is no text, and whether that is all of it."""
    plain, html = "", ""
    for part in _texts(mail):
        if part.get_content_type() == "text/plain" and not plain.strip():
            plain = _decoded(part)
        elif part.get_content_type() == "text/html" and not html:
            html = _decoded(part)
    if plain.strip():
        return plain, True
    short = "<".join(html[:_MOST_HTML].split("<", _MOST_TAGS)[:_MOST_TAGS])
    return _words_of(short), len(short) == len(html)


def _texts(mail: Message) -> Iterator[Message]:
    """The parts to read: not attachments, and not a mail that was attached."""
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inside = part.get_payload()
        if isinstance(inside, list):
            if part.get_content_maintype() == "multipart":
                waiting = [child for child in inside if isinstance(child, Message)] + waiting
        elif part.get_content_disposition() != "attachment":
            yield part


def _decoded(part: Message) -> str:
    """Return the text of a part, whatever it says about its letters."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    for charset in (_charset(part), "utf-8"):
        try:
            return payload.decode(charset)
        except (UnicodeError, LookupError, ValueError):
            continue
    return payload.decode("cp1252", "replace")


def _charset(part: Message) -> str:
    try:
        named = str(part.get_content_charset() or "utf-8")
    except (ValueError, LookupError, UnicodeError):
        return "utf-8"
    # What calls itself Latin-1 is Windows' own set in practice, with its quotes and dashes.
    return "cp1252" if named in ("iso-8859-1", "latin-1") else named.replace("us-ascii", "utf-8")


def _words_of(html: str) -> str:
    """Return what an HTML mail says: cleaned first, so that no style, script or title is taken for words."""
    cleaned = nh3.clean(html, tags=_TAGS, attributes={}, clean_content_tags={"script", "style", "title"})
    try:
        return str(get_text(f"<div>{cleaned}</div>", _PLAIN))
    except RecursionError:  # tags within tags, thousands deep
        return ""
