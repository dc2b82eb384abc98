# ruff: noqa: F811 - fixtures come in by their names
"""Socket Mode serves the same presses, over a connection that we open."""

import asyncio
import threading
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
from tests.slack_home import BO, TEAM, LocalSlack, free_port, press
from worker.slack.app import FairstepsApp, build
from worker.slack.socket import listen
from worker.wiring import House
from workflows import ids


@dataclass
class Socket:
    """Slack's end of the connection: says hello, hands over what is in `waiting`, and keeps what it is told."""

    port: int
    waiting: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    async def open(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xapp-1-test"
        return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"})

    async def who(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "team_id": TEAM, "user_id": "U0FAIRSTEPS", "bot_id": "B0FAIRSTEPS"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.send_json({"type": "hello", "num_connections": 1})
        for place, payload in enumerate(self.waiting):
            envelope = {"type": "interactive", "envelope_id": f"e{place}", "payload": payload}
            await line.send_json({**envelope, "accepts_response_payload": True})
        async for message in line:
            if message.type == web.WSMsgType.TEXT and message.data.startswith("{"):
                self.told.append(message.json())
                if len(self.told) >= len(self.waiting):
                    self.done.set()
        return line


@pytest.fixture
def far_end() -> Iterator[Socket]:
    far = Socket(port=free_port())
    loop = asyncio.new_event_loop()
    served = web.Application()
    served.add_routes([web.post("/api/apps.connections.open", far.open), web.post("/api/auth.test", far.who)])
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


def test_a_press_over_the_socket_counts_like_any_other(
    installed: FairstepsApp, house: House, harbour: LocalSlack, far_end: Socket
) -> None:
    walk, bo = started(installed, harbour), ids.person_id(TEAM, BO)
    address = f"http://127.0.0.1:{far_end.port}/api/"
    over_socket = build(replace(house, settings=house.settings.model_copy(update={"slack_api_url": address})))
    far_end.waiting.append(press("consent_yes", ticket(walk, BO)))
    stop = threading.Event()
    thread = threading.Thread(target=listen, args=(over_socket, "xapp-1-test", stop), daemon=True)
    thread.start()
    try:
        assert far_end.done.wait(20), "the press was not acknowledged"
    finally:
        stop.set()
        thread.join(20)
    assert far_end.told[0]["envelope_id"] == "e0"
    assert house.walks.get(walk).members[bo].consent == "given"
