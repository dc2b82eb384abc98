"""What Slack tells of channels: archived and opened again, deleted, given a new id; and of ourselves in them.

A channel is known by its id, so a new name and being made private change nothing. Told of a channel in which no group
meets, nothing happens, and no walk is read.
"""

from typing import Literal

from worker.slack.news import News
from worker.wiring import House


def archived(house: House, news: News) -> None:
    """Nobody can write there until it is opened again."""
    _lost(house, news, "archived")


def unarchived(house: House, news: News) -> None:
    """It is open again. When we were taken out of it as well, that still holds."""
    if news.at:
        house.cases.channel_back(news.workspace, _channel(news), "unarchived", at=news.at)


def deleted(house: House, news: News) -> None:
    """It is gone, with everything in it."""
    _lost(house, news, "gone")


def removed(house: House, news: News) -> None:
    """We were taken out of it."""
    _lost(house, news, "removed")


def entered(house: House, news: News) -> None:
    """We are in it (again)."""
    if news.at:
        house.cases.channel_back(news.workspace, _channel(news), "joined", at=news.at)


def moved(house: House, news: News) -> None:
    """Slack gave it a new id, as it does when a channel comes to be shared between organisations."""
    before, after = news.text("old_channel_id"), news.text("new_channel_id")
    if before and after:
        house.cases.channel_moved(news.workspace, before, after)


def renamed(house: House, news: News) -> None:
    """We keep its id and never its name, so there is nothing to do."""


def _lost(house: House, news: News, why: Literal["archived", "removed", "gone"]) -> None:
    if news.at:
        house.cases.channel_lost(news.workspace, _channel(news), why, at=news.at)


def _channel(news: News) -> str:
    return news.text("channel")


# A private channel is a "group" to Slack.
EVENTS = {
    "channel_archive": archived,
    "group_archive": archived,
    "channel_unarchive": unarchived,
    "group_unarchive": unarchived,
    "channel_deleted": deleted,
    "group_deleted": deleted,
    "channel_left": removed,
    "group_left": removed,
    "channel_rename": renamed,
    "group_rename": renamed,
    "channel_id_changed": moved,
}
