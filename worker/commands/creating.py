"""`fairsteps group create` and `fairsteps group add`: groups without Slack, and people by mail, from a shell.

Everyone is asked by mail for consent, by the service, as soon as it runs. The same command twice creates one group and
asks nobody twice. Wrong input is named all at once, by option or by line.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from workflows.errors import AskPerson, NotFound

if TYPE_CHECKING:
    from worker.cases.beginning import Added
    from worker.wiring import House
    from workflows.addresses import Address
    from workflows.people import Person

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FRIDAY = "4"
_OPTIONS = {"group": "name", "kind": "partner-kind"}  # where the form calls a thing something else
_FEW = 3  # names of partnerships to choose from

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_T = TypeVar("_T")


def create(
    name: Annotated[str, typer.Option(help="What the group is called.")],
    partner: Annotated[str, typer.Option(help="Whom it deals with.")],
    facilitator: Annotated[str, typer.Option(help="Who looks after it: “Name <address>”.")],
    partner_kind: Annotated[str, typer.Option(help="platform, app, company, researcher, charity or other.")] = "other",
    zone: Annotated[str, typer.Option(help="The group's time zone, like Europe/London.")] = "UTC",
    weekday: Annotated[str, typer.Option(help="The day for questions, like tuesday.")] = "tuesday",
    hour: Annotated[int, typer.Option(help="The hour for questions, on each person's own clock.")] = 9,
    programme: Annotated[str, typer.Option(help="Which programme.")] = "five-steps",
    currency: Annotated[str, typer.Option(help="Three letters, for questions about money.")] = "",
    people: Annotated[
        Path | None, typer.Option(help="CSV with name,email and, if you like, zone,role,language.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Create a group that lives by mail alone, and ask each of its people by mail whether they take part."""
    from worker.files.members import read_named
    from worker.wiring import house
    from workflows.starting import read_group

    home = house()
    typed = {"group": name, "partner": partner, "kind": partner_kind, "zone": zone, "weekday": _number(weekday)}
    typed |= {"hour": str(hour), "programme": programme, "currency": currency, "digest": _FRIDAY}
    problems: dict[str, str] = {}
    lead = _kept(problems, lambda: _facilitator(facilitator))
    setup = _kept(problems, lambda: read_group(home.words, home.programmes.all(), typed), named=_as_options(home))
    named = _kept(problems, lambda: read_named(people) if people else ())
    if lead is None or setup is None or named is None:
        raise AskPerson(problems)
    pid, added = home.cases.create_group(setup, lead, named)
    _tell(home, pid, added, as_json=as_json)


def add(
    people: Annotated[Path, typer.Option(help="CSV with name,email and, if you like, zone,role,language.")],
    group: Annotated[str, typer.Option(help="The group's id, from `fairsteps group list`.")] = "",
    partnership: Annotated[str, typer.Option(help="Its partnership's id, where it has several.")] = "",
    as_json: Json = False,
) -> None:
    """Ask people by mail whether they take part in a group. Who is in it, or said no, is left as they are."""
    from worker.files.members import read_named
    from worker.wiring import house

    home = house()
    problems: dict[str, str] = {}
    pid = _kept(problems, lambda: partnership or _only_one(home, group))
    named = _kept(problems, lambda: read_named(people))
    if pid is None or named is None:
        raise AskPerson(problems)
    _tell(home, pid, home.cases.add_people(pid, named), as_json=as_json)


def _kept(
    problems: dict[str, str],
    read: Callable[[], _T],
    *,
    named: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda wrong: wrong,
) -> _T | None:
    """What was read, or None with its problems kept, so that all of them are named at once."""
    try:
        return read()
    except AskPerson as ask:
        problems |= named(ask.problems)
        return None


def _facilitator(text: str) -> "Address":
    from workflows import addresses

    found = addresses.read(text)
    if found.wrong or len(found.good) != 1:
        raise AskPerson({"facilitator": "--facilitator: write it like “Ana Ferreira <ana@example.org>”"})
    return found.good[0]


def _number(weekday: str) -> str:
    """The number of a day, as the form has it; what is no day stays as it is and is named."""
    wanted = weekday.strip().lower()
    return str(_DAYS.index(wanted)) if wanted in _DAYS else wanted


def _as_options(home: "House") -> Callable[[Mapping[str, str]], Mapping[str, str]]:
    """Problems of fields as those of options; what a form leaves to its menus has to be said here."""
    from workflows.people import PARTNER_KINDS

    how = {
        "zone": "there is no such time zone; write it like Europe/London",
        "weekday": f"choose {', '.join(_DAYS)}",
        "hour": "choose a full hour from 8 to 19",
        "kind": f"choose {', '.join(PARTNER_KINDS)}",
        "programme": f"choose {', '.join(p.id for p in home.programmes.all())}",
    }
    return lambda wrong: {f: f"--{_OPTIONS.get(f, f)}: {how.get(f, said)}" for f, said in wrong.items()}


def _only_one(home: "House", group: str) -> str:
    """The partnership of a group that has one."""
    if not group:
        raise AskPerson({"group": "--group or --partnership: say which, from `fairsteps group list`"})
    found = []
    for pid in (p for w in home.workspaces.all() for p in home.workspaces.partnerships(w.id)):
        try:
            found += [pid] if home.walks.get(pid).group.id == group else []
        except NotFound:  # noted, but a crash came before it was begun
            continue
    if not found:
        raise AskPerson({"group": f"--group: there is no group {group}; see `fairsteps group list`"})
    if len(found) > 1:
        raise AskPerson({"group": f"--partnership: this group has several; choose {', '.join(found[:_FEW])}"})
    return found[0]


def _tell(home: "House", pid: str, added: "Added", *, as_json: bool) -> None:
    walk = home.walks.get(pid)
    if as_json:
        told = {
            "partnership": pid,
            "group": walk.group.id,
            "workspace": walk.partnership.workspace,
            "created": added.began,
            "asked": _rows(added.asked),
            "there": _rows(added.there),
            "said_no": _rows(added.said_no),
        }
        print(json.dumps(told, indent=2))
        return
    typer.echo(f"{walk.group.name}: partnership {pid} {'has begun' if added.began else 'was there already'}.", err=True)
    for line, people in (
        ("Each of these is asked by mail whether they take part:", added.asked),
        ("In it already, and not asked again:", added.there),
        ("Said no or stopped, and not asked again:", added.said_no),
    ):
        if people:
            typer.echo("\n".join((line, *(f"  {p.name}" for p in people))), err=True)
    typer.echo(pid)


def _rows(people: "Sequence[Person]") -> list[dict[str, str]]:
    return [{"id": p.id, "name": p.name} for p in people]
