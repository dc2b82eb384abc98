"""What one setting may look like: a check per kind of value.

Promises: each check takes what the environment holds and gives the value to use, or raises ValueError with half a
sentence that goes on after "it", never with the value itself, for that may be a secret.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from cryptography.fernet import Fernet

# Local mode uses the port and the four after it.
HIGHEST_PORT = 65535 - 4
# What may follow the question mark of FAIRSTEPS_INBOUND_URL, and how it may look.
_OF_MAIL_IN = {"plus": r"yes|no", "authserv": r"[A-Za-z0-9._-]{1,255}"}
_SAID = {"plus": "plus=yes or plus=no", "authserv": "authserv=NAME, a name like mx.example.org"}
# One display name and one address, nothing that could start a second header line.
SENDER = re.compile(r"^(?:[^<>@\r\n\0]+<(?P<named>[^<>@\s\0]+@[^<>@\s\0]+)>|(?P<bare>[^<>@\s\0]+@[^<>@\s\0]+))$")


def _url(text: Any, schemes: tuple[str, ...]) -> SplitResult:
    parts = urlsplit(str(text))
    if parts.scheme not in schemes:
        raise ValueError(f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("has a port that is not a number from 1 to 65535") from None
    if port == 0:
        raise ValueError("has a port that is not a number from 1 to 65535")
    if parts.scheme in ("unix", "redis+socket"):
        if not parts.path.startswith("/"):
            raise ValueError("must name the socket by its whole path")
    elif not parts.hostname:
        raise ValueError("names no host")
    return parts


def redis_url(text: Any) -> str:
    parts = _url(text, ("redis", "rediss", "unix"))
    if parts.scheme != "unix" and not re.fullmatch(r"/?\d*", parts.path):
        raise ValueError("must end with the number of a database")
    return str(text)


def broker_url(text: Any) -> str:
    _url(text, ("redis", "rediss", "redis+socket", "sentinel", "amqp", "amqps"))
    return str(text)


def public_url(text: Any) -> str:
    parts = _url(text, ("https", "http"))
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must be a plain address, without user, question mark or #")
    return str(text).rstrip("/")


def api_url(text: Any) -> str:
    return public_url(text) + "/"


def smtp_url(text: Any) -> str:
    _url(text, ("smtp", "smtps", "smtp+starttls"))
    return str(text)


def inbound_url(text: Any) -> str:
    parts = _url(text, ("lmtp", "smtp", "imaps", "imap"))
    if parts.scheme in ("smtp", "lmtp"):
        if parts.port is None:
            raise ValueError("must end with a port")
        if parts.username or parts.path.strip("/"):
            raise ValueError("names a user or a folder, and only a mailbox that is fetched (imaps://) has these")
    elif not parts.username or not parts.password:
        raise ValueError(
            "must name user and password before the host, as in imaps://user:password@mail.example.org/INBOX"
        )
    if parts.fragment:
        raise ValueError("has a #; write it as %23")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if {name for name, _ in asked} - set(_OF_MAIL_IN) or len(dict(asked)) < len(asked):
        raise ValueError(f"may name {' and '.join(_OF_MAIL_IN)} after the question mark, each once, and nothing else")
    for name, value in asked:
        if not re.fullmatch(_OF_MAIL_IN[name], value):
            raise ValueError(f"must say {_SAID[name]}")
    return str(text)


def folder(text: Any) -> Path:
    place = Path(str(text)).expanduser().absolute()
    if not place.is_dir():
        raise ValueError("must name a folder that is there")
    return place


def sender(text: Any) -> str:
    if not SENDER.match(str(text)):
        raise ValueError("must be one name with one address in <>, or one address")
    return str(text)


def keys(text: Any) -> tuple[str, ...]:
    keys = tuple(text) if isinstance(text, tuple) else tuple(key.strip() for key in str(text).split(","))
    for place, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ValueError(f"key {place} of {len(keys)} is no Fernet key") from None
    return keys


def port(text: Any) -> int:
    if not re.fullmatch(r"\d{1,5}", str(text)) or not 1 <= int(text) <= HIGHEST_PORT:
        raise ValueError(f"must be a whole number from 1 to {HIGHEST_PORT}")
    return int(text)


def tick(text: Any) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError("must be a number of seconds") from None
    if not 0.05 <= seconds <= 60:
        raise ValueError("must be from 0.05 to 60 seconds")
    return seconds


def clock(text: Any) -> str:
    if text not in ("system", "virtual"):
        raise ValueError('must be "system" or "virtual"')
    return str(text)


def local(text: Any) -> bool:
    if str(text) not in ("0", "1", "True", "False"):
        raise ValueError('must be "1" or "0"')
    return str(text) in ("1", "True")


def app_token(text: Any) -> str:
    if not str(text).startswith("xapp-"):
        raise ValueError("must start with xapp-")
    return str(text)
