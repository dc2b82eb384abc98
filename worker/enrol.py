"""Looking up who people are: those of a new walk and those added later. The one move that asks Slack something.

A crash repeats the look-up. Whom Slack does not tell of, an app that was named, and somebody of another organisation
cannot be written to: they are kept as that, are asked nothing, and the facilitators see it. Guests are people like
everybody. What people set for themselves (their zone, an address, no mail) stays as they set it, and whoever was known
by mail before is the same person (`one_person.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from worker import one_person
from workflows import schedule
from workflows.errors import GiveUp
from workflows.joining import has_begun
from workflows.people import Person
from workflows.starting import MOST_APPS, MOST_PEOPLE
from workflows.walk import Walk

if TYPE_CHECKING:
    from worker.slack.look_ups import Profile
    from worker.slack.send import Slack
    from worker.store.people import People
    from worker.store.walks import Walks


def look_up(slack: "Slack", people: "People", walks: "Walks", walk: Walk, *, everyone: bool) -> tuple[Person, ...]:
    """Return the people of a walk who were not asked yet, as Slack knows them. Raises Retry or GiveUp when it does not.

    A channel of more than MOST_PEOPLE is left out: then those named on the form take part.
    """
    workspace, channel = walk.partnership.workspace, walk.group.channel
    named = {
        user: m.person
        for m in walk.members.values()
        if m.consent == "unasked" and (user := walk.people[m.person].slack_user) is not None
    }
    users = set(named)
    if channel and not has_begun(walk):
        users |= _channel(slack, workspace, channel) if everyone else _enter(slack, workspace, channel)
    profiles = slack.profile(workspace, sorted(users)) if users else {}
    here = {user: p for user, p in profiles.items() if user in named or can_write(workspace, p)}
    theirs = one_person.ids_of(people, walks, workspace, {user: address_of(workspace, p) for user, p in here.items()})
    known = people.some(workspace, theirs.values())
    found = (person_of(workspace, p, theirs[user]) for user, p in here.items())
    strange = (walk.people[person] for user, person in named.items() if user not in profiles)
    return (*as_they_wish(found, known), *(replace(person, reachable=False) for person in strange))


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


def can_write(workspace: str, profile: "Profile") -> bool:
    """Whether this is somebody to write to: no app, and nobody of another organisation."""
    return not profile.is_bot and (not profile.homes or workspace in profile.homes)


def address_of(workspace: str, profile: "Profile") -> str | None:
    """Return the address by which somebody is known to be the same as one who came by mail, if there is one."""
    counts = profile.confirmed and not profile.deleted and can_write(workspace, profile)
    return profile.email if counts else None


def person_of(workspace: str, profile: "Profile", person: str) -> Person:
    """Return the person whom Slack tells of; `person` is the id that this account has here."""
    return Person(
        id=person,
        name=profile.name,
        slack_user=profile.slack_user,
        email=profile.email,
        zone=profile.zone if profile.zone and schedule.is_zone(profile.zone) else None,
        locale=profile.locale,
        reachable=can_write(workspace, profile) and not profile.deleted,
        slack_gone=profile.deleted,
    )


def as_they_wish(found: Iterable[Person], known: Mapping[str, Person]) -> Iterator[Person]:
    """Yield people as Slack tells of them, with what those who are `known` settled for themselves."""
    for person in found:
        before = known.get(person.id, person)
        if not before.email_chosen and before.email != person.email:
            before = replace(before, email=person.email, mail_lost="", mail_lost_at=None, mail_late=())
        yield replace(
            before,
            name=person.name,
            slack_user=person.slack_user,
            zone=before.zone if before.zone_chosen else person.zone,
            locale=before.locale if before.locale_chosen else person.locale,
            reachable=person.reachable,
            slack_gone=person.slack_gone,
        )
