"""Runs Celery, and makes a file at the moment when it is ready: `python -m worker.ready FILE worker|beat …`.

A Celery worker opens no door that a supervisor could knock at. The file is removed by who waits for it, before the
start; if this process dies on the way there is no file, and the supervisor sees the dead process instead.
"""

import sys
from pathlib import Path
from typing import Any

from celery.__main__ import main
from celery.signals import beat_init, worker_ready


def run(file: Path, arguments: list[str]) -> None:
    def say(**_: Any) -> None:
        file.touch()

    worker_ready.connect(say, weak=False)
    beat_init.connect(say, weak=False)
    sys.argv = ["celery", *arguments]
    main()


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
