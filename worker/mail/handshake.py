"""What the SMTP server shows at the door: whether what we send it is encrypted, and whether it proves its name.

Promises: opens a connection and closes it; logs in nowhere and sends no mail. Ends within seconds.
"""

import smtplib
import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from worker.mail.line import PORTS
from worker.mail.patience import Patient
from worker.mail.standing import Look

SECONDS = 8.0
_SOON = timedelta(days=14)  # in which a certificate should have been renewed


def handshake(url: str, *, name: str, now: datetime) -> Look:
    """Look at the server of FAIRSTEPS_SMTP_URL; `name` is what we call ourselves there."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    at_once = context if parts.scheme == "smtps" else None
    try:
        smtp = Patient(
            host, parts.port or PORTS[parts.scheme], name=name, until=time.monotonic() + SECONDS, tls=at_once
        )
    except ssl.SSLError as wrong:
        return _wrong(f"{host} does not prove its name: {_why(wrong)}")
    except (OSError, smtplib.SMTPException):
        return _wrong(f"{host} does not answer: look at FAIRSTEPS_SMTP_URL, and whether a firewall stands between")
    try:
        smtp.ehlo()
        return _seen(smtp, parts.scheme, host, context, now=now)
    except ssl.SSLError as wrong:
        return _wrong(f"{host} does not prove its name: {_why(wrong)}")
    except (OSError, smtplib.SMTPException):
        return _wrong(f"{host} hung up in the middle")
    finally:
        smtp.close()


def _seen(smtp: Patient, scheme: str, host: str, context: ssl.SSLContext, *, now: datetime) -> Look:
    offered = smtp.has_extn("starttls")
    if scheme == "smtp":
        return _in_clear(host, offered=offered)
    if scheme == "smtp+starttls":
        if not offered:
            return _wrong(f"{host} offers no STARTTLS, so nothing is sent: try smtps:// with port 465")
        smtp.starttls(context=context)
    return _certified(smtp, host, now=now)


def _in_clear(host: str, *, offered: bool) -> Look:
    if _is_here(host):
        return Look(what="mail encryption", state="fine", said=f"{host} is this machine")
    if offered:
        return _wrong(
            f"mail goes to {host} in clear, and it offers STARTTLS: write smtp+starttls:// in FAIRSTEPS_SMTP_URL"
        )
    return _wrong(f"mail goes to {host} in clear: use a server with smtps:// or smtp+starttls://")


def _certified(smtp: Patient, host: str, *, now: datetime) -> Look:
    assert isinstance(smtp.sock, ssl.SSLSocket), "encrypted just now"
    shown = smtp.sock.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    if ends - now < _SOON:
        return _wrong(f"the certificate of {host} ends on {ends:%d %B %Y}: have it renewed, or mail stops then")
    said = f"{host} proves its name by {smtp.sock.version()}; its certificate ends on {ends:%d %B %Y}"
    return Look(what="mail encryption", state="fine", said=said)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why(wrong: ssl.SSLError) -> str:
    return wrong.verify_message if isinstance(wrong, ssl.SSLCertVerificationError) else "no encryption was agreed on"


def _wrong(said: str) -> Look:
    return Look(what="mail encryption", state="wrong", said=said)
