"""For those who write and check programmes: preview, simulate, lint, and the reading list."""

import json
import sys
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from worker import show
from workflows.errors import AskPerson

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PROGRAMME = "five-steps"

reading = typer.Typer(help="Curated reading.", no_args_is_help=True)


@reading.callback()
def _reading() -> None:
    """Keeps `list` a command of its own name."""


@reading.command("list")
def reading_list(
    programme: Annotated[str, typer.Option(help="The programme whose reading it is.")] = PROGRAMME,
    as_json: Json = False,
) -> None:
    """List the reading of a programme, step by step."""
    from worker.files import programmes

    rows = [
        {
            "step": s.title,
            "title": r.title,
            "author": r.author,
            "kind": r.kind,
            "minutes": r.minutes,
            "link": r.url if as_json else r.url or r.where,
            **(
                {"where": r.where, "language": r.language, "harm": r.harm, "added": r.added, "checked": r.checked}
                if as_json
                else {}
            ),
        }
        for s in programmes.load(programme).steps
        for r in s.readings
    ]
    show.listing(rows, as_json=as_json, empty="No reading.")


def preview(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to; it is made.")],
    locale: Annotated[str, typer.Option(help="Language.")] = "en",
) -> None:
    """Write every message kind, form and page as it would be sent, with a page to look at them all."""
    from worker.preview.writing import write

    try:
        count = write(out, locale=locale)
    except FileNotFoundError:
        raise AskPerson({"locale": f"--locale: there are no words for {locale}"}) from None
    typer.echo(f"{count} files in {out}. Open {out / 'index.html'}")


def lint(
    programme: Annotated[
        str, typer.Argument(help="A programme's name, its structure file or folder, or a CSV of members.")
    ] = "",
    words: Annotated[Path | None, typer.Option(help="Its words, when they are not where they are looked for.")] = None,
    locale: Annotated[str, typer.Option(help="Language of the words.")] = "en",
    members: Annotated[
        Path | None, typer.Option(help="A CSV for `fairsteps simulate`, to check its time zones.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Report every mistake at once: file, line, column, reason and a suggestion. Without a name, all programmes."""
    from worker.files.linting import checked, mistakes

    problems = mistakes(programme, words=words, locale=locale)
    if as_json:
        show.listing([asdict(problem) for problem in problems], as_json=True, empty="")
    for problem in () if as_json else problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(2)
    if not as_json:
        typer.echo(f"{checked(programme)}: no mistakes.")


def simulate(
    members: Annotated[Path, typer.Option(help="CSV with name,email,zone and, if you like, channel,role,language.")],
    start: Annotated[str, typer.Option(help="First day, like 2027-01-04.")],
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How many weeks.")],
    as_json: Json = False,
) -> None:
    """Walk the programme in virtual time, sending nothing: who gets what, when, and how much of it."""
    from worker.files import programmes, words
    from worker.files.members import read_members
    from workflows.simulate import simulate as walk

    try:
        day = date.fromisoformat(start)
    except ValueError:
        raise AskPerson({"start": f"--start: {start} is not a date; write it like 2027-01-04"}) from None
    result = walk(words.load(), programmes.load(PROGRAMME), people=read_members(members), start=day, weeks=weeks)
    messages = [
        {
            "at": m.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "local": m.local.strftime("%Y-%m-%dT%H:%M:%S"),
            "zone": m.zone,
            "person": m.person,
            "channel": m.channel,
            "kind": m.kind,
            "what": m.what,
        }
        for m in result.messages
    ]
    load = [
        {"person": one.person, "week": one.week.isoformat(), "messages": one.messages, "minutes": one.minutes}
        for one in result.load
    ]
    stalls = [{"at": s.at.isoformat(), "step": s.step, "missing": list(s.missing)} for s in result.stalls]
    if as_json:
        json.dump({"messages": messages, "load": load, "stalls": stalls}, sys.stdout, indent=1)
        print()
        return
    for m in messages:
        typer.echo(f"{m['local'][:16].replace('T', ' ')}  {m['person'] or 'the channel'}  {m['channel']}  {m['what']}")
    for person, weeks_of in groupby(load, key=lambda one: str(one["person"])):
        theirs = list(weeks_of)
        sums = [sum(int(str(one[what])) for one in theirs) / weeks for what in ("messages", "minutes")]
        typer.echo(f"{person}: about {sums[0]:.1f} messages and {sums[1]:.0f} minutes a week.")
    busiest = max(load, key=lambda one: int(str(one["messages"])), default=None)
    if busiest:
        typer.echo(f"Busiest week: {busiest['messages']} messages, about {busiest['minutes']} minutes.")
    for stall in stalls:
        typer.echo(f"{stall['at']}: the step {stall['step']} waits for {', '.join(map(str, stall['missing']))}")
