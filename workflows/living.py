"""The life of a workspace: what Slack's news of accounts and channels change about people and walks.

News come late, twice and in any order: each carries the instant it is of, and what is older than the newest that is
known changes nothing. What people set for themselves stays, and nobody leaves a walk because an account or a channel
did: they say so themselves.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from workflows import hosting, joining, rounds, schedule
from workflows.people import Group, Person
from workflows.programme import Programme
from workflows.walk import Change, Walk

KEY, RIGHT = "key", "right"  # why the app must be added again: Slack will not renew our key; it refused us a right
Lost = Literal["archived", "removed", "gone"]
Back = Literal["unarchived", "joined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What Slack says of one of its users. None is a thing that it did not say: what is known of that stays."""

    slack_user: str
    at: datetime
    gone: bool
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    zone: str | None = None
    locale: str | None = None
    proved: bool = True  # the address is theirs, and they belong to the workspace


def told(person: Person, account: Account) -> Person:
    """The person as Slack now tells of them. What they chose themselves (a zone, an address, a language) stays."""
    if person.as_of is not None and account.at <= person.as_of:
        return person
    zone = account.zone if account.zone and schedule.is_zone(account.zone) and not person.zone_chosen else person.zone
    if account.email and account.email != person.email and not person.email_chosen:
        person = replace(person, email=account.email, mail_lost="", mail_lost_at=None, mail_late=())
    return replace(
        person,
        name=account.name or person.name,
        zone=zone,
        locale=person.locale if person.locale_chosen else account.locale or person.locale,
        slack_gone=account.gone,
        reachable=person.reachable or (person.slack_gone and not account.gone),
        as_of=account.at,
    )


def came_back(walk: Walk, programme: Programme, person: str, *, since: datetime | None, now: datetime) -> Change:
    """An account is open again: whoever was never asked is asked whether they take part.

    What is open is put to them, as far as it passed them by: their account was closed at `since`, if that is known.
    """
    member = walk.members.get(person)
    if member is None or walk.partnership.over or member.taken_out:
        return Change()
    if member.consent == "unasked":
        return joining.asked(walk, member, now=now)
    if not member.counts or member.paused:
        return Change()
    mine = (r for r in rounds.open_ones(walk) if member in rounds.asked(walk, programme.prompt(r.prompt)))
    hour, zone = walk.partnership.rhythm.hour, walk.zone(person)
    passed = (
        r
        for r in mine
        if walk.answer(r.id, person) is None
        and (since is None or since <= schedule.instant_of(r.opens_on, hour, zone))
        and schedule.instant_of(r.opens_on, hour, zone) <= now
    )
    return Change(plan=tuple(rounds.ask(walk, r, person, now=now) for r in passed))


def stranger(walk: Walk, person: Person, *, now: datetime) -> Change:
    """Somebody of whom nothing is known came into the group's channel: they are looked up, then asked for consent."""
    if walk.partnership.over or person.id in walk.members or not hosting.room(walk):
        return Change()
    return hosting.added(walk, [person], now=now)


def lost(walk: Walk, why: Lost, *, at: datetime | None, now: datetime) -> Change:
    """The group's channel takes nothing any more. Who leads hears it once, whatever else happens to it after that."""
    group = walk.group
    if _old(group, at) or group.channel_lost == why:
        return Change()
    plan = (
        ()
        if group.channel_lost
        else tuple(walk.occurrence("lost", now, subject=why, person=m.person) for m in walk.leads())
    )
    after = replace(group, channel_lost=why, channel_as_of=at or group.channel_as_of)
    return Change(partnership=replace(walk.partnership, group=after), plan=plan)


def taken_out(walk: Walk, *, now: datetime) -> Change:
    """Slack took us out: who facilitates hears by mail how it goes on, unless we are back within the hour."""
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)  # heard of twice, it is told once
    walk = walk.at_home
    return Change(plan=tuple(walk.occurrence("without_slack", hour, person=m.person) for m in walk.facilitators()))


def back(walk: Walk, how: Back, *, at: datetime | None) -> Change:
    """The channel takes messages again. One that was opened again is of no use yet to a bot that was taken out."""
    group = walk.group
    if _old(group, at):
        return Change()
    still = group.channel_lost if how == "unarchived" and group.channel_lost != "archived" else ""
    after = replace(group, channel_lost=still, channel_as_of=at or group.channel_as_of)
    return Change(partnership=replace(walk.partnership, group=after)) if after != group else Change()


def moved(walk: Walk, channel: str) -> Change:
    """Slack gave the channel a new id."""
    if walk.group.channel == channel:
        return Change()
    return Change(partnership=replace(walk.partnership, group=replace(walk.group, channel=channel)))


def _old(group: Group, at: datetime | None) -> bool:
    return at is not None and group.channel_as_of is not None and at < group.channel_as_of
