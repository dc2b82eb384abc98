"""A small group in the local Slack that is asked two things: one that a tap answers, and one that takes a form.

Ana facilitates, Bo, Eli and Fen take part, all with Slack alone. Time is moved; what is due is delivered as the service
does it. What people press is taken from their messages as the local Slack holds them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests import slack_home
from tests.group import PEOPLE, START, partnership
from tests.slack_front import newest_view, post, token_of
from tests.slack_home import ANA, BO, CHANNEL, ELI, FEN, TEAM, LocalSlack, interaction, press
from tests.small import END, HALF, option
from tests.web_home import with_programme
from worker.deliver import deliver
from worker.slack.app import FairstepsApp, build
from worker.store.due import Claim
from worker.wiring import House
from workflows import engine, ids, joining, schedule
from workflows.people import Group, Membership, Person
from workflows.programme import Gate, Programme, Prompt, Step
from workflows.question import Question
from workflows.ticket import Ticket
from workflows.walk import Walk

TUESDAY = date(2026, 12, 1)
ASKED_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)  # in Lisbon and in London; in New York it is night
FEEL = Prompt(
    id="feel",
    title="How it went",
    intro="One question.",
    minutes=1,
    questions=(
        Question(id="fine", kind="yes_no", label="Was it a good week?"),
        Question(id="more", kind="short_text", label="What helped?", required=False),
    ),
)
TOLD = Prompt(
    id="told",
    title="What you did",
    intro="Tell us.",
    minutes=2,
    questions=(Question(id="what", kind="short_text", label="What did you do?"),),
)
NOW = Step(
    id="now",
    title="Now",
    read="",
    done="",
    prompts=(FEEL, TOLD),
    worksheets=(),
    readings=(),
    milestones=(),
    decisions=(),
    gate=Gate(quorum=HALF),
)
PROGRAMME = Programme(id="weeks", version="1", title="Weeks", credit="", locale="en", steps=(NOW, replace(END)))
USERS = {"ana": ANA, "bo": BO, "eli": ELI, "fen": FEN}
_NUMBERS = count(1)

__all__ = ["ASKED_AT", "FEEL", "NOW", "PROGRAMME", "TOLD", "Story", "began", "option"]


@dataclass(slots=True, kw_only=True)
class Story:
    """One walk in the local Slack, which remembers the messages of the stories before."""

    house: House
    app: FairstepsApp
    harbour: LocalSlack
    pid: str
    programme: Programme
    before: set[str] = field(default_factory=set)

    @property
    def walk(self) -> Walk:
        return self.house.walks.get(self.pid)

    @staticmethod
    def person(name: str) -> str:
        return ids.person_id(TEAM, USERS[name])

    def until(self, then: datetime) -> None:
        """Let time pass, and deliver what is due as it comes."""
        while (at := self.house.due.next_at()) is not None and at <= then:
            self.house.clock.move(max(at, self.house.clock.now()))
            deliver(self.house, self.claims())
        self.house.clock.move(then)

    def settle(self) -> None:
        """Deliver what is due now."""
        self.until(self.house.clock.now())

    def claims(self, kind: str = "") -> list[Claim]:
        taken = [c for chunk in self.house.due.claim(now=self.house.clock.now()) for c in chunk]
        return [c for c in taken if kind in ("", c.occurrence.kind)]

    def reload(self, programme: Programme) -> None:
        """The programme reads differently from now on."""
        self.house = with_programme(self.house, programme)
        self.app = build(self.house)

    # --- what stands in Slack ---------------------------------------------------------------------------------------

    def dms(self, name: str) -> list[dict[str, Any]]:
        """What somebody has of prompts since the story began, the oldest first; their digests are no part of it."""
        mine = (m for m in self._mine() if m.get("dm_with") == USERS[name])
        return [m for m in mine if not m["text"].startswith("Your week")]

    def channel(self) -> list[dict[str, Any]]:
        return [m for m in self._mine() if m["channel"] == CHANNEL]

    def _mine(self) -> list[dict[str, Any]]:
        found = (m for m in self.harbour.messages() if m["ts"] not in self.before)
        return sorted(found, key=lambda m: str(m["ts"]))

    # --- what people do ---------------------------------------------------------------------------------------------

    def press(self, name: str, message: Mapping[str, Any], action: str, choice: str = "") -> dict[str, Any] | None:
        """Press a button, or choose from a menu, of a message as it stands; return the modal that opened."""
        views = len(self.harbour.views())
        element = next(e for e in elements(message) if _is(e, action, choice))
        trigger = self.harbour.trigger(token_of(self.house), USERS[name])
        body = press(element["action_id"], element.get("value", ""), user=USERS[name], trigger=trigger)
        if element["type"] == "static_select":
            chosen = next(o for o in element["options"] if o["value"].startswith(f"{choice}|"))
            body["actions"] = [{**body["actions"][0], "type": "static_select", "selected_option": chosen}]
            del body["actions"][0]["value"]
        answer = post(self.app, interaction(body))
        assert (answer.status, answer.body) == (200, "")
        return newest_view(self.harbour) if len(self.harbour.views()) > views else None


def elements(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be pressed in a message."""
    return [e for block in message["blocks"] if block["type"] == "actions" for e in block["elements"]]


