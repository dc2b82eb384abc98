"""What every test may lean on: a private Valkey for the session, made empty for each test, and a house built on it."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import certifi
import hypothesis
import pytest
import time_machine
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, sync_playwright

from worker import embedded, wiring
from worker.preview import writing
from worker.settings import load
from worker.store.connection import connect
from worker.wiring import House
from workflows.messages.examples import NOW

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# A busy machine must not fail a property; CI looks at the same examples each time, so that it is never red by chance.
hypothesis.settings.register_profile(
    "ours", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("ours")

# Several files run at a time. These take long, so they begin first: none of them is left to run alone at the end.
LONG = (
    "test_first_walk",
    "test_mail_group",
    "test_window",
    "test_bad_days",
    "test_web_axe",
    "test_without_slack",
    "test_web_browser",
    "test_web_scanners",
    "test_simulating",
    "test_engine_stateful",
)

TUESDAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> None:
    """httpx reads all authorities of the world for each request; with one alone a request takes a tenth of the time.

    Nothing here asks anybody outside of this machine.
    """
    file = tmp_path_factory.mktemp("authority") / "one.pem"
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----")
    file.write_text(f"{first}{end}\n")
    os.environ["SSL_CERT_FILE"] = str(file)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private server for the whole session (one for each xdist process)."""
    running = embedded.start(tmp_path_factory.mktemp("valkey"))
    yield running.url
    running.stop()


@pytest.fixture
def valkey_url(valkey: str) -> str:
    """The private server, empty."""
    connect(valkey).flushall()
    return valkey


@pytest.fixture
def make_house(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., House]:
    """Build a house on the private server, with a virtual clock and settings of one's own."""

    def make(**settings: str) -> House:
        given = {
            "FAIRSTEPS_REDIS_URL": valkey_url,
            "FAIRSTEPS_STATE_DIR": str(tmp_path),
            "FAIRSTEPS_SECRET_KEYS": Fernet.generate_key().decode(),
            "FAIRSTEPS_CLOCK": "virtual",
            "FAIRSTEPS_PUBLIC_URL": "http://localhost:8000",
            "FAIRSTEPS_MAIL_FROM": "Fairsteps <fairsteps@example.org>",
            **settings,
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        house = wiring.build(load())
        house.clock.move(TUESDAY)
        return house

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    """A house with nothing in it."""
    return make_house()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium that speaks to nobody but this machine. `make test` installs it, so it is never skipped."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium is not None, "Chromium is not installed: make chromium"
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture(scope="session")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The preview of every programme, with signed links that do not change from day to day; for all xdist processes."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, done = shared / "preview", shared / "preview.done"
    with (shared / "preview.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            with time_machine.travel(NOW, tick=False):
                writing.write(folder, locale="en")
            done.touch()
    return folder
