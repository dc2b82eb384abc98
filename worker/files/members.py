"""Reads the members of a simulation from a CSV file: name,email,zone and, if you like, channel,role,language."""

import csv
import zoneinfo
from dataclasses import replace
from pathlib import Path

from workflows import ids, schedule
from workflows.errors import AskPerson
from workflows.marked_yaml import did_you_mean
from workflows.people import Membership, Person

_NEEDED = ("name", "email", "zone")
_OPTIONAL = {"channel": ("slack", "mail", "both"), "role": ("member", "facilitator", "observer")}


def read_members(file: Path) -> list[tuple[Person, Membership]]:
    """Read the members of a simulation. Raises AskPerson with every mistake, line by line."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            header = {(name or "").strip() for name in table.fieldnames or ()}
            rows = [(table.line_num, {(k or "").strip(): (v or "") for k, v in row.items()}) for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AskPerson({"members": f"{file}: cannot be read: {error}"}) from None
    if lacking := set(_NEEDED) - header:
        raise AskPerson({"members": f"{file}:1: missing column {', '.join(sorted(lacking))}"})
    wrong = [f"{file}:{line}: {why}" for line, row in rows for why in _wrong(row)]
    if not rows:
        wrong = [f"{file}:1: there is nobody in it"]
    if wrong:
        raise AskPerson({str(number): said for number, said in enumerate(wrong)})
    return _led([_member(row) for _, row in rows])


def _wrong(row: dict[str, str]) -> list[str]:
    why = [f"{name} is empty" for name in _NEEDED if not row[name].strip()]
    if row["zone"].strip() and not schedule.is_zone(row["zone"].strip()):
        near = did_you_mean(row["zone"].strip(), sorted(zoneinfo.available_timezones()))
        why.append("; ".join(filter(None, (f"there is no time zone {row['zone'].strip()}", near))))
    for name, allowed in _OPTIONAL.items():
        given = row.get(name, "").strip()
        if given and given not in allowed:
            why.append(f"{name} is {given}, but may be {', '.join(allowed)}")
    return why


def _member(row: dict[str, str]) -> tuple[Person, Membership]:
    email, channel = row["email"].strip(), row.get("channel", "").strip() or "slack"
    pid = ids.person_id("simulation", email.lower())
    person = Person(
        id=pid,
        name=row["name"].strip(),
        email=email,
        zone=row["zone"].strip(),
        slack_user=None if channel == "mail" else f"U{pid}",
        locale=row.get("language", "").strip() or "en",
    )
    role = row.get("role", "").strip() or "member"
    return person, Membership(person=pid, role=role, prefers=channel)  # type: ignore[arg-type]  # checked in _wrong


def _led(people: list[tuple[Person, Membership]]) -> list[tuple[Person, Membership]]:
    """Somebody has to facilitate: the first one, when nobody is named."""
    if any(member.role == "facilitator" for _, member in people):
        return people
    (person, member), *rest = people
    return [(person, replace(member, role="facilitator")), *rest]
