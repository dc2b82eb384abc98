"""The command line as an operator and an author use it: real commands, their output, their exit status."""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import pytest

from tests.group import PEOPLE, START, members, partnership
from worker import cli, wiring
from worker.files import bundled
from worker.store.workspaces import Workspace
from worker.wiring import House
from workflows import joining


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a command said and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*args: str, **environment: str) -> Told:
    """Run a command as the shell would, in this process: starting Python anew takes seconds."""
    wiring.house.cache_clear()
    out, err, code = io.StringIO(), io.StringIO(), 0
    shell = (mock.patch.dict(os.environ, environment), mock.patch.object(sys, "argv", ["fairsteps", *args]))
    with shell[0], shell[1], contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Told(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def test_the_command_is_there() -> None:
    command = Path(sys.executable).with_name("fairsteps")
    told = subprocess.run([command, "--help"], capture_output=True, text=True, timeout=120, check=True)
    assert all(name in told.stdout for name in ("up", "doctor", "preview", "simulate", "milestone", "mail"))


@pytest.fixture
def walking(house: House) -> House:
    """A walk that has begun, in a workspace."""
    house.workspaces.keep(Workspace(id="T1", name="Harbour", installer="U0ANA", active=True))
    house.workspaces.add_partnership("T1", "p1")
    begins = partnership(version=house.programmes["five-steps"].version)
    house.walks.begin_walk(replace(joining.started(begins, members(), everyone=False, now=START), people=PEOPLE))
    house.walks.change("p1", lambda w: joining.enrolled(w, PEOPLE, now=START))
    house.walks.change("p1", lambda w: joining.consented(w, "bo", given=True, prefers=None, via="web", now=START))
    return house


def test_a_mail_is_understood_without_being_stored(tmp_path: Path) -> None:
    mail = tmp_path / "reply.eml"
    mail.write_text("From: Bo <bo@example.org>\nTo: fairsteps@example.org\nSubject: Re: x\n\n1: two hours\n")
    told = run("mail", "parse", str(mail), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {"kind": "reply", "text": "1: two hours"}
    missing = run("mail", "parse", str(tmp_path / "no.eml"))
    assert missing.returncode == 2
    assert "No such file" in missing.stderr


def test_somebody_without_slack_is_added_and_asked_first(walking: House) -> None:
    told = run(
        "person", "add", "--partnership", "p1", "--name", "Gil", "--email", "gil@example.org", "--zone", "Europe/Lisbon"
    )
    assert told.returncode == 0, told.stderr
    person = told.stdout.strip()
    assert walking.walks.get("p1").members[person].consent == "asked"
    assert [o.kind for o in walking.due.planned("p1") if o.person == person] == ["consent"]
    listed = json.loads(run("person", "list", "--partnership", "p1", "--json").stdout)
    assert {"name": "Gil", "consent": "asked"}.items() <= next(p for p in listed if p["id"] == person).items()


def test_a_milestone_is_added_reminded_and_done(walking: House) -> None:
    due = ("--due", "2027-01-31")
    told = run("milestone", "add", "--partnership", "p1", "--title", "Data inventory", "--owner", "bo", *due)
    assert told.returncode == 0, told.stderr
    made = told.stdout.strip()
    reminders = [o for o in walking.due.planned("p1") if o.kind == "milestone"]
    assert [o.slot.isoformat()[:13] for o in reminders] == ["2027-01-24T09", "2027-01-30T09", "2027-01-31T09"]
    assert run("milestone", "done", "--partnership", "p1", made).returncode == 0
    (row,) = json.loads(run("milestone", "list", "--partnership", "p1", "--json").stdout)
    assert row["done"] == "2026-12-01"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--owner", "bo", "--due", "soon"), "--due: soon is not a date"),
        (("--owner", "bo", "--due", "2020-01-01"), "The date has passed already"),
        (("--owner", "eli", "--due", "2027-01-31"), "The owner must be somebody who takes part"),
    ],
)
def test_a_milestone_that_cannot_be_is_refused_in_words(walking: House, more: tuple[str, ...], said: str) -> None:
    told = run("milestone", "add", "--partnership", "p1", "--title", "Data inventory", *more)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr


def test_what_is_not_there_is_one_clear_line(house: House) -> None:
    told = run("partnership", "show", "nothing")
    assert (told.returncode, told.stderr) == (2, "fairsteps: there is no such partnership here\n")
    away = run("status", FAIRSTEPS_REDIS_URL="unix:///nowhere/redis.sock")
    assert away.returncode == 1
    assert "start it with `make up`" in away.stderr


def test_the_listings_and_the_status_tell_what_is(walking: House) -> None:
    assert json.loads(run("workspace", "list", "--json").stdout)[0]["name"] == "Harbour"
    assert json.loads(run("group", "list", "--json").stdout)[0]["channel"] == "C1"
    (row,) = json.loads(run("partnership", "list", "--json").stdout)
    assert (row["id"], row["taking part"], row["next round"]) == ("p1", 1, "2026-12-01")
    status = json.loads(run("status", "--json").stdout)
    assert status["workspaces"] == 1
    assert status["waiting"] > 0
    assert run("doctor").returncode == 1, "mail is not set up here, and it says so"
    assert "no mail goes out" in run("doctor").stdout


def test_a_mistake_in_a_programme_is_named_with_file_and_line(tmp_path: Path) -> None:
    for relative in ("config/programmes/five-steps/programme.yaml", "templates/words/en/five-steps.yaml"):
        copy = tmp_path / relative
        copy.parent.mkdir(parents=True)
        copy.write_text(bundled.find(relative).read_text())
    broken = tmp_path / "config/programmes/five-steps/programme.yaml"
    lines = broken.read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if "minutes:" in line)
    lines[at] = lines[at].replace("minutes:", "minuets:")
    broken.write_text("\n".join(lines))
    told = run("lint", FAIRSTEPS_DATA_DIR=str(tmp_path))
    assert told.returncode == 2
    assert str(at + 1) in told.stdout
    assert "minutes" in told.stdout
    assert run("lint").returncode == 0
