"""Not having to wait: the try-out's clock, shown on each local page, and a button that jumps to what comes next.

Promises: only where the clock is virtual, only in local mode, only from this computer's own pages. A jump goes to the
next planned instant and the clock runs on from there; while something is still being sent there is no jump.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from worker.local.window import only_from_here
from workflows import say
from workflows.errors import StoreUnavailable

if TYPE_CHECKING:
    from worker.wiring import House


def add(app: Flask, house: Callable[[], "House"]) -> None:
    """Add the clock to every page of `app`, and the button behind it."""
    pages = Blueprint("waiting", __name__)
    pages.before_request(only_from_here)

    @pages.post("/jump")
    def jump() -> Response:
        home = house()
        now = home.clock.now()
        following = home.due.next_at()
        if following is not None and following > now and not home.due.waiting(now=now):
            home.clock.jump(following)
        back = request.form.get("back", "/")
        return redirect(back if back.startswith("/") and not back.startswith("//") else "/", code=303)

    @app.context_processor
    def clock() -> dict[str, object]:
        try:
            return {"clock": _told(house().clock.now())}
        except StoreUnavailable:
            return {"clock": ""}

    app.register_blueprint(pages)


def _told(now: datetime) -> str:
    return say.moment(now, "UTC")
