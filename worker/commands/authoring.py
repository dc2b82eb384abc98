"""For those who write and check programmes: preview, lint, and the reading list. `simulating.py` has simulate."""

from dataclasses import asdict
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
    programme: Annotated[str, typer.Option(help="A programme's name; without it, all of them.")] = "",
) -> None:
    """Write every message, form and page, each worksheet and the workbook, with a page to look at them all."""
    from worker.preview.writing import write

    try:
        count = write(out, locale=locale, programme=programme)
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
