"""Each mail is calm, whole and honest about itself: golden files, headers that mail services ask for, and names from
all over.
"""

import dataclasses
import email
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from tests import mail_home
from worker.files import bundled
from worker.mail.frame import BrokenFrame, Frame, the_frame
from worker.mail.render import render
from worker.mail.send import Mailing
from workflows.errors import GiveUp
from workflows.message import Heading, Message, Text
from workflows.words import Words

WORDS = mail_home.words()
LINK = re.compile(r"https://fairsteps\.example\.org/(\w+)/[\w.=-]+")


def drawn(mailing: Mailing, reply_to: str = "", words: Words = WORDS) -> EmailMessage:
    sent = render(
        mailing,
        frame=the_frame(),
        links=mail_home.links(),
        words=words,
        mail_from="Fairsteps für alle <answers@example.org>",
        reply_to=reply_to,
        now=mail_home.NOW,
    )
    return email.message_from_bytes(sent.as_bytes(), policy=default)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def to_bo(message: Message) -> Mailing:
    return mail_home.mailing(message=message)


@pytest.mark.parametrize("message", [mail_home.prompt(), mail_home.digest()], ids=["prompt", "digest"])
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_each_mail_looks_as_agreed(message: Message, kind: str, snapshot: SnapshotAssertion) -> None:
    reply_to = "answers+token@example.org" if message.reply_hint else ""
    assert LINK.sub(r"https://fairsteps.example.org/\1/TOKEN", body(drawn(to_bo(message), reply_to), kind)) == snapshot


def test_headers_are_what_mail_services_ask_for() -> None:
    mail = drawn(mail_home.mailing(), "answers+token@example.org")
    assert mail["From"] == "Fairsteps für alle <answers@example.org>"
    assert mail["To"] == "Bo Example <bo@example.org>"
    assert mail["Message-ID"] == "<delivery000000000001@example.org>"
    assert mail["References"] is None
    assert mail["Reply-To"].addresses[0].addr_spec == "answers+token@example.org"
    assert mail["List-Id"] == '"Harbour Circle and Tidewater" <pwalk.example.org>'
    assert re.fullmatch(r"<https://fairsteps\.example\.org/unsubscribe/\S+>", mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "en")
    assert mail["Date"].datetime == mail_home.NOW
    assert mail["Precedence"] is None


def test_a_mail_that_is_drawn_again_is_the_same_bytes() -> None:
    assert body(drawn(mail_home.mailing()), "plain").count("Harbour Circle") == 1
    with time_machine.travel(mail_home.NOW, tick=False):  # what links are signed with, to the second
        first, second = drawn(mail_home.mailing()), drawn(mail_home.mailing())
    assert first.as_string() == second.as_string()


@pytest.mark.parametrize(
    "name", ["Zoë Müller", '"Chi", the 1st', "Þóra Ærø", "山田花子", "Bo\r\nBcc: all@example.org", ""]
)
def test_names_from_all_over_arrive_and_start_no_header(name: str) -> None:
    mail = drawn(dataclasses.replace(mail_home.mailing(), to_name=name))
    assert mail["To"].addresses[0].display_name == " ".join(name.split())
    assert mail["To"].addresses[0].addr_spec == "bo@example.org"
    assert mail["Bcc"] is None


def test_a_domain_in_any_script_is_written_so_that_servers_know_it() -> None:
    mail = drawn(mail_home.mailing(to="bo@bücher.example.org"))
    assert mail["To"].addresses[0].addr_spec == "bo@xn--bcher-kva.example.org"


@pytest.mark.parametrize("address", ["jörg@example.org", "", "bo", "@example.org", "bo@", "bo@a..b\r\nx", "a<b>@c.org"])
def test_an_address_no_mail_can_go_to_is_given_up(address: str) -> None:
    with pytest.raises(GiveUp):
        drawn(mail_home.mailing(to=address))


