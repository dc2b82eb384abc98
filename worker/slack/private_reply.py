"""A word to the one who pressed a button, through the address that came with the press.

It needs no token, so it works when the state is away. The SDK posts to whatever address a body names; ours goes to
Slack alone, and what goes wrong on the way is logged and never raised: the press itself was already handled.
"""

import ssl
from urllib.parse import urlsplit

import structlog
from slack_sdk.webhook import WebhookClient

from worker.slack.client import silent
from worker.slack.cut import escaped

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
    if not response_url:
        return
    try:
        if not may_reply(response_url, api_url):
            log.warning("A press came with a strange address.", action="reply_refused")
            return
        client = WebhookClient(response_url, timeout=SECONDS, ssl=tls, retry_handlers=[], logger=silent())
        client.send(text=escaped(text), response_type="ephemeral", replace_original=False)
    except (OSError, ValueError) as lost:
        log.info("A private reply was lost.", action="reply_lost", reason=type(lost).__name__)
