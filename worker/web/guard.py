"""What stands around every page: headers, the refusal of foreign forms, and one log line without a token.

Promises: no page can be framed, run a script of another's or one inside it, or load anything from elsewhere; pages
behind a signed link are kept by no cache and no search engine; the log names the route (`/answer/<token>`) and never
the address.

Forms carry no token against forgery (CSRF), for there is nothing to forge: no cookie, no login and no client
certificate, so that a browser brings nothing of its own that another site could borrow. Who knows the signed address
may act, and nobody else can; a form that another site sends to it is refused all the same.
"""

import time
import traceback
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, abort, g, request

from worker.wiring import House

log = structlog.get_logger()

POLICY = (
    "default-src 'self'; "
    "img-src 'self' data:; "  # Pico draws ticks and arrows as data: pictures inside its style sheet
    "script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), "
    "geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
ON_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}  # no other host of that domain is ours to speak for
# Mail programs post one-click unsubscribes (RFC 8058) and Slack posts events from wherever they are.
FOREIGN_WELCOME = ("send_unsubscribe", "send_never", "slack_events")
_QUIET = ("static", "live", "ready", "metrics")
SECRET = ("token", "mark")  # parts of an address that open something: a link of somebody's, an address that is proved
KEPT = ("static", "picture")  # these hold nothing of anybody, and say themselves how long they may be kept


class DiscreetFlask(Flask):
    """Flask whose error log holds where it broke and never the address, nor words that a person wrote."""

    def log_exception(self, exc_info: object) -> None:
        kind, error, _ = exc_info if isinstance(exc_info, tuple) else (None, None, None)
        frames = traceback.extract_tb(error.__traceback__) if isinstance(error, BaseException) else []
        log.error(
            "A page broke.",
            action="page_broken",
            route=_route(),
            error=getattr(kind, "__name__", "unknown"),
            where=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-4:]],
        )


def install(app: Flask, house: House) -> None:
    """Put the guards around every request of `app`."""
    own_host = urlsplit(house.settings.public_url).netloc
    headers = {**HEADERS, **(ON_HTTPS if house.settings.public_url.startswith("https:") else {})}

    def enter() -> None:
        g.came_at = time.monotonic()
        if request.method == "POST" and request.endpoint not in FOREIGN_WELCOME and _is_foreign(own_host):
            abort(403)

    def leave(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return _leave(response)

    app.before_request(enter)
    app.after_request(leave)


def _is_foreign(own_host: str) -> bool:
    """Whether another site sent this form. Pages here send no referrer, so browsers say `Origin: null` for our own."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc not in (own_host, request.host)


def _leave(response: Response) -> Response:
    if secret_of_address():
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    if request.endpoint not in KEPT or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    if request.endpoint not in _QUIET:
        log.info(
            "A page was served.",
            action="page_served",
            method=request.method,
            route=_route(),
            status=response.status_code,
            ms=round((time.monotonic() - g.get("came_at", time.monotonic())) * 1000, 1),
        )
    return response


def secret_of_address() -> str:
    """Return what this request's address opens something with, or nothing."""
    held = request.view_args or {}
    return next((str(held[name]) for name in SECRET if name in held), "")


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "unknown"