def test_the_marker_stands_first_where_a_reply_is_understood_and_nowhere_else() -> None:
    asking, telling = drawn(to_bo(mail_home.prompt())), drawn(to_bo(mail_home.digest()))
    assert body(asking, "plain").startswith("-- reply above this line --\n")
    visible = re.sub(r"(?s)^.*?<body.*?</div>", "", body(asking, "html"))
    assert re.sub(r"(?s)<!--.*?-->|<[^>]*>", "", visible).strip().startswith("-- reply above this line --")
    assert "reply above" not in body(telling, "plain") + body(telling, "html")


def test_what_only_slack_can_do_is_not_offered() -> None:
    mail = drawn(to_bo(mail_home.prompt()))
    assert "Only in Slack" not in body(mail, "plain") + body(mail, "html")
    assert set(LINK.findall(body(mail, "plain"))) == {"answer", "home", "preferences", "unsubscribe"}


def test_nothing_is_loaded_from_anywhere() -> None:
    html = body(drawn(to_bo(mail_home.prompt())), "html")
    assert not re.search(r"<img|<link|@import|url\(|src=|<script", html)
    addresses = {a for a in re.findall(r"https?://[^\"'\s<>]+", html) if not a.startswith("http://www.w3.org")}
    assert all(a.startswith("https://fairsteps.example.org/") for a in addresses)


def test_a_very_long_message_is_not_clipped() -> None:
    parts: tuple[Heading | Text, ...] = (Heading(text="Much"), *(Text(text="Word. " * 40) for _ in range(60)))
    mail = drawn(to_bo(dataclasses.replace(mail_home.digest(), parts=parts)))
    assert len(body(mail, "html").encode()) < 80_000


def test_a_language_that_runs_to_the_left_does() -> None:
    html = body(drawn(to_bo(dataclasses.replace(mail_home.prompt(), locale="ar"))), "html")
    assert '<html lang="ar" dir="rtl"' in html
    sides = re.findall(r'class="(?:ink|quiet)[^>]*><div style="[^"]*text-align:(\w+)', html)
    assert sides.count("right") > 5
    assert set(sides) == {"right", "center"}


def test_what_people_write_is_never_markup_nor_a_template() -> None:
    said = '<script>alert(1)</script> {{ 7 * 7 }} {% for x in y %} "&amp;"'
    mail = drawn(to_bo(dataclasses.replace(mail_home.digest(), parts=(Heading(text=said), Text(text=said)))))
    assert "<script>" not in body(mail, "html")
    assert "{{ 7 * 7 }}" in body(mail, "html")
    assert "<script>alert(1)</script> {{ 7 * 7 }}" in body(mail, "plain")


@given(said=st.text(max_size=200))
def test_any_text_at_all_can_be_said(said: str) -> None:
    message = dataclasses.replace(mail_home.digest(), parts=(Text(text=said),), subject=said or "x", why=said)
    mail = drawn(to_bo(message))
    assert body(mail, "html")


def test_no_line_of_the_text_is_too_long_to_quote() -> None:
    lines = body(drawn(to_bo(mail_home.digest())), "plain").splitlines()
    assert [line for line in lines if len(line) > 72 and "https://" not in line] == []


def test_a_frame_that_lost_a_loop_stops_the_start(tmp_path: Path) -> None:
    source = bundled.find("templates/email/frame.mjml.j2").read_text().replace("<mj-raw>{% if why %}</mj-raw>", "")
    (tmp_path / "frame.txt.j2").write_text("")
    (tmp_path / "frame.mjml.j2").write_text(source.replace("<mj-head>", "<mj-head>{% if why %}"))
    with pytest.raises(BrokenFrame, match=r"frame\.mjml\.j2"):
        Frame(html=tmp_path / "frame.mjml.j2", text=tmp_path / "frame.txt.j2")


def test_the_virtual_time_is_the_time_of_the_mail() -> None:
    assert drawn(mail_home.mailing())["Date"].datetime == datetime.fromisoformat("2027-01-05T14:00:00+00:00")
