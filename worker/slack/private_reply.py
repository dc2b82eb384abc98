"""A word to the one who pressed a button, through the address that came with the press.

It needs no token, so it works when the state is away. The SDK posts to whatever address a body names; ours goes to
Slack alone, and what goes wrong on the way is logged and never raised: the press itself was already handled.
"""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.webhook import WebhookClient

from worker.slack.blocks import render
from worker.slack.client import check_call, silent
from worker.slack.cut import escaped
from workflows.message import Message

log = structlog.get_logger()

SLACK_HOST = "hooks.slack.com"
SECONDS = 2  # Slack waits three for us


def may_reply(response_url: str, api_url: str) -> bool:
    """Whether this address is Slack's, or that of the local Slack we were told to speak to."""
    asked, ours = urlsplit(response_url), urlsplit(api_url)
    if asked.scheme == "https" and asked.netloc == SLACK_HOST:
        return True
    return ours.hostname == "localhost" and (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)


def reply_privately(response_url: str, text: str, *, api_url: str, tls: ssl.SSLContext) -> None:
    """Say `text` to the one who pressed, and to nobody else."""
    _reply(response_url, {"text": escaped(text)}, api_url=api_url, tls=tls)


def show_privately(response_url: str, message: Message, *, api_url: str) -> None:
    """Show a message to the one who pressed, and to nobody else."""
    body = render(message)
    check_call("chat.postEphemeral", body)
    _reply(response_url, body, api_url=api_url, tls=_tls())


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _reply(response_url: str, body: Mapping[str, Any], *, api_url: str, tls: ssl.SSLContext) -> None:
    if not response_url:
        return
    try:
        if not may_reply(response_url, api_url):
            log.warning("A press came with a strange address.", action="reply_refused")
            return
        client = WebhookClient(response_url, timeout=SECONDS, ssl=tls, retry_handlers=[], logger=silent())
        quiet = {"response_type": "ephemeral", "replace_original": False, "unfurl_links": False, "unfurl_media": False}
        client.send_dict({**body, **quiet})
    except (OSError, ValueError) as lost:
        log.info("A private reply was lost.", action="reply_lost", reason=type(lost).__name__)
