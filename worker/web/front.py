"""The pages for everybody: what Fairsteps is, and what happens after it was added to Slack. They hold no state."""

from flask import Flask

from worker.local.home import Ports
from worker.settings import Settings
from worker.web import draw
from worker.wiring import House


def install(app: Flask, house: House) -> None:
    """Add the start page and the page after the installation."""
    local, mails = _try_out(house.settings), house.settings.smtp_url is not None

    def start() -> str:
        return draw.page("landing", slack=house.settings.slack_configured, mails=mails, local=local)

    def installed() -> str:
        return draw.page("installed", local=local)

    app.add_url_rule("/", "start", start)
    app.add_url_rule("/installed", "installed", installed)


def _try_out(settings: Settings) -> dict[str, str] | None:
    """Where to look at the local Slack and the local mailbox, in local mode."""
    if not settings.local:
        return None
    pages = f"http://localhost:{Ports(web=settings.port).mailbox}/"
    return {"slack": f"{pages}slack/", "mailbox": pages}
