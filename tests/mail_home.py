"""A small home for the mail stories: real settings, links and Valkey, and an SMTP server that keeps what it gets."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from typing import Any, cast

from aiosmtpd.controller import Controller
from cryptography.fernet import Fernet

from worker.files import words as english
from worker.links import Links
from worker.mail.send import Mailing, Post
from worker.settings import Settings
from worker.store.connection import connect
from worker.store.left_alone import LeftAlone
from worker.store.mailroom import Mailroom
from worker.vault import Vault
from workflows.message import (
    Action,
    Bullets,
    Divider,
    Facts,
    Heading,
    Link,
    Message,
    Numbered,
    Progress,
    Quote,
    Small,
    Text,
)
from workflows.ticket import Ticket
from workflows.words import Words

NOW = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)
KEY = Fernet.generate_key().decode()
BO = Ticket(workspace="T1", partnership="pwalk", person="mbo", subject="r1")


class StandingClock:
    """It is always five past nine in New York."""

    def now(self) -> datetime:
        return NOW


@cache
def words() -> Words:
    return english.load()


def links(key: str = KEY) -> Links:
    return Links(public_url="https://fairsteps.example.org", keys=[key])


def settings(smtp_url: str = "", **more: str) -> Settings:
    given = {
        "FAIRSTEPS_SECRET_KEYS": KEY,
        "FAIRSTEPS_MAIL_FROM": "Fairsteps <answers@example.org>",
        "FAIRSTEPS_INBOUND_URL": "lmtp://127.0.0.1:8004",
        **more,
    }
    if smtp_url:
        given["FAIRSTEPS_SMTP_URL"] = smtp_url
    return Settings(**cast("dict[str, Any]", given))


def mailroom(redis_url: str) -> Mailroom:
    return Mailroom(redis=connect(redis_url), vault=Vault([KEY]), key=KEY)


def left_alone(redis_url: str) -> LeftAlone:
    return LeftAlone(connect(redis_url), [KEY])


def post(
    smtp_url: str,
    redis_url: str,
    *,
    seconds: Callable[[], float] = time.monotonic,
    set_up: Mapping[str, str] | None = None,
) -> Post:
    return Post(
        settings=settings(smtp_url, **(set_up or {})),
        links=links(),
        mailroom=mailroom(redis_url),
        left_alone=left_alone(redis_url),
        vault=Vault([KEY]),
        words=words(),
        clock=StandingClock(),
        seconds=seconds,
    )


def mailing(*, to: str = "bo@example.org", number: int = 1, message: Message | None = None) -> Mailing:
    return Mailing(
        delivery=f"delivery{number:012d}",
        to_name="Bo Example",
        to_address=to,
        message=message or prompt(),
        ticket=BO,
        list_name="Harbour Circle and Tidewater",
    )


def prompt() -> Message:
    return Message(
        kind="prompt",
        subject="What did you do for the group?",
        preheader="About 3 minutes. Open until Sunday 10 January 2027, 09:00 (London time).",
        parts=(
            Small(text="Step 1 of 5: Know the value of your work"),
            Heading(text="What did you do for the group?"),
            Text(text="Most of what keeps a group alive is never counted.\nLet us count it."),
            Divider(),
            Numbered(
                items=(
                    "What did you do for the group in the last seven days? A few words are enough, <in your own way>.",
                    "About how many hours was it?",
                )
            ),
            Small(text="Your group sees your answer with your name."),
        ),
        actions=(
            Action(id="answer", label="Answer", value=BO.encode(), style="primary", page="answer"),
            Action(id="preferences", label="Not this week", value=BO.encode(), page="preferences"),
            Action(id="start", label="Only in Slack", value="", page=""),
        ),
        reply_hint="You can answer by replying to this mail, above the line: “1: …”, then “2: …”.",
        why="You get this because you take part in “Harbour Circle and Tidewater”. You can stop whenever you like.",
    )


def digest() -> Message:
    return Message(
        kind="digest",
        subject="Your group's week",
        preheader="Five of six have answered.",
        parts=(
            Heading(text="Your group's week"),
            Progress(
                steps=(
                    ("Know the value of your work", "done"),
                    ("Know your vulnerabilities", "now"),
                    ("Identify shared goals", "ahead"),
                )
            ),
            Heading(text="Who is due what"),
            Bullets(items=("Ana: the ledger's keeper, by Friday 8 January 2027", "Bo: nothing & all is well")),
            Facts(rows=(("Answered", "5 of 6"), ("Open until", "Sunday 10 January 2027, 09:00 (London time)"))),
            Quote(text="We carried this for years.\nNobody asked.", who="Ana"),
            Link(label="A short read on fair credit", url="https://example.org/read?a=1&b=2"),
            Divider(),
            Small(text="These measures are ours and not validated."),
        ),
        why="You get this once a week because you take part in “Harbour Circle and Tidewater”.",
    )


class Keeping:
    """An SMTP handler that keeps what it gets, and answers RCPT, DATA and a sender with a plus as it is told."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.connections = 0
        self.says: dict[str, str] = {}

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        said = self.says.get("MAIL", "250 OK") if "+" in address else "250 OK"
        if said.startswith("250"):
            envelope.mail_from = address
        return said

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        said = self.says.get(address, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said = self.says.get("DATA", "250 OK")
        if said == "hang up":
            server.transport.abort()
        elif said.startswith("250"):
            self.mails.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.senders.append(str(envelope.mail_from))
        return said

    def read(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.mails]


def read_one(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


@contextmanager
def server(keeping: Keeping, **more: Any) -> Iterator[str]:
    """Run a real SMTP server; gives its URL."""
    controller = Controller(keeping, hostname="127.0.0.1", port=free_port(), **more)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
