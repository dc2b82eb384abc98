"""The corpus of replies: who writes what from which program, and what must be understood.

`python -m tests.mail_corpus` writes `tests/mails/corpus/*.eml` and `expected.json` anew, with our mails as they are now
in the quotes, and the prompts as they are now beside them: a file stays true when programme or frame change later.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tests import mail_odd
from tests.mail_answers import ANSWERS, ENDINGS, GREETINGS, STYLES
from tests.mail_asked import mails
from tests.mail_clients import CLIENTS, MARKING, Reply
from workflows.programme import Prompt

CORPUS = Path(__file__).parent / "mails" / "corpus"
_LANGUAGES = ("en", "de", "es", "fr", "pt", "ar", "ja")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A mail and what it says: `values` by question, or the questions that must be `asked` back ("" for all of it)."""

    name: str
    client: str
    language: str
    prompt: str
    raw: bytes
    text: str
    kind: str = "reply"
    values: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] = ()


def cases() -> Iterator[Case]:
    """All of them, in the same order each time."""
    yield from _above()
    yield from _around()
    for odd in mail_odd.odd():
        raw = odd.raw if isinstance(odd.raw, bytes) else odd.raw.as_bytes()
        yield Case(
            name=f"odd-{odd.name}",
            client="odd",
            language=odd.language,
            prompt=odd.prompt,
            raw=raw,
            text=odd.text,
            kind=odd.kind,
            values=odd.values,
            asked=odd.asked,
        )


def _numbered(said: list[str], style: str) -> str:
    if len(said) == 1:
        return said[0]
    return "\n".join(f"{style.format(n=n)}{each}" for n, each in enumerate(said, start=1))


def _above() -> Iterator[Case]:
    """Each program in each language, with other questions, numbers, greetings and goodbyes each time."""
    names = list(ANSWERS)
    turn = 0
    for client in CLIENTS.values():
        for language in _LANGUAGES:
            short = names[turn % len(names)]
            said, values = ANSWERS[short](language)
            style = STYLES[language][turn % len(STYLES[language])]
            greeting = GREETINGS[language][turn % len(GREETINGS[language])]
            own = f"{greeting}\n\n{_numbered(said, style)}" if greeting else _numbered(said, style)
            ending = ENDINGS[language][turn % len(ENDINGS[language])]
            reply = Reply(mail=mails()[short], language=language, own=own, ending=ending)
            yield _case(f"{client.__name__}-{language}", client(reply), reply, short, own, values)
            turn += 1


def _around() -> Iterator[Case]:
    """Answers below the quote, and between the quoted questions."""
    names = ("rest", "effort", "sense", "tie", "numbers", "requests", "hour")
    turn = 0
    for name in MARKING:
        for language in _LANGUAGES:
            short = names[turn % len(names)]
            said, values = ANSWERS[short](language)
            mail, ending = mails()[short], ENDINGS[language][turn % len(ENDINGS[language])]
            if turn % 2:
                own = _numbered(said, STYLES[language][turn % len(STYLES[language])])
                reply = Reply(mail=mail, language=language, own=own, ending=ending, below=True)
                yield _case(f"below-{name}-{language}", CLIENTS[name](reply), reply, short, own, values)
            else:
                greeting = GREETINGS[language][turn % len(GREETINGS[language])]
                reply = Reply(mail=mail, language=language, own=greeting, ending=ending, between=said)
                own = "\n\n".join(filter(None, (greeting, *said)))
                yield _case(f"between-{name}-{language}", CLIENTS[name](reply), reply, short, own, values)
            turn += 1


def _case(name: str, mail: EmailMessage, reply: Reply, short: str, text: str, values: Mapping[str, Any]) -> Case:
    mail.set_boundary("=_boundary") if mail.is_multipart() else None
    return Case(
        name=name.replace("_", "-"),
        client=name.rpartition("-")[0],
        language=reply.language,
        prompt=short,
        raw=_bytes(mail),
        text=text,
        values=values,
    )


def _bytes(mail: Message) -> bytes:
    return mail.as_bytes()


def write(folder: Path = CORPUS) -> int:
    """Write all mails and what is expected of them; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.eml"):
        old.unlink()
    told = []
    for case in cases():
        (folder / f"{case.name}.eml").write_bytes(case.raw)
        told.append(
            {
                "name": case.name,
                "client": case.client,
                "language": case.language,
                "prompt": case.prompt,
                "kind": case.kind,
                "text": case.text,
                "values": dict(case.values),
                "asked": list(case.asked),
            }
        )
    prompts = {short: json.loads(TypeAdapter(Prompt).dump_json(mail.prompt)) for short, mail in mails().items()}
    whole = {"prompts": prompts, "mails": told}
    (folder / "expected.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(told)


if __name__ == "__main__":
    print(f"{write()} mails in {CORPUS}")
