"""`fairsteps simulate`: a programme walked in virtual time, as JSON or in words. It sends nothing and keeps nothing."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workflows.errors import AskPerson

if TYPE_CHECKING:
    from workflows.simulated import ClockChange, Load, Result, Sent, Waited

_WALL = "%a %d %b %Y, %H:%M"


def simulate(
    members: Annotated[Path, typer.Option(help="CSV with name,email,zone and, if you like, channel,role,language.")],
    start: Annotated[str, typer.Option(help="First day, like 2027-01-04.")],
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How many weeks.")],
    programme: Annotated[str, typer.Option(help="Which programme.")] = "five-steps",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Walk a programme in virtual time, sending nothing: who gets what, when, how much of it, and what stalls."""
    from worker.files import programmes, words
    from worker.files.members import read_members
    from workflows.simulate import simulate as walk

    try:
        day = date.fromisoformat(start)
    except ValueError:
        raise AskPerson({"start": f"--start: {start} is not a date; write it like 2027-01-04"}) from None
    result = walk(words.load(), programmes.load(programme), people=read_members(members), start=day, weeks=weeks)
    if as_json:
        json.dump(_facts(result), sys.stdout, indent=1)
        print()
        return
    for line in (*map(_sent, result.messages), "", *_summary(result, weeks)):
        typer.echo(line)


def _facts(result: "Result") -> dict[str, object]:
    """The result as JSON tells it. The keys and columns are a contract with whoever reads them."""
    return {
        "messages": [
            {
                "at": m.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "local": _iso(m.local),
                "zone": m.zone,
                "person": m.person,
                "channel": m.channel,
                "kind": m.kind,
                "what": m.what,
            }
            for m in result.messages
        ],
        "load": [
            {"person": one.person, "week": one.week.isoformat(), "messages": one.messages, "minutes": one.minutes}
            for one in result.load
        ],
        "stalls": [{"at": s.at.isoformat(), "step": s.step, "missing": list(s.missing)} for s in result.stalls],
        "waited": [
            {"person": w.person, "what": w.what, "due": _iso(w.due), "sent": _iso(w.sent)} for w in result.waited
        ],
        "clock_changes": [{"zone": c.zone, "on": c.on.isoformat(), "minutes": c.minutes} for c in result.clock_changes],
    }


def _iso(wall: datetime) -> str:
    return wall.strftime("%Y-%m-%dT%H:%M:%S")


def _sent(one: "Sent") -> str:
    return f"{one.local:%Y-%m-%d %H:%M}  {one.person or 'the channel'}  {one.channel}  {one.what}"


def _summary(result: "Result", weeks: int) -> Iterator[str]:
    """What an author wants to know first: is it too much, does it get stuck, does it wake anybody."""
    yield f"Load, {weeks} {'week' if weeks == 1 else 'weeks'}:"
    for person, theirs in groupby(result.load, key=lambda one: one.person):
        yield f"  {person}: {_load(tuple(theirs), weeks)}"
    yield "Steps that waited:" if result.stalls else "Steps that waited: none."
    for stall in result.stalls:
        yield f"  {stall.at:%Y-%m-%d}  {stall.step} waited for:"
        yield from (f"    – {lack}" for lack in stall.missing)
    yield from _quiet(result.waited)
    yield from _clocks(result.clock_changes)


def _load(theirs: "Sequence[Load]", weeks: int) -> str:
    messages, minutes = sum(one.messages for one in theirs), sum(one.minutes for one in theirs)
    most = max(theirs, key=lambda one: (one.minutes, one.messages))
    busiest = f"busiest the week of {most.week}: {_messages(most.messages)}, {most.minutes} min"
    return f"about {messages / weeks:.1f} messages and {minutes / weeks:.0f} min a week; {busiest}"


def _messages(count: int) -> str:
    return f"{count} {'message' if count == 1 else 'messages'}"


def _quiet(waited: "Sequence[Waited]") -> Iterator[str]:
    """How many messages of each person were kept for a morning, with the first as an example."""
    yield "Kept for the morning, since it was night there:" if waited else "Kept for the morning: none."
    for person, theirs in groupby(sorted(waited, key=lambda one: (one.person, one.due)), key=lambda one: one.person):
        first, *others = theirs
        more = f", and {len(others)} more" if others else ""
        told = f"{first.what} due {first.due:{_WALL}}, sent {first.sent:{_WALL}}"
        yield f"  {person or 'the channel'}: {told}{more}"


def _clocks(changes: "Sequence[ClockChange]") -> Iterator[str]:
    yield "Clock changes on the way:" if changes else "Clock changes on the way: none."
    for change in changes:
        way = "forward" if change.minutes > 0 else "back"
        yield f"  {change.on}  {change.zone}: {abs(change.minutes)} min {way}"
