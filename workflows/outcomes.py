"""What became of one attempt to send.

A transport returns one of these and never raises for what the other side did.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

# What a refusal says about the one who refused: this person, this channel or this whole workspace can no longer be
# reached, or we lack a right that somebody can give us; or no mail goes to this address, or none that nobody asked for.
# Empty: nothing about anybody.
Mark = Literal["", "person", "channel", "workspace", "scope", "address", "left_alone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The other side has it; `ref` is its own name for it (channel:ts in Slack, the Message-ID in mail)."""

    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It will not work however often it is tried; `reason` is a short code, never a person's words."""

    reason: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not taken now, certainly not delivered; try again after `after`."""

    reason: str
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It may or may not have been delivered; look before sending again, after `after`."""

    reason: str
    after: timedelta = timedelta(seconds=30)  # by then a message that got through shows in Slack's history


Outcome = Sent | Failed | Later | Unknown
