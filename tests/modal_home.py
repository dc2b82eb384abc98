"""A person at a modal: what Slack shows them, keeps of what they type, and posts to us. Over a real Valkey.

The walk of the stories (tests/group.py) stands in a house; Slack is a server that takes all and is asked what came.
"""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.group import ASKED, PEOPLE, START, members, partnership
from tests.slack_front import post
from tests.slack_home import CLIENT_ID, CLIENT_SECRET, SECRET, Moody, interaction, moody_slack, press, signed
from worker.slack.app import FairstepsApp, build
from worker.slack.http import Answer
from worker.slack.limits import check
from worker.wiring import House
from workflows import engine, joining, schedule
from workflows.ids import person_id
from workflows.ticket import Ticket
from workflows.walk import Change, Dissent, Outcome, Partnership, Round

TEAM = "T1"
SLACK = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "SLACK_SIGNING_SECRET": SECRET}
WHO = {p.id: replace(p, id=person_id(TEAM, p.slack_user or p.id)) for p in PEOPLE}


def ticket(person: str, subject: str) -> Ticket:
    return Ticket(workspace=TEAM, partnership="p1", person=WHO[person].id, subject=subject)


def walking(house: House) -> None:
    """Everyone but Chi has said yes, and the first rounds are open. What Slack calls people is what they are."""
    five = house.programmes["five-steps"]
    ours = replace(partnership(version=five.version), started_by=WHO["ana"].id)
    there = tuple(replace(m, person=WHO[m.person].id) for m in members())
    people = tuple(WHO.values())
    house.walks.begin_walk(replace(joining.started(ours, there, everyone=False, now=START), people=people))
    house.walks.change("p1", lambda w: joining.enrolled(w, people, now=START))
    for person in ASKED:
        house.cases.give_consent(ticket(person, "consent"), True, via="web")
    day = house.clock.now().date()
    house.walks.change("p1", lambda w: engine.opened(w, five, day=day, now=schedule.midnight_before(day)))


def put(house: House, prompt: str) -> str:
    """Put a prompt of the first step to everyone; return its round."""
    now = house.clock.now()
    step = next(s for s in house.programmes["five-steps"].steps if any(p.id == prompt for p in s.prompts))
    made = Round(
        id=f"x-{prompt}", prompt=prompt, step=step.id, number=1, opens_on=now.date(), closes_at=now.replace(month=12)
    )
    house.walks.change("p1", lambda w: Change(rounds=(made,)))
    return made.id


def blocked(house: House, *objections: Dissent) -> str:
    """A decision that objections keep open; return its id."""
    decision = house.programmes["five-steps"].steps[0].decisions[0].id
    house.walks.change("p1", lambda w: Change(partnership=objected(w.partnership, decision, *objections)))
    return decision


def objected(partnership: Partnership, decision: str, *objections: Dissent) -> Partnership:
    """A partnership in which a decision met these."""
    found = Outcome(
        decision=decision,
        number=1,
        round="x",
        at=START,
        result="blocked",
        method="consent",
        text="",
        took_part=(),
        of=5,
        dissent=objections,
    )
    return replace(partnership, outcomes=(found,))


def over(house: House) -> None:
    """The partnership has come to its end."""
    house.walks.change("p1", lambda w: Change(partnership=replace(w.partnership, over=True)))


@contextlib.contextmanager
def front(make_house: Any) -> Iterator[tuple[FairstepsApp, Moody]]:
    """The front for Slack, over a house in which the group walks."""
    with moody_slack() as moody:
        moody.answer = lambda method, body: (200, {}, {"ok": True, "view": {"id": "V1"}, "team_id": TEAM})
        house = make_house(SLACK_API_URL=moody.url, **SLACK)
        bot = {"bot_token": "xoxb-1", "bot_id": "B1", "bot_user_id": "U1", "team_id": TEAM, "installed_at": 1.0}
        house.installations.save(TEAM, {"bot": json.dumps(bot)})
        walking(house)
        yield build(house), moody
        house.slack.close()


_INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_date": "selected_date",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
}


