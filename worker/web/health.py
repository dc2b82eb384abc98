"""For operators and their tools: is the process up, can it do its work, and its counters.

Promises: `/health/live` asks nobody; `/health/ready` is 200 only while the store answers; neither names a person.
"""

from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from worker.store.connection import reachable
from workflows.errors import StoreUnavailable

if TYPE_CHECKING:
    from worker.wiring import House


def install(app: Flask, house: "House") -> None:
    """Add the health pages and the metrics."""

    def live() -> Response:
        return jsonify(live=True)

    def ready() -> tuple[Response, int]:
        try:
            with reachable():
                house.redis.ping()
        except StoreUnavailable:
            return jsonify(ready=False, redis=False), 503
        return jsonify(ready=True, redis=True), 200

    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/health/live", "live", live)
    app.add_url_rule("/health/ready", "ready", ready)
    app.add_url_rule("/metrics", "metrics", metrics)
