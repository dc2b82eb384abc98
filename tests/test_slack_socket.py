# ruff: noqa: F811 - fixtures come in by their names
"""Socket Mode serves the same events, presses, commands and modals, over a connection that we open."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from tests.slack_front import (  # noqa: F401
    app,
    front,
    harbour,
    house,
    installed,
    started,
    state,
    ticket,
)
from tests.slack_home import BO, CHANNEL, DARA, TEAM, LocalSlack, event, free_port, press, sending
from worker.slack.app import FairstepsApp, build
from worker.slack.socket import listen
from worker.store.connection import connect
from worker.store.people import People
from worker.wiring import House
from workflows import ids


@dataclass
class Socket:
    """Slack's end of the connection: says hello, hands over what is in `waiting`, and keeps what it is told.

    What waits is a kind of envelope and its payload. `answers` is how many of them are answered.
    """

    port: int
    waiting: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: int = 1
    told: list[dict[str, Any]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    async def open(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xapp-1-test"
        return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"})

    async def taken(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "channel": "D1", "ts": "1.1"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.send_json({"type": "hello", "num_connections": 1})
        for place, (kind, payload) in enumerate(self.waiting):
            envelope = {"type": kind, "envelope_id": f"e{place}", "payload": payload}
            await line.send_json({**envelope, "accepts_response_payload": True})
        async for message in line:
            if message.type == web.WSMsgType.TEXT and message.data.startswith("{"):
                self.told.append(message.json())
                if len(self.told) >= self.answers:
                    self.done.set()
        return line


@pytest.fixture
def far_end() -> Iterator[Socket]:
    far = Socket(port=free_port())
    loop = asyncio.new_event_loop()
    served = web.Application()
    served.add_routes([web.post("/api/apps.connections.open", far.open), web.post("/api/{method}", far.taken)])
    served.add_routes([web.get("/link", far.link)])
    runner = web.AppRunner(served, shutdown_timeout=0.1)

    async def serve() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", far.port).start()

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield far
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def serve(house: House, far_end: Socket, *waiting: tuple[str, dict[str, Any]], answers: int) -> list[str]:
    """Let Slack hand over what waits; return which envelopes were answered."""
    far_end.waiting.extend(waiting)
    far_end.answers = answers
    address = f"http://127.0.0.1:{far_end.port}/api/"
    over_socket = build(replace(house, settings=house.settings.model_copy(update={"slack_api_url": address})))
    stop = threading.Event()
    thread = threading.Thread(target=listen, args=(over_socket, "xapp-1-test", stop), daemon=True)
    thread.start()
    try:
        assert far_end.done.wait(20), "not all of it was acknowledged"
    finally:
        stop.set()
        thread.join(20)
    return [said["envelope_id"] for said in far_end.told]


def test_presses_events_modals_and_commands_over_the_socket_count_like_any_other(
    installed: FairstepsApp, house: House, harbour: LocalSlack, far_end: Socket
) -> None:
    walk, bo, dara = started(installed, harbour), ids.person_id(TEAM, BO), ids.person_id(TEAM, DARA)
    view = {
        "type": "modal",
        "callback_id": "consent",
        "private_metadata": ticket(walk, DARA),
        "blocks": [{"type": "input", "block_id": "consent"}],
    }
    says_yes = {"consent": {"type": "radio_buttons", "selected_option": {"value": "yes"}}}
    account = {"id": BO, "deleted": False, "is_bot": False, "profile": {"display_name": "Bo over the line"}}
    command = {
        "command": "/fairsteps",
        "text": "help",
        "team_id": TEAM,
        "user_id": BO,
        "channel_id": CHANNEL,
        "trigger_id": "1.1.a",
        "response_url": "",
        "is_enterprise_install": "false",
    }
    answered = serve(
        house,
        far_end,
        ("interactive", press("consent_yes", ticket(walk, BO))),
        ("interactive", sending(view, says_yes, user=DARA)),
        ("events_api", json.loads(event("user_change", at=int(time.time()) + 5, user=account))),
        ("slash_commands", command),
        answers=4,
    )
    assert sorted(answered) == ["e0", "e1", "e2", "e3"]
    members = house.walks.get(walk).members
    assert (members[bo].consent, members[dara].consent) == ("given", "given")
    assert house.people.get(TEAM, bo).name == "Bo over the line"


def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(
    installed: FairstepsApp, house: House, harbour: LocalSlack, far_end: Socket
) -> None:
    walk = started(installed, harbour)
    gone = connect("unix:///nowhere/fairsteps.sock")
    away = replace(house, cases=replace(house.cases, people=People(gone, house.vault)))
    account = {"id": BO, "deleted": True, "profile": {}}
    answered = serve(
        away,
        far_end,
        ("events_api", json.loads(event("user_change", at=int(time.time()) + 5, user=account))),
        ("interactive", press("consent_yes", ticket(walk, BO))),
        answers=1,
    )
    assert answered == ["e1"]
    assert not house.people.get(TEAM, ids.person_id(TEAM, BO)).slack_gone
