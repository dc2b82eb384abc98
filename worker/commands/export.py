"""Taking things along: the workbook as a file."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.commands.authoring import PROGRAMME
from workflows.errors import AskPerson, NotFound

if TYPE_CHECKING:
    from workflows.programme import Programme
    from workflows.words import Words
    from workflows.workbook import Workbook


def export(
    out: Annotated[Path, typer.Option("--out", help="File to write: its ending (.pdf, .docx, .md) says what kind.")],
    workbook: Annotated[bool, typer.Option("--workbook", help="Write the workbook.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="To print and fill in by hand.")] = False,
    partnership: Annotated[str, typer.Option(help="Filled in: an id from `fairsteps partnership list`.")] = "",
    locale: Annotated[str, typer.Option(help="Language.")] = "en",
    programme: Annotated[str, typer.Option(help="Which programme, for an empty one.")] = "",
) -> None:
    """Write the workbook of a partnership, or an empty one, as PDF, DOCX or Markdown."""
    from worker.workbook.renderers import RENDERERS, render

    ending = out.suffix.removeprefix(".").lower()
    _check(workbook=workbook, empty=empty, partnership=partnership, programme=programme)
    if ending not in RENDERERS:
        known = ", ".join(f".{known}" for known in RENDERERS)
        raise AskPerson({"out": f"--out: {out} should end in one of {known}"})
    if not out.absolute().parent.is_dir():
        raise AskPerson({"out": f"--out: there is no folder {out.absolute().parent}"})
    made = render(_empty(programme or PROGRAMME, locale) if empty else _filled(partnership, locale), ending)
    try:
        out.write_bytes(made)
    except OSError as wrong:
        raise AskPerson({"out": f"--out: {out} cannot be written: {wrong.strerror}"}) from None
    typer.echo(f"{out}: {len(made):,} bytes")


def _check(*, workbook: bool, empty: bool, partnership: str, programme: str) -> None:
    problems = {}
    if not workbook:
        problems["workbook"] = "say what to export: --workbook"
    if empty == bool(partnership):
        problems["partnership"] = "choose one: --empty, or --partnership ID"
    if programme and not empty:
        problems["programme"] = "--programme goes with --empty: a partnership keeps its own programme"
    if problems:
        raise AskPerson(problems)


def _in(locale: str, programme: str) -> "tuple[Words, Programme]":
    from worker.files import programmes, words

    try:
        return words.load(locale), programmes.load(programme, locale)
    except FileNotFoundError:
        raise AskPerson({"locale": f"--locale: there are no words for {locale}"}) from None


def _empty(programme: str, locale: str) -> "Workbook":
    from workflows.workbook_empty import empty_workbook

    told, read = _in(locale, programme)
    return empty_workbook(told, read, today=_today("UTC"))


def _filled(partnership: str, locale: str) -> "Workbook":
    from worker.wiring import house
    from workflows.messages.scene import Scene
    from workflows.workbook_filled import workbook_of

    home = house()
    try:
        walk = home.walks.get(partnership)
    except NotFound:
        raise AskPerson({"partnership": f"--partnership: there is no partnership {partnership}"}) from None
    told, programme = home.words, home.programmes.of(walk.partnership)
    if locale != told.locale:
        told, programme = _in(locale, walk.partnership.programme)
    today = _today(walk.group.zone, home.clock.now())
    return workbook_of(Scene(words=told, walk=walk, programme=programme), today=today)


def _today(zone: str, now: datetime | None = None) -> date:
    from workflows import schedule

    return schedule.on_the_wall(now or datetime.now(UTC), zone).date()
