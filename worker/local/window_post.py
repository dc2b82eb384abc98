"""Fairsteps, as the local Slack window posts to it.

Promises: what goes there is signed as Slack signs it, so it passes the very check that guards a real workspace. What is
not taken is raised as NotTaken, in words for whoever sits before the window; nothing is posted twice.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

# Slack waits three seconds. A busy computer with everything on it may take longer, and is not to be blamed for that.
SECONDS = 15.0
_FORM = "application/x-www-form-urlencoded"


class NotTaken(Exception):
    """What was done did not come through; the message says why, for whoever sits before the window."""


class Fairsteps:
    """The door at which Fairsteps takes what Slack posts."""

    def __init__(self, public_url: str, secret: str) -> None:
        self._door = f"{public_url}/slack/events"
        self._secret = secret

    def interaction(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Post a press or a sent modal and return the answer. Raises NotTaken."""
        return self._post(urlencode({"payload": json.dumps(payload)}), _FORM)

    def command(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Post a slash command and return the answer. Raises NotTaken."""
        return self._post(urlencode(typed), _FORM)

    def event(self, body: Mapping[str, Any]) -> None:
        """Post an event. Raises NotTaken."""
        self._post(json.dumps(body), "application/json")

    def _post(self, body: str, kind: str) -> dict[str, Any]:
        headers = {"Content-Type": kind, **signed(self._secret, body, int(time.time()))}
        try:
            answer = httpx.post(self._door, content=body, headers=headers, timeout=SECONDS)
        except httpx.TransportError as lost:
            raise NotTaken(f"Fairsteps did not answer ({type(lost).__name__}).") from None
        if answer.status_code != 200:
            raise NotTaken(f"Fairsteps did not take it (status {answer.status_code}). Slack would show a warning.")
        try:
            said = answer.json() if answer.content else {}
        except ValueError:
            return {"text": answer.text}  # a command may be answered in plain words
        return said if isinstance(said, dict) else {}


def signed(secret: str, body: str, second: int) -> dict[str, str]:
    """Return the headers by which Slack is known. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    mac = hmac.new(secret.encode(), f"v0:{second}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(second), "X-Slack-Signature": f"v0={mac}"}
