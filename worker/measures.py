"""Counters for /metrics. Labels are kinds and states, never an id of a person."""

from prometheus_client import Counter, Histogram

DELIVERIES = Counter("fairsteps_deliveries_total", "Deliveries that ended, by kind and state.", ["kind", "state"])
LATENESS = Histogram(
    "fairsteps_lateness_seconds",
    "From the planned instant to the end of a due occurrence.",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 43200),
)
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # names the folder that the processes of one start count into
MAIL_IN = Counter("fairsteps_mail_in_total", "Mails that came in, by what became of them.", ["how"])


def count_mail_in(how: str) -> None:
    """Count one mail that came in."""
    MAIL_IN.labels(how=how).inc()


def count_delivery(kind: str, state: str) -> None:
    """Count one delivery that ended."""
    DELIVERIES.labels(kind=kind, state=state).inc()
