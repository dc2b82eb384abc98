"""How often a link and an address may be asked for: far more than people need, far less than a machine takes.

Promises: whoever goes too fast is told when to go on (429, `Retry-After`), and what they were sending is on that page
again. Health, Slack's events, style sheets and pictures are not counted; a mail provider's own unsubscribes are counted
by link alone, for they all come from its few addresses. A lost store lets everybody through.

Nobody can be found by what is counted. A link is its digest. An address is its digest under a key that changes each
day, lives ten minutes, and is counted only where a proxy before us says who asks; it stands in no log.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from worker.web.guard import secret_of_address
from worker.wiring import House

SECONDS = 600
UNCOUNTED = ("static", "picture", "metrics", "slack_events")
FROM_ANYWHERE = ("send_unsubscribe", "send_never")


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """How many requests of a sort are taken in ten minutes."""

    sort: str
    a_link: int
    an_address: int  # a whole clinic may share one


VIEWS = Most(sort="views", a_link=400, an_address=4000)
SENT = Most(sort="sent", a_link=60, an_address=600)
SAVED = Most(sort="saved", a_link=240, an_address=2400)  # drafts, which a page sends by itself while somebody types


def install(app: Flask, house: House) -> None:
    """Count the requests of `app`."""
    secret = house.settings.secret_keys[0].encode()
    proxied = house.settings.public_url.startswith("https:")

    def count() -> None:
        if request.endpoint in UNCOUNTED or request.path.startswith("/health/"):
            return
        most = _sort()
        spent = []
        if link := secret_of_address():
            spent.append((f"{most.sort}/link/{_digest(link)}", most.a_link))
        if proxied and request.endpoint not in FROM_ANYWHERE and (who := _address()):
            spent.append((f"{most.sort}/from/{_keyed(secret, who)}", most.an_address))
        wait = max((house.limits.spend(what, many, SECONDS) for what, many in spent), default=0)
        if wait:
            raise TooManyRequests(retry_after=wait)

    app.before_request(count)


def _sort() -> Most:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return VIEWS
    return SAVED if request.form.get("_do") == "draft" else SENT


def _address() -> str:
    """Who asks, as the proxy says; of IPv6 one household. Without its word everybody would count as one."""
    if "X-Forwarded-For" not in request.headers:
        return ""
    try:
        found = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(found if found.version == 4 else ipaddress.ip_network((int(found), 64), strict=False))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:24]


def _keyed(secret: bytes, address: str) -> str:
    day = datetime.now(UTC).date()  # of the machine, for a salt must not wait for the store that keeps a virtual clock
    salt = hmac.digest(secret, f"addresses of {day}".encode(), "sha256")
    return hmac.digest(salt, address.encode(), "sha256").hex()[:24]
