"""Looking up who the members of a new walk are: the one move that asks Slack something.

A crash repeats the look-up; a profile that Slack does not give leaves that person out until the next walk.
"""

from typing import TYPE_CHECKING

from workflows import ids
from workflows.errors import GiveUp
from workflows.people import Person
from workflows.walk import Walk

if TYPE_CHECKING:
    from worker.slack.send import Profile, Slack


def look_up(slack: "Slack", walk: Walk, *, everyone: bool) -> tuple[Person, ...]:
    """Return the people of a walk as Slack knows them. Raises Retry when Slack cannot tell now."""
    workspace, channel = walk.partnership.workspace, walk.group.channel
    users = {p.slack_user for p in walk.people.values() if p.slack_user}
    if channel:
        users |= _channel(slack, workspace, channel) if everyone else _enter(slack, workspace, channel)
    profiles = slack.profile(workspace, sorted(users))
    return tuple(_person(workspace, profile) for profile in profiles.values() if not profile.is_bot)


def _enter(slack: "Slack", workspace: str, channel: str) -> set[str]:
    try:
        slack.join(workspace, channel)
    except GiveUp:
        return set()  # a private channel: somebody has to invite us, and the form says so
    return set()


def _channel(slack: "Slack", workspace: str, channel: str) -> set[str]:
    _enter(slack, workspace, channel)
    try:
        return set(slack.members(workspace, channel))
    except GiveUp:
        return set()  # we see nobody there: those named on the form take part


def _person(workspace: str, profile: "Profile") -> Person:
    return Person(
        id=ids.person_id(workspace, profile.slack_user),
        name=profile.name,
        slack_user=profile.slack_user,
        email=profile.email,
        zone=profile.zone,
        locale=profile.locale,
        reachable=not profile.deleted,
    )
