"""What would be understood from a mail, without storing anything."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from worker import show

mail = typer.Typer(help="Mail that comes in.", no_args_is_help=True)


@mail.command()
def parse(
    file: Annotated[Path, typer.Argument(help="A mail as a file, or - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what would be understood from a reply: its kind (reply, auto, bounce, empty) and its own text."""
    from worker.mail.parse import understand

    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as wrong:
        typer.echo(f"fairsteps: {file}: {wrong.strerror}", err=True)
        raise typer.Exit(2) from None
    found = understand(raw)
    kind = "reply" if found.kind == "too_long" else found.kind  # a reply all the same; its writer is asked back
    show.one({"kind": kind, "text": found.text}, as_json=as_json)


@mail.command()
def held(
    out: Annotated[Path, typer.Option("--out", help="Folder to write them to; it is made, for your eyes alone.")],
) -> None:
    """Write out the mails that could not be tied to a person, newest first, for the operator to look at."""
    from worker.wiring import house

    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    letters = house().mailroom.held()
    for number, raw in enumerate(letters, start=1):
        (out / f"{number:03}.eml").write_bytes(raw)
    typer.echo(f"{len(letters)} held mails in {out}")
