"""What Slack sends us, read once: a press of a button, a submitted modal, a command, a shortcut.

Promises: a body of another shape than Slack's raises Malformed (`well_formed.py` asks for that before anything is
done). Nothing in an exception repeats the body.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from worker.slack.blocks import action_named, choice_from
from worker.slack.modal_values import input_ids, typed_from
from worker.slack.modals import ONE_PAGE, Leaf
from worker.store.drafts import Moment
from worker.store.people import People
from workflows.errors import NotFound
from workflows.forms import Typed
from workflows.ids import person_id
from workflows.ticket import Ticket

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")  # when a message was written: seconds, and a count


class Malformed(Exception):
    """Slack never sends such a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Somebody pressed a button or chose from a menu. `channel` is where its message stands, or empty on the Home tab.

    `choice` is what was chosen, of a menu or of several like buttons.
    """

    workspace: str
    slack_user: str
    action: str
    value: str
    choice: str
    trigger: str
    channel: str
    response_url: str

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Read a block_actions body. Raises Malformed."""
        try:
            action = body["actions"][0]
            choice, value = choice_from(
                str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")
            )
            return cls(
                workspace=_team(body),
                slack_user=str(body["user"]["id"]),
                action=action_named(str(action["action_id"])),
                value=value,
                choice=choice,
                trigger=str(body.get("trigger_id") or ""),
                channel=str((body.get("channel") or {}).get("id") or ""),
                response_url=str(body.get("response_url") or ""),
            )
        except (KeyError, IndexError, TypeError, AttributeError):
            raise Malformed from None

    def ticket(self, people: People) -> Ticket:
        """Return the ticket behind the button. Raises NotFound when there is none, or when it is somebody else's."""
        return theirs(self.value, self.workspace, self.slack_user, people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Somebody sent a modal. `inputs` are its fields in order, `send` what its button says.

    `at` is when, in Slack's seconds and to the second; `leaf` is the page it showed.
    """

    workspace: str
    slack_user: str
    form: str
    token: str
    typed: Typed
    inputs: tuple[str, ...]
    send: str
    view: str = ""
    leaf: Leaf = ONE_PAGE
    at: float = 0.0

    @classmethod
    def from_body(cls, body: Mapping[str, Any], *, at: float = 0.0) -> Self:
        """Read a view_submission body that came `at` that time. Raises Malformed."""
        try:
            view = body["view"]
            token, leaf = Leaf.read(str(view.get("private_metadata") or ""))
            return cls(
                workspace=_team(body),
                slack_user=str(body["user"]["id"]),
                form=str(view["callback_id"]),
                token=token,
                typed=typed_from(view),
                inputs=input_ids(view),
                send=str((view.get("submit") or {}).get("text") or "Send"),
                view=str(view.get("id") or ""),
                leaf=leaf,
                at=at,
            )
        except (KeyError, IndexError, TypeError, AttributeError):
            raise Malformed from None

    @property
    def moment(self) -> Moment:
        """Where and when this was typed."""
        return Moment(view=self.view, page=_page(self.leaf), at=self.at, within=1.0)

    def ticket(self, people: People) -> Ticket:
        """Return the ticket the modal was opened with. Raises NotFound as `Press.ticket` does."""
        return theirs(self.token, self.workspace, self.slack_user, people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Somebody typed or chose something in an open modal, or pressed a button in it.

    `view` and `mark` name the modal as it was, `shown` are its inputs in order; `at` is when, in Slack's seconds.
    """

    workspace: str
    slack_user: str
    action: str
    value: str
    view: str
    mark: str
    form: str
    token: str
    typed: Typed
    shown: tuple[str, ...]
    leaf: Leaf = ONE_PAGE
    at: float = 0.0

    @classmethod
    def from_body(cls, body: Mapping[str, Any], *, at: float = 0.0) -> Self:
        """Read a block_actions body of a modal; it came `at` that time, unless it tells itself. Raises Malformed."""
        try:
            action, view = body["actions"][0], body["view"]
            token, leaf = Leaf.read(str(view.get("private_metadata") or ""))
            said = action.get("action_ts")
            if said is not None and not (isinstance(said, str) and _TS.fullmatch(said)):
                raise Malformed
            return cls(
                workspace=_team(body),
                slack_user=str(body["user"]["id"]),
                action=str(action["action_id"]).partition(".")[0],
                value=str(action.get("value") or ""),
                view=str(view["id"]),
                mark=str(view.get("hash") or ""),
                form=str(view.get("callback_id") or ""),
                token=token,
                typed=typed_from(view),
                shown=input_ids(view),
                leaf=leaf,
                at=float(said) if said else at,
            )
        except (KeyError, IndexError, TypeError, AttributeError):
            raise Malformed from None

    def ticket(self, people: People) -> Ticket:
        """Return the ticket the modal was opened with. Raises NotFound as `Press.ticket` does."""
        return theirs(self.token, self.workspace, self.slack_user, people)

    def other_ticket(self, people: People) -> Ticket:
        """Return the ticket of the form to open in its place. Raises NotFound as `Press.ticket` does."""
        return theirs(self.value, self.workspace, self.slack_user, people)

    @property
    def moment(self) -> Moment:
        """Where and when this was typed."""
        return Moment(view=self.view, page=_page(self.leaf), at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Somebody closed a modal without sending it. `typed` is what Slack sends along of what was in it, if anything."""

    workspace: str
    slack_user: str
    form: str
    token: str
    typed: Typed
    view: str
    leaf: Leaf
    at: float

    @classmethod
    def from_body(cls, body: Mapping[str, Any], *, at: float = 0.0) -> Self:
        """Read a view_closed body that came `at` that time. Raises Malformed."""
        try:
            view = body["view"]
            token, leaf = Leaf.read(str(view.get("private_metadata") or ""))
            state = view.get("state") or {}
            return cls(
                workspace=_team(body),
                slack_user=str(body["user"]["id"]),
                form=str(view.get("callback_id") or ""),
                token=token,
                typed=typed_from({"state": {"values": state.get("values") or {}}}),
                view=str(view["id"]),
                leaf=leaf,
                at=at,
            )
        except (KeyError, IndexError, TypeError, AttributeError):
            raise Malformed from None

    def ticket(self, people: People) -> Ticket:
        """Return the ticket the modal was opened with. Raises NotFound as `Press.ticket` does."""
        return theirs(self.token, self.workspace, self.slack_user, people)

    @property
    def moment(self) -> Moment:
        """Where and when this was typed."""
        return Moment(view=self.view, page=_page(self.leaf), at=self.at, within=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Somebody typed a command. `text` is what follows its name, `channel` where they typed it."""

    workspace: str
    slack_user: str
    channel: str
    text: str
    trigger: str

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Read the flat form of a command. Raises Malformed."""
        given = [body.get(name, "") for name in ("team_id", "user_id", "channel_id", "text", "trigger_id", "command")]
        if not all(isinstance(one, str) for one in given) or not given[0] or not given[1]:
            raise Malformed
        workspace, user, channel, text, trigger, _ = given
        return cls(workspace=workspace, slack_user=user, channel=channel, text=text, trigger=trigger)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Somebody chose a shortcut. One of a message has the `message`, its `channel` and a `response_url`."""

    workspace: str
    slack_user: str
    trigger: str
    channel: str
    response_url: str
    message: Mapping[str, Any]

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Read a shortcut or message_action body. Raises Malformed."""
        try:
            message, on_message = body.get("message") or {}, body["type"] == "message_action"
            if not isinstance(message, Mapping) or not isinstance(body["callback_id"], str):
                raise Malformed
            channel = str(body["channel"]["id"]) if on_message else ""
            if on_message and not _TS.fullmatch(str(message["ts"])):
                raise Malformed
            return cls(
                workspace=_team(body),
                slack_user=str(body["user"]["id"]),
                trigger=str(body["trigger_id"]),
                channel=channel,
                response_url=str(body.get("response_url") or ""),
                message=message,
            )
        except (KeyError, TypeError, AttributeError):
            raise Malformed from None


def _page(leaf: Leaf) -> str:
    """Names a page within its modal."""
    return f"{leaf.number}.{leaf.turn}"


def in_modal(body: Mapping[str, Any]) -> bool:
    """Whether a press was in a modal: then no message is there to answer by."""
    view = body.get("view")
    return isinstance(view, Mapping) and view.get("type") == "modal"


def theirs(text: str, workspace: str, slack_user: str, people: People) -> Ticket:
    """Return a ticket that is this person's in this workspace. Raises NotFound for any other.

    Slack vouches for who pressed; a ticket alone proves nothing, for anyone can see a button's value. Only for an id
    that is not the account's own is looked up whether the account leads to it.
    """
    try:
        ticket = Ticket.decode(text)
    except ValueError:
        raise NotFound("that is no ticket") from None
    mine = ticket.workspace == workspace and (
        ticket.person == person_id(workspace, slack_user) or ticket.person == people.id_of(workspace, slack_user)
    )
    if not mine:
        raise NotFound("that ticket is somebody else's")
    return ticket


def _team(body: Mapping[str, Any]) -> str:
    # In an organisation-wide installation a user's own team stands beside them.
    team = (body.get("team") or {}).get("id") or body["user"]["team_id"]
    if not isinstance(team, str):
        raise Malformed
    return team
