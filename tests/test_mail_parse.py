"""A reply is read as its writer meant it, whatever mail program it came from, and nothing that comes in can break the
reading.
"""

import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.mail.parse import understand
from worker.mail.reply_text import new_words

MAILS = Path(__file__).parent / "mails"


def read(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        (
            "gmail_web",
            "1: I welcomed three new members – and answered the night posts.\n"
            "   One of them needed a long talk.\n2: 4,5",
        ),
        ("outlook", "1. I kept the member list up to date. It isn’t much.\n2. about 2 hours"),
        ("apple_mail", "1: Nothing this week, I was ill. 💙\n2: 0"),
        ("german", "1: Ich habe die Texte übersetzt und Briefmarken für 12 € gekauft.\n2: 3"),
        ("spanish_gmail", "1: Moderé el grupo cada noche.\n2: 6"),
        ("html_only", "1: I wrote the newsletter & sent it\n2: 1.5"),
    ],
)
def test_a_reply_is_what_was_written_above_the_quoted_mail(mail: str, text: str) -> None:
    understood = understand(read(mail))
    assert (understood.kind, understood.text) == ("reply", text)


def test_a_list_and_a_friendly_word_in_the_middle_are_not_taken_for_a_signature() -> None:
    understood = understand(read("list_and_thanks"))
    assert understood.text.startswith("Thanks, that is a good question.")
    assert "- a talk with a new carer\nBest regards to Ana, she did most of it\n2: 5" in understood.text


def test_an_absence_note_is_no_answer() -> None:
    assert understand(read("vacation")).kind == "auto"


def test_a_mail_that_came_back_is_no_answer() -> None:
    assert understand(read("bounce")).kind == "bounce"


def test_sender_and_addressees_are_bare_addresses() -> None:
    understood = understand(read("outlook"))
    assert understood.sender == "chi@example.org"
    assert understood.to[0].startswith("answers+")
    assert understood.message_id == "<DB9P0001@eurprd01.prod.example.org>"


@pytest.mark.parametrize("subject", ["Automatic reply: hello", "Abwesenheitsnotiz", "Réponse automatique : bonjour"])
def test_an_absence_note_that_only_its_subject_gives_away(subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bo@example.org", "answers+abc@example.org", subject
    mail.set_content("I am away.")
    assert understand(mail.as_bytes()).kind == "auto"


def test_only_the_quoted_mail_is_empty() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "bo@example.org", "answers+abc@example.org"
    mail.set_content("> -- reply above this line --\n> What did you do?\n")
    assert understand(mail.as_bytes()).kind == "empty"


def test_an_attached_text_is_not_the_answer() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "bo@example.org", "answers+abc@example.org"
    mail.set_content("1: yes")
    mail.add_attachment("all my notes", filename="notes.txt")
    assert understand(mail.as_bytes()).text == "1: yes"


def test_a_charset_nobody_knows_is_read_as_well_as_it_can_be() -> None:
    raw = b"From: bo@example.org\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\n1: caf\xc3\xa9\r\n"
    assert understand(raw).text == "1: café"


def test_the_line_of_a_mail_program_is_not_needed_where_ours_is_gone() -> None:
    text = "1: yes\n\nW dniu wt., 5 sty 2027 o 09:00 Fairsteps <answers@example.org> napisał:\n> What?"
    assert new_words(text, ours="answers").text == "1: yes"


def test_a_mail_of_many_megabytes_is_read_in_a_moment() -> None:
    raw = b"From: bo@example.org\r\n\r\n1: yes\r\n\r\n" + b"On " * 1_500_000
    assert understand(raw).text.startswith("1: yes")


@pytest.mark.parametrize(
    "line", ["> " * 4000, "On Mon wrote " * 800, "From: a\n" * 3000, "_" * 9000, "* " * 6000, "Sent " * 999]
)
def test_text_made_to_be_slow_is_not(line: str) -> None:
    assert isinstance(new_words(line * 4, ours="answers").text, str)


def test_parts_within_parts_end_somewhere() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    assert understand(raw).kind == "empty"
    assert understand(b"Content-Type: text/html\r\n\r\n" + b"<div>" * 5_000).kind == "empty"


TOP = b"From: bo@example.org\r\nTo: answers+abc@example.org\r\n"
TEXT = b"Content-Type: text/plain"
MADE_TO_HURT = {
    "brackets in the sender": b"From: " + b"(" * 200_000 + b"\r\n\r\n1: yes",
    "senders": b"From: " + b", ".join([b"bo@example.org"] * 100_000) + b"\r\n\r\n1: yes",
    "recipients": b"To: answers@example.org\r\n" * 60_000 + b"\r\n1: yes",
    "encoded words": b"Subject: " + b" ".join([b"=?utf-8?q?a?="] * 100_000) + b"\r\n\r\n1: yes",
    "a text's parameters": TEXT + b"; charset*1=a" * 100_000 + b"\r\n\r\n1: yes",
    "a text's quotes": TEXT + b'; a="' + b'\\";' * 300_000 + b"\r\n\r\n1: yes",
    "a part's parameters": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    + TEXT
    + b'; a="b;c"' * 100_000
    + b"\r\n\r\n1: yes\r\n--b--",
    "short lines": TOP + b"\r\n" + b"hi\r\n" * 180_000,
    "goodbyes": TOP + b"\r\n" + b"x\r\nThanks\r\n" * 20_000,
    "halves of headers": TOP + b"\r\n" + b"On Mon\r\n" * 180_000,
    "quotes": TOP + b"\r\n" + b">\r\n" * 180_000,
    "numbers": TOP + b"\r\n" + b"1:\r\n" * 180_000,
    "tags": TOP + b"Content-Type: text/html\r\n\r\n" + b"<p>hi</p>" * 100_000,
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 50_000,
}


@pytest.mark.parametrize("shape", MADE_TO_HURT)
def test_a_mail_made_to_hurt_is_read_like_any_other(shape: str) -> None:
    began = time.process_time()
    assert understand(MADE_TO_HURT[shape]).kind in ("reply", "empty", "too_long")
    # Nearly all take half a second and took from eight to many thousand: the bound is far from both.
    assert time.process_time() - began < 10


@given(shape=st.sampled_from(sorted(MADE_TO_HURT)), at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=60))
@settings(max_examples=15)
def test_no_damage_to_a_mail_made_to_hurt_can_break_it(shape: str, at: float, noise: bytes) -> None:
    raw = MADE_TO_HURT[shape]
    place = int(at * len(raw))
    assert isinstance(understand(raw[:place] + noise + raw[place:]).text, str)


