"""How mail comes in: FAIRSTEPS_INBOUND_URL as a value.

Promises: reads an address that `checks.inbound_url` has passed. The password shows in no text of the value.
"""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

_PORTS = {"imap": 143, "imaps": 993}


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """`scheme` is lmtp or smtp (we are brought mail) or imap or imaps (we fetch it from `folder`).

    `plus`: mail to local+ANYTHING@domain arrives. `authserv` names the mail server whose word on a sender counts
    (RFC 8601); empty: nobody is asked.
    """

    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    plus: bool = True
    authserv: str = ""

    @classmethod
    def of(cls, url: str) -> Self:
        """Read the setting."""
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        return cls(
            scheme=parts.scheme,
            host=parts.hostname or "127.0.0.1",
            port=parts.port or _PORTS.get(parts.scheme, 0),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            plus=asked.get("plus", ["yes"])[-1] == "yes",
            authserv=asked.get("authserv", [""])[-1].lower(),
        )

    @property
    def place(self) -> str:
        """Where it is, to be shown: without the user and the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}" + (f"/{self.folder}" if self.fetches else "")

    @property
    def fetches(self) -> bool:
        """Whether we fetch mail, and are not brought it."""
        return self.scheme in _PORTS
