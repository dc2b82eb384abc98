"""What Slack tells of people: accounts that change, close and open again; who comes into a channel and who leaves it.

The event carries all that is needed: Slack is never asked back, for an event comes for each of thousands of accounts.
Apps are nobody, and ourselves in a channel are its matter. Who leaves a channel stays in the walk: only they end that.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from worker.slack import events_channels
from worker.slack.news import News
from worker.wiring import House
from workflows.living import Account


def changed(house: House, news: News) -> None:
    """An account is new, or changed. Of one that several teams share, an organisation's installation hears once."""
    user = news.event.get("user")
    if not isinstance(user, Mapping) or not news.at:
        return
    account = account_of(user, news.at)
    if account is None:
        return
    teams = [news.workspace] if news.workspace else [team.id for team in house.workspaces.teams(news.enterprise)]
    for team in teams:
        house.cases.account_changed(team, replace(account, proved=account.proved and _belongs(user, team)))


def _belongs(user: Mapping[str, Any], team: str) -> bool:
    """Whether an account is one of a team, and not of another organisation that shares a channel with it."""
    given = user.get("enterprise_user")
    teams = given.get("teams") if isinstance(given, Mapping) else None
    return team in (user.get("team_id") or team, *(teams if isinstance(teams, list) else ()))


def account_of(user: Mapping[str, Any], at: datetime) -> Account | None:
    """Return what Slack says of a person; None for an app, and for what is not of Slack's shape."""
    given, gone = user.get("id"), user.get("deleted", False)
    if not isinstance(given, str) or not given or not isinstance(gone, bool) or user.get("is_bot"):
        return None
    said = user.get("profile")
    profile: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    locale = _text(user.get("locale"))
    return Account(
        slack_user=given,
        at=at,
        gone=gone,
        name=next((name for name in map(_text, names) if name), None),
        email=_text(profile.get("email")),
        zone=_text(user.get("tz")),
        locale=locale.partition("-")[0].lower() if locale else None,
        proved=user.get("is_email_confirmed") is not False,
    )


def joined(house: House, news: News) -> None:
    """Somebody came into a channel, or we did."""
    if news.ourselves and news.text("user") == news.ourselves:
        events_channels.entered(house, news)
    elif news.text("user") and news.text("channel"):
        house.cases.came_into_channel(news.workspace, news.text("channel"), news.text("user"))


def left(house: House, news: News) -> None:
    """Somebody left a channel and stays in the walk; or we were taken out of it."""
    if news.ourselves and news.text("user") == news.ourselves:
        events_channels.removed(house, news)


def _text(given: object) -> str | None:
    return given.strip() or None if isinstance(given, str) else None


EVENTS = {"team_join": changed, "user_change": changed, "member_joined_channel": joined, "member_left_channel": left}