def test_the_end_of_a_list_of_senders_may_be_out_of_sight_and_then_nobody_wrote() -> None:
    raw = b"From: bo@example.org" + b" " * 5000 + b", chi@example.org\r\n\r\n1: yes"
    assert understand(raw).sender == ""


def test_two_mails_whose_endless_names_begin_alike_are_two() -> None:
    one, two = (b"Message-ID: <" + b"a" * 5000 + end + b">\r\n\r\n1: yes" for end in (b"b", b"c"))
    assert understand(one).message_id != understand(two).message_id


def test_twenty_thousand_letters_of_ones_own_are_kept_whole_and_more_are_said_to_be_too_long() -> None:
    words = ("A week is long. " * 1250)[:19_999] + "!"
    assert (len(words), new_words(words).text, new_words(words).too_long) == (20_000, words, False)
    quoted = f"{words}\n\n-- reply above this line --\n" + "What?\n" * 20_000
    assert understand(TOP + b"\r\n" + quoted.encode()).text == words
    assert understand(TOP + b"\r\n" + f"{words}!".encode()).kind == "too_long"


def test_words_below_what_can_be_seen_are_never_dropped_in_silence() -> None:
    quoted = "> so it was\n" * 10_000
    assert understand(TOP + b"\r\n" + f"1: yes\n{quoted}2: no".encode()).kind == "too_long"
    html = "<p>1: yes</p>" + "<br>" * 20_000 + "<p>2: no</p>"
    assert understand(TOP + b"Content-Type: text/html\r\n\r\n" + html.encode()).kind == "too_long"


def test_a_signature_is_found_below_many_lines_and_not_above_an_answer() -> None:
    assert new_words("1: yes\n" + "a line\n" * 2500 + "Thanks,\nBo").text.endswith("a line")
    assert new_words("1: yes\nThanks,\n2: no\n\nThanks,\nBo").text == "1: yes\nThanks,\n2: no"


@given(raw=st.binary(max_size=2000))
def test_no_bytes_can_break_it(raw: bytes) -> None:
    assert understand(raw).kind in ("reply", "auto", "bounce", "empty", "too_long")


@given(
    name=st.sampled_from(sorted(path.stem for path in MAILS.glob("*.eml"))),
    at=st.floats(0, 1),
    noise=st.binary(min_size=1, max_size=60),
)
def test_no_damage_to_a_real_mail_can_break_it(name: str, at: float, noise: bytes) -> None:
    raw = read(name)
    place = int(at * len(raw))
    assert isinstance(understand(raw[:place] + noise + raw[place + len(noise) :]).text, str)


PIECES = """=? ?= utf-8 < > @ : From To Content-Type multipart/mixed ; boundary= charset= Subject =?x?q?=FF?= ( , ä"""
ODD = ["\n", "\0", "\u202e", " ", *PIECES.split()]


@given(pieces=st.lists(st.sampled_from(ODD), max_size=80))
def test_no_odd_header_can_break_it(pieces: list[str]) -> None:
    understood = understand("".join(pieces).encode())
    understood.subject.encode()
    understood.sender.encode()


@given(words=st.text(alphabet=st.characters(categories=["L", "N", "Zs", "P"]), min_size=1, max_size=80))
def test_a_plain_sentence_after_a_number_comes_back_whole(words: str) -> None:
    said = " ".join(words.split())
    assert (
        new_words(f"1: {said}\n\n> -- reply above this line --\n> What?", ours="answers").text == f"1: {said}".strip()
    )


def test_what_a_person_quotes_themselves_is_theirs_and_what_they_answer_is_not() -> None:
    above = "Why?\n\nOn page 3 they wrote:\n> we may end this\n\nIs that fair?\n\n"
    header = "On Tue, Nov 24, 2026 at 9:14 AM Fairsteps <answer+a2b3@example.org>\nwrote:\n\n"
    ours = (
        "> -- reply above this line --\n>\n> 1. What would you like to know?\n> https://example.org/unsubscribe/a.b\n"
    )
    below = "\nAnd they say:\n\n> any use\n\nWhat use?\n"
    assert new_words(above + header + ours, ours="answer").text == above.strip().replace("> we", " > we")
    assert new_words(header + ours + below, ours="answer").text == below.strip().replace("> any", " > any")
    between = new_words(f"{header}> 1. One?\n\nyes\n\n> 2. Two?\n\nno\n", ours="answer")
    assert between.text.split() == ["yes", "no"]


def test_a_postscript_is_read_and_no_signature() -> None:
    text = "1: yes\n\nCheers,\nEva\n\nPS: ask Bo about the rest"
    assert new_words(text, name="Eva Ejemplo").text == text
    assert new_words(text.partition("\n\nPS")[0], name="Eva Ejemplo").text == "1: yes"
