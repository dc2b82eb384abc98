"""Whoever asks for it gets mails that say that something waits, and neither what nor of whom, not in any byte."""

import quopri
import re
from dataclasses import replace

import pytest

from tests import every_mail, mail_home
from worker.mail.hiding import HIDDEN, hidden
from workflows.message import (
    Action,
    Bullets,
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

# Words that no reader over a shoulder may see: the group, its partner, a prompt, somebody's words, an illness.
SECRET = ("Harbour", "Tidewater", "Canaryprompt", "Canaryquote", "Canaryillness", "Ferreira", "Know the Value")
KINDS = every_mail.kinds()
TOLD = Ticket(workspace="T1", partnership="pwalk", person="mbo", subject="r1").encode()


def betraying(kind: str) -> Message:
    """A message of a kind with secrets wherever a message has words."""
    said = " ".join(SECRET)
    return replace(
        KINDS[kind],
        subject=f"{said}?",
        preheader=said,
        parts=(
            Heading(text=said),
            Text(text=said),
            Small(text=said),
            Quote(text=said, who=said),
            Bullets(items=(said,)),
            Numbered(items=(said,)),
            Facts(rows=((said, said),)),
            Progress(steps=((said, "now"),)),
            Link(label=said, url=f"https://example.org/{SECRET[2]}"),
        ),
        actions=(Action(id="a", label=said, value=TOLD, style="primary", page="answer"), *KINDS[kind].actions),
        why=said,
        reply_hint=said,
    )


def decoded(raw: bytes) -> str:
    """Every way in which the bytes may be read: as they are, unquoted, the parts decoded, and what links carry."""
    mail = every_mail.read(raw)
    text = "".join(str(value) for value in mail.values())
    text += every_mail.body(mail, "plain") + every_mail.body(mail, "html")
    for page, token in set(re.findall(r"https://fairsteps\.example\.org/(\w+)/([\w.-]+)", text)):
        text += mail_home.links().read(page, token).encode()
    text += raw.decode("latin-1") + quopri.decodestring(raw).decode("latin-1")
    return text.casefold()


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_it_comes_through(kind: str) -> None:
    one = every_mail.mailing(betraying(kind), follows="<prompt@example.org>", topic="Canaryprompt")
    shown, hides = decoded(every_mail.as_sent(one)), decoded(every_mail.as_sent(replace(one, hides=True)))
    assert all(word.casefold() in shown for word in SECRET[:3])  # this test can fail
    assert [word for word in SECRET if word.casefold() in hides] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_name_nobody_either(kind: str) -> None:
    hides = decoded(every_mail.as_sent(every_mail.mailing(KINDS[kind], hides=True)))
    names = (
        "harbour",
        "tidewater",
        "ferreira",
        "lindqvist",
        "last seven days",
        "five steps",
        "robin",
    )
    assert [name for name in names if name in hides] == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_a_subject_a_button_and_the_way_out(kind: str) -> None:
    mail = every_mail.read(every_mail.as_sent(every_mail.mailing(KINDS[kind], hides=True)))
    text, html = every_mail.body(mail, "plain"), every_mail.body(mail, "html")
    pages = re.findall(r"https://fairsteps\.example\.org/(\w+)/", text)
    assert len(pages) == 4
    assert pages[1:] == ["home", "preferences", "unsubscribe"]  # at the foot of every mail
    assert len(re.findall(r'href="([^"]+)"', html)) == 4
    assert "reply above" not in text
    assert mail["To"].addresses[0].display_name == "Dara Sharma"  # their own name may stay
    assert mail["List-Id"] == "<pwalk.example.org>"
    assert str(mail["Feedback-ID"]).startswith("hidden:tells:")


@pytest.mark.parametrize(("waits", "said"), [(1, "You have 1 question waiting"), (3, "You have 3 questions waiting")])
def test_it_says_how_many_questions_wait(waits: int, said: str) -> None:
    one = replace(every_mail.mailing(KINDS["prompt"], hides=True), waits=waits)
    mail = every_mail.read(every_mail.as_sent(one))
    assert mail["Subject"] == said
    assert said in every_mail.body(mail, "plain")


def test_the_button_leads_where_it_can_be_done_else_home() -> None:
    def page(kind: str) -> str:
        (action,) = hidden(every_mail.mailing(KINDS[kind], hides=True), every_mail.WORDS).message.actions
        return action.page

    assert {kind: page(kind) for kind in ("prompt", "consent", "reply_unclear")} == {
        "prompt": "answer",
        "consent": "answer",
        "reply_unclear": "answer",
    }
    assert (page("prove_address"), page("address_asked")) == ("address", "address")
    assert {page(kind) for kind in ("digest", "reading", "milestone", "stalled", "handed")} == {"home"}


def test_what_is_hidden_stays_hidden_as_it_is() -> None:
    once = hidden(every_mail.mailing(KINDS["prompt"], hides=True), every_mail.WORDS)
    assert once.message.kind == HIDDEN
    assert hidden(once, every_mail.WORDS) == once
