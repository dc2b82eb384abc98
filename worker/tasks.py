"""Tasks are doorbells: ids in, one call. Everything they do can be done again."""

from celery.signals import worker_init

from worker import deliver as delivering
from worker.celery_app import BATCH, app
from worker.store.due import Claim
from worker.wiring import house


@worker_init.connect
def _build_before_forking(**_: object) -> None:
    """Whoever does the work finds the house built: a child that comes in for another works at once."""
    house()


@app.task(name="worker.tasks.tick")
def tick() -> None:
    """Claim what is due and hand it out, a batch of one workspace a task."""
    home = house()
    home.heartbeat.beat("clock", "worker")  # a tick is carried out by a worker: an idle one lives as well
    for chunk in home.due.claim(now=home.clock.now()):
        by_workspace: dict[str, list[str]] = {}
        for claim in chunk:
            by_workspace.setdefault(claim.occurrence.workspace, []).append(claim.encode())
        for claims in by_workspace.values():
            for start in range(0, len(claims), BATCH):
                deliver.delay(claims[start : start + BATCH])


@app.task(name="worker.tasks.deliver")
def deliver(claims: list[str]) -> None:
    """Carry out claims."""
    delivering.deliver(house(), [Claim.decode(claim) for claim in claims])
