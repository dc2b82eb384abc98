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
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from typing import Literal

from worker.mail import bodies, page
from worker.mail.reply_text import Written, new_words

Kind = Literal["reply", "auto", "bounce", "empty", "too_long"]
MOST_BYTES = 2_000_000
_MOST_HEADER = 4_000  # characters; a subject or a sender of a person's mail is far from it
_MOST_ALIKE = 20  # headers of one name
_MOST_BOUNDARIES = 20
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
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
    "fuera de la oficina",
    "ausente",
    "absence du bureau",
    "absent du bureau",
    "resposta automática",
    "fora do escritório",
    "ausência temporária",
    "رد تلقائي",
    "الرد التلقائي",
    "自動応答",
    "自動返信",
    "不在通知",
)


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

    `text` is the person's own words alone. `marked` has before them, behind "> ", the lines below which they stand, for
    whoever asks which question they answer. `attachments` names what came along and is not read.
    """

    kind: Kind
    text: str
    sender: str
    to: tuple[str, ...]
    message_id: str
    subject: str = ""
    marked: str = ""
    attachments: tuple[str, ...] = ()


def understand(raw: bytes) -> Understood:
    """Read one mail."""
    mail = _read(raw[:MOST_BYTES])
    to = _addresses(mail, "To", "Cc", "Delivered-To", "X-Original-To")
    parts = bodies.read(mail)
    written = _written(parts, ours=_local_part(to), name=_name(mail))
    message_id = _header(mail, "Message-ID").strip()
    return Understood(
        kind=_kind(mail, written),
        text=written.text,
        sender=_sender(mail),
        to=to,
        message_id=message_id if 0 < len(message_id) < _MOST_HEADER else hashlib.sha256(raw).hexdigest(),
        subject=_header(mail, "Subject"),
        marked=written.marked,
        attachments=parts.attachments,
    )


def _written(parts: bodies.Bodies, *, ours: str, name: str) -> Written:
    """Read the plain part; the HTML part where that says nothing, or says the same without folding its lines."""
    if parts.is_reaction:
        return Written(text="", too_long=False)
    laid_out = page.read(parts.html) if parts.html else page.Page()
    plain = new_words(parts.plain, ours=ours, name=name, signature=laid_out.signature)
    if not parts.html or plain.too_long:
        return plain
    shown = new_words(laid_out.text, ours=ours, name=name, whole=laid_out.whole)
    if not plain.text:
        return shown
    is_same = not shown.too_long and "".join(shown.text.split()) == "".join(plain.text.split())
    return shown if is_same and _lines(shown) < _lines(plain) else plain


def _lines(written: Written) -> int:
    return sum(bool(line.strip()) for line in written.text.split("\n"))


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


def _name(mail: Message) -> str:
    """Return what the one who wrote calls themselves, as it stands in the sender."""
    try:
        return getaddresses([_header(mail, "From")])[0][0]
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError):
        return ""


def _is_bounce(mail: Message) -> bool:
    """A delivery report (RFC 3464), or a mail from nobody, which RFC 5321 keeps for such reports."""
    if _is_receipt(mail):
        return False
    if mail.get_content_type() == "multipart/report" or _header(mail, "Return-Path").strip() == "<>":
        return "auto-replied" not in _header(mail, "Auto-Submitted").lower()
    return _sender(mail).partition("@")[0] in ("mailer-daemon", "postmaster") or bool(
        _header(mail, "X-Failed-Recipients")
    )


def _is_receipt(mail: Message) -> bool:
    """A mail program says that a mail was opened (RFC 8098): that mail did arrive."""
    report = mail.get_param("report-type") if mail.get_content_type() == "multipart/report" else ""
    return str(report).lower() == "disposition-notification"


def _is_automatic(mail: Message) -> bool:
    """RFC 3834 and what was there before it."""
    if _is_receipt(mail):
        return True
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
