"""For operators and their tools: is the process up, can it do its work, and its counters.

Promises: `/health/live` asks nobody; `/health/ready` is 200 only while the store answers, and says when the clock
and the workers last gave a sign of life; neither names a person.
"""

import math

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from worker.wiring import House
from workflows.errors import StoreUnavailable

STOPPED_SECONDS = 60  # a busy clock may be some seconds late; a minute means that nobody is asked anything


def install(app: Flask, house: House) -> None:
    """Add the health pages and the metrics."""

    def live() -> Response:
        return jsonify(live=True)

    def ready() -> tuple[Response, int]:
        try:
            ages = house.heartbeat.ages()
        except StoreUnavailable:
            return jsonify(ready=False, redis=False), 503
        ticking = ages.get("clock", math.inf) < max(STOPPED_SECONDS, 10 * house.settings.tick_seconds)
        clock = "running" if ticking else "stopped"
        return jsonify(ready=True, redis=True, clock=clock, seconds_since=dict(ages)), 200

    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/health/live", "live", live)
    app.add_url_rule("/health/ready", "ready", ready)
    app.add_url_rule("/metrics", "metrics", metrics)
