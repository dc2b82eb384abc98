"""Celery: the clock's tick and the batches of what is due. The broker is only a hint; the due index is the truth.

A message lost in the broker is claimed again when its lease ends; one delivered twice is turned away by its fence.
Messages hold opaque ids alone.
"""

from celery import Celery
from celery.signals import setup_logging

from worker import logs
from worker.settings import Settings, load

BATCH = 50  # claims a task: one gather for each walk, one round of sending, well within the lease


def make(settings: Settings) -> Celery:
    """Return the Celery application for `settings`."""
    app = Celery("fairsteps", broker=settings.broker_url)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_track_started=False,
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=10.0,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"global_keyprefix": "fairsteps-broker:", "visibility_timeout": 3600},
        enable_utc=True,
        timezone="UTC",
        beat_schedule={
            "tick": {
                "task": "worker.tasks.tick",
                "schedule": settings.tick_seconds,
                "options": {"expires": max(10.0, settings.tick_seconds * 5)},
            }
        },
    )
    return app


@setup_logging.connect
def _log_our_way(**_: object) -> None:
    logs.start()


app = make(load())
