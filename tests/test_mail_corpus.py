"""Replies from seventeen mail programs in seven languages are read as their writers meant them, and none is taken for
what it is not.

`python -m tests.mail_corpus` writes the mails; `pytest tests/test_mail_corpus.py -s` prints what was not read right.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.mail_corpus import CORPUS
from worker.files import words as english
from worker.mail.parse import understand
from workflows.errors import AskPerson
from workflows.forms import Typed
from workflows.kinds import KIND_NAMES, kind_of
from workflows.programme import Prompt
from workflows.replying import from_reply

WORDS = english.load()
LEAST_RIGHT = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of one mail: its kind, its own words, the values to store, or the questions asked back."""

    kind: str
    text: str
    values: Mapping[str, Any]
    asked: tuple[str, ...]


@cache
def expected() -> Mapping[str, Any]:
    return json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def prompts() -> Mapping[str, Prompt]:
    return {short: TypeAdapter(Prompt).validate_python(given) for short, given in expected()["prompts"].items()}


def read(mail: Mapping[str, Any], folder: Path = CORPUS) -> Read:
    understood = understand((folder / f"{mail['name']}.eml").read_bytes())
    values: Mapping[str, Any] = {}
    asked: tuple[str, ...] = ()
    if understood.kind == "reply":
        prompt = prompts()[mail["prompt"]]
        try:
            values = values_of(prompt, from_reply(WORDS, prompt, understood.marked))
        except AskPerson as ask:
            asked = tuple(sorted({place.partition(".")[0] for place in ask.problems}))
    return Read(kind=understood.kind, text=lines_of(understood.text), values=values, asked=asked)


def values_of(prompt: Prompt, typed: Typed) -> Mapping[str, Any]:
    """The values of the questions that were named."""
    named = {name.partition(".")[0] for name in typed}
    values = {q.id: kind_of(q).parse(q, typed) for q in prompt.questions if q.id in named}
    return {question: value for question, value in values.items() if value is not None}


def lines_of(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def is_right(mail: Mapping[str, Any], found: Read) -> bool:
    return (found.kind, found.text, found.values, found.asked) == (
        mail["kind"],
        lines_of(mail["text"]),
        mail["values"],
        tuple(sorted(mail["asked"])),
    )


def is_asked_back(found: Read) -> bool:
    """Whether its writer hears that it was not understood: then nothing of it is stored."""
    return bool(found.asked) or found.kind in ("empty", "too_long")


def test_nearly_all_replies_are_read_right_and_what_is_not_is_asked_back() -> None:
    mails = expected()["mails"]
    wrong = [(mail, found) for mail in mails if not is_right(mail, found := read(mail))]
    for mail, found in wrong:
        print(f"{mail['name']:32} {mail['prompt']:9} {found.kind:6} asked back: {', '.join(found.asked) or '-'}")
    print(f"{len(mails) - len(wrong)} of {len(mails)} read right")
    guessed = [mail["name"] for mail, found in wrong if not is_asked_back(found)]
    assert guessed == [], "words were stored that nobody meant so"
    assert len(wrong) <= len(mails) * (1 - LEAST_RIGHT)


def test_the_corpus_is_as_wide_as_the_world_it_stands_for() -> None:
    mails = expected()["mails"]
    assert len(mails) >= 250
    assert {mail["language"] for mail in mails} == {"en", "de", "es", "fr", "pt", "ar", "ja"}
    assert len({mail["client"] for mail in mails if not mail["client"].startswith(("odd", "b"))}) == 17
    asked = {q.kind for prompt in prompts().values() for q in prompt.questions}
    cells = {c.kind for prompt in prompts().values() for q in prompt.questions for c in q.columns}
    assert asked | cells == set(KIND_NAMES)


def test_every_mail_of_the_corpus_has_its_expectation_and_nobody_real_in_it() -> None:
    names = {mail["name"] for mail in expected()["mails"]}
    assert names == {path.stem for path in CORPUS.glob("*.eml")}
    for path in CORPUS.glob("*.eml"):
        heads = path.read_bytes().partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
        for line in heads.split(b"\n"):
            if line.startswith((b"From:", b"To:")):
                assert b"@example." in line, path.name


@pytest.mark.parametrize("name", ["gmail-web-es", "outlook-web-ja", "odd-quote-translated-marker"])
def test_the_score_can_fail(name: str) -> None:
    """A reading that keeps the quoted words would be seen."""
    mail = next(mail for mail in expected()["mails"] if mail["name"] == name)
    found = read(mail)
    assert is_right(mail, found)
    assert not is_right({**mail, "text": f"{mail['text']}\nWhat do you say?"}, found)
    assert not is_right({**mail, "values": {}}, found)
