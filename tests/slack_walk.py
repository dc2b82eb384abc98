"""A group in Slack in the middle of its first step, and what its people type and choose there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.slack_front import post, started, ticket, token_of
from tests.slack_home import ANA, BO, CHANNEL, ELI, TEAM, LocalSlack, interaction, press
from worker.deliver import deliver
from worker.slack.app import FairstepsApp
from worker.slack.http import Answer
from worker.wiring import House
from workflows import engine, ids
from workflows.people import Partner
from workflows.walk import Change, Walk


def person(user: str) -> str:
    return ids.person_id(TEAM, user)


def _known(house: House, walk: str) -> None:
    """Slack was asked who they are; and whatever hour it is, it is their daytime."""
    done(house)
    zone = _zone_at_noon()
    people = tuple(replace(p, zone=zone, zone_chosen=True) for p in house.walks.get(walk).people.values())

    def decide(before: Walk) -> Change:
        there = before.partnership
        return Change(people=people, partnership=replace(there, group=replace(there.group, zone=zone)))

    house.walks.change(walk, decide)


def _zone_at_noon() -> str:
    """A zone in which it is about noon now: nobody is written to at night, and tests run at any hour."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def agreed(app: FairstepsApp, walk: str, *users: str) -> None:
    for user in users:
        assert post(app, interaction(press("consent_yes", ticket(walk, user), user=user))).status == 200


def begun(app: FairstepsApp, harbour: LocalSlack, *users: str) -> str:
    """Harbour Circle has started, these have said yes (Dara was asked and has not), and nothing is asked yet."""
    walk = started(app, harbour)
    _known(app.house, walk)
    agreed(app, walk, *(users or (ANA, BO)))
    return walk


def opened(house: House, walk: str) -> None:
    """The first rounds are put to everyone who takes part."""
    now = house.clock.now()
    day = _day(now)

    def decide(before: Walk) -> Change:
        programme = house.programmes.of(before.partnership)
        return engine.opened(before, programme, day=day, now=now)

    house.walks.change(walk, decide)


def _day(now: datetime) -> date:
    return (now - timedelta(days=1)).date()


def another(house: House, walk: str, pid: str = "pother", *, channel: str = "C0OTHER", partner: str = "Lantern") -> str:
    """The same people walk with somebody else, in another channel."""
    there = house.walks.get(walk)
    group = replace(there.group, id="gother", channel=channel)
    made = replace(there.partnership, id=pid, group=group, partner=Partner(name=partner, kind="app"), kept=())
    house.workspaces.add_partnership(TEAM, pid)
    house.walks.begin_walk(Change(partnership=made, members=tuple(there.members.values())))
    return pid


def done(house: House) -> None:
    """What is due is carried out, as the worker does."""
    for _ in range(3):  # what follows from it is due as well
        for claims in house.due.claim(now=house.clock.now() + timedelta(seconds=1)):
            deliver(house, claims)


def typed(text: str, *, user: str = BO, channel: str = "D0DM", trigger: str = "1.1.x", **more: Any) -> str:
    """The body that Slack posts for a command."""
    return urlencode(
        {
            "token": "legacy",
            "team_id": TEAM,
            "team_domain": "harbour-circle",
            "channel_id": channel,
            "channel_name": "directmessage",
            "user_id": user,
            "user_name": "somebody",
            "command": "/fairsteps",
            "text": text,
            "api_app_id": "A0FAIRSTEPS",
            "is_enterprise_install": "false",
            "response_url": "https://hooks.slack.com/commands/T0HARBOUR/1/x",
            "trigger_id": trigger,
            **more,
        }
    )


def type_it(app: FairstepsApp, harbour: LocalSlack, text: str, *, user: str = BO, channel: str = "D0DM") -> Answer:
    """Somebody types a command, with a trigger that works."""
    trigger = harbour.trigger(token_of(app.house), user)
    return post(app, typed(text, user=user, channel=channel, trigger=trigger))


def shortcut(kind: str, *, user: str = BO, trigger: str = "1.1.x", team: str = TEAM, **more: Any) -> dict[str, Any]:
    """Somebody chooses the global shortcut."""
    return {
        "type": "shortcut",
        "token": "legacy",
        "action_ts": "1732300000.1",
        "team": {"id": team, "domain": "harbour-circle"},
        "user": {"id": user, "username": "somebody", "team_id": team},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": kind,
        "trigger_id": trigger,
        **more,
    }


def on_message(
    message: Mapping[str, Any], *, user: str = BO, channel: str = CHANNEL, trigger: str = "1.1.x", **more: Any
) -> dict[str, Any]:
    """Somebody chooses the shortcut on a message."""
    return {
        **shortcut("keep_message", user=user, trigger=trigger),
        "type": "message_action",
        "channel": {"id": channel, "name": "partnerships"},
        "response_url": "https://hooks.slack.com/app/T0HARBOUR/1/x",
        "message_ts": message.get("ts", ""),
        "message": message,
        **more,
    }


def said(text: str, *, user: str = ELI, ts: str = "1732300000.000100", **more: Any) -> dict[str, Any]:
    """A message as Slack tells it."""
    return {"type": "message", "user": user, "ts": ts, "text": text, "team": TEAM, "blocks": [], **more}
