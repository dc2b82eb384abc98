"""Reads people from a CSV file: those of a simulation (name,email,zone and, if you like, channel,role,language), and
those who are to be asked whether they take part (name,email and, if you like, zone,role,language).

Promises: every mistake is named at once, each with its file and line; nothing of a file with a mistake is used.
"""

import csv
import io
import re
import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from workflows import addresses, ids, schedule
from workflows.errors import AskPerson
from workflows.marked_yaml import did_you_mean
from workflows.people import Membership, Person
from workflows.starting import MOST_PEOPLE, Named

_NEEDED = ("name", "email", "zone")
_NAMED = ("name", "email")
_NAME_CHARS = 80  # as many as a form takes
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_OPTIONAL = {"channel": ("slack", "mail", "both"), "role": ("member", "facilitator", "observer")}


_Row = dict[str, str]


def read_members(file: Path) -> list[tuple[Person, Membership]]:
    """Read the members of a simulation. Raises AskPerson with every mistake, line by line."""
    rows = _rows(file, _NEEDED)
    _refuse(file, [(line, why) for line, row in rows for why in _wrong(row, _NEEDED)], rows)
    return _led([_member(row) for _, row in rows])


def read_named(file: Path) -> tuple[Named, ...]:
    """Read people who are to be asked. Raises AskPerson with every mistake, line by line."""
    rows = _rows(file, _NAMED)
    wrong = [(line, why) for line, row in rows for why in (*_wrong(row, _NAMED), *_unusable(row))]
    _refuse(file, sorted([*wrong, *_twice(rows)]), rows)
    if len(rows) > MOST_PEOPLE:
        raise AskPerson({"people": f"{file}: a group has at most {MOST_PEOPLE} people, and these are {len(rows)}"})
    return tuple(_named(row) for _, row in rows)


def _rows(file: Path, needed: Sequence[str]) -> list[tuple[int, _Row]]:
    """Every line with its number."""
    try:
        lines = io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")
        table = csv.DictReader(lines, restval="", delimiter=_delimiter(lines))
        header = {_column(name) for name in table.fieldnames or ()}
        rows = [(table.line_num, {_column(k): _text(v) for k, v in row.items()}) for row in table]
    except OSError as error:
        raise AskPerson({"members": f"{file}: cannot be read: {error.strerror}"}) from None
    except (UnicodeDecodeError, csv.Error):
        raise AskPerson({"members": f"{file}: cannot be read: save it as CSV in UTF-8"}) from None
    if lacking := set(needed) - header:
        raise AskPerson({"members": f"{file}:1: missing column {', '.join(sorted(lacking))}"})
    return rows


def _delimiter(lines: io.StringIO) -> str:
    """What stands between the columns of the first line: programs for tables write what is common in their country."""
    first = lines.readline()
    lines.seek(0)
    return max(",;\t", key=first.count)


def _column(name: str | None) -> str:
    return (name or "").strip().lower()


def _text(cell: str | list[str] | None) -> str:
    return cell if isinstance(cell, str) else ""


def _refuse(file: Path, wrong: Sequence[tuple[int, str]], rows: Sequence[tuple[int, _Row]]) -> None:
    said = [f"{file}:{line}: {why}" for line, why in wrong] if rows else [f"{file}:1: there is nobody in it"]
    if said:
        raise AskPerson({str(number): one for number, one in enumerate(said)})


def _wrong(row: _Row, needed: Sequence[str]) -> list[str]:
    why = [f"{name} is empty" for name in needed if not row[name].strip()]
    zone = row.get("zone", "").strip()
    if zone and not schedule.is_zone(zone):
        near = did_you_mean(zone, sorted(zoneinfo.available_timezones()))
        why.append("; ".join(filter(None, (f"there is no time zone {zone}", near))))
    for name, allowed in _OPTIONAL.items():
        given = row.get(name, "").strip()
        if given and given not in allowed:
            why.append(f"{name} is {given}, but may be {', '.join(allowed)}")
    return why


def _unusable(row: _Row) -> Iterator[str]:
    """What a simulation does not mind, but a mail does."""
    email, name, language = row["email"].strip(), row["name"].strip(), row.get("language", "").strip()
    if email and not addresses.is_address(email):
        yield f"{email} is not a mail address"
    if len(name) > _NAME_CHARS:
        yield f"the name is too long: at most {_NAME_CHARS} letters"
    if language and not _LANGUAGE.fullmatch(language):
        yield f"language is {language}; write it like en or pt-BR"


def _twice(rows: Sequence[tuple[int, _Row]]) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for line, row in rows:
        email = row["email"].strip()
        if email and first.setdefault(addresses.folded(email), line) != line:
            yield line, f"{email} is in line {first[addresses.folded(email)]} already"


def _named(row: _Row) -> Named:
    return Named(
        address=addresses.Address(name=" ".join(row["name"].split()), address=row["email"].strip()),
        role=row.get("role", "").strip() or "member",  # type: ignore[arg-type]  # checked in _wrong
        zone=row.get("zone", "").strip(),
        locale=row.get("language", "").strip() or "en",
    )


def _member(row: _Row) -> tuple[Person, Membership]:
    email, channel = row["email"].strip(), row.get("channel", "").strip() or "slack"
    pid = ids.person_id("simulation", addresses.folded(email))
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
