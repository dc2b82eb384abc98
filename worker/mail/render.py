"""A mailing drawn as an email: headers, a text part of its own and an HTML part.

Promises: the same mailing gives the same Message-ID, reply address and thread each time, so that a mail that is tried
again is one mail. Nothing is loaded from anywhere when it is read, and nothing in a header says what is hidden. Draws
only: no I/O, no clock.
"""

from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from worker.links import Links
from worker.mail.frame import Button, Foot, Frame, one_line
from worker.mail.mailing import Mailing
from workflows.errors import GiveUp
from workflows.message import Message
from workflows.ticket import Ticket
from workflows.words import Words

# A link in List-Unsubscribe is longer than 78 columns and must not be folded or encoded; 998 is SMTP's own bound.
POLICY = SMTP.clone(max_line_length=990)
_LONGEST = 254  # characters of an address (RFC 5321, 4.5.3.1.3)


def render(
    mailing: Mailing, *, frame: Frame, links: Links, words: Words, mail_from: str, reply_to: str, now: datetime
) -> EmailMessage:
    """Return the mail. `reply_to` is set where a reply would be understood. Raises GiveUp for an address that no mail
    can go to.
    """
    message, ticket = mailing.message, mailing.ticket
    name, sender = parseaddr(mail_from)
    domain = domain_of(sender)
    unsubscribe = links.url("unsubscribe", ticket)
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(display_name=name, addr_spec=sender)
    mail["To"] = Address(display_name=one_line(mailing.to_name), addr_spec=deliverable(mailing.to_address))
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = now
    mail["Message-ID"] = f"<{mailing.delivery}@{domain}>"
    if ticket.partnership:
        mail["References"] = f"<p-{ticket.partnership}@{domain}>"
    if reply_to:
        mail["Reply-To"] = Address(display_name=name, addr_spec=reply_to)
    mail["List-Id"] = f"{_phrase(mailing.list_name)} <{ticket.partnership or ticket.workspace}.{domain}>".strip()
    mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Feedback-ID"] = f"{message.kind}:fairsteps"
    foot = Foot(preferences=links.url("preferences", ticket), unsubscribe=unsubscribe)
    buttons = tuple(_buttons(message, links))
    mail.set_content(frame.text(message, buttons=buttons, foot=foot, words=words), cte="quoted-printable")
    html = frame.html(message, buttons=buttons, foot=foot, words=words)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = message.locale  # last: what is named Content-… before moves into the text part
    mail.set_boundary(f"=_{mailing.delivery}")  # the same mail is the same bytes
    return mail


def _buttons(message: Message, links: Links) -> Iterator[Button]:
    """What only Slack offers has no page and is left out."""
    for action in message.actions:
        if action.page and action.value:
            url = links.url(action.page, Ticket.decode(action.value))
            yield Button(label=action.label, url=url, strong=action.style == "primary")


def address_of(sender: str) -> str:
    """Return the bare address of FAIRSTEPS_MAIL_FROM."""
    return parseaddr(sender)[1]


def domain_of(address: str) -> str:
    """Return what stands after the at sign."""
    return address.rpartition("@")[2]


def reply_address(mail_from: str, token: str) -> str:
    """Return where a reply goes that carries `token`: local+TOKEN@domain."""
    local, _, domain = parseaddr(mail_from)[1].rpartition("@")
    return f"{local}+{token}@{domain}"


def deliverable(address: str) -> str:
    """Return `address` as it can stand in a header and in SMTP.

    The standard library silently writes a non-ASCII local part as something else, and few servers take one (RFC
    6531): GiveUp. So is what it would read as another address, or as none.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or len(address) > _LONGEST or any(sign in address for sign in "\r\n\0<>"):
        raise GiveUp("address_unusable")
    if not local.isascii():
        raise GiveUp("address_not_ascii")
    try:
        written = f"{local}@{domain.encode('idna').decode()}"
        if Address(addr_spec=written).addr_spec == written:
            return written
    except Exception as odd:  # the library raises whatever its parser stumbled over, a missing attribute too
        raise GiveUp("address_unusable") from odd
    raise GiveUp("address_unusable")


def _phrase(name: str) -> str:
    """Quote a list's name when it is plain; another is left out, for many servers refuse an encoded List-Id."""
    plain = one_line(name).replace("\\", "").replace('"', "")
    return f'"{plain}"' if plain and plain.isascii() and plain.isprintable() else ""
