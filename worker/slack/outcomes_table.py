"""Every error code of Slack's that our calls can meet, and what we do about it: one table, as values.

Each row says what becomes of the call (later, never, or unknown: look first), what it says of whom (`mark`), who is
told, and why. Codes and meanings: the error lists of METHODS, each at https://docs.slack.dev/reference/methods. A test
sends each row through a real server. A code that is not here is unknown, for that is what it is.

Who is told: *facilitators* when a person or a channel is lost, whoever *installed* the app when the workspace is, and
the *operator*, by a line in the log, of what only the one who runs this can mend.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from workflows.outcomes import Mark

Told = Literal["nobody", "facilitators", "installer", "operator"]

# What we call; a test holds it against the code.
METHODS = (
    "auth.test", "chat.getPermalink", "chat.postEphemeral", "chat.postMessage", "chat.update", "conversations.history",
    "conversations.info", "conversations.join", "conversations.members", "conversations.open", "conversations.replies",
    "oauth.v2.access", "users.info", "users.lookupByEmail", "views.open", "views.publish", "views.push", "views.update",
)  # fmt: skip

RATE_LIMITED = timedelta(seconds=30)  # when Slack does not say how long
BUSY = timedelta(minutes=1)
CLOSED_SHORTLY = timedelta(minutes=15)  # an organisation that is being moved comes back in a while
SUSPENDED = timedelta(hours=1)  # an administrator has to do something first


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What we do about one code. `after` is set for later; `in_dm` is the mark when the call was to one person."""

    does: Literal["later", "failed", "unknown"]
    why: str
    mark: Mark = ""
    in_dm: Mark = ""
    told: Told = "nobody"
    after: timedelta = timedelta(0)


def _later(after: timedelta, told: Told, *codes: tuple[str, str]) -> Iterator[tuple[str, Row]]:
    for code, why in codes:
        yield code, Row(does="later", why=why, after=after, told=told)


def _unknown(*codes: tuple[str, str]) -> Iterator[tuple[str, Row]]:
    for code, why in codes:
        yield code, Row(does="unknown", why=why)


def _failed(mark: Mark, in_dm: Mark, told: Told, *codes: tuple[str, str]) -> Iterator[tuple[str, Row]]:
    for code, why in codes:
        yield code, Row(does="failed", why=why, mark=mark, in_dm=in_dm, told=told)


