"""A mailing drawn as an email: headers, a text part of its own and an HTML part.

Promises: the same mailing gives the same Message-ID, reply address and thread each time, so that a mail that is tried
again is one mail. Nothing is loaded from anywhere when it is read. What is to be hidden is taken out here, before
anything is drawn, so that no header and neither part can say it. Draws only: no I/O, no clock.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from worker.links import Links
from worker.mail.fitting import fitting
from worker.mail.frame import Button, Foot, Frame, one_line
from worker.mail.hiding import hidden
from worker.mail.mailing import Mailing
from workflows.contacts import CONTACT
from workflows.errors import GiveUp
from workflows.message import Message
from workflows.reach import SORT
from workflows.ticket import Ticket
from workflows.words import Words

# A link in List-Unsubscribe is longer than 78 columns and must not be folded or encoded; 998 is SMTP's own bound.
POLICY = SMTP.clone(max_line_length=990)
_BODIES = SMTP  # but the lines of a body are short (RFC 2045, 6.7)
_LONGEST = 254  # characters of an address (RFC 5321, 4.5.3.1.3)


def render(
    mailing: Mailing,
    *,
    frame: Frame,
    links: Links,
    words: Words,
    mail_from: str,
    reply_to: str,
    now: datetime,
    never: str = "",
) -> EmailMessage:
    """Return the mail. `reply_to` is set where a reply would be understood, `never` where a link leads to being left
    alone. Raises GiveUp for an address that no mail can go to.
    """
    mailing = fitting(hidden(mailing, words) if mailing.hides else mailing, words)
    message = _first_seen(mailing)
    name, sender = parseaddr(mail_from)
    foot = Foot(never=never) if mailing.to_nobody else replace(_foot(mailing, links), never=never)
    mail = EmailMessage(policy=_BODIES)
    mail["From"] = Address(display_name=name, addr_spec=sender)
    mail["To"] = Address(display_name=_header(mailing.to_name), addr_spec=deliverable(mailing.to_address))
    mail["Subject"] = _subject(mailing)
    mail["Date"] = now
    if reply_to:
        mail["Reply-To"] = Address(display_name=name, addr_spec=reply_to)
    for header, value in (*_threaded(mailing, domain_of(sender)), *_listed(mailing, domain_of(sender), foot)):
        mail[header] = value
    buttons = tuple(_buttons(message, links))
    mail.set_content(frame.text(message, buttons=buttons, foot=foot, words=words), cte="quoted-printable")
    html = frame.html(message, buttons=buttons, foot=foot, words=words)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = message.locale  # last: what is named Content-… before moves into the text part
    mail.set_boundary(f"=_{mailing.delivery}")  # the same mail is the same bytes
    mail.policy = POLICY
    return mail


def _foot(mailing: Mailing, links: Links) -> Foot:
    ticket = mailing.ticket
    if ticket.subject.startswith(CONTACT):  # a contact settles it on their page
        return Foot(preferences=links.url("partner", ticket), unsubscribe=links.url("unsubscribe", ticket))
    stops = replace(ticket, subject=f"{SORT}{mailing.sort}")
    return Foot(
        preferences=links.url("preferences", ticket),
        unsubscribe=links.url("unsubscribe", stops),
        home=links.url("home", replace(ticket, subject="")),
    )


def message_id(delivery: str, domain: str) -> str:
    """Return the Message-ID of a delivery: the same one on every attempt."""
    return f"<{delivery}@{domain}>"


def _subject(mailing: Mailing) -> str:
    """What the mail is about, first. A mail that comes back to another is a reply to it, and is named like one.

    Gmail and Apple Mail put mails together by what they refer to, but only as long as the subject is the same but for
    "Re:". So a reminder and what was understood stand below their prompt everywhere; and as a step's prompts keep
    their own titles, each of them is a conversation of its own in Gmail, while others show the step as one.
    """
    return _header(f"Re: {mailing.topic}" if mailing.follows and mailing.topic else mailing.message.subject)


def _first_seen(mailing: Mailing) -> Message:
    """The message; where its subject is that of another mail, what is new stands beside it in the list of mails."""
    message = mailing.message
    if not (mailing.follows and mailing.topic) or message.preheader:
        return message
    return replace(message, preheader=message.subject)


def _threaded(mailing: Mailing, domain: str) -> Iterator[tuple[str, str]]:
    """Who it is, and what it stands below. The root of a thread is a mail that was never sent; all refer to it alike,
    so that a thread holds together also when its first mail is deleted. Gmail looks at In-Reply-To as well.
    """
    yield "Message-ID", message_id(mailing.delivery, domain)
    root = message_id(f"thread-{mailing.thread}", domain) if mailing.thread else ""
    above = mailing.follows or root
    if above:
        yield "In-Reply-To", above
        yield "References", " ".join(dict.fromkeys(one for one in (root, above) if one))


def _listed(mailing: Mailing, domain: str, foot: Foot) -> Iterator[tuple[str, str]]:
    """What mail services and other machines ask of mail to many."""
    message, ticket, stop = mailing.message, mailing.ticket, foot.unsubscribe or foot.never
    if not mailing.to_nobody:
        yield "List-Id", f"{_phrase(mailing.list_name)} <{ticket.partnership or ticket.workspace}.{domain}>".strip()
        yield "List-Post", "NO"  # RFC 2369, 3.4: a reply goes to us, and never to the group
    if stop:
        yield "List-Unsubscribe", f"<{stop}>"
    if stop.startswith("https:"):  # RFC 8058, 3.1: one click is for HTTPS alone
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    # RFC 3834. Exchange does not look at it and has a header of its own for absence notes and automatic replies:
    # https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcmail. Reports about delivery still come.
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "OOF, AutoReply"
    # https://support.google.com/mail/answer/6254652: up to three groups of mails, then who sends; none of a person.
    yield "Feedback-ID", f"{message.kind}:{'asks' if message.reply_hint else 'tells'}:{message.locale}:fairsteps"


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
        raise GiveUp("address_unusable", mark="address")
    if not local.isascii():
        raise GiveUp("address_not_ascii", mark="address")
    try:
        written = f"{local}@{domain.encode('idna').decode()}"
        if Address(addr_spec=written).addr_spec == written:
            return written
    except Exception as odd:  # the library raises whatever its parser stumbled over, a missing attribute too
        raise GiveUp("address_unusable", mark="address") from odd
    raise GiveUp("address_unusable", mark="address")


def _header(text: str) -> str:
    """Return what people wrote as a header can hold it: the library would read "=?…?=" in it, with line breaks."""
    return one_line(text).replace("=?", "= ?")


def _phrase(name: str) -> str:
    """Quote a list's name when it is plain; another is left out, for many servers refuse an encoded List-Id."""
    plain = _header(name).replace("\\", "").replace('"', "")
    return f'"{plain}"' if plain and plain.isascii() and plain.isprintable() else ""
