"""The workbook to download: `/workbook/T.pdf`, `.docx` and `.md`, and `/workbook/empty/PROGRAMME.pdf` by hand.

Promises: GET only shows, as ever. Behind a signed link stands the workbook of a walk, for a member who said yes, made
anew each time and kept by no cache; its file name says nothing of the group. The empty one holds no words of anybody:
it is open to all, and each process draws it once a day.
"""

from datetime import date

from flask import Flask, Response, abort

from worker.wiring import House
from worker.workbook.renderers import RENDERERS, render
from workflows import schedule
from workflows.programme import Programme
from workflows.words import Words
from workflows.workbook_empty import empty_workbook
from workflows.workbook_filled import workbook_of


class WorkbookPages:
    """The downloads of `house`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._drawn: dict[tuple[str, str, str, date, str], bytes] = {}

    def filled(self, token: str, ending: str) -> Response:
        """The workbook of the walk that the link is for; while nothing has begun, the empty one."""
        if ending not in RENDERERS:
            abort(404)
        scene = self._house.cases.looking(self._house.links.read("workbook", token))
        today = schedule.on_the_wall(self._house.clock.now(), scene.walk.group.zone).date()
        if not scene.walk.partnership.steps:
            return _download(self._empty(scene.words, scene.programme, today, ending), ending)
        return _download(render(workbook_of(scene, today=today), ending), ending)

    def empty(self, programme: str, ending: str) -> Response:
        """The workbook of a programme, to fill in by hand."""
        if ending not in RENDERERS:
            abort(404)
        today = self._house.clock.now().date()
        return _download(
            self._empty(self._house.words, self._house.programmes.newest(programme), today, ending), ending
        )

    def _empty(self, words: Words, programme: Programme, today: date, ending: str) -> bytes:
        key = (programme.id, programme.version, words.locale, today, ending)
        if key not in self._drawn:
            self._drawn = {known: drawn for known, drawn in self._drawn.items() if today in known}
            self._drawn[key] = render(empty_workbook(words, programme, today=today), ending)
        return self._drawn[key]


def _download(content: bytes, ending: str) -> Response:
    response = Response(content, content_type=RENDERERS[ending][0])
    response.headers["Content-Disposition"] = f'attachment; filename="workbook.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask, house: House) -> None:
    """Add the downloads. A token may hold dots; the ending is what follows the last one."""
    pages = WorkbookPages(house)
    app.add_url_rule("/workbook/empty/<programme>.<ending>", "empty_workbook", pages.empty)
    app.add_url_rule("/workbook/<token>.<ending>", "workbook", pages.filled)