TABLE: Mapping[str, Row] = dict((
    # --- certainly not done, and worth another try -------------------------------------------------------------------
    *_later(
        RATE_LIMITED, "nobody",
        ("ratelimited", "too fast: the whole workspace waits as long as Retry-After says"),
        ("rate_limited", "the same, as chat.postMessage spells it"),
    ),
    *_later(
        BUSY, "nobody",
        ("service_unavailable", "Slack is away for a moment"),
        ("message_limit_exceeded", "the workspace has had too many messages"),
        ("update_failed", "an edit did not work inside Slack; the same edit twice is one edit"),
        ("fetch_members_failed", "Slack could not list a channel's members"),
        ("token_expired", "a rotated token ran out; it is renewed before the next try"),
    ),
    *_later(
        CLOSED_SHORTLY, "nobody",
        ("team_added_to_org", "the workspace is being moved into an organisation"),
        ("org_login_required", "the same, and closed until that is done"),
        ("external_channel_migrating", "the channel is being moved"),
    ),
    *_later(
        SUSPENDED, "operator",
        ("ekm_access_denied", "an administrator has suspended posting"),
        ("accesslimited", "the organisation does not let this server's network in"),
        ("two_factor_setup_required", "the account behind the token has to set up its second factor"),
    ),
    # --- may have been done: look first ------------------------------------------------------------------------------
    *_unknown(
        ("internal_error", "part of it may have worked"),
        ("fatal_error", "part of it may have worked"),
        ("request_timeout", "Slack did not get all of it; taken as unknown, for looking costs little"),
    ),
    # --- the workspace does not have us any more: whoever installed can add Fairsteps again --------------------------
    *_failed(
        "workspace", "workspace", "installer",
        ("account_inactive", "the bot's account or the workspace is closed"),
        ("token_revoked", "the app was taken out"),
        ("invalid_auth", "the token is none any more"),
        ("not_installed", "we have no token for this workspace"),
        ("team_access_not_granted", "an organisation's app was not given to this workspace"),
        ("invalid_refresh_token", "the token cannot be renewed"),
    ),
    # --- a right is missing: adding Fairsteps again asks for it ------------------------------------------------------
    *_failed(
        "scope", "scope", "installer",
        ("missing_scope", "this right was not given when the app was added"),
    ),
    # --- the person cannot be reached: facilitators hear, mail may still work ----------------------------------------
    *_failed(
        "person", "person", "facilitators",
        ("user_not_found", "there is no such person here"),
        ("users_not_found", "nobody has this mail address"),
        ("user_disabled", "the account is closed"),
        ("user_not_visible", "the person is out of the app's sight"),
        ("cannot_dm_bot", "an app was named as a person"),
        ("invalid_user_combination", "somebody of another organisation that shares no channel with us"),
    ),
    # --- the channel cannot be written in: facilitators choose another or let us in ----------------------------------
    *_failed(
        "channel", "person", "facilitators",
        ("channel_not_found", "the channel is gone or private; of a direct message: the person is"),
    ),
    *_failed(
        "channel", "", "facilitators",
        ("not_in_channel", "Fairsteps was taken out of the channel"),
        ("is_archived", "the channel is archived"),
        ("is_inactive", "the channel is frozen, archived or deleted"),
        ("no_permission", "Fairsteps is no member of the conversation"),
        ("restricted_action", "the workspace does not let apps post here"),
        ("restricted_action_read_only_channel", "the channel is for reading alone"),
        ("restricted_action_thread_only_channel", "the channel takes replies alone"),
        ("method_not_supported_for_channel_type", "that cannot be done in this kind of conversation"),
        ("too_many_members", "the channel is full"),
    ),
    # --- what it was about is over: the message or modal is gone, closed or newer ------------------------------------
    *_failed(
        "", "", "nobody",
        ("message_not_found", "the message was deleted"),
        ("cant_update_message", "the message is not ours any more"),
        ("edit_window_closed", "the workspace lets nobody change a message so late"),
        ("thread_not_found", "the thread was deleted"),
        ("cannot_reply_to_message", "this message takes no replies"),
        ("restricted_action_thread_locked", "the thread is locked"),
        ("restricted_action_non_threadable_channel", "the channel takes no replies"),
        ("cant_broadcast_message", "a reply cannot be shown to the channel"),
        ("user_not_in_channel", "a word for one who has left the channel"),
        ("expired_trigger_id", "the three seconds of a press are over"),
        ("exchanged_trigger_id", "the press has opened its modal already"),
        ("invalid_trigger_id", "no press stands behind this trigger"),
        ("hash_conflict", "the view was drawn anew meanwhile"),
        ("not_found", "the modal is closed"),
        ("push_limit_reached", "three modals are on top of each other"),
        ("invalid_code", "the code was used before, or ten minutes are over"),
        ("user_email_unverified", "who adds the app has to confirm their address first"),
    ),
    # --- our own mistake, or a setting of ours: trying again changes nothing -----------------------------------------
    *_failed(
        "", "", "operator",
        ("not_authed", "no token was sent along"),
        ("not_allowed_token_type", "this kind of token may not do that"),
        ("access_denied", "this token may not touch that"),
        ("enterprise_is_restricted", "a call for a workspace went to its organisation"),
        ("is_bot", "a bot may not do that"),
        ("user_is_bot", "a bot may not do that"),
        ("user_is_restricted", "a guest may not do that"),
        ("team_not_found", "the call named no workspace of this token"),
        ("messages_tab_disabled", "the app's settings have no Messages tab: see the manifest"),
        ("not_enabled", "the app's settings have no Home tab: see the manifest"),
        ("msg_too_long", "more text than Slack takes"),
        ("msg_blocks_too_long", "more blocks than Slack takes"),
        ("no_text", "an empty message"),
        ("invalid_blocks", "Slack cannot read the blocks"),
        ("invalid_blocks_format", "Slack cannot read the blocks"),
        ("block_mismatch", "an edit of another kind of block"),
        ("invalid_metadata_format", "Slack cannot read the metadata"),
        ("invalid_metadata_schema", "Slack cannot read the metadata"),
        ("metadata_too_large", "too much metadata"),
        ("metadata_must_be_sent_from_app", "metadata with a token of another kind"),
        ("markdown_text_conflict", "two kinds of text in one message"),
        ("no_dual_broadcast_content_update", "an edit that also shows a reply to the channel"),
        ("as_user_not_supported", "an argument of old apps"),
        ("too_many_attachments", "attachments, which we do not send"),
        ("invalid_attachments", "attachments, which we do not send"),
        ("view_too_large", "a view of more than 250 kB"),
        ("duplicate_external_id", "a view's own name twice"),
        ("users_list_not_supplied", "a conversation with nobody"),
        ("not_enough_users", "a conversation with too few"),
        ("too_many_users", "a conversation with too many"),
        ("invalid_cursor", "a page that is no more"),
        ("invalid_limit", "a page too large"),
        ("invalid_ts_latest", "no instant of Slack's"),
        ("invalid_ts_oldest", "no instant of Slack's"),
        ("invalid_client_id", "SLACK_CLIENT_ID is wrong"),
        ("bad_client_secret", "SLACK_CLIENT_SECRET is wrong"),
        ("bad_redirect_uri", "the redirect address is not the one in the manifest"),
        ("invalid_grant_type", "a token asked for in a way Slack does not know"),
        ("no_scopes", "no right was asked for"),
        ("oauth_authorization_url_mismatch", "the way in was an old one"),
        ("cannot_install_an_org_installed_app", "the organisation has the app already"),
        ("preview_feature_not_available", "Slack does not offer this here yet"),
        ("invalid_arguments", "an argument is wrong"),
        ("invalid_arg_name", "an argument is wrong"),
        ("invalid_array_arg", "an argument is wrong"),
        ("invalid_charset", "a request Slack cannot read"),
        ("invalid_form_data", "a request Slack cannot read"),
        ("invalid_json", "a request Slack cannot read"),
        ("invalid_post_type", "a request Slack cannot read"),
        ("missing_post_type", "a request Slack cannot read"),
        ("unknown_method", "Slack does not know the method any more"),
        ("method_deprecated", "Slack does not offer the method any more"),
        ("deprecated_endpoint", "Slack does not offer the method any more"),
    ),
))  # fmt: skip
