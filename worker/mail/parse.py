"""A mail that came in, understood: what kind it is, who wrote it, and what they wrote just now.

Promises: `understand` takes any bytes at all and never raises; what it cannot read is "empty". It reads the first two
megabytes. It decides nothing about who may answer, stores nothing and logs nothing. The text is what the person
wrote: it is data, never markup.
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
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Literal

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from worker.mail.reply_text import new_words

Kind = Literal["reply", "auto", "bounce", "empty"]
MOST_BYTES = 2_000_000
# Up to here a page with nothing but tags within tags takes half a second; the time grows with the square.
_MOST_TAGS = 10_000
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
    senders = _addresses(mail, "From")
    sender = senders[0] if len(senders) == 1 else ""  # two writers are nobody's own address
    text = new_words(_body(mail), ours=_local_part(to))
    return Understood(
        kind=_kind(mail, sender, text),
        text=text,
        sender=sender,
        to=to,
        message_id=_header(mail, "Message-ID").strip() or hashlib.sha256(raw).hexdigest(),
        subject=_header(mail, "Subject"),
    )


def _read(raw: bytes) -> Message:
    """Take a mail apart. One that is all wrapping is not: the time for that grows with the square of its depth."""
    if len(_BOUNDARY.findall(raw)) > _MOST_BOUNDARIES:
        return BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def _kind(mail: Message, sender: str, text: str) -> Kind:
    if _is_bounce(mail, sender):
        return "bounce"
    if _is_automatic(mail):
        return "auto"
    return "reply" if text else "empty"


def _is_bounce(mail: Message, sender: str) -> bool:
    """A delivery report (RFC 3464), or a mail from nobody, which RFC 5321 keeps for such reports."""
    if mail.get_content_type() == "multipart/report" or _header(mail, "Return-Path").strip() == "<>":
        return "auto-replied" not in _header(mail, "Auto-Submitted").lower()
    return sender.partition("@")[0] in ("mailer-daemon", "postmaster") or bool(_header(mail, "X-Failed-Recipients"))


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
            pairs = getaddresses([str(given) for given in mail.get_all(name, [])])
        except (ValueError, TypeError, IndexError, AttributeError):
            continue
        found += [address.strip().lower() for _, address in pairs if "@" in address]
    return tuple(dict.fromkeys(found))


def _local_part(to: tuple[str, ...]) -> str:
    """Return the local part of the address that carries a token, without it."""
    tagged = [address.partition("@")[0] for address in to if "+" in address.partition("@")[0]]
    return tagged[0].partition("+")[0] if tagged else ""


def _body(mail: Message) -> str:
    """Return the text part, or what the HTML part says when there is no text."""
    plain, html = "", ""
    for part in _texts(mail):
        if part.get_content_type() == "text/plain" and not plain.strip():
            plain = _decoded(part)
        elif part.get_content_type() == "text/html" and not html:
            html = _decoded(part)
    return plain if plain.strip() else _words_of(html)


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
    html = "<".join(html.split("<", _MOST_TAGS)[:_MOST_TAGS])
    cleaned = nh3.clean(html, tags=_TAGS, attributes={}, clean_content_tags={"script", "style", "title"})
    try:
        return str(get_text(f"<div>{cleaned}</div>", _PLAIN))
    except RecursionError:  # tags within tags, thousands deep
        return ""
