"""How our mail stands with those who get it, as far as the domain name system tells: SPF, DKIM, DMARC, names, MX.

Promises: reads alone, and sends nothing. Each look ends within seconds; what could not be looked at is said to be so,
and is neither right nor wrong. Every fault says what to do. No address of a person is asked about.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any, Literal

import dns.exception
import dns.resolver
import dns.reversename
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from worker.mail.dkim_record import key_of

SECONDS = 3.0  # for one question; a name server that is there answers in a tenth of one
# What mail services call their first key. Where ours is called otherwise, only whoever set it up knows.
SELECTORS = ("default", "mail", "dkim", "selector1", "selector2", "google", "s1", "s2", "k1", "fm1", "smtp", "mta")
_WEAK = 1024  # bits; receivers turn shorter keys away (RFC 8301, 3.2)
_NOT_THERE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)

State = Literal["fine", "wrong", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was looked at, and what it came to."""

    what: str
    state: State
    said: str


class Unanswered(Exception):
    """No name server answered: nothing can be said."""


class Names:
    """The domain name system, as one name server tells it. `server` is "ADDRESS" or "ADDRESS:PORT"; empty: ours."""

    def __init__(self, server: str = "") -> None:
        try:
            self.resolver = dns.resolver.Resolver(configure=not server)
        except dns.resolver.NoResolverConfiguration as nobody:
            raise Unanswered from nobody
        if server:
            host, _, port = server.partition(":")
            self.resolver.nameservers, self.resolver.port = [host], int(port or 53)
        self.resolver.lifetime = self.resolver.timeout = SECONDS

    def ask(self, name: str, kind: str) -> list[Any]:
        """Return the records of a name, none when there are none. Raises Unanswered."""
        try:
            return list(self.resolver.resolve(name, kind))
        except _NOT_THERE:
            return []
        except (dns.exception.DNSException, OSError) as nobody:
            raise Unanswered from nobody

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, each as one text."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self.ask(name, "TXT")]

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a host; an address stands for itself."""
        try:
            return [str(ip_address(name))]
        except ValueError:
            return [str(record) for kind in ("A", "AAAA") for record in self.ask(name, kind)]


def standing(names: Names, *, sender: str, host: str, selectors: Sequence[str], replies: bool) -> Iterator[Look]:
    """Look at the domain of `sender` and at the SMTP server `host`; `replies` where mail comes back to us."""
    domain = sender.rpartition("@")[2]
    looks: list[tuple[str, Callable[[], tuple[State, str]]]] = [
        ("mail SPF", partial(_spf, names, domain)),
        ("mail DKIM", partial(_dkim, names, domain, selectors)),
        ("mail DMARC", partial(_dmarc, names, domain)),
        ("mail server's name", partial(_reverse, names, host, domain)),
        *([("mail replies", partial(_replies, names, sender, domain))] if replies else []),
    ]
    for what, look in looks:
        try:
            state, said = look()
        except Unanswered:
            state, said = "unknown", "could not look: no name server answers here"
        yield Look(what=what, state=state, said=said)


def _spf(names: Names, domain: str) -> tuple[State, str]:
    names.texts(domain)  # or nobody answers, which the library does not tell from no record
    from checkdmarc import spf  # it reads the list of all public suffixes, and only this command needs it

    example = f'a TXT record of {domain} such as "v=spf1 include:YOUR-MAIL-SERVICE ~all"'
    try:
        found = spf.get_spf_record(domain, resolver=names.resolver, timeout=SECONDS)
    except spf.SPFRecordNotFound:
        return "wrong", f"says nothing about who may send for {domain}: add {example}"
    except spf.MultipleSPFRTXTRecords:
        return "wrong", f"there are two records for {domain}, so none counts: put them into one"
    except spf.SPFError as broken:
        return "wrong", f"the record of {domain} does not work: {_plain(broken)}"
    ends = (found.get("parsed") or {}).get("all")
    if ends in ("fail", "softfail"):
        return "fine", f"the record of {domain} works; it must name the service that sends for you"
    return "wrong", f"the record of {domain} lets anybody send: end it with ~all or -all"


def _dmarc(names: Names, domain: str) -> tuple[State, str]:
    names.texts(f"_dmarc.{domain}")
    from checkdmarc import dmarc

    try:
        found = dmarc.get_dmarc_record(domain, resolver=names.resolver, timeout=SECONDS)
    except dmarc.DMARCRecordNotFound:
        example = f'a TXT record of _dmarc.{domain} with "v=DMARC1; p=none"'
        return "wrong", f"is missing, and Gmail and Yahoo want it from whoever writes to many: add {example}"
    except dmarc.DMARCError as broken:
        return "wrong", f"the record for {domain} does not work: {_plain(broken)}"
    policy = found["parsed"]["tags"]["p"]["value"]
    return "fine", f"the record of {found['location']} says p={policy}"


def _dkim(names: Names, domain: str, selectors: Sequence[str]) -> tuple[State, str]:
    for selector in selectors or SELECTORS:
        keys = [key for text in names.texts(f"{selector}._domainkey.{domain}") if (key := key_of(text)) is not None]
        if keys:
            return _strong(selector, keys[0])
    if selectors:
        return (
            "wrong",
            f"there is no key under {', '.join(selectors)} of {domain}: publish the one your relay signs with",
        )
    return "unknown", "there is no key under a common name; say which your relay signs with: --dkim-selector NAME"


def _strong(selector: str, key: bytes) -> tuple[State, str]:
    if not key:
        return "wrong", f"the key {selector} is taken back: it is empty"
    if len(key) == 32:  # Ed25519 stands there bare (RFC 8463, 4)
        return "fine", f"the key {selector} is there"
    try:
        read = load_der_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        return "wrong", f"the key {selector} cannot be read: copy it anew from your relay"
    if isinstance(read, RSAPublicKey) and read.key_size < _WEAK:
        return "wrong", f"the key {selector} has {read.key_size} bits, too few to count: make one of 2048"
    return "fine", f"the key {selector} is there"


def _reverse(names: Names, host: str, domain: str) -> tuple[State, str]:
    addresses = names.addresses(host)
    if not addresses:
        return "wrong", f"{host} has no address: look at FAIRSTEPS_SMTP_URL"
    if any(ip_address(one).is_loopback or ip_address(one).is_private for one in addresses):
        return "unknown", f"{host} is seen from inside alone; what it is called outside cannot be looked up from here"
    unnamed = [one for one in addresses if not _confirmed(names, one)]
    if not unnamed:
        return "fine", f"{host} is known by its name"
    if host == domain or host.endswith(f".{domain}"):
        return (
            "wrong",
            f"{unnamed[0]} does not lead back to a name: ask whoever gave you the address for a reverse name",
        )
    return "unknown", f"{host} is your mail service's; it sends from addresses of its own"


def _confirmed(names: Names, address: str) -> bool:
    """Whether an address has a name that stands for it."""
    pointer = dns.reversename.from_address(address).to_text()
    called = [str(record).rstrip(".") for record in names.ask(pointer, "PTR")]
    return any(address in names.addresses(name) for name in called)


def _replies(names: Names, sender: str, domain: str) -> tuple[State, str]:
    hosts = [str(record.exchange).rstrip(".") for record in names.ask(domain, "MX")]
    if not any(hosts) and (hosts or not names.addresses(domain)):  # a lone dot: takes no mail (RFC 7505)
        return "wrong", f"no server takes mail for {domain}, so replies are lost: add an MX record"
    local = sender.rpartition("@")[0]
    where = ", ".join(hosts) or domain
    return "fine", f"go to {where}; mail to {local}+ANYTHING@{domain} must arrive there and be handed to us"


def _plain(error: Exception) -> str:
    """What a library says of a record, on one line."""
    return " ".join(str(error).split())[:200]
