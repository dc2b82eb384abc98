"""Through which channel a person may be reached, as they wish and as far as they allow."""

from workflows.people import Channel
from workflows.walk import Walk


def can_mail(walk: Walk, person: str) -> bool:
    """Whether a person may be written to by mail."""
    return walk.mails(person)


def can_slack(walk: Walk, person: str) -> bool:
    """Whether a person has Slack here, and has it still."""
    who = walk.people[person]
    return who.slack_user is not None and not who.slack_gone


def channels(walk: Walk, person: str) -> tuple[Channel, ...]:
    """Where a person is written to: what they prefer, else what is left, else nowhere."""
    prefers = walk.members[person].prefers
    wanted: list[Channel] = []
    if prefers in ("slack", "both") and can_slack(walk, person):
        wanted.append("slack")
    if prefers in ("mail", "both") and can_mail(walk, person):
        wanted.append("mail")
    if not wanted and can_slack(walk, person):
        wanted.append("slack")
    if not wanted and can_mail(walk, person):
        wanted.append("mail")
    return tuple(wanted)


def digest_channels(walk: Walk, person: str) -> tuple[Channel, ...]:
    """A digest goes by mail where mail may be used, else to Slack."""
    if can_mail(walk, person):
        return ("mail",)
    return ("slack",) if can_slack(walk, person) else ()
