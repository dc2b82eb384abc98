"""The letters that the local mailbox holds: one file a mail, in STATE_DIR/mail.

Promises: a letter is written aside and moved into place before its sender hears that it was taken, so what was
accepted is there whole after a crash, and a torn one never shows. File names sort by time of arrival.
"""

import itertools
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.utils import formatdate, make_msgid
from functools import lru_cache
from pathlib import Path

NAME = re.compile(r"^\d{20}-[0-9a-f]{8}$")
_turn = itertools.count()


@lru_cache(maxsize=4)
def _head(raw: bytes) -> Message:
    """The head alone, read once for all its headers: the inbox lists hundreds of letters."""
    return message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=policy.default)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One mail as it came, with whom the envelope was for: the header may name others."""

    name: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        mail = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(mail, EmailMessage), "the default policy makes these"
        return mail

    def header(self, name: str) -> str:
        return str(_head(self.raw).get(name, ""))

    def part(self, kind: str) -> str:
        """The text of the `plain` or the `html` part; empty if there is none."""
        for part in self.mail.walk():
            if part.get_content_type() == f"text/{kind}" and not part.is_attachment():
                return str(part.get_content()).replace("\r\n", "\n")
        return ""


def keep(folder: Path, recipients: tuple[str, ...], raw: bytes) -> str:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two letters of one nanosecond keep their order by the counter that stands in its last places.
    moment = time.time_ns() // 1000 * 1000 + next(_turn) % 1000
    name = f"{moment:020}-{secrets.token_hex(4)}"
    aside = folder / f"{name}.new"
    aside.write_bytes("".join(f"X-Envelope-To: {one}\r\n" for one in recipients).encode() + raw)
    aside.chmod(0o600)
    aside.replace(folder / f"{name}.eml")
    return name


def read(folder: Path, name: str) -> Letter | None:
    path = folder / f"{name}.eml"
    if not NAME.match(name) or not path.exists():
        return None
    raw, recipients = path.read_bytes(), []
    while raw.startswith(b"X-Envelope-To: "):
        line, _, raw = raw.partition(b"\r\n")
        recipients.append(line.partition(b": ")[2].decode())
    return Letter(name=name, recipients=tuple(recipients), raw=raw)


def newest_first(folder: Path, recipient: str = "") -> Iterator[Letter]:
    for path in sorted(folder.glob("*.eml"), reverse=True):
        letter = read(folder, path.stem)
        if letter is not None and (not recipient or recipient in letter.recipients):
            yield letter


def reply(letter: Letter, writer: str, text: str) -> EmailMessage:
    """What a mail program sends when someone answers: the text, then what they answer, quoted."""
    answer = EmailMessage()
    to = letter.mail.get("Reply-To") or letter.mail.get("From")
    answer["From"] = Address(addr_spec=writer)
    answer["To"] = str(to)
    subject = letter.header("Subject")
    answer["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    answer["Date"] = formatdate(localtime=True)
    answer["Message-ID"] = make_msgid(domain=writer.rpartition("@")[2])
    if message_id := letter.header("Message-ID"):
        answer["In-Reply-To"] = message_id
        answer["References"] = f"{letter.header('References')} {message_id}".strip()
    quoted = "\n".join(f"> {line}".rstrip() for line in letter.part("plain").splitlines())
    answer.set_content(f"{text.strip()}\n\nOn {letter.header('Date')}, {letter.header('From')} wrote:\n{quoted}\n")
    return answer