def labels(message: Mapping[str, Any]) -> list[str]:
    """What its buttons and menus say."""
    return [str((e.get("text") or e["placeholder"])["text"]) for e in elements(message)]


def _is(element: Mapping[str, Any], action: str, choice: str) -> bool:
    named = element["action_id"].partition("#")[0] == action
    return named and (element["type"] == "static_select" or str(element.get("value")).startswith(f"{choice}|"[:-1]))


def words(message: Mapping[str, Any]) -> str:
    """Everything that a message says, buttons left out."""
    return " ".join(_texts([block for block in message["blocks"] if block["type"] != "actions"]))


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)


def people() -> tuple[Person, ...]:
    return tuple(
        replace(p, id=ids.person_id(TEAM, USERS[p.id]), slack_user=USERS[p.id], email=None)
        for p in PEOPLE
        if p.id in USERS
    )


def began(home: House, harbour: LocalSlack, *, more: int = 0, programme: Programme = PROGRAMME) -> Story:
    """The walk has begun, all have said yes, the first round opens on Tuesday; `more` take part and have no Slack."""
    pid, house = f"p{next(_NUMBERS)}", with_programme(home, programme)
    crowd = tuple(Person(id=f"m{n}", name=f"Member {n}") for n in range(more))
    everyone = (*people(), *crowd)
    lead = everyone[0].id
    members = tuple(Membership(person=p.id, role="facilitator" if p.id == lead else "member") for p in everyone)
    group = Group(id="g1", name="Harbour Circle", zone="Europe/Lisbon", channel=CHANNEL)
    start = partnership(id=pid, workspace=TEAM, group=group, programme=programme.id, version="1", started_by=lead)
    house.walks.begin_walk(replace(joining.started(start, members, everyone=False, now=START), people=everyone))
    house.slack.join(TEAM, CHANNEL)
    story = Story(house=house, app=build(house), harbour=harbour, pid=pid, programme=programme)
    for claim in story.claims():
        house.walks.change(pid, lambda walk: joining.enrolled(walk, everyone, now=START), claim=claim)
    for one in everyone:
        house.cases.give_consent(Ticket(workspace=TEAM, partnership=pid, person=one.id), True, via="web")
    house.walks.change(
        pid, lambda walk: engine.opened(walk, programme, day=TUESDAY, now=schedule.midnight_before(TUESDAY))
    )
    story.until(schedule.midnight_before(TUESDAY))
    story.before = {m["ts"] for m in harbour.messages()}
    return story


def settings(url: str, api_url: str) -> Any:
    return slack_home.settings(url, api_url).model_copy(update={"clock": "virtual"})