@dataclass
class Sitting:
    """Somebody with a modal open before them. Slack keeps what is typed while an input's ids stay."""

    app: FairstepsApp
    moody: Moody
    person: str
    id: str = "V1"
    view: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    hash: int = 0
    open: bool = False

    @property
    def user(self) -> str:
        return WHO[self.person].slack_user or ""

    def opens(self, subject: str, action: str = "answer") -> "Sitting":
        """They press a button in a message."""
        value = ticket(self.person, subject).encode() if subject else "start"
        seen = len(self.moody.of("views.open"))
        assert self.posts(press(action, value, user=self.user, team=TEAM)).status == 200
        (asked,) = self.moody.of("views.open")[seen:]
        self.id, self.open = f"V{seen}{self.person}", True
        self.values = {}
        self._show(asked["view"])
        return self

    def _show(self, view: Any) -> None:
        view = json.loads(view) if isinstance(view, str) else view
        check(view, "modal")
        before, self.view, self.hash = self.values, view, self.hash + 1
        self.values = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                element, name = block["element"], block["block_id"]
                kept = before.get(name, {}).get(element["action_id"])
                fresh = {"type": element["type"], **{to: element[i] for i, to in _INITIAL.items() if i in element}}
                self.values[name] = {element["action_id"]: kept or fresh}

    # --- what they see ------------------------------------------------------------------------------------------------

    @property
    def asks(self) -> list[str]:
        return [b["block_id"] for b in self.view["blocks"] if b["type"] == "input"]

    @property
    def reads(self) -> str:
        return json.dumps([b for b in self.view["blocks"] if b["type"] != "input"], ensure_ascii=False)

    @property
    def buttons(self) -> list[str]:
        return [e["action_id"] for b in self.view["blocks"] if b["type"] == "actions" for e in b["elements"]]

    @property
    def send(self) -> str:
        return str(self.view["submit"]["text"])

    def holds(self, name: str) -> Any:
        """What stands in an input."""
        (value,) = self.values[name].values()
        chosen = value.get("selected_option")
        return chosen["value"] if chosen else value.get("value")

    # --- what they do -------------------------------------------------------------------------------------------------

    def type(self, name: str, text: str, *, at: float | None = None) -> dict[str, Any]:
        """They type; return what Slack posts about it, for a test to post when it likes."""
        ((action, before),) = self.values[name].items()
        self.values[name] = {action: {**before, "value": text}}
        return self.report(name, at=at)

    def choose(self, name: str, value: str) -> dict[str, Any]:
        """They choose one of the options."""
        ((action, before),) = self.values[name].items()
        self.values[name] = {action: {**before, "selected_option": {"value": value}}}
        return self.report(name)

    def report(self, name: str, *, at: float | None = None) -> dict[str, Any]:
        ((action, value),) = self.values[name].items()
        return self._acting({**value, "action_id": action, "block_id": name}, at)

    def types(self, name: str, text: str) -> Answer:
        return self.posts(self.type(name, text))

    def chooses(self, name: str, value: str) -> Answer:
        return self.posts(self.choose(name, value))

    def pressing(self, action: str, *, at: float | None = None) -> dict[str, Any]:
        """They press a button of the modal."""
        buttons = [e for b in self.view["blocks"] if b["type"] == "actions" for e in b["elements"]]
        (button,) = (e for e in buttons if e["action_id"] == action)
        return self._acting({"type": "button", "action_id": action, "value": button.get("value", "")}, at)

    def presses(self, action: str) -> Answer:
        return self.posts(self.pressing(action))

    def sending(self) -> dict[str, Any]:
        return {"type": "view_submission", **self._who(), "view": self._as_told(), "response_urls": []}

    def sends(self) -> dict[str, Any]:
        """They press Next or Send; return what we answered."""
        answer = self.posts(self.sending())
        assert answer.status == 200
        said: dict[str, Any] = json.loads(answer.body) if answer.body else {}
        if said.get("response_action") == "update":
            self._show(said["view"])
        self.open = bool(said)
        return said

    def closing(self, values: dict[str, Any] | None = None) -> dict[str, Any]:
        told = {**self._as_told(), "state": {"values": self.values if values is None else values}}
        return {"type": "view_closed", **self._who(), "view": told, "is_cleared": False}

    def closes(self, values: dict[str, Any] | None = None) -> Answer:
        self.open = False
        return self.posts(self.closing(values))

    def posts(self, body: dict[str, Any], *, at: int | None = None) -> Answer:
        """Slack posts a body; when we draw the modal anew, they see it."""
        drawn = len(self.moody.of("views.update"))
        text = interaction(body)
        answer = post(self.app, text, signed(text, at=at))
        for asked in self.moody.of("views.update")[drawn:]:
            self._show(asked["view"])
        return answer

    def _acting(self, action: dict[str, Any], at: float | None) -> dict[str, Any]:
        said = {**action, "action_ts": f"{time.time() if at is None else at:.6f}"}
        return {"type": "block_actions", **self._who(), "view": self._as_told(), "actions": [said]}

    def _who(self) -> dict[str, Any]:
        return {
            "team": {"id": TEAM, "domain": "harbour-circle"},
            "user": {"id": self.user, "team_id": TEAM},
            "api_app_id": "A0FAIRSTEPS",
            "trigger_id": "1.1.x",
        }

    def _as_told(self) -> dict[str, Any]:
        values = json.loads(json.dumps(self.values))
        return {**self.view, "id": self.id, "hash": f"{self.hash}.a", "state": {"values": values}}
