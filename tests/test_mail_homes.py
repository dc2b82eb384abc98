"""Groups that live by mail alone: begun from a shell, never asking Slack, told each by themselves what they decide."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.conftest import TUESDAY
from tests.group import PEOPLE, START, Passing, members, partnership
from tests.mail_home import Keeping, server
from tests.slack_home import Moody, moody_slack
from tests.small import small
from tests.test_cli import run
from worker.deliver import deliver
from worker.files import programmes, words
from worker.wiring import House
from workflows import ids, joining
from workflows.changes import applied
from workflows.people import Group
from workflows.simulate import simulate
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

PEOPLE_FILE = """name,email,zone,role,language
Bo Lindqvist,bo@example.org,Europe/London,member,en
Dara Sharma,dara@example.org,Asia/Kathmandu,,
Eli Brooks,eli@example.org,,observer,pt-BR
"""
CREATE = (
    *("group", "create", "--name", "Harbour Circle", "--partner", "Tidewater Apps", "--partner-kind", "app"),
    *("--facilitator", "Ana Ferreira <ana@example.org>", "--zone", "Europe/Lisbon", "--weekday", "Tuesday"),
)


@pytest.fixture
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture
def slack() -> Iterator[Moody]:
    with moody_slack() as moody:
        yield moody


@pytest.fixture
def home(make_house: Callable[..., House], keeping: Keeping, slack: Moody) -> Iterator[House]:
    """A house with mail and with a Slack app, which no story here may ask anything."""
    app = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_SIGNING_SECRET": "x" * 32}
    with server(keeping) as smtp:
        yield make_house(FAIRSTEPS_SMTP_URL=smtp, SLACK_API_URL=slack.url, **app)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    named = tmp_path / "people.csv"
    named.write_text(PEOPLE_FILE)
    return named


def create(file: Path, *more: str) -> dict[str, object]:
    told = run(*CREATE, "--people", str(file), "--json", *more)
    assert told.returncode == 0, told.stderr
    found: dict[str, object] = json.loads(told.stdout)
    return found


def names(rows: object) -> list[str]:
    assert isinstance(rows, list)
    return sorted(row["name"] for row in rows)


def carry_out(house: House, *, hours: int = 0) -> None:
    """What is due now, and what comes due in the next hours, is done."""
    for _ in range(hours + 1):
        for _ in range(3):
            deliver(house, [c for chunk in house.due.claim(now=house.clock.now(), lease_ms=60_000) for c in chunk])
        house.clock.move(house.clock.now() + timedelta(hours=1))


def walk_of(house: House, told: dict[str, object]) -> Walk:
    return house.walks.get(str(told["partnership"]))


def mails(keeping: Keeping, to: str) -> list[EmailMessage]:
    return [mail for mail in keeping.read() if f"{to}@example.org" in str(mail["To"])]


# --- from a shell ---------------------------------------------------------------------------------------------------


def test_a_group_is_created_and_each_is_asked_by_mail_and_slack_never(
    home: House, keeping: Keeping, slack: Moody, file: Path
) -> None:
    told = create(file)
    assert (told["created"], names(told["asked"])) == (
        True,
        ["Ana Ferreira", "Bo Lindqvist", "Dara Sharma", "Eli Brooks"],
    )
    carry_out(home, hours=24)
    walk = walk_of(home, told)
    assert {(walk.people[m.person].name, m.role, m.consent) for m in walk.members.values()} == {
        ("Ana Ferreira", "facilitator", "asked"),
        ("Bo Lindqvist", "member", "asked"),
        ("Dara Sharma", "member", "asked"),
        ("Eli Brooks", "observer", "asked"),
    }
    assert {p.name: (p.zone, p.locale) for p in walk.people.values()}["Eli Brooks"] == (None, "pt-BR")
    assert [len(mails(keeping, one)) for one in ("ana", "bo", "dara", "eli")] == [1, 1, 1, 1]
    assert slack.asked == []
    (listed,) = json.loads(run("workspace", "list", "--json").stdout)
    assert (listed["kind"], listed["active"], listed["id"]) == ("mail", True, walk.partnership.workspace)


def test_created_twice_it_is_one_group_and_nobody_is_asked_twice(home: House, keeping: Keeping, file: Path) -> None:
    once = create(file)
    carry_out(home, hours=24)
    file.write_text(PEOPLE_FILE + "Fen Okada,fen@example.org,,,\n")
    again = create(file)
    carry_out(home, hours=24)
    assert again["partnership"] == once["partnership"]
    assert (again["created"], names(again["asked"])) == (False, ["Fen Okada"])
    assert names(again["there"]) == ["Bo Lindqvist", "Dara Sharma", "Eli Brooks"]
    assert [len(mails(keeping, one)) for one in ("ana", "bo", "dara", "eli", "fen")] == [1, 1, 1, 1, 1]
    assert len(json.loads(run("group", "list", "--json").stdout)) == 1


def test_people_are_added_later_and_who_said_no_is_left_in_peace(home: House, keeping: Keeping, file: Path) -> None:
    told = create(file)
    carry_out(home, hours=2)
    walk = walk_of(home, told)
    bo = next(p.id for p in walk.people.values() if p.name.startswith("Bo"))
    home.cases.give_consent(
        Ticket(workspace=walk.partnership.workspace, partnership=walk.partnership.id, person=bo), False, via="web"
    )
    file.write_text(PEOPLE_FILE + "Gil Duarte,gil@example.org,,facilitator,\n")
    said = run("group", "add", "--group", walk.group.id, "--people", str(file), "--json")
    added = json.loads(said.stdout)
    assert (names(added["asked"]), names(added["said_no"])) == (["Gil Duarte"], ["Bo Lindqvist"])
    carry_out(home, hours=24)
    assert len(mails(keeping, "bo")) == 1
    assert len(mails(keeping, "gil")) == 1
    after = walk_of(home, told)
    assert {after.people[m.person].name for m in after.members.values() if m.role == "facilitator"} == {
        "Ana Ferreira",
        "Gil Duarte",
    }


def test_for_a_person_it_says_whom_it_asked(home: House, file: Path) -> None:
    said = run(*CREATE, "--people", str(file))
    assert said.returncode == 0
    assert "Harbour Circle: partnership p" in said.stderr
    assert "  Bo Lindqvist\n  Dara Sharma" in said.stderr
    assert said.stdout.startswith("p")


def test_everything_wrong_is_named_at_once_with_its_option_or_line(home: House, file: Path) -> None:
    file.write_text(
        "name,email,zone,role,language\n,bo@example.org,,,\nDara,dara at home,,,\nEli,eli@example.org,Lisboa,boss,xx-\n"
        "Fen,FEN@example.org,,,\nFen,fen@example.org,,,\n"
    )
    told = run(
        *("group", "create", "--name", " ", "--partner", "Tidewater", "--facilitator", "Ana", "--zone", "Lisbon"),
        *(
            "--weekday",
            "someday",
            "--hour",
            "3",
            "--partner-kind",
            "friend",
            "--currency",
            "POUND",
            "--people",
            str(file),
        ),
    )
    assert told.returncode == 2
    for wanted in (
        "--name: ",
        "--facilitator: ",
        "--zone: ",
        "--weekday: choose monday",
        "--hour: ",
        "--partner-kind: choose platform",
        "--currency: ",
        f"{file}:2: name is empty",
        f"{file}:3: dara at home is not a mail address",
        f"{file}:4: there is no time zone Lisboa",
        f"{file}:4: role is boss",
        f"{file}:4: language is xx-",
        f"{file}:6: fen@example.org is in line 5 already",
    ):
        assert wanted in told.stderr, wanted
    assert home.workspaces.all() == ()


def test_a_group_that_is_not_there_is_named(home: House, file: Path) -> None:
    told = run("group", "add", "--group", "gnowhere", "--people", str(file))
    assert (told.returncode, "there is no group gnowhere" in told.stderr) == (2, True)
    assert run("group", "add", "--people", str(file)).returncode == 2
    assert run("group", "add", "--partnership", "pnowhere", "--people", str(file)).returncode == 2


def test_no_home_is_ever_taken_for_a_slack_team() -> None:
    found = {ids.mail_home(f"ana{n}@example.org", "Harbour Circle") for n in range(500)}
    assert len(found) == 500
    assert all(home.startswith("h") and home.islower() and home.isalnum() for home in found)
    assert ids.mail_home("Ana@Example.org", "HARBOUR circle") == ids.mail_home("ana@example.org", "Harbour Circle")


# --- on its way -----------------------------------------------------------------------------------------------------


def test_a_facilitator_hears_that_it_has_begun_with_their_yes_and_nothing_before(
    home: House, keeping: Keeping, file: Path
) -> None:
    told = create(file)
    carry_out(home, hours=2)
    walk = walk_of(home, told)
    ana = next(p.id for p in walk.people.values() if p.name.startswith("Ana"))
    assert [mail["Subject"] for mail in mails(keeping, "ana")] == [home.words("invited.subject_self")]
    ticket = Ticket(workspace=walk.partnership.workspace, partnership=walk.partnership.id, person=ana)
    home.cases.give_consent(ticket, True, via="web")
    carry_out(home)
    assert [mail["Subject"] for mail in mails(keeping, "ana")][1:] == ["Your group has begun"]
    home.cases.give_consent(ticket, True, via="web")
    carry_out(home)
    assert len(mails(keeping, "ana")) == 2


def _by_mail() -> Passing:
    """Harbour Circle without Slack: everyone has an address, and there is no channel."""
    people = tuple(replace(p, slack_user=None, email=f"{p.id}@example.org", reachable=True) for p in PEOPLE)
    mine = tuple(replace(m, prefers="mail") for m in members())
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon")
    begun = joining.started(partnership(group=group), mine, everyone=False, now=START)
    walk = Walk(version=0, partnership=partnership(group=group), people={}, members={})
    walk = applied(walk, Change(partnership=begun.partnership, members=begun.members, people=people))
    story = Passing(programme=small(), walk=walk)
    story.apply(joining.enrolled(story.walk, people, now=START))
    story.agree(*(p.id for p in PEOPLE))
    return story


def test_outcomes_and_finished_steps_go_to_each_who_takes_part() -> None:
    story = _by_mail()
    everyone = {p.id for p in PEOPLE}
    for _ in range(20):
        story.live(1, *everyone)
        if story.sent("decided"):
            break
    first = story.sent("decided")[0].due.subject
    came = story.sent("decided", subject=first)
    assert {c.due.person for c in came} == everyone
    assert {c.send.channel for c in came} == {"mail"}
    assert len(came) == len(everyone)
    told = came[0].send.message
    assert told.why
    assert [action.page for action in told.actions] == ["board"]
    assert not [c for c in story.came if c.send.channel in ("channel", "slack")]
    assert not [c for c in story.came if c.due.kind in ("announce", "summary", "discuss")]


def test_a_simulation_of_a_group_by_mail_shows_them(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    rows = (f"P{n},p{n}@example.org,Europe/Lisbon,mail,{'facilitator' if n == 0 else 'member'}" for n in range(6))
    file.write_text("name,email,zone,channel,role\n" + "\n".join(rows) + "\n")
    told = run("simulate", "--members", str(file), "--start", "2027-01-04", "--weeks", "30", "--json")
    rows_told = json.loads(told.stdout)["messages"]
    assert {row["channel"] for row in rows_told} == {"mail"}
    five = programmes.load("five-steps")
    done = [row for row in rows_told if row["what"] == f"step.{five.steps[0].id}"]
    assert [row["kind"] for row in done] == ["notice"] * 6
    assert len({row["person"] for row in done}) == 6
    first = five.steps[0].decisions[0].prompts[-1].id
    outcomes = [row for row in rows_told if row["what"] == first and row["kind"] == "notice"]
    assert len({row["person"] for row in outcomes}) == 6
    assert {row["person"] for row in rows_told if row["what"] == "confirm"} == {"p0@example.org"}


def test_a_channel_still_hears_them_alone() -> None:
    people = tuple((p, m) for p, m in zip(PEOPLE, members(), strict=True))
    result = simulate(words.load(), programmes.load("five-steps"), people=people, start=TUESDAY.date(), weeks=20)
    steps = [m for m in result.messages if m.what.startswith("step.")]
    assert steps
    assert {m.channel for m in steps} == {"channel"}
