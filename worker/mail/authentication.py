"""Whether the mail server that took a mail in vouches for its sender: `Authentication-Results` (RFC 8601).

Promises: takes any header and never raises for it. Only the topmost header counts, and only with the name of our own
server, for anybody may write one further down. "pass" means that DMARC passed, or, where the server says nothing of
DMARC, that DKIM or SPF passed for the domain that stands in From, or one above it.
"""

from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr
from typing import Literal

from authres import AuthenticationResultsHeader, AuthResError
from authres.core import AuthenticationResult

from worker.mail.finding import values_of

Verdict = Literal["pass", "fail", "unknown"]
_FIELD = "Authentication-Results"
_NOT_SAID = ("none", "temperror", "permerror", "bestguesspass", "")


def verdict(head: Message, *, authserv: str, sender: str) -> Verdict:
    """Return what the server named `authserv` says of the address `sender`, which stands in From."""
    given = values_of(head, _FIELD)
    if not given:
        return "unknown"
    try:
        said = AuthenticationResultsHeader.parse(f"{_FIELD}: {' '.join(given[0].split())}")
    except (AuthResError, ValueError, IndexError, AttributeError, TypeError, RecursionError):
        return "unknown"
    if str(said.authserv_id or "").lower() != authserv.lower():
        return "unknown"
    domain = sender.rpartition("@")[2].lower()
    dmarc = [result for result in said.results if result.method == "dmarc" and _said(result) not in _NOT_SAID]
    if dmarc:
        passed = all(_said(result) == "pass" and _names(result, "from", domain) for result in dmarc)
        return "pass" if passed else "fail"
    aligned = any(_said(result) == "pass" and _is_for(result, domain) for result in said.results)
    return "pass" if aligned else "fail"


def _said(result: AuthenticationResult) -> str:
    return str(result.result or "").lower()


def _names(result: AuthenticationResult, name: str, domain: str) -> bool:
    """Whether a DMARC result is about that From domain, where it names one."""
    named = [value for prop, value in _properties(result) if prop == name]
    return not named or domain in (value.rpartition("@")[2] for value in named)


def _is_for(result: AuthenticationResult, domain: str) -> bool:
    """Whether DKIM or SPF speaks for `domain`: signed by it or by one above it. One below may be a stranger's."""
    wanted = {"dkim": ("d", "i"), "spf": ("mailfrom",)}.get(str(result.method), ())
    signers = (parseaddr(value)[1] or value for prop, value in _properties(result) if prop in wanted)
    return any(_covers(signer.rpartition("@")[2].strip("."), domain) for signer in signers)


def _covers(signer: str, domain: str) -> bool:
    return signer == domain or ("." in signer and domain.endswith(f".{signer}"))


def _properties(result: AuthenticationResult) -> Iterator[tuple[str, str]]:
    for prop in result.properties:
        yield str(prop.name).lower(), str(prop.value or "").lower()
