"""One human, one person: a Slack account whose address somebody is known by here leads to them.

Slack verifies addresses, so an account with the address by which somebody was invited, or which they proved, is theirs.
One account leads to one person, for good, and never to somebody who has an account; whoever takes part under an account
of their own stays that person, whatever their address becomes. What they chose stays: mails go on until they say else.

First the account leads to the person, then the person has the account, then what stood under the account's own id
becomes theirs. A crash in between leaves somebody whose presses count and who goes on getting mail; whoever looks
the account up next does the rest. The other way round they would be written to in Slack, and no press of theirs
would count.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from workflows import ids, joining
from workflows.addresses import folded
from workflows.errors import NotFound
from workflows.people import Person

if TYPE_CHECKING:
    from worker.store.people import People
    from worker.store.walks import Walks


def ids_of(people: "People", walks: "Walks", workspace: str, accounts: Mapping[str, str | None]) -> Mapping[str, str]:
    """Return the ids that Slack accounts have here, after a look at whose addresses they have.

    `accounts` gives the address of each that Slack has verified and that counts, else None.
    """
    found = dict(people.ids_of(workspace, accounts))
    new = {user: folded(at) for user, at in accounts.items() if at and found[user] == ids.person_id(workspace, user)}
    known = people.by_addresses(workspace, new.values())
    for user, address in new.items():
        person = known.get(address)
        if person and person.slack_user is None and not _takes_part(walks, workspace, found[user]):
            found[user] = people.lead(workspace, user, person.id) or found[user]
    for user, person_id in found.items():
        if person_id != ids.person_id(workspace, user):
            _settle(people, walks, workspace, user, person_id)
    return found


def _takes_part(walks: "Walks", workspace: str, person: str) -> bool:
    """Whether somebody was asked anything under this id."""
    for partnership in walks.of(workspace, person):
        try:
            member = walks.get(partnership).members.get(person)
        except NotFound:
            continue
        if member and member.consent != "unasked":
            return True
    return False


def _settle(people: "People", walks: "Walks", workspace: str, user: str, person: str) -> None:
    def has_it(before: Person) -> Person:
        return before if before.slack_user == user else replace(before, slack_user=user, email_chosen=True)

    changed = people.change(workspace, person, has_it)
    own = ids.person_id(workspace, user)
    for partnership in walks.of(workspace, own) if changed else ():
        try:
            walks.change(partnership, lambda walk: joining.one_person(walk, own, people.get(workspace, person)))
        except NotFound:
            continue  # it was noted, and never came to be
