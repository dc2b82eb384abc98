"""Not having to wait: the try-out's clock, shown on each local page, and a button that jumps to what comes next.

Promises: only where the clock is virtual, only in local mode, only from this computer's own pages. A jump goes from one
planned instant to the next until somebody gets something, for PATIENCE at most, and the clock runs on from there.
"""

import time
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


PATIENCE = 15.0  # seconds: a person waits for a page no longer; pressing again goes on
LOOK = 0.2


def add(app: Flask, house: Callable[[], "House"], *, arrived: Callable[[], int]) -> None:
    """Add the clock to every page of `app`, and the button behind it; `arrived` counts what people have got so far."""
    pages = Blueprint("waiting", __name__)
    pages.before_request(only_from_here)

    @pages.post("/jump")
    def jump() -> Response:
        home, before, end = house(), arrived(), time.monotonic() + PATIENCE
        while arrived() == before and time.monotonic() < end:
            now = home.clock.now()
            following = home.due.next_at(besides="home")  # nobody waits for a tab to be drawn
            if not home.due.waiting(now=now) and following is not None:
                home.clock.jump(max(now, following))
            time.sleep(LOOK)
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
