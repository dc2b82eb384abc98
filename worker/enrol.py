"""Looking up who the members of a new walk are: the one move that asks Slack something.

A crash repeats the look-up; a profile that Slack does not give leaves that person out until the next walk. What people
set for themselves (their zone, no mail) stays as they set it.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from workflows import ids, schedule
from workflows.errors import GiveUp
from workflows.people import Person
from workflows.starting import MOST_APPS, MOST_PEOPLE
from workflows.walk import Walk

if TYPE_CHECKING:
    from worker.slack.send import Profile, Slack
    from worker.store.people import People


def look_up(slack: "Slack", people: "People", walk: Walk, *, everyone: bool) -> tuple[Person, ...]:
    """Return the people of a walk as Slack knows them. Raises Retry or GiveUp when Slack does not tell.

    A channel of more than MOST_PEOPLE is left out: then those named on the form take part.
    """
    workspace, channel = walk.partnership.workspace, walk.group.channel
    users = {p.slack_user for p in walk.people.values() if p.slack_user}
    if channel:
        users |= _channel(slack, workspace, channel) if everyone else _enter(slack, workspace, channel)
    profiles = slack.profile(workspace, sorted(users))
    known = people.some(workspace, (ids.person_id(workspace, user) for user in users))
    found = (_person(workspace, profile) for profile in profiles.values() if not profile.is_bot)
    return tuple(_as_they_wish(person, known.get(person.id)) for person in found)


def _enter(slack: "Slack", workspace: str, channel: str) -> set[str]:
    try:
        slack.join(workspace, channel)
    except GiveUp:
        return set()  # a private channel: somebody has to invite us, and the form says so
    return set()


def _channel(slack: "Slack", workspace: str, channel: str) -> set[str]:
    _enter(slack, workspace, channel)
    try:
        there = set(slack.members(workspace, channel))
    except GiveUp:
        return set()  # we see nobody there: those named on the form take part
    return there if len(there) <= MOST_PEOPLE + MOST_APPS else set()


def _person(workspace: str, profile: "Profile") -> Person:
    return Person(
        id=ids.person_id(workspace, profile.slack_user),
        name=profile.name,
        slack_user=profile.slack_user,
        email=profile.email,
        zone=profile.zone if profile.zone and schedule.is_zone(profile.zone) else None,
        locale=profile.locale,
        reachable=not profile.deleted,
    )


def _as_they_wish(person: Person, known: Person | None) -> Person:
    if known is None:
        return person
    zone = known.zone if known.zone_chosen else person.zone
    return replace(person, zone=zone, zone_chosen=known.zone_chosen, mail_stopped=known.mail_stopped)
