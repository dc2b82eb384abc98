"""What Slack tells by itself, by subject: people, channels, our own place there; and who looks at the Home tab.

Promises: an event that comes again, late or in any order changes nothing twice, and what is older than what we know
changes nothing at all. Where Slack's event is of another shape than Slack's, it says nothing and changes nothing.
"""

from collections.abc import Callable, Mapping

import structlog

from worker import homes
from worker.slack import events_channels, events_people, events_workspace
from worker.slack.news import News
from worker.wiring import House
from workflows.errors import GiveUp, Retry

log = structlog.get_logger()


def home_opened(house: House, news: News) -> None:
    """Somebody looks at the Home tab: draw it, and then get to know who they are, if nobody has told us.

    A tab that stays as it was hurts nobody, so what Slack refuses is only noted.
    """
    user = news.text("user")
    if news.text("tab") != "home" or not user or not news.workspace:
        return
    for act in (homes.opened, homes.remember):
        try:
            act(house, news.workspace, user)
        except (Retry, GiveUp) as refused:
            log.warning("A look at a Home tab came to nothing.", action="home_failed", reason=refused.reason)


EVENTS: Mapping[str, Callable[[House, News], None]] = {
    "app_home_opened": home_opened,
    **events_people.EVENTS,
    **events_channels.EVENTS,
    **events_workspace.EVENTS,
}
