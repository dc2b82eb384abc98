"""Adding Fairsteps to a workspace: OAuth v2 by Bolt, with our stores and the smallest scopes.

Promises: a code from Slack is only used for the browser that began, once, within ten minutes. When the person lands on
the page that says what happens next, the token is stored encrypted, the workspace is known, and the welcome message was
tried once. A crash before that leaves an installation without a welcome; adding the app again sends it.
"""

import structlog
from slack_bolt import BoltResponse
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth import OAuthStateUtils

from worker.slack import events_workspace
from worker.slack.client import silent
from worker.slack.installations import FairstepsInstallationStore, FairstepsStateStore
from worker.slack.send import Posting
from worker.store.installations import STATE_SECONDS
from worker.wiring import House
from workflows.errors import FairstepsError
from workflows.ids import made_of
from workflows.messages import welcome
from workflows.outcomes import Sent

log = structlog.get_logger()

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
INSTALLED_PATH = "/installed"

# Each is in config/slack-manifest.yaml with what it is for.
SCOPES = (
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)

# Why an installation did not come about; "access_denied" is somebody who pressed Cancel.
REASONS = ("access_denied", "invalid_browser", "invalid_state", "missing_code", "invalid_code", "storage_error")


class StateCookie(OAuthStateUtils):
    """Bolt's cookie, for our own pages; a house on plain http (the local one) could not set a Secure one everywhere."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__(expiration_seconds=STATE_SECONDS)
        self._flags = f"{'Secure; ' if secure else ''}HttpOnly; SameSite=Lax; Path=/slack"

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{self.cookie_name}={state}; {self._flags}; Max-Age={self.expiration_seconds}"

    def build_set_cookie_for_deletion(self) -> str:
        return f"{self.cookie_name}=deleted; {self._flags}; Max-Age=0"


def oauth_settings(house: House) -> OAuthSettings:
    """Return Bolt's settings for our way of installing."""
    settings = house.settings
    cookie = StateCookie(secure=settings.public_url.startswith("https://"))
    made = OAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=SCOPES,
        redirect_uri=settings.public_url + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        # Bolt's own page would load a picture from somebody else's server.
        install_page_rendering_enabled=False,
        authorization_url=authorization_url(settings.slack_api_url),
        installation_store=FairstepsInstallationStore(house.installations),
        state_store=FairstepsStateStore(house.installations),
        state_expiration_seconds=STATE_SECONDS,
        callback_options=CallbackOptions(
            success=lambda args: _installed(house, args, cookie), failure=lambda args: _refused(args, cookie)
        ),
        logger=silent(),
    )
    made.state_utils = cookie
    return made


def authorization_url(api_url: str) -> str:
    """Return where a person agrees: beside the API, for the real Slack and for a local one alike."""
    return api_url.removesuffix("/").removesuffix("/api") + "/oauth/v2/authorize"


def _installed(house: House, args: SuccessArgs, cookie: StateCookie) -> BoltResponse:
    added = args.installation
    enterprise = added.enterprise_id or ""
    workspace = enterprise if added.is_enterprise_install else added.team_id or ""
    name = (added.enterprise_name if added.is_enterprise_install else added.team_name) or ""
    events_workspace.added(house, home=workspace, name=name, installer=added.user_id, enterprise=enterprise)
    log.info("Fairsteps was added to a workspace.", action="workspace_installed", id=workspace)
    _welcome(house, workspace, added.user_id)
    house.cases.met(workspace, added.user_id)
    headers = {"Location": house.settings.public_url + INSTALLED_PATH}
    return BoltResponse(status=302, body="", headers={**headers, "Set-Cookie": cookie.build_set_cookie_for_deletion()})


def _welcome(house: House, workspace: str, installer: str) -> None:
    posting = Posting(
        workspace=workspace,
        delivery=made_of("welcome", workspace, installer),
        to=installer,
        message=(welcome.back if house.workspaces.partnerships(workspace) else welcome.compose)(house.words),
    )
    try:
        (outcome,) = house.slack.post([posting])
    except FairstepsError as lost:
        log.warning("No welcome was sent.", action="welcome_failed", id=workspace, reason=type(lost).__name__)
        return
    if not isinstance(outcome, Sent):
        log.warning("No welcome was sent.", action="welcome_failed", id=workspace, reason=outcome.reason)


def _refused(args: FailureArgs, cookie: StateCookie) -> BoltResponse:
    # `reason` may come from the address line, so it is told apart and never repeated. The web draws the page.
    reason = args.reason if args.reason in REASONS else "other"
    log.info("Fairsteps was not added.", action="install_refused", reason=reason)
    cleared = cookie.build_set_cookie_for_deletion()
    return BoltResponse(status=max(args.suggested_status_code, 400), body=reason, headers={"Set-Cookie": cleared})
