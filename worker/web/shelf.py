"""`/reading/T`, the reading shelf: everything to read in the steps that have begun, with a person's own marks.

Promises: GET only shows, and `?show=saved` shows what carries that mark, without script. A mark is one button; it is
kept as the person of the link, and pressing twice keeps it once. Nobody sees another one's marks.
"""

from flask import Flask, Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from worker.web import draw, home, opened
from worker.web.home import Ways, ways_of
from worker.wiring import House
from workflows.reading_shelf import ReadingShelf, show_of

PRESSED = ("shelf", "discuss")


class ShelfPages:
    """The shelf of everybody in `house`."""

    def __init__(self, house: House) -> None:
        self._house = house

    def show(self, token: str) -> Response:
        """The shelf; after a button, with a word of what was done."""
        what = request.args.get("done", "")
        return self._drawn(notice=self._house.words(f"your_page.done.{what}") if what in PRESSED else "")

    def press(self, token: str) -> AnyResponse:
        """Keep a mark, or put a question to the group, and show the shelf again."""
        if why := home.done(self._house.cases, opened.ticket()):
            return self._drawn(notice=why, tone="warn", status=409)
        shown = show_of(request.args.get("show", ""))
        return redirect(f"{request.path}?show={shown}&done={request.form['do']}", 303)

    def _drawn(self, *, notice: str, tone: str = "good", status: int = 200) -> Response:
        shelf = self._house.cases.reading_shelf(opened.ticket(), show_of(request.args.get("show", "")))
        return make_response(
            shelf_page(shelf, ways_of(self._house), opened.ticket().encode(), notice=notice, tone=tone), status
        )


def shelf_page(
    shelf: ReadingShelf, ways: Ways, ticket: str, *, notice: str = "", tone: str = "good", assets: str = "/static"
) -> str:
    """Return the page, with a `notice` above it in a `tone` (good or warn)."""
    return draw.page(
        "shelf",
        assets=assets,
        shelf=shelf,
        ways=ways,
        say=lambda key: ways.words(f"shelf_page.{key}"),
        notice=notice,
        tone=tone,
        back=ways.to("home", ticket, ""),
    )


def install(app: Flask, house: House) -> None:
    """Add the shelf."""
    pages = ShelfPages(house)
    app.add_url_rule("/reading/<token>", "reading", pages.show)
    app.add_url_rule("/reading/<token>", "press_reading", pages.press, methods=["POST"])
