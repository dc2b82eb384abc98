"""Who we are where a request comes from, told from what the installation holds: no call to Slack.

So the first press after a restart opens its modal in one round trip. A removed token is gone at once, for it is read
each time. A workspace that an organisation's installation covers is known from its first request on.
"""

from slack_bolt import BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize

from worker.slack.tokens import AT_LAST
from worker.wiring import House


class FromInstallation(Authorize):
    """Bolt asks it with each request. Raises StoreUnavailable when the state cannot be reached."""

    def __init__(self, house: House) -> None:
        self._house = house

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """Return what Bolt wants to know, or None when the app is not there."""
        team, enterprise = team_id or "", enterprise_id or ""
        bot = self._house.tokens.bot(team, enterprise=enterprise, ahead=AT_LAST)
        if bot is None:
            return None
        if bot.is_enterprise_install and bot.enterprise_id and team:
            self._house.cases.team_heard_of(team, bot.enterprise_id)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=bot.bot_user_id,
            bot_id=bot.bot_id,
            bot_token=bot.bot_token,
            bot_scopes=bot.bot_scopes,
            user_id=user_id,
        )
