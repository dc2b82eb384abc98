"""`fairsteps simulate`: a programme before anybody walks it. What it asks of whom, when, and where it gets stuck."""

import json
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.test_cli import Told, run
from worker.files import programmes, words
from worker.files.members import read_members
from workflows.simulate import simulate

HEADER = "name,email,zone,channel,role,language\n"
MEMBERS = f"""{HEADER}Ana,ana@example.org,Europe/Lisbon,slack,facilitator,en
Bo,bo@example.org,Europe/London,both,member,en
Dara,dara@example.org,Asia/Kathmandu,mail,member,en
Eli,eli@example.org,America/New_York,slack,member,en
"""
FAR = f"{MEMBERS}Hana,hana@example.org,Pacific/Auckland,slack,facilitator,en\n"
ZONES = ("Europe/Lisbon", "Asia/Kathmandu", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu")


def simulated(folder: Path, members: str, *more: str, weeks: int = 52) -> Told:
    file = folder / "people.csv"
    file.write_text(members)
    return run("simulate", "--members", str(file), "--start", "2026-09-01", "--weeks", str(weeks), *more)


def test_a_simulated_year_keeps_everyones_hour_and_is_the_same_each_time(tmp_path: Path) -> None:
    once = simulated(tmp_path, MEMBERS, "--json")
    assert once.returncode == 0, once.stderr
    told = json.loads(once.stdout)
    assert set(told) == {"messages", "load", "stalls", "waited", "clock_changes"}
    assert {"at", "local", "zone", "person", "channel", "kind", "what"} <= set(told["messages"][0])
    assert {m["kind"] for m in told["messages"]} == {"prompt", "milestone", "reading", "digest", "notice"}
    assert {m["channel"] for m in told["messages"]} == {"slack", "mail", "channel"}
    five = programmes.load("five-steps")
    for message in told["messages"]:
        at = datetime.fromisoformat(message["at"])
        wall = at.astimezone(ZoneInfo(message["zone"]))
        assert wall.strftime("%Y-%m-%dT%H:%M:%S") == message["local"]
        if message["kind"] == "prompt":
            days = {"Tue": 0, "Wed": 1, "Thu": 2, "Fri": 3, "Sat": 4}
            assert wall.hour == 9
            assert (days[wall.strftime("%a")] == 0) == (five.prompt(message["what"]).day == 0)
        assert 8 <= wall.hour < 20
    assert simulated(tmp_path, MEMBERS, "--json").stdout == once.stdout


def test_every_step_is_walked_when_people_do_their_part(tmp_path: Path) -> None:
    """What a gate waits for from facilitators is done a day after they hear of it, so each step is heard of once."""
    five_people = f"{MEMBERS}Fen,fen@example.org,Europe/London,slack,member,en\n"
    told = json.loads(simulated(tmp_path, five_people, "--json").stdout)
    steps = [step.id for step in programmes.load("five-steps").steps]
    assert [stall["step"] for stall in told["stalls"]] == steps[:-1]
    asked = {m["what"] for m in told["messages"] if m["kind"] == "prompt"}
    assert {p.id for p in programmes.load("five-steps").prompts() if not p.standing and not p.decision} <= asked


def test_four_people_are_never_asked_to_agree_to_what_they_cannot_read(tmp_path: Path) -> None:
    """Lines without names show from five people upward; the facilitator hears so, and ends the step in the end."""
    told = json.loads(simulated(tmp_path, MEMBERS, "--json").stdout)
    asked = {m["what"] for m in told["messages"] if m["kind"] == "prompt"}
    assert "threats-agreed.consent" not in asked
    assert "shared-goals.consent" in asked, "the walk goes on"
    assert [stall["step"] for stall in told["stalls"]].count("vulnerabilities") == 3


def test_who_gets_a_prompt_in_two_channels_reads_it_once(tmp_path: Path) -> None:
    load = json.loads(simulated(tmp_path, MEMBERS, "--json", weeks=20).stdout)["load"]
    minutes = {who: sum(one["minutes"] for one in load if one["person"].startswith(who)) for who in ("bo", "eli")}
    messages = {who: sum(one["messages"] for one in load if one["person"].startswith(who)) for who in ("bo", "eli")}
    assert minutes["bo"] == minutes["eli"]
    assert messages["bo"] > messages["eli"]


def test_what_comes_due_at_night_waits_for_the_morning_and_is_told(tmp_path: Path) -> None:
    told = json.loads(simulated(tmp_path, FAR, "--json").stdout)
    waited = told["waited"]
    assert {one["person"] for one in waited} == {"hana@example.org"}
    for one in waited:
        due, sent = datetime.fromisoformat(one["due"]), datetime.fromisoformat(one["sent"])
        assert not 8 <= due.hour < 20
        assert sent.hour == 8
        assert timedelta(0) < sent - due < timedelta(hours=13)


def test_clock_changes_on_the_way_are_told_once_a_zone(tmp_path: Path) -> None:
    changes = json.loads(simulated(tmp_path, MEMBERS, "--json").stdout)["clock_changes"]
    assert {"zone": "Europe/Lisbon", "on": "2026-10-25", "minutes": -60} in changes
    assert {"zone": "America/New_York", "on": "2027-03-14", "minutes": 60} in changes
    assert not [change for change in changes if change["zone"] == "Asia/Kathmandu"]
    assert len(changes) == len({(change["zone"], change["on"]) for change in changes}) == 6


def test_an_author_reads_the_load_what_waits_nights_and_clocks_at_the_end(tmp_path: Path) -> None:
    told = simulated(tmp_path, FAR, weeks=12)
    assert told.returncode == 0, told.stderr
    messages, _, summary = told.stdout.partition("\n\n")
    assert "2026-09-08 09:00  bo@example.org  slack  your-week" in messages.splitlines()
    assert "Load, 12 weeks:\n  ana@example.org: about " in summary
    assert "; busiest the week of 2026-" in summary
    keeper = programmes.load("five-steps").steps[0].gate.checks[0].label
    assert f"  2026-10-25  value waited for:\n    – {keeper}\n" in summary
    assert "Kept for the morning, since it was night there:\n  hana@example.org: " in summary
    assert "  2026-10-25  Europe/Lisbon: 60 min back\n" in summary


def test_another_programme_can_be_walked_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    told = simulated(tmp_path, MEMBERS, "--json", "--programme", "partnership-review", weeks=12)
    asked = {m["what"] for m in json.loads(told.stdout)["messages"] if m["kind"] == "prompt"}
    assert {"marks", "three-harms", "which-way.vote", "our-choice.consent"} <= asked
    unknown = simulated(tmp_path, MEMBERS, "--programme", "six-steps")
    assert unknown.returncode == 2
    assert "there is no programme 'six-steps'; there is five-steps, partnership-review" in unknown.stderr


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("name,email\nAna,ana@example.org\n", ":1: missing column zone"),
        (
            "name,email,zone\nAna,ana@example.org,Europe/Lisboa\n",
            ":2: there is no time zone Europe/Lisboa; did you mean 'Europe/Lisbon'?",
        ),
        (
            "name,email,zone\nAna,ana@example.org,UTC\nBo,bo@example.org,Nowhere at all\n",
            ":3: there is no time zone Nowhere at all\n",
        ),
        ("name,email,zone,role\nAna,ana@example.org,UTC,boss\n", ":2: role is boss, but may be member"),
        ("name,email,zone\n", ":1: there is nobody in it"),
    ],
)
def test_a_wrong_line_of_people_is_named(tmp_path: Path, lines: str, said: str) -> None:
    told = simulated(tmp_path, lines, weeks=2)
    assert told.returncode == 2
    assert f"{tmp_path / 'people.csv'}{said}" in told.stderr


def test_every_mistake_of_a_line_is_named(tmp_path: Path) -> None:
    told = simulated(tmp_path, "name,email,zone,role\nAna,,Europe/Lisboa,boss\n", weeks=2)
    assert ":2: email is empty" in told.stderr
    assert ":2: there is no time zone Europe/Lisboa" in told.stderr
    assert ":2: role is boss" in told.stderr


def test_fifty_people_over_a_year_take_seconds_and_are_the_same_each_time(tmp_path: Path) -> None:
    file = tmp_path / "fifty.csv"
    rows = (f"P{n},p{n}@example.org,{ZONES[n % 5]},slack,{'facilitator' if n < 2 else 'member'},en" for n in range(50))
    file.write_text(HEADER + "\n".join(rows))
    told, five = words.load(), programmes.load("five-steps")
    begun = time.process_time()
    once = simulate(told, five, people=read_members(file), start=date(2027, 1, 4), weeks=52)
    assert time.process_time() - begun < 5
    assert len({m.person for m in once.messages}) == 51, "everyone, and the channel"
    assert simulate(told, five, people=read_members(file), start=date(2027, 1, 4), weeks=52) == once
