"""Two more corpora of replies, written by other hands than the reading: `tests/mails/second.yaml` and `third.yaml`.

`python -m tests.mail_second second third` writes each as mails and what they mean, with our mails as they are now in
the quotes, and the prompts as they are now beside them.
"""

import base64
import json
import quopri
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from tests import mail_asked
from tests.mail_asked import Mail
from tests.mail_second_clients import NAME, PROGRAMS, WE, Sheet
from workflows.programme import Prompt
from workflows.question import Question

MAILS = Path(__file__).parent / "mails"
PROMPTS = {
    "rest": "without-you",
    "gains": "who-gains",
    "gift": "only-here",
    "never": "never-sell",
    "hour": "what-it-costs",
    "requests": "asked-of-us",
    "new": "new-request",
    "keys": "ways-out",
    "trust": "trust-broke",
    "privacy": "privacy-asks",
    "effort": "our-effort",
    "say": "our-say",
    "dots": "goal-dots.vote",
    "talk": "before-we-talk",
    "open": "agreement.questions",
    "pulse": "pulse",
    "tie": "ties-again",
    "ways": "which-way",
}
REVIEW = {
    "marks": "marks",
    "ties": "ties-now",
    "thanks": "say-goodbye",
    "sense": "our-choice.sense",
    "consent": "our-choice.consent",
}
_PEOPLE = {
    "de": "Petra Lindner <petra@example.com>",
    "es": "Lucía Ramos <lucia@example.com>",
    "fr": "Hélène Marchand <helene@example.com>",
    "ja": "佐藤 <sato@example.com>",
    "ar": "سلمى <salma@example.com>",
}


def write(folder: str) -> None:
    """Write `tests/mails/<folder>.yaml` as mails into `tests/mails/<folder>`, with `expected.json` beside them."""
    asked = {
        **mail_asked.of("five-steps", PROMPTS),
        **mail_asked.of("partnership-review", REVIEW),
        "numbers": mail_asked.mails()["numbers"],
    }
    there = MAILS / folder
    there.mkdir(exist_ok=True)
    for old in there.iterdir():
        old.unlink()
    told = []
    for case in YAML(typ="safe", pure=True).load(MAILS / f"{folder}.yaml"):
        ours = asked[case["to"]]
        name = case.get("name") or f"{case['by'].replace(' ', '-')}-{case['to']}"
        assert not (there / f"{name}.eml").exists(), name
        (there / f"{name}.eml").write_bytes(mail(case, ours))
        means = {q: value_of(ours.prompt.question(q), said) for q, said in case.get("means", {}).items()}
        client, language = case["by"].split()
        told.append(
            {
                "name": name,
                "client": client,
                "language": language,
                "prompt": case["to"],
                "kind": case.get("kind", "reply"),
                "values": means,
                "either": case.get("either", False),
            }
        )
    used = {each["prompt"] for each in told}
    prompts = {short: TypeAdapter(Prompt).dump_python(asked[short].prompt, mode="json") for short in sorted(used)}
    shown = json.dumps({"prompts": prompts, "mails": told}, ensure_ascii=False, indent=1)
    (there / "expected.json").write_text(shown + "\n", encoding="utf-8")


def value_of(question: Question, said: Any) -> Any:
    """The value that is kept, of the short way in which the cases write it."""
    match question.kind:
        case "yes_no":
            word, _, note = said.partition(" | ")
            return {"said": word, "note": note}
        case "range":
            low, _, high = said.partition("..")
            return {"low": low, "high": high}
        case "money":
            ends, _, currency = said.partition(" ")
            low, _, high = ends.partition("..")
            return {"low": low, "high": high, "currency": currency}
        case "rows":
            cells = {column.id: column for column in question.columns}
            return [{column: value_of(cells[column], cell) for column, cell in line.items()} for line in said]
    return said


def mail(case: Mapping[str, Any], ours: Mail) -> bytes:
    """The mail that somebody sends."""
    program, language = case["by"].split()
    how = {"charset": "utf-8", "cte": "quoted-printable", "only": "", **case.get("how", {})}
    person = _PEOPLE.get(language, "Nora Blake <nora@example.com>")
    plain, html = PROGRAMS[program](
        Sheet(
            says=case["says"].strip("\n") if program != "gmail" else case["says"].rstrip("\n"),
            closing=case.get("closing", ""),
            below=case.get("below", False),
            under=case.get("under", {}),
            subject=ours.subject,
            text=ours.text,
            html=ours.html,
            language=language,
            me=person,
        )
    )
    missing = [said for said in case.get("under", {}).values() if said not in plain]
    assert not missing, (case["by"], missing)
    parts = [
        part for part, left_out in ((("plain", plain), "html"), (("html", html), "plain")) if how["only"] != left_out
    ]
    parts = [(sort, text) for sort, text in parts if text]
    heads = [
        f"From: {_encoded(person)}",
        f"To: {NAME} <{WE}>",
        f"Subject: {_encoded('Re: ' + ours.subject)}",
        "Date: Tue, 24 Nov 2026 10:02:11 +0100",
        f"Message-ID: <{len(plain)}.{program}@mail.example.com>",
        "In-Reply-To: <p1.k7q2m9@fairsteps.example.org>",
        "MIME-Version: 1.0",
    ]
    if len(parts) == 1:
        return "\r\n".join(heads).encode() + b"\r\n" + b"".join(_part(*parts[0], how))
    shut = b"--=_b1--\r\n"
    each = b"".join(b"--=_b1\r\n" + b"".join(_part(*part, how)) + b"\r\n" for part in parts)
    heads.append('Content-Type: multipart/alternative; boundary="=_b1"')
    return "\r\n".join(heads).encode() + b"\r\n\r\n" + each + shut


def _part(sort: str, text: str, how: Mapping[str, Any]) -> Iterator[bytes]:
    flowed = ""
    if sort == "plain" and how.get("flowed"):
        text = "\n".join(_flow(text, delsp=bool(how.get("delsp"))))
        flowed = "; format=flowed" + ("; delsp=yes" if how.get("delsp") else "")
    written = text.replace("\n", "\r\n").encode(how["charset"], errors="replace")
    declared = how.get("declared", how["charset"])
    yield f"Content-Type: text/{sort}; charset={declared}{flowed}\r\n".encode()
    yield f"Content-Transfer-Encoding: {how['cte']}\r\n\r\n".encode()
    match how["cte"]:
        case "base64":
            yield base64.encodebytes(written)
        case "quoted-printable":
            yield quopri.encodestring(written.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        case _:
            yield written


def _flow(text: str, *, delsp: bool) -> Iterator[str]:
    """Long lines cut at 72 with a space left at the end, and one more where it is taken away again."""
    for line in text.split("\n"):
        left = line if line == "-- " else line.rstrip()
        while len(left) > 72 and " " in left[20:72] and not left.startswith(">"):
            cut = left.rindex(" ", 0, 72) + 1
            yield left[:cut] + (" " if delsp else "")
            left = left[cut:]
        yield left


def _encoded(text: str) -> str:
    name, _, address = text.partition(" <")
    if text.isascii():
        return text
    word = f"=?utf-8?B?{base64.b64encode(name.encode()).decode()}?="
    return f"{word} <{address}" if address else word


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        write(folder)
