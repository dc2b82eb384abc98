"""People, groups and partners: who takes part, where, and as what.

A person belongs to a workspace and is one person across Slack, mail and web; a membership is a person in one walk.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Role = Literal["member", "facilitator", "observer"]
Consent = Literal["unasked", "asked", "given", "refused", "withdrawn"]
Preference = Literal["slack", "mail", "both"]
Channel = Literal["slack", "mail", "channel"]
# What a person may have come another way than the rest. Questions come as they prefer; each other kind may differ.
Sort = Literal["questions", "milestones", "reading", "digest"]
Way = Literal["slack", "mail", "both", "none"]
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """A mail address that somebody asked for. Nothing goes there but one mail with a link, until it is *proved*.

    `mark` is in that link and says nothing; `asked` counts how many they asked for within a day. One that is *given up*
    is forgotten, and counts all the same.
    """

    address: str = field(repr=False)
    mark: str
    asked_at: datetime
    asked: int = 1
    state: Literal["asked", "proved", "given up"] = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One human in a workspace. `zone` is an IANA name, or None for the group's.

    `reachable` is False for who had left Slack before they were asked; `Walk.reaches` says whether a way is left.
    """

    id: str
    name: str
    slack_user: str | None = None
    email: str | None = None
    zone: str | None = None
    locale: str = "en"
    zone_chosen: bool = False  # by themselves: what Slack says does not overwrite it
    reachable: bool = True
    mail_stopped: bool = False
    slack_gone: bool = False  # Slack says that the account is closed; mail may still reach them
    as_of: datetime | None = None  # when Slack last told of the account; older news changes nothing
    quiet: tuple[int, int] | None = None  # from which to which hour of their day we are silent, instead of the night
    hides: bool = False  # mails say that something waits, and neither what nor of whom
    # Mail does not arrive: `hard` for good, `soft` for days; until the address changes or a mail of theirs comes.
    mail_lost: Literal["", "hard", "soft"] = ""
    mail_lost_at: datetime | None = None
    mail_late: tuple[datetime, ...] = ()  # when mails came back as not taken for now; three over days are `soft`
    links_since: datetime | None = None  # links that were made before are switched off
    email_chosen: bool = False  # by themselves: they came by this address, or proved it
    locale_chosen: bool = False  # by themselves, too
    new_address: NewAddress | None = None  # the one they asked for last


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A peer support group. `channel` is a Slack channel id, or None for a group that lives by mail alone."""

    id: str
    name: str
    zone: str
    channel: str | None = None
    locale: str = "en"
    currency: str = ""  # ISO 4217, for questions of money; empty: each answer names its own
    channel_lost: Literal["", "archived", "removed", "gone"] = ""  # why nothing can be posted there now
    channel_as_of: datetime | None = None  # when Slack last told of the channel; older news changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Who wants something from the group."""

    name: str
    kind: str  # one of PARTNER_KINDS


PARTNER_KINDS = ("platform", "app", "company", "researcher", "charity", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A round that a person put off until an instant (aware, UTC), for the `times`-th time."""

    round: str
    until: datetime
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """What a person thinks of a reading: one mark each."""

    reading: str
    mark: Literal["read", "saved", "unwanted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person in one partnership. Nothing but the consent request itself is sent before `consent` is "given"."""

    person: str
    role: Role = "member"
    consent: Consent = "unasked"
    consent_at: datetime | None = None
    consent_via: str = ""
    prefers: Preference = "slack"
    paused_at: datetime | None = None
    resting: bool = False  # paused by us after reminders without an answer; digests go on
    back_at: datetime | None = None  # from a pause; silence before it does not count
    low_energy: bool = False  # wants the short variant of long prompts
    digest: bool = True
    digest_every: Literal["week", "month"] = "week"
    ways: tuple[tuple[Sort, Way], ...] = ()  # where a kind of message goes, if not where `prefers` says
    snoozes: tuple[Snooze, ...] = ()
    snoozed_at: datetime | None = None  # when they last put something off: whoever does is there, and no silent one
    shelf: tuple[Shelved, ...] = ()
    # Whether they were asked to facilitate, by whom (empty: by Fairsteps, for nobody did), and what they said.
    offer: Literal["", "open", "accepted", "declined"] = ""
    offered_by: str = ""
    offered_at: datetime | None = None
    hands_over: bool = False  # the one who offered steps back once they accept
    asked_at: datetime | None = None  # when the last request for consent was, or is to be, sent
    taken_out: bool = False  # by a facilitator: a yes of theirs brings nobody back, being asked again does

    @property
    def paused(self) -> bool:
        """Whether they asked to be left alone for a while."""
        return self.paused_at is not None

    @property
    def counts(self) -> bool:
        """Whether this person is asked and counted towards a quorum."""
        return self.role != "observer" and self.consent == "given"
