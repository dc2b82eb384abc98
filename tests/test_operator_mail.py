"""Whoever runs Fairsteps by mail: what is shown, counted and red, and files of people as programs write them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from tests import mail_home, web_home
from tests.imap_home import PASSWORD, imap_server
from worker import checks, checkup, show, up
from worker.files.members import read_named
from worker.mail.inbound import pulse
from worker.mail.way_in import WayIn
from worker.slack.installations import FairstepsInstallationStore
from worker.slack.troubles import troubles
from worker.store.workspaces import Workspace
from worker.web.app import create_with
from worker.wiring import House
from workflows.errors import AskPerson

FETCHED = "imaps://ana%40example.org:hush%2Fhush@mail.example.org/INBOX"


def test_the_start_shows_where_mail_comes_in_and_no_password() -> None:
    shown = str(up.addresses(mail_home.settings(FAIRSTEPS_INBOUND_URL=FETCHED), ()))
    assert "imaps://mail.example.org:993/INBOX" in shown
    assert "hush" not in shown
    assert "ana" not in shown
    assert WayIn.of("lmtp://[::1]:8004").place == "lmtp://[::1]:8004"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("lmtp://127.0.0.1", "must end with a port"),
        ("lmtp://127.0.0.1:8004/INBOX", "names a user or a folder"),
        ("smtp://ana:pw@127.0.0.1:8004", "names a user or a folder"),
        ("imaps://ana@mail.example.org", "must name user and password"),
        (f"{FETCHED}?plus=maybe", "must say plus=yes or plus=no"),
        (f"{FETCHED}?authserv=", "must say authserv=NAME"),
        (f"{FETCHED}?authserve=mx", "may name plus and authserv"),
        ("pop3://ana:pw@mail.example.org", "must start with"),
    ],
)
def test_a_wrong_way_in_is_named_in_plain_words(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as wrong:
        checks.inbound_url(url)
    assert "pw" not in str(wrong.value)
    assert "hush" not in str(wrong.value)


def test_the_way_in_for_mail_is_started_again_when_it_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = SimpleNamespace(
        part=SimpleNamespace(name="mail"), process=SimpleNamespace(poll=lambda: -9), died=lambda: "The way in died."
    )
    monkeypatch.setattr(up, "launch", lambda *_: "anew")
    monkeypatch.setattr(up, "end_session", lambda _: None)
    running = up.Running(children=[cast(Any, dead)])
    start = SimpleNamespace(environment={}, settings=SimpleNamespace(state_dir=tmp_path))
    up.revive(cast(Any, start), running, SimpleNamespace(print=lambda *_, **__: None))  # type: ignore[arg-type]
    assert str(running.children[0]) == "anew"


def test_health_is_red_while_no_mail_comes_in(tmp_path: Path) -> None:
    port = web_home.free_port()
    with (
        web_home.home(tmp_path, port, FAIRSTEPS_INBOUND_URL="lmtp://127.0.0.1:8004") as home,
        web_home.serving(create_with(home.house), port) as url,
        httpx.Client(trust_env=False, base_url=url) as client,
    ):
        home.house.heartbeat.beat("clock")
        assert client.get("/health/all").status_code == 503
        assert client.get("/health/ready").json()["mail"] == "stopped"
        pulse(home.house.heartbeat)()
        assert client.get("/health/all").status_code == 200
        assert client.get("/health/ready").json()["mail"] == "running"
        home.house.mailroom.breaking.note(b"Message-ID: <a@example.org>\r\n\r\nour own fault")
        assert client.get("/health/all").status_code == 503
        told = client.get("/health/ready").json()
        assert (told["mail"], told["mails_breaking"]) == ("breaking", 1)
        (finding,) = [one for one in checkup._mail_in(home.house.settings) if one.what == "mail that breaks"]
        assert (finding.fine, finding.said[:8]) == (False, "1 cannot")
        home.house.mailroom.breaking.clear(b"message-id: <a@example.org>\r\n\r\nour own fault")
        assert client.get("/health/all").status_code == 200


def test_the_page_of_counters_counts_mails_of_other_processes(tmp_path: Path) -> None:
    shared = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    counts = "from worker.measures import count_mail_in; count_mail_in('answered')"
    tells = "from prometheus_client import generate_latest; from worker.web.health import _registry;"
    for code in (counts, counts):
        subprocess.run([sys.executable, "-c", code], env=shared, check=True)
    told = subprocess.run(
        [sys.executable, "-c", f"{tells} print(generate_latest(_registry()).decode())"],
        env=shared,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert 'fairsteps_mail_in_total{how="answered"} 2.0' in told


def test_a_whole_start_counts_from_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    up.clear_counters(folder, whole=True)
    (folder / "counter_7.db").touch()
    up.clear_counters(folder, whole=False)
    assert list(folder.iterdir())
    up.clear_counters(folder, whole=True)
    assert not list(folder.iterdir())


def test_the_doctor_opens_the_mailbox() -> None:
    with imap_server() as server:
        for url, said in (
            (server.url, ""),
            (server.url_of(password="wrong"), "refuses the login"),
            (server.url_of(folder="Gone"), "no such folder"),
            (server.url.replace(str(server.port), str(mail_home.free_port())), "does not answer"),
        ):
            found = checkup._of_mailbox(WayIn.of(url))
            assert said in found
            assert bool(found) == bool(said)
            assert PASSWORD not in found


@pytest.mark.parametrize(
    "text",
    [
        "name,email\r\nBo,bo@example.org\r\n",
        "\ufeffName;Email\r\nBo;bo@example.org\r\n",
        "name\temail\nBo\tbo@example.org\n",
        '"name","email"\n"Bo","bo@example.org"\n',
    ],
)
def test_people_are_read_as_programs_for_tables_write_them(tmp_path: Path, text: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(text.encode())
    assert [(one.address.name, one.address.address) for one in read_named(file)] == [("Bo", "bo@example.org")]


def test_an_id_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": "x" * 26, "held": "2026-11-24T00:24+00:00", "why": "words " * 20, "person": "p" * 12}]
    show.listing(rows, as_json=False, empty="")
    assert "x" * 26 in capsys.readouterr().out


def test_a_group_without_slack_lacks_no_token_of_slack(make_house: Callable[..., House]) -> None:
    house = make_house()
    house.workspaces.keep(Workspace(id="hmail", name="Harbour Circle", installer="", kind="mail", active=True))
    store = FairstepsInstallationStore(house.installations)
    assert list(troubles(house.workspaces, store, again="https://fairsteps.example.org")) == []


def test_a_file_that_cannot_be_read_says_how_to_save_it(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("name,email\nJosé,jose@example.org\n".encode("latin-1"))
    with pytest.raises(AskPerson) as ask:
        read_named(file)
    assert list(ask.value.problems.values()) == [f"{file}: cannot be read: save it as CSV in UTF-8"]


def test_what_people_wrote_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    show.one({"text": "[/b] [red]x"}, as_json=False)
    show.listing([{"name": "Bo [/b]"}], as_json=False, empty="")
    said = capsys.readouterr().out
    assert "[/b] [red]x" in said
    assert "Bo [/b]" in said
    show.one({"text": "[/b]"}, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"text": "[/b]"}
