"""A home for the web pages, of real parts: a Valkey, the vault, signed links, the use cases, and a group that walks.

Ana facilitates, Bo takes part, Chi was asked and has not said anything yet. The first round is open.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests import web_programme
from worker import embedded, wiring
from worker import settings as configuration
from worker.cases import Cases
from worker.local.home import make_environment
from worker.store import keys
from worker.store.programmes import Programmes
from worker.versions import Versions
from worker.wiring import House
from workflows import engine, joining
from workflows.forms import Typed
from workflows.ids import person_id
from workflows.people import Person
from workflows.programme import Programme
from workflows.ticket import Ticket
from workflows.walk import Change, Walk

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday
ANA, BO, CHI = (person_id("T1", user) for user in ("UANA", "UBO", "UCHI"))
START: Typed = {
    "group": "Riverside Group",
    "channel": "C1",
    "members": ("UBO", "UCHI"),
    "facilitators": ("UANA",),
    "partner": "Pulse App",
    "kind": "app",
    "weekday": "1",
    "hour": "9",
    "zone": "Europe/London",
    "digest": "4",
    "mail": "yes",
}


@dataclass
class Home:
    """Everything behind the pages. `house` is what the app is built over."""

    house: House
    servers: list[embedded.Embedded]  # the last one runs
    state: Path
    partnership: str
    round: str
    whole: str  # the round that asks in every way

    @property
    def walk(self) -> Walk:
        """The walk as it is kept now."""
        return self.house.walks.get(self.partnership)

    def ticket(self, person: str, subject: str = "") -> Ticket:
        """What a link of `person` stands for; by itself it is about the open round."""
        return Ticket(workspace="T1", partnership=self.partnership, person=person, subject=subject or self.round)

    def url(self, page: str, person: str, subject: str = "") -> str:
        """The link that `person` was sent."""
        return self.house.links.url(page, self.ticket(person, subject))

    def answer_of(self, person: str, round_id: str = "") -> dict[str, Any] | None:
        """What is kept of a person's answer to the open round."""
        kept = self.walk.answer(round_id or self.round, person)
        return dict(kept.values) if kept else None

    def take_store_away(self) -> None:
        """Stop the Valkey, as on a bad day."""
        self.servers[-1].stop()

    def bring_store_back(self) -> None:
        """Start it again over the same files."""
        self.servers.append(embedded.start(self.state))

    def spoil(self) -> None:
        """Put something into the store that nothing can read."""
        self.house.redis.hset(keys.partnership(self.partnership), "walk", "secret words of a person")


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class _Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any) -> None:
        """The app logs for itself."""


@contextlib.contextmanager
def serving(app: Flask, port: int) -> Iterator[str]:
    """Serve `app` over real HTTP until the block ends."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def home(state: Path, port: int, **settings: str) -> Iterator[Home]:
    """A house over a Valkey of its own in the folder `state`, with a walk whose first round is open."""
    told = {
        **make_environment(state, port),
        "FAIRSTEPS_STATE_DIR": str(state),
        "FAIRSTEPS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "FAIRSTEPS_CLOCK": "virtual",
        **settings,
    }
    house = with_programme(wiring.build(configuration.load(told)), web_programme.programme())
    servers = [embedded.start(state)]
    try:
        house.clock.move(NOON)
        partnership = _begun(house.cases)
        opened, whole = (r.id for r in house.walks.get(partnership).rounds)
        yield Home(house=house, servers=servers, state=state, partnership=partnership, round=opened, whole=whole)
    finally:
        house.redis.close()
        servers[-1].stop()


def with_programme(house: House, programme: Programme) -> House:
    """A house that knows this programme alone."""
    versions = Versions({programme.id: programme}, Programmes(house.redis))
    return replace(house, programmes=versions, cases=replace(house.cases, programmes=versions))


def _begun(cases: Cases) -> str:
    pid = cases.start("T1", "UANA", START)
    people = [
        Person(id=ANA, name="Ana", slack_user="UANA", email="ana@example.org", zone="Europe/London"),
        Person(id=BO, name="Bo", slack_user="UBO", email="bo@example.org", zone="Asia/Kathmandu"),
        Person(id=CHI, name="Chi", slack_user="UCHI", email="chi@example.org", zone="America/New_York"),
    ]
    cases.walks.change(pid, lambda walk: joining.enrolled(walk, people, now=NOON))
    for person in (ANA, BO):
        cases.give_consent(Ticket(workspace="T1", partnership=pid, person=person), True, via="slack")
    programme = cases.programmes.newest("pages")
    cases.walks.change(pid, lambda walk: engine.opened(walk, programme, day=date(2026, 12, 1), now=NOON))
    return pid


def walk_over(walk: Walk) -> Change:
    """The partnership ends: no round takes answers any more."""
    return Change(partnership=replace(walk.partnership, over=True))
