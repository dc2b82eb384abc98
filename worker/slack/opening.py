"""Opening a modal in one round trip, and a modal that only says something.

Promises: a trigger opens one modal. One that waited too long opens none, and whoever calls is told so; one that was
used up has opened its modal already. Any other refusal of Slack's is raised.
"""

from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from worker.slack.client import CheckedClient
from worker.slack.modals import render_modal
from worker.wiring import House
from workflows.forms import Form

log = structlog.get_logger()
View = dict[str, Any]

_USED_UP = "exchanged_trigger_id"
# Slack's words for: this press was used up, or its three seconds are over. Nobody waits for that modal any more.
_TOO_LATE = ("expired_trigger_id", _USED_UP, "invalid_trigger_id")


def opened(client: CheckedClient, trigger: str, view: View, *, why: str) -> bool:
    """Open a modal; False when it came too late. `why` names what was pressed or typed, for the log."""
    try:
        client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as refused:
        code = str(refused.response.get("error") or "")
        if code not in _TOO_LATE:
            raise
        log.info("A modal came too late.", action="modal_late", reason=code, id=why)
        return code == _USED_UP
    return True


def notice(house: House, title: str, *says: str) -> View:
    """Return a view that only says something; `title` names its words."""
    close = house.words("slack.close")
    return render_modal(Form(id="notice", title=house.words(title), submit="", fields=(), intro=says, cancel=close))
