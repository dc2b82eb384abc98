"""What `fairsteps doctor` looks at: settings, programmes, words, the store, and how our mail stands with those who get
it. Each finding says how to mend it.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from worker.files import programmes, words
from worker.files.words import BadWords
from worker.mail.handshake import handshake
from worker.mail.imap import AWAY, look, named
from worker.mail.render import address_of
from worker.mail.standing import Look, Names, Unanswered, standing
from worker.mail.way_in import WayIn
from worker.settings import Settings, WrongSettings, load
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.oauth import INSTALL_PATH
from worker.slack.troubles import troubles
from worker.store.breaking import Breaking
from worker.store.connection import connect, reachable, text
from worker.store.heartbeat import STOPPED_SECONDS, Heartbeat
from worker.store.installations import Installations
from worker.store.workspaces import Workspaces
from worker.vault import Vault
from workflows.errors import StoreUnavailable
from workflows.programme_file import ProgrammeErrors

_MAILBOX = {
    "mailbox_login_refused": "the server refuses the login: look at user and password in FAIRSTEPS_INBOUND_URL",
    "mailbox_folder_missing": "there is no such folder: look at what follows the host in FAIRSTEPS_INBOUND_URL",
    "mailbox_unreachable": "its server does not answer: look at host and port in FAIRSTEPS_INBOUND_URL",
}
_BREAKS = (
    "{} cannot be handled, by a fault of ours. Nothing is lost: they wait where they came from and are tried again."
    " Look for reply_broke in mail.log; what it says is enough to report it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. What could not be looked at (`known` is False) is nobody's fault."""

    what: str
    fine: bool
    said: str
    known: bool = True

    def to_row(self) -> dict[str, object]:
        """As a row of a listing."""
        state = ("fine" if self.fine else "wrong") if self.known else "unknown"
        return {"what": self.what, "state": state, "said": self.said}


def findings(*, selectors: Sequence[str] = (), dns_server: str = "") -> tuple[Finding, ...]:
    """Look at everything, and go on after what is wrong. `selectors` name the DKIM keys that the relay signs with."""
    return tuple(_findings(selectors, dns_server))


def _findings(selectors: Sequence[str], dns_server: str) -> Iterator[Finding]:
    try:
        settings = load()
    except WrongSettings as wrong:
        yield Finding(what="settings", fine=False, said=str(wrong))
    else:
        yield Finding(what="settings", fine=True, said="all can be used")
        yield from _store(settings)
        yield _mail(settings)
        yield from _mail_in(settings)
        yield from _standing(settings, selectors, dns_server)
        yield _slack(settings)
        yield from _workspaces(settings)
    try:
        loaded = programmes.load_all()
        words.load()
    except (ProgrammeErrors, BadWords) as wrong:
        yield Finding(what="programmes", fine=False, said=str(wrong))
    else:
        yield Finding(what="programmes", fine=True, said=", ".join(f"{p.id} {p.version}" for p in loaded.values()))


def _store(settings: Settings) -> Iterator[Finding]:
    client = connect(settings.redis_url)
    try:
        with reachable():
            server = {text(k): text(v) for k, v in client.info("server").items()}
            asked = client.config_get("appendonly", "maxmemory-policy", "maxmemory")
    except StoreUnavailable:
        yield Finding(
            what="store",
            fine=False,
            said="does not answer: start it with `make up`, or look whether FAIRSTEPS_REDIS_URL is right",
        )
        return
    config = {text(k): text(v) for k, v in asked.items()}
    version = server.get("valkey_version") or server.get("redis_version", "?")
    yield Finding(what="store", fine=True, said=f"version {version} answers")
    kept = config.get("appendonly") == "yes"
    yield Finding(
        what="store keeps",
        fine=kept,
        said="append-only file is on" if kept else "set `appendonly yes`, or a restart loses what people wrote",
    )
    evicts = config.get("maxmemory-policy", "noeviction") != "noeviction" and config.get("maxmemory", "0") != "0"
    yield Finding(
        what="store evicts",
        fine=not evicts,
        said="set `maxmemory-policy noeviction`, or a full server drops what people wrote" if evicts else "nothing",
    )


def _mail(settings: Settings) -> Finding:
    said = "FAIRSTEPS_SMTP_URL is not set: no mail goes out" if settings.smtp_url is None else "a server is set"
    return Finding(what="mail", fine=settings.smtp_url is not None, said=said)


def _mail_in(settings: Settings) -> Iterator[Finding]:
    """Whether answers by mail reach us: a mailbox is opened as the service does it, and nothing in it is touched."""
    if settings.inbound_url is None:
        yield Finding(what="mail in", fine=True, said="FAIRSTEPS_INBOUND_URL is not set: people answer on a page alone")
        return
    if (way := WayIn.of(settings.inbound_url)).fetches:
        said = _of_mailbox(way)
        yield Finding(what="mailbox", fine=not said, said=said or f"{way.place} opens")
    with suppress(StoreUnavailable):  # said already
        age = Heartbeat(connect(settings.redis_url)).ages().get("mail", math.inf)
        fine = age < STOPPED_SECONDS
        said = "it runs" if fine else "nothing takes mail in: start Fairsteps, or look into its mail.log"
        yield Finding(what="mail in", fine=fine, said=said)
        count = Breaking(connect(settings.redis_url)).count()
        yield Finding(what="mail that breaks", fine=not count, said=_BREAKS.format(count) if count else "none")


def _of_mailbox(way: WayIn) -> str:
    """What keeps us from a mailbox, empty when nothing does."""
    try:
        look(way)
    except AWAY as failed:
        return _MAILBOX[named(failed)]
    return ""


def _standing(settings: Settings, selectors: Sequence[str], dns_server: str) -> Iterator[Finding]:
    """How our mail stands with those who get it. The try-out's mailbox is this machine, and its sender made up."""
    if settings.smtp_url is None or settings.local:
        return
    yield _found(handshake(settings.smtp_url, name=settings.mail_domain, now=datetime.now(UTC)))
    sender, host = address_of(settings.mail_from), urlsplit(settings.smtp_url).hostname or "localhost"
    try:
        names = Names(dns_server)
    except Unanswered:
        yield Finding(
            what="mail names", fine=True, known=False, said="could not look: this machine asks no name server"
        )
        return
    looks = standing(names, sender=sender, host=host, selectors=selectors, replies=settings.inbound_url is not None)
    yield from map(_found, looks)


def _found(look: Look) -> Finding:
    return Finding(what=look.what, fine=look.state != "wrong", known=look.state != "unknown", said=look.said)


def _slack(settings: Settings) -> Finding:
    said = "credentials are set" if settings.slack_configured else "no credentials: groups live by mail alone"
    if settings.local:
        said = "this is the local try-out"
    return Finding(what="slack", fine=True, said=said)


def _workspaces(settings: Settings) -> Iterator[Finding]:
    client = connect(settings.redis_url)
    store = FairstepsInstallationStore(Installations(redis=client, vault=Vault(settings.secret_keys)))
    try:
        for trouble in troubles(Workspaces(client), store, again=f"{settings.public_url}{INSTALL_PATH}"):
            yield Finding(what=f"workspace {trouble.workspace}", fine=trouble.wanted, said=trouble.said)
    except StoreUnavailable:
        return  # said already
