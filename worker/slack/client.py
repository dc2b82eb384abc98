"""The only two clients through which anything goes to Slack, and the one background line that the async one uses.

Promises: every message, modal and Home view passes the limits before it leaves; a client with a gate calls nothing that
Slack wants to be spared for now; nothing is ever repeated in silence (`retry_handlers=[]`: the SDK would post again
when an answer is lost); no body is ever logged. One event loop, one
session and one TLS context serve a whole process, for a context per call costs ten times the call. They are made when
first needed and anew after a fork, so that a child never shares a connection with its parent. A crash loses answers,
never more: whoever sent finds out by looking (`Slack.find`).
"""

import asyncio
import logging
import os
import ssl
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from worker.slack.limits import Surface, check
from worker.slack.turns import Gate

SECONDS = 10  # Slack answers in well under one; a person waits three at most
# Servers close a kept connection after some seconds without warning, and a request into it is lost.
KEPT_SECONDS = 3.0

_T = TypeVar("_T")
_SURFACES: Mapping[str, Surface] = {
    "chat.postMessage": "message",
    "chat.postEphemeral": "message",
    "chat.update": "message",
    "views.open": "modal",
    "views.push": "modal",
    "views.update": "modal",
    "views.publish": "home",
}


def silent() -> logging.Logger:
    """Return a logger that says nothing: the SDK and Bolt write whole bodies into theirs, people's answers included."""
    logger = logging.Logger("fairsteps.silent", level=logging.CRITICAL + 1)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


def check_call(method: str, body: Mapping[str, Any] | None) -> None:
    """Raise SlackLimit when what is about to leave is beyond Slack's limits."""
    surface = _SURFACES.get(method)
    if surface == "message":
        check(body or {}, surface)
    elif surface is not None:
        check((body or {}).get("view") or {}, surface)


class CheckedClient(WebClient):
    """The sync client, for listeners and OAuth. `gate` knows what Slack wants to be spared in one workspace."""

    gate: Gate | None = None

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        check_call(api_method, options.get("json"))
        if self.gate is None:
            return super().api_call(api_method, **options)
        self.gate.before(api_method)
        try:
            return super().api_call(api_method, **options)
        except SlackApiError as refused:
            self.gate.after(api_method, refused)
            raise


class CheckedAsyncClient(AsyncWebClient):
    """The async client, for deliveries and look-ups."""

    gate: Gate | None = None

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        check_call(api_method, options.get("json"))
        if self.gate is None:
            return await super().api_call(api_method, **options)
        await asyncio.to_thread(self.gate.before, api_method)
        try:
            return await super().api_call(api_method, **options)
        except SlackApiError as refused:
            await asyncio.to_thread(self.gate.after, api_method, refused)
            raise


def sync_client(
    api_url: str, *, tls: ssl.SSLContext, token: str | None = None, seconds: int = SECONDS, gate: Gate | None = None
) -> CheckedClient:
    """Return a sync client that repeats nothing and logs nothing."""
    client = CheckedClient(token=token, base_url=api_url, ssl=tls, timeout=seconds, retry_handlers=[], logger=silent())
    client.gate = gate
    return client


class Line:
    """The event loop, session and TLS context of one process, in a thread of their own. Any thread may `run`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tls: ssl.SSLContext | None = None
        self._parents: list[object] = []

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do `work` on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._running()).result()

    def client(self, api_url: str, token: str, *, gate: Gate | None = None) -> CheckedAsyncClient:
        """Return a client for `token`; call it from within `run`."""
        client = CheckedAsyncClient(
            token=token,
            base_url=api_url,
            session=self._open_session(),
            ssl=self._tls,
            timeout=SECONDS,
            retry_handlers=[],
            logger=silent(),
        )
        client.gate = gate
        return client

    def close(self) -> None:
        """Hang up. The next `run` opens the line again."""
        with self._lock:
            loop, session = self._loop, self._session
            self._loop = self._session = None
        if loop is not None and self._pid == os.getpid():
            if session is not None:
                asyncio.run_coroutine_threadsafe(session.close(), loop).result()
            loop.call_soon_threadsafe(loop.stop)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._pid != os.getpid():
                # After a fork the parent's line is kept, unused: collecting it would close the parent's connections.
                self._parents.append((self._loop, self._session))
                self._pid = os.getpid()
                self._session = None
                self._tls = ssl.create_default_context()
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="slack", daemon=True).start()
            return self._loop

    def _open_session(self) -> aiohttp.ClientSession:
        # Only ever called on the loop, so two calls cannot both make one.
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls or True, keepalive_timeout=KEPT_SECONDS, limit=0),
                timeout=aiohttp.ClientTimeout(total=SECONDS, sock_connect=3),
            )
        return self._session
