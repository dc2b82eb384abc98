# ruff: noqa: E501 - tables of odd things are easier to look over in long lines
"""Nothing that can come in as a mail breaks the reading or holds it up: damaged real mails, and mails of odd parts.

`FAIRSTEPS_CHAOS=2000 pytest tests/test_mail_fuzz.py` tries that many of each, others each time.
"""

import os
import time
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mail_corpus import CORPUS
from worker.mail.parse import understand
from worker.mail.reply_text import MOST_CHARS

CHAOS = int(os.environ.get("FAIRSTEPS_CHAOS", "0"))
LONGEST = 10  # seconds for one mail: nearly all take a hundredth
tried = settings(
    max_examples=CHAOS or 12,
    deadline=None,
    derandomize=not CHAOS,
    database=None,
    suppress_health_check=list(HealthCheck),
)
NAMES = sorted(path.name for path in CORPUS.glob("*.eml"))
KINDS = ("reply", "auto", "bounce", "empty", "too_long")
CHARSETS = [
    "utf-8", "us-ascii", "x-unknown", "", "utf-7", "utf-16", "iso-2022-jp", "iso-2022-kr", "hz", "windows-1256",
    "punycode", "idna", "unicode_escape", "rot13", "zip", "base64", "undefined", "\0", "../../etc", "a" * 3000,
]  # fmt: skip
ENCODINGS = ["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "uuencode", "binary", "x-nothing", "\0"]
TYPES = ["text/plain", "text/html", "multipart/mixed", "multipart/alternative", "message/rfc822", "application/ms-tnef",
         "multipart/report", "text/vnd.google.email-reaction+json", "text", "/", "a/b/c", "text/plain; format=flowed; delsp=yes",
         "message/partial", "message/external-body", "application/pkcs7-mime"]  # fmt: skip
BODIES = [
    b"1: yes\r\n2: no", b"=E2=80", b"begin 644 a.txt\n#0V%T\n`\nend\n", b"\x78\x9f\x3e\x22\x01\x00", b"\x1b$B\xff\xff",
    b"<div>" * 2000, b"<p>\xee\x80\x80\xee\x80\x81 1: yes", b"> " * 5000, b"a \n" * 20_000, b"\0" * 500, b"\xff\xfe" * 300,
    b"From: a\nTo: b\nSubject: c\n" * 300, b"On 2027 wrote:\n" * 2000, b"1.\n" * 9000, b"\xe2\x80\xab1: \xd9\xa4",
    b"Best regards\n" * 3000, b"confidential email intended recipient " * 900, b"", b"-- reply above\n" * 3000,
]  # fmt: skip


def is_read(raw: bytes) -> None:
    began = time.process_time()
    found = understand(raw)
    assert time.process_time() - began < LONGEST
    assert found.kind in KINDS
    assert found.kind != "empty" or not found.text
    assert len(found.text) <= MOST_CHARS
    assert found.message_id
    for said in (found.text, found.marked, found.sender, found.subject, *found.to, *found.attachments):
        said.encode()  # no half letters, which nothing could store


@given(name=st.sampled_from(NAMES), places=st.lists(st.floats(0, 1), min_size=1, max_size=30), bit=st.integers(0, 7))
@tried
def test_flipped_bits(name: str, places: list[float], bit: int) -> None:
    raw = bytearray((CORPUS / name).read_bytes())
    for place in places:
        raw[int(place * (len(raw) - 1))] ^= 1 << bit
    is_read(bytes(raw))


@given(name=st.sampled_from(NAMES), place=st.floats(0, 1), other=st.sampled_from(NAMES))
@tried
def test_cut_short_and_glued_to_another(name: str, place: float, other: str) -> None:
    raw, second = (CORPUS / name).read_bytes(), (CORPUS / other).read_bytes()
    is_read(raw[: int(place * len(raw))])
    is_read(raw[: int(place * len(raw))] + second[int(place * len(second)) :])


@given(
    name=st.sampled_from(NAMES),
    changed=st.sampled_from(
        [
            (b"\r\n", b"\r"),
            (b"\r\n", b"\n"),
            (b"\n", b"\n\n"),
            (b" ", b"\0"),
            (b"a", b"\xff"),
            (b":", b""),
            (b"=", b"=="),
        ]
    ),
)
@tried
def test_every_line_end_space_or_sign_changed(name: str, changed: tuple[bytes, bytes]) -> None:
    is_read((CORPUS / name).read_bytes().replace(*changed))


@given(
    kind=st.sampled_from(TYPES),
    charset=st.sampled_from(CHARSETS),
    encoding=st.sampled_from(ENCODINGS),
    body=st.sampled_from(BODIES),
    header=st.binary(max_size=300),
)
@tried
def test_parts_that_lie_about_themselves(kind: str, charset: str, encoding: str, body: bytes, header: bytes) -> None:
    heads = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n".encode()
    is_read(b"From: bo@example.org\r\nSubject: " + header + b"\r\n" + heads + b"\r\n" + body)
    is_read(b"From: " + header + b"\r\nTo: answers+a@example.org\r\n" + heads + header + b"\r\n\r\n" + body)


@given(shape=st.recursive(st.sampled_from(BODIES), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=25),
       kind=st.sampled_from(["mixed", "alternative", "related", "report", "signed"]), html=st.booleans())  # fmt: skip
@tried
def test_parts_within_parts(shape: object, kind: str, html: bool) -> None:
    mail = _nested(shape, kind, html)
    mail["From"] = "bo@example.org"
    is_read(mail.as_bytes())


def _nested(shape: object, kind: str, html: bool) -> MIMEBase:
    if isinstance(shape, list):
        whole = MIMEMultipart(kind)
        for inner in shape:
            whole.attach(_nested(inner, kind, not html))
        return whole
    part = MIMEBase("text", "html" if html else "plain")
    part.set_payload(bytes(shape).decode("ascii", "surrogateescape") if isinstance(shape, bytes) else "")
    return part


@given(size=st.integers(100_000, 1_500_000), piece=st.sampled_from(BODIES[4:]), html=st.booleans())
@tried
def test_one_thing_over_and_over(size: int, piece: bytes, html: bool) -> None:
    kind = b"text/html" if html else b"text/plain; format=flowed"
    is_read(b"From: bo@example.org\r\nContent-Type: " + kind + b"\r\n\r\n" + piece * (size // max(1, len(piece))))


def test_a_winmail_and_a_uuencoded_file_are_named_and_not_read() -> None:
    mail = EmailMessage()
    mail["From"] = "bo@example.org"
    mail.set_content("1: yes")
    mail.add_attachment(b"\x78\x9f\x3e\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail.add_attachment("2: no", filename="notes.txt")
    found = understand(mail.as_bytes())
    assert (found.text, found.attachments) == ("1: yes", ("winmail.dat", "notes.txt"))
