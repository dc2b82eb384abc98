"""What a due occurrence may come to: messages to send, what follows them, or a reason to leave it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from workflows.message import Message
from workflows.messages.scene import Scene
from workflows.occurrences import Occurrence
from workflows.people import Channel

Compose = Callable[[], Message]


@dataclass(frozen=True, kw_only=True)  # without slots, for the message is composed once and kept
class Send:
    """One message through one channel. `name` is how its reference is kept; with `edits`, that message is changed.

    `thread` names the message in whose thread it goes, where the channel has threads and that message was sent; with
    `broadcast` the channel sees it as well. `to` is the Slack user, where that is nobody who takes part, or the
    mail address, where nobody has proved it yet; `contact` is the partner's contact to whom a mail goes. `also` is a
    second name for its reference, shared by several messages: it leads to the newest of them.

    The message is composed when it is first asked for: a simulation never asks.
    """

    channel: Channel
    person: str
    compose: Compose
    name: str
    edits: bool = False
    thread: str = ""
    broadcast: bool = False
    to: str = ""
    also: str = ""
    contact: str = ""

    @cached_property
    def message(self) -> Message:
        """The message as it reads now."""
        return self.compose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do about an occurrence. `left` says why nothing is sent; `wait` puts it off to an instant."""

    sends: tuple[Send, ...] = ()
    then: tuple[Occurrence, ...] = ()
    left: str = ""
    missed: bool = False
    wait: datetime | None = None


def to_person(
    due: Occurrence, message: Compose, channels: Iterable[Channel], *, subject: str, then: Iterable[Occurrence] = ()
) -> Decision:
    """Send a message to a person on their channels, and plan what follows."""
    sends = tuple(
        Send(channel=c, person=due.person, compose=message, name=f"{due.kind}/{subject}/{due.person}/{c}")
        for c in channels
    )
    return Decision(sends=sends, then=tuple(then), left="" if sends else "no_channel")


def to_channel(scene: Scene, due: Occurrence, message: Compose, *, subject: str, thread: str = "") -> Decision:
    """Send a message to the group's channel, if it has one; in a `thread` it is shown in the channel as well."""
    if not scene.walk.group.channel:
        return Decision(left="no_channel")
    name = f"{due.kind}/{subject}//channel"
    send = Send(channel="channel", person="", compose=message, name=name, thread=thread, broadcast=bool(thread))
    return Decision(sends=(send,))


def away(scene: Scene, person: str) -> str:
    """Why a person is not written to now, or nothing."""
    member = scene.walk.members[person]
    if member.consent != "given":
        return "no_consent"
    if member.paused:
        return "paused"
    return "" if scene.walk.reaches(person) else "unreachable"
