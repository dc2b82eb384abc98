"""In local mode every mail lands in a mailbox with a page, and can be answered from there."""

import smtplib
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

from worker.local import letters
from worker.local.mailbox import Letterbox, create


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def prompt(subject: str = "Two short questions") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Fairsteps <fairsteps@fair.example.org>"
    mail["To"] = "Bo <bo@example.org>"
    mail["Reply-To"] = "answer+abc@fair.example.org"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    mail["Message-ID"] = "<slot-1@fair.example.org>"
    mail.set_content("What did you do for the group?\n.\nTell us – in your own words.\n")
    mail.add_alternative("<p>What did <b>you</b> do?<script>alert(1)</script></p>", subtype="html")
    return mail


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The mailbox, and a second one in the place of the service's own door for answers."""
    ports = free_port(), free_port()
    boxes = [
        Controller(Letterbox(tmp_path / name), hostname="127.0.0.1", port=port)
        for name, port in zip(("out", "in"), ports, strict=True)
    ]
    for box in boxes:
        box.start()
    yield ports
    for box in boxes:
        box.stop()


def post(port: int, mail: EmailMessage, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as line:
        line.send_message(mail, to_addrs=list(recipients) or None)


def page(tmp_path: Path, inbound: int) -> FlaskClient:
    return create(tmp_path / "out", f"smtp://127.0.0.1:{inbound}").test_client()


def test_a_mail_is_listed_and_read(tmp_path: Path, doors: tuple[int, int]) -> None:
    post(doors[0], prompt())
    client = page(tmp_path, doors[1])
    listed = client.get("/messages.json").json
    assert listed is not None
    assert [(row["recipients"], row["subject"]) for row in listed] == [(["bo@example.org"], "Two short questions")]
    shown = client.get(f"/mail/{listed[0]['id']}").text
    assert "Tell us – in your own words." in shown
    assert "answer+abc@fair.example.org" in shown
    source = client.get(f"/mail/{listed[0]['id']}/source")
    assert "Message-ID: <slot-1@fair.example.org>" in source.text


def test_a_mail_cannot_run_a_script_or_fetch_anything(tmp_path: Path, doors: tuple[int, int]) -> None:
    post(doors[0], prompt())
    client = page(tmp_path, doors[1])
    name = client.get("/messages.json").json[0]["id"]  # type: ignore[index]
    policy = client.get(f"/mail/{name}/html").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "<script>" not in client.get(f"/mail/{name}").text


def test_the_newest_mail_is_first_and_a_person_sees_their_own(tmp_path: Path, doors: tuple[int, int]) -> None:
    for subject, person in [("one", "bo@example.org"), ("two", "dara@example.org"), ("three", "bo@example.org")]:
        post(doors[0], prompt(subject), person)
    client = page(tmp_path, doors[1])
    assert [row["subject"] for row in client.get("/messages.json").json or []] == ["three", "two", "one"]
    mine = client.get("/messages.json?to=dara@example.org").json or []
    assert [row["subject"] for row in mine] == ["two"]
    shown = client.get("/?to=dara@example.org").text
    assert "<strong>two</strong>" in shown
    assert "<strong>one</strong>" not in shown


def test_an_answer_goes_the_way_of_any_answer(tmp_path: Path, doors: tuple[int, int]) -> None:
    post(doors[0], prompt())
    client = page(tmp_path, doors[1])
    name = client.get("/messages.json").json[0]["id"]  # type: ignore[index]
    done = client.post(f"/mail/{name}/reply", data={"as": "bo@example.org", "text": "I welcomed two people."})
    assert done.status_code == 303
    (answer,) = letters.newest_first(tmp_path / "in")
    assert answer.recipients == ("answer+abc@fair.example.org",)
    assert (answer.header("From"), answer.header("Subject")) == ("bo@example.org", "Re: Two short questions")
    assert answer.header("In-Reply-To") == answer.header("References") == "<slot-1@fair.example.org>"
    assert answer.part("plain").startswith("I welcomed two people.\n\nOn Mon, 02 Mar 2026")
    assert "\n> What did you do for the group?\n" in answer.part("plain")


def test_an_answer_that_is_not_taken_keeps_its_text(tmp_path: Path, doors: tuple[int, int]) -> None:
    post(doors[0], prompt())
    client = page(tmp_path, free_port())
    name = client.get("/messages.json").json[0]["id"]  # type: ignore[index]
    refused = client.post(f"/mail/{name}/reply", data={"as": "bo@example.org", "text": "I welcomed two people."})
    assert refused.status_code == 422
    assert "Fairsteps did not take the answer" in refused.text
    assert "I welcomed two people.</textarea>" in refused.text
    stranger = client.post(f"/mail/{name}/reply", data={"as": "eli@example.org", "text": "It was me."})
    assert "Only someone who got this mail" in stranger.text


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_text("no")
    client = page(tmp_path, 1)
    for name in ("../secret", "..%2fsecret", "secret", f"{time.time_ns():020}-00000000"):
        assert client.get(f"/mail/{name}").status_code == 404
