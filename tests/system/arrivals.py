"""What arrived where, stamped with the virtual instant at which it was first seen: every Slack message and every mail.

Whatever the local Slack holds goes through the validator of Slack's limits, edited messages and opened views as well.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.slack_home import CHANNEL
from tests.system.installation import Installation
from worker.local import letters
from worker.local.letters import Letter
from worker.slack.limits import check
from workflows.ticket import Ticket

_LINK = re.compile(r"^(.+):\n(http\S+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One message as it came. `who` is a Slack user, a mail address, or the channel; `key` marks its delivery.

    `presses` are its Slack buttons, action to value; `links` those of a mail, label to address.
    """

    at: datetime
    way: str  # "slack", "mail", "channel"
    who: str
    title: str
    key: str
    ref: str = ""
    presses: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    letter: Letter | None = None

    def subject(self, place: Installation) -> str:
        """What its main button is about: a round, a milestone, or the consent."""
        for label in ("Answer", "Answer on a page", "Yes, count me in"):
            if label in self.links:
                return place.house.links.read("answer", self.links[label].rpartition("/")[2]).subject
        for action in ("answer", "milestone_done", "consent_yes"):
            if action in self.presses:
                return Ticket.decode(self.presses[action]).subject
        return ""


class Inbox:
    """Everything that arrived so far, for everybody."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.all: list[Arrival] = []
        self._mails: set[str] = set()
        self._checked: dict[str, object] = {}
        self._changed_at = ""  # when what changed last in Slack had changed, as its clock says
        self._now: dict[str, dict[str, Any]] = {}  # every Slack message as it stood at the last look

    def look(self) -> list[Arrival]:
        """What is new since the last look."""
        new = [*self._slack(), *self._mail()]
        self.all += new
        return new

    def _slack(self) -> list[Arrival]:
        self.look_again()
        known = {one.ref for one in self.all}
        ours = ((ref, message) for ref, message in self._now.items() if message["user"] == "U0FAIRSTEPS")
        return [self._arrived(message, ref) for ref, message in ours if ref not in known]

    def look_again(self) -> None:
        """See how the Slack messages stand now; what is new comes with the next `look`."""
        for message in self.place.slack.messages(since=self._changed_at):
            self._changed_at = max(self._changed_at, message["updated_at"])
            ref = f"{message['channel']}:{message['ts']}"
            self._check(ref, message)
            self._now[ref] = message

    def _check(self, ref: str, message: Mapping[str, Any]) -> None:
        seen = (message["text"], message.get("blocks"))
        if self._checked.get(ref) != seen:
            check({"text": message["text"], "blocks": message["blocks"], "metadata": message["metadata"]}, "message")
            self._checked[ref] = seen

    def _arrived(self, message: Mapping[str, Any], ref: str) -> Arrival:
        in_channel = message["channel"] == CHANNEL
        return Arrival(
            at=self.place.now,
            way="channel" if in_channel else "slack",
            who=CHANNEL if in_channel else message["dm_with"],
            title=html.unescape(message["text"]),
            key=message["metadata"]["event_payload"]["key"],
            ref=ref,
            presses=presses_of(message),
        )

    def _mail(self) -> list[Arrival]:
        folder = self.place.state / "mail"
        names = [p.stem for p in sorted(folder.glob("*.eml")) if p.stem not in self._mails]
        self._mails |= set(names)
        return [self._came(letter) for name in names if (letter := letters.read(folder, name))]

    def _came(self, letter: Letter) -> Arrival:
        (who,) = letter.recipients
        return Arrival(
            at=self.place.now,
            way="mail",
            who=who,
            title=letter.header("Subject"),
            key=letter.header("Message-ID"),
            links=dict(_LINK.findall(letter.part("plain"))),
            letter=letter,
        )

    # --- what a person sees now ---------------------------------------------------------------------------------------

    def shown(self, ref: str) -> dict[str, Any]:
        """A Slack message as it stood at the last look."""
        return self._now[ref]

    def check_views(self) -> int:
        """Put every view that was ever opened through the validator; return how many there were."""
        views = self.place.slack.views()
        for view in views:
            check({name: value for name, value in view.items() if value is not None}, view["type"])
        return len(views)


def presses_of(message: Mapping[str, Any]) -> dict[str, str]:
    """The buttons of a Slack message: action to value."""
    rows = [block["elements"] for block in message.get("blocks") or () if block["type"] == "actions"]
    return {button["action_id"]: button.get("value", "") for row in rows for button in row}


def text_of(message: Mapping[str, Any]) -> str:
    """All the words of a Slack message or view, in order."""

    def words(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["text"]] if isinstance(part.get("text"), str) else []
            return own + [word for key, value in part.items() if key != "text" or not own for word in words(value)]
        return [word for each in part for word in words(each)] if isinstance(part, list) else []

    return "\n".join(words(message.get("blocks") or []))
