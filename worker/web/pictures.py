"""Pictures for Slack to fetch: `/picture/PROGRAMME/VERSION/STATES.png`, where a group stands in the steps.

Promises: a picture tells nothing of anybody; whoever asks gets the same one. What is asked for is bounded: a programme
and version that are here, and one letter of three a step; anything else is 404. Under its
address it changes only when somebody mends the words of a programme, so it may be kept for weeks. Drawing changes
nothing, and each process draws a picture once.
"""

from flask import Flask, Response, abort

from worker.pictures import MOST_STEPS, STATES, steps_picture
from worker.versions import Versions
from worker.wiring import House

WEEKS = 28 * 24 * 3600  # seconds; words of a version may be mended


def install(app: Flask, house: House) -> None:
    """Add the pictures."""

    def picture(programme: str, version: str, states: str) -> Response:
        return _picture(house.programmes, programme, version, states)

    app.add_url_rule("/picture/<programme>/<version>/<states>.png", "picture", picture)


def _picture(programmes: Versions, programme: str, version: str, states: str) -> Response:
    if not 0 < len(states) <= MOST_STEPS or set(states) - set(STATES):
        abort(404)
    steps = programmes.get(programme, version).steps  # raises NotFound, which is a 404 as well
    if len(steps) != len(states):
        abort(404)
    response = Response(steps_picture(tuple(step.title for step in steps), states), content_type="image/png")
    response.headers["Cache-Control"] = f"public, max-age={WEEKS}"
    return response
