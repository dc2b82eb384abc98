"""For operators and their tools: is the process up, can it do its work, and its counters.

Promises: `/health/live` asks nobody; `/health/ready` is 200 only while the store answers, and says when the clock
and the workers last gave a sign of life; `/health/all` is 200 only while every part does its work, mail that comes in
among them: "breaking" while there are mails that break by our own fault. `/metrics` counts over all processes of one
start. None names a person.
"""

import math
import os
from collections.abc import Mapping

from flask import Flask, Response, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from worker.measures import SHARED
from worker.store.heartbeat import STOPPED_SECONDS
from worker.wiring import House
from workflows.errors import StoreUnavailable


def install(app: Flask, house: House) -> None:
    """Add the health pages and the metrics."""

    def live() -> Response:
        return jsonify(live=True)

    def ready() -> tuple[Response, int]:
        try:
            ages = house.heartbeat.ages()
            parts = _parts(house, ages)
        except StoreUnavailable:
            return jsonify(ready=False, redis=False), 503
        return jsonify(ready=True, redis=True, **parts, seconds_since=dict(ages)), 200

    def everything() -> tuple[Response, int]:
        answer, code = ready()
        said = (answer.json or {}).values()
        return answer, 503 if "stopped" in said or "breaking" in said else code

    def metrics() -> Response:
        return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/health/live", "live", live)
    app.add_url_rule("/health/ready", "ready", ready)
    app.add_url_rule("/health/all", "all", everything)
    app.add_url_rule("/metrics", "metrics", metrics)


def _parts(house: House, ages: Mapping[str, float]) -> dict[str, str | int]:
    """Whether the clock runs, and mail comes in where it is set up: stopped, nobody is asked or heard."""
    clock_late = max(STOPPED_SECONDS, 10 * house.settings.tick_seconds)
    said: dict[str, str | int] = {"clock": "running" if ages.get("clock", math.inf) < clock_late else "stopped"}
    if house.settings.inbound_url is not None:
        said["mails_breaking"] = breaking = house.mailroom.breaking.count()
        lives = ages.get("mail", math.inf) < STOPPED_SECONDS
        said["mail"] = "stopped" if not lives else "breaking" if breaking else "running"
    return said


def _registry() -> CollectorRegistry:
    """The counters of all processes that count into one folder; of this one where it stands alone."""
    if SHARED not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    PlatformCollector(registry=registry)
    ProcessCollector(registry=registry)
    return registry
