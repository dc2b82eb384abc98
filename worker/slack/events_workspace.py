"""What Slack tells of our own place: the app was taken out, tokens are dead, an organisation lets a team in or not.

`app_uninstalled` and `tokens_revoked` come in any order, and for one deed both may come. What is older than the
installation changes nothing: Slack brings an event again for minutes, and somebody may have added the app since. What
an organisation's installation loses, each of its teams loses that has none of its own.
"""

from collections.abc import Mapping

import structlog

from worker.slack.installations import FairstepsInstallationStore
from worker.slack.news import News
from worker.wiring import House
from workflows.errors import GiveUp, NotFound, Retry

log = structlog.get_logger()


def uninstalled(house: House, news: News) -> None:
    """The app was taken out: forget every token. What the group wrote stays its own."""
    store = FairstepsInstallationStore(house.installations)
    if _older_than_the_installation(store, news):
        return
    homes = _homes(house, news)
    store.delete_all(enterprise_id=news.enterprise or None, team_id=_team(news))
    _removed(house, homes, why="uninstalled")


def tokens_revoked(house: House, news: News) -> None:
    """Some tokens are dead. A user's own is theirs alone; without the bot's, the workspace cannot be served."""
    tokens = news.event.get("tokens")
    if not isinstance(tokens, Mapping) or not (news.workspace or news.enterprise):
        return  # of no shape that Slack sends: nothing is taken away on its word
    store = FairstepsInstallationStore(house.installations)
    users = tokens.get("oauth")
    for user in users if isinstance(users, list) else ():
        store.delete_installation(enterprise_id=news.enterprise or None, team_id=_team(news), user_id=str(user))
    if tokens.get("bot") and not _older_than_the_installation(store, news):
        homes = _homes(house, news)
        store.delete_bot(enterprise_id=news.enterprise or None, team_id=_team(news))
        _removed(house, homes, why="tokens_revoked")
    log.info("Slack took tokens back.", action="tokens_revoked", id=news.workspace or news.enterprise)


def access_granted(house: House, news: News) -> None:
    """The organisation's installation may serve these teams."""
    _access(house, news, granted=True)


def access_revoked(house: House, news: News) -> None:
    """The organisation's installation may serve these teams no more. Their own installations are not touched."""
    _access(house, news, granted=False)


def added(house: House, *, home: str, name: str, installer: str, enterprise: str) -> None:
    """The app was added to a workspace, or (then `home` is its id) to a whole organisation.

    Removing it took it out of its channels, so it enters those of the groups again before what waited is sent there.
    """
    teams = [team.id for team in house.workspaces.teams(enterprise)] if home == enterprise else []
    for workspace in (home, *teams):
        _enter_again(house, workspace)
    house.cases.workspace_installed(home, name, installer, enterprise=enterprise)
    if home == enterprise:
        for team in house.workspaces.teams(enterprise):
            if team.trouble != "access_revoked":
                house.cases.workspace_back(team.id)


def _enter_again(house: House, workspace: str) -> None:
    """Enter what is public. Into a private channel somebody invites us; its facilitators hear so when it is needed."""
    for partnership in house.workspaces.partnerships(workspace):
        try:
            group = house.walks.get(partnership).group
            if group.channel and not group.channel_lost:
                house.slack.join(workspace, group.channel)
        except (NotFound, Retry, GiveUp) as refused:
            log.info("A channel was not entered.", action="not_entered", id=workspace, reason=type(refused).__name__)


def _access(house: House, news: News, *, granted: bool) -> None:
    store = FairstepsInstallationStore(house.installations)
    whole = store.find_bot(enterprise_id=news.enterprise or None, team_id=None, is_enterprise_install=True)
    if not news.enterprise or news.at is None or whole is None or news.at.timestamp() < int(whole.installed_at):
        return
    for team in news.texts("team_ids"):
        if store.bot_token(team) is None:
            house.cases.access_changed(team, news.enterprise, granted=granted, at=news.at)


def _team(news: News) -> str | None:
    """The team whose installation it is about; None for the organisation's."""
    return None if news.whole or not news.workspace else news.workspace


def _homes(house: House, news: News) -> tuple[str, ...]:
    """Where we are not any more: a team, or an organisation and what of it has no installation of its own."""
    team = _team(news)
    if team is not None:
        return (team,)
    store = FairstepsInstallationStore(house.installations)
    covered = (w.id for w in house.workspaces.teams(news.enterprise) if store.bot_token(w.id) is None)
    return (news.enterprise, *covered)


def _removed(house: House, homes: tuple[str, ...], *, why: str) -> None:
    for home in homes:
        house.cases.workspace_removed(home, why=why)


def _older_than_the_installation(store: FairstepsInstallationStore, news: News) -> bool:
    bot = store.find_bot(enterprise_id=news.enterprise or None, team_id=_team(news))
    return bot is not None and (news.at is None or news.at.timestamp() < int(bot.installed_at))


EVENTS = {
    "app_uninstalled": uninstalled,
    "tokens_revoked": tokens_revoked,
    "team_access_granted": access_granted,
    "team_access_revoked": access_revoked,
}
