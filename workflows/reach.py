"""Through which channel a person may be reached, as they wish and as far as they allow."""

from collections.abc import Mapping

from workflows.people import Channel, Preference, Sort
from workflows.walk import Walk

SORT = "sort."  # at the start of a ticket's subject: stop, or start again, mails of that sort
# Kinds of message that a person may have come another way, or not at all.
_SORTS: Mapping[str, Sort] = {"milestone": "milestones", "reading": "reading", "digest": "digest"}


def sort_of(kind: str) -> Sort:
    """The sort of a kind of message: whatever has none of its own goes with the questions."""
    return _SORTS.get(kind, "questions")


def can_mail(walk: Walk, person: str) -> bool:
    """Whether a person may be written to by mail."""
    return walk.mails(person)


def can_slack(walk: Walk, person: str) -> bool:
    """Whether a person has Slack here, and has it still."""
    who = walk.people[person]
    return who.slack_user is not None and not who.slack_gone and not walk.away


def channels(walk: Walk, person: str, sort: Sort = "questions") -> tuple[Channel, ...]:
    """Where a person gets messages of a sort: where they want them, else what is left, else nowhere."""
    member = walk.members[person]
    way = dict(member.ways).get(sort, member.prefers)
    if way == "none":
        return ()
    wanted: list[Channel] = []
    if way in ("slack", "both") and can_slack(walk, person):
        wanted.append("slack")
    if way in ("mail", "both") and can_mail(walk, person):
        wanted.append("mail")
    if not wanted and can_slack(walk, person):
        wanted.append("slack")
    if not wanted and can_mail(walk, person):
        wanted.append("mail")
    return tuple(wanted)


def digest_way(walk: Walk, person: str) -> Preference:
    """Where a digest goes by itself: by mail where the group writes mails, else to Slack."""
    who = walk.people[person]
    return "mail" if who.email and walk.mails_allowed(person) else "slack"


def digest_channels(walk: Walk, person: str) -> tuple[Channel, ...]:
    """A digest goes where its person wants it, else by mail where mail may be used, else to Slack."""
    if "digest" in dict(walk.members[person].ways):
        return channels(walk, person, "digest")
    if can_mail(walk, person):
        return ("mail",)
    return ("slack",) if can_slack(walk, person) else ()
