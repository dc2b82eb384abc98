"""Mail that comes in: what would be understood from one, and what waits for whoever runs Fairsteps."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from worker import show
from workflows.errors import AskPerson, NotFound
from workflows.words import Words

mail = typer.Typer(help="Mail that comes in.", no_args_is_help=True)

_Id = Annotated[str, typer.Argument(help="The id of a held mail, as `fairsteps mail held` lists it.")]


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
def held(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the mails that wait for you, newest first. After thirty days they are gone."""
    from worker.wiring import house

    home = house()
    rows = [
        {
            "id": letter.id,
            "held": letter.at.isoformat(timespec="minutes"),
            "why": home.words(f"mail_in.why_{letter.why}"),
            "partnership": letter.ticket.partnership if letter.ticket else "",
            "person": letter.ticket.person if letter.ticket else "",
        }
        for letter in home.mailroom.held()
    ]
    show.listing(rows, as_json=as_json, empty="No mail is held.")


@mail.command("show")
def show_one(
    mail_id: _Id, raw: Annotated[bool, typer.Option("--raw", help="Print the mail as it came.")] = False
) -> None:
    """Show a held mail. What people write is about their lives: look only as far as you must."""
    from worker.mail.finding import head_of, values_of
    from worker.mail.parse import understand
    from worker.wiring import house

    home = house()
    try:
        letter = home.mailroom.held_one(mail_id)
    except NotFound as gone:
        _stop(str(gone))
    if raw:
        sys.stdout.buffer.write(letter.raw)
        return
    said, head = understand(letter.raw), head_of(letter.raw)
    typer.echo(f"Why      {home.words(f'mail_in.why_{letter.why}')}")
    for name in ("From", "Date", "Subject", "Authentication-Results"):
        for value in values_of(head, name)[:1]:
            typer.echo(f"{name:8} {' '.join(value.split())}")
    typer.echo(f"\n{said.text}")


@mail.command()
def drop(mail_id: _Id) -> None:
    """Forget a held mail. Nobody is told."""
    from worker.wiring import house

    home = house()
    try:
        home.mailroom.held_one(mail_id)
    except NotFound as gone:
        _stop(str(gone))
    home.mailroom.drop(mail_id)
    typer.echo("The mail is dropped.")


@mail.command()
def take(
    mail_id: _Id,
    partnership: Annotated[str, typer.Option(help="The id of the partnership.")],
    person: Annotated[str, typer.Option(help="The id of the person whose mail it is.")],
) -> None:
    """Handle a held mail as that of a person: you say that it is theirs. They get what was understood, as always."""
    from worker.mail.inbound import replies_of
    from worker.wiring import house

    home = house()
    try:
        letter = home.mailroom.held_one(mail_id)
        ticket = home.cases.reply_ticket(partnership, person, said_to=letter.ticket)
        handled = replies_of(home).take_over(letter, ticket)
    except NotFound as gone:
        _stop(str(gone))
    except AskPerson as unclear:
        _stop(_problems(home.words, unclear))
    typer.echo(f"Taken as theirs: {handled}.")


def _problems(words: Words, unclear: AskPerson) -> str:
    return " ".join(unclear.problems.values()) or words("reply_unclear.intro", count=0, nothing_found=True)


def _stop(why: str) -> NoReturn:
    typer.echo(f"fairsteps: {why}", err=True)
    raise typer.Exit(2)
