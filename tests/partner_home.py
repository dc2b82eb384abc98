"""A home for the partner's stories: a group that has agreed on its text and tracks promises, over a real Valkey.

Ana facilitates, Bo and four others answered. Whatever anybody of the group wrote, anywhere, carries a canary: a word
that names where it was written and by whom. What reaches the partner is searched for them.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests import web_home
from tests.web_home import ANA, Home, serving
from worker.web.app import create_with
from workflows import contacting, worksheets
from workflows.addresses import Address
from workflows.contacts import CONTACT, PREVIEW, PROMISES, SHARE
from workflows.ids import person_id
from workflows.kinds import Value
from workflows.kinds.kind import Cell
from workflows.partnership import Dissent, Edit, Kept, Note, Outcome, Partnership, StepRun
from workflows.people import Membership, Person
from workflows.programme import Programme
from workflows.question import Question
from workflows.ticket import Ticket
from workflows.walk import Answer, Change, Milestone, Round, Walk

THEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAMES = ("Dorotea", "Emeka", "Fernanda", "Gwendolyn", "Hyacinth")
MEMBERS = tuple(person_id("T1", f"U{name.upper()}") for name in NAMES)
ROBIN = Address(name="Robin Tide", address="robin@example.com")
CANARY = re.compile(r"canary-[a-z0-9-]+(?:\.[a-z0-9-]+)*")


def canary(*where: str) -> str:
    """A word that tells where it was written."""
    return "canary-" + ".".join(where).lower()


def written(question: Question, path: str, person: str) -> Value | None:
    """What somebody says to a question, each text with a canary."""
    mark = canary(path, person)
    match question.kind:
        case "rows":
            cells: dict[str, Cell] = {}
            for column in question.columns:
                said = written(column, f"{path}.{column.id}", person)
                if isinstance(said, str):
                    cells[column.id] = said
            return [cells]
        case "short_text" | "long_text":
            return mark
        case "yes_no":
            return {"said": "yes", "note": mark}
        case "consent":
            return {"word": "aside", "why": mark}
        case "choice":
            return question.options[0].value if question.options else None
        case "person":
            return ANA
        case "date":
            return "2026-12-04"
        case "scale":
            return 1
        case _:
            return None


def lived(walk: Walk, programme: Programme) -> Change:
    """Everybody answered everything, every text is agreed on, and all else that a group writes is written too."""
    people = tuple(Person(id=m, name=n, email=f"{n.lower()}@example.org") for m, n in zip(MEMBERS, NAMES, strict=True))
    steps = tuple(
        StepRun(
            step=step.id,
            opened_on=THEN.date(),
            closed_on=THEN.date() if step is not programme.steps[-1] else None,
            reason=canary("reason", step.id),
            notes=(Note(what="extended", by=ANA, at=THEN, reason=canary("note", step.id)),),
        )
        for step in programme.steps
    )
    rounds = tuple(
        Round(
            id=f"x{n}",
            prompt=prompt.id,
            step=programme.steps[0].id,
            number=n,
            opens_on=THEN.date(),
            closes_at=THEN,
            closed_at=THEN,
        )
        for n, prompt in enumerate(programme.prompts(), start=100)
    )
    answers = tuple(
        Answer(round=r.id, person=person, revision=1, at=THEN, via="web", values=_values(programme, r.prompt, person))
        for r in rounds
        for person in MEMBERS
    )
    edits = tuple(
        Edit(
            worksheet=sheet.id,
            row="h1",
            column=column.id,
            before=canary("before", sheet.id, column.id),
            after=canary("edit", sheet.id, column.id),
            by=ANA,
            at=THEN,
            reason=canary("why", sheet.id, column.id),
        )
        for step in programme.steps
        for sheet in step.worksheets
        for column in sheet.columns
        if column.hand and column.hand.kind in ("short_text", "long_text")
    )
    kept = Kept(id="k1", kind="promise", text=canary("kept"), author=ANA, by=ANA, at=THEN, said_at=THEN, state="given")
    outcome = Outcome(
        decision=programme.steps[0].decisions[0].id,
        number=1,
        round="x100",
        at=THEN,
        result="agreed",
        method="consent",
        text=canary("outcome"),
        took_part=MEMBERS,
        of=5,
        dissent=(Dissent(word="aside", reason=canary("dissent"), person=ANA, met=canary("met")),),
        advice=(canary("advice"),),
    )
    partnership = replace(walk.partnership, steps=steps, edits=edits, kept=(kept,), outcomes=(outcome,))
    return Change(
        partnership=partnership,
        people=people,
        members=tuple(Membership(person=m, consent="given", consent_at=THEN, prefers="mail") for m in MEMBERS),
        rounds=rounds,
        answers=answers,
        milestones=(Milestone(id="m1", title=canary("milestone"), owner=ANA, due=date(2026, 12, 4)),),
    )


def _values(programme: Programme, prompt: str, person: str) -> Mapping[str, Value]:
    questions = programme.prompt(prompt).questions
    name = NAMES[MEMBERS.index(person)]
    said = {q.id: written(q, f"{prompt}.{q.id}", name) for q in questions}
    return {key: value for key, value in said.items() if value is not None}


def agreed(walk: Walk, programme: Programme) -> Change:
    """The group agreed on every worksheet as it stands."""
    sheets = tuple(
        worksheets.agreed_sheet(walk, programme, sheet, decision="d", now=THEN)
        for step in programme.steps
        for sheet in step.worksheets
    )
    return Change(partnership=replace(walk.partnership, sheets=sheets))


@dataclass
class Site:
    """The pages from outside, and the home behind them."""

    url: str
    home: Home
    client: httpx.Client
    programme: Programme
    as_it_began: Partnership

    def begin_anew(self) -> None:
        """As if nothing had been shared, said or corrected: making a house takes longer than a story."""
        self.home.house.clock.move(web_home.NOON)
        self.home.house.walks.change(self.home.partnership, lambda walk: Change(partnership=self.as_it_began))

    @property
    def now(self) -> datetime:
        return self.home.house.clock.now()

    @property
    def walk(self) -> Walk:
        return self.home.walk

    def ticket(self, person: str, subject: str) -> Ticket:
        return Ticket(workspace="T1", partnership=self.home.partnership, person=person, subject=subject)

    def link(self, contact: str, page: str = "partner") -> str:
        """The link of a contact, made now."""
        return self.home.house.links.url(page, self.ticket("", CONTACT + contact))

    def preview(self, person: str) -> str:
        return self.home.house.links.url("partner", self.ticket(person, PREVIEW))

    def decide(self, by: str = ANA, **typed: Any) -> None:
        """A facilitator fills the form of what the partner sees; what is not named stays."""
        ticket = self.ticket(by, SHARE)
        form = self.home.house.cases.answer_form(ticket)
        self.home.house.cases.submit_answer(ticket, {**form.typed, **typed}, via="web")

    def invite(self, address: Address = ROBIN) -> str:
        """Robin gets a page, unless they have one; their id."""
        found = contacting.contact_id(self.home.partnership, address.address)
        if found in {c.id for c in contacting.here(self.walk)}:
            return found
        self.decide(do="invite", name=address.name, address=address.address)
        return found

    def share_all(self) -> None:
        """Everything that can be shared."""
        form = self.home.house.cases.answer_form(self.ticket(ANA, SHARE))
        self.decide(show=tuple(o.value for f in form.fields if f.id == "show" for o in f.options))

    def get(self, url: str) -> httpx.Response:
        return self.client.get(url)

    def send(self, url: str, **typed: Any) -> httpx.Response:
        """Fill a form of a page as a browser would."""
        page = self.client.get(url)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.client.post(url, data={**hidden, **typed}, follow_redirects=True)

    def pass_time(self, by: timedelta) -> None:
        self.home.house.clock.move(self.now + by)


@contextmanager
def site(state: Path, programme: Programme, **settings: str) -> Iterator[Site]:
    """The pages of a group that has lived through `programme`."""
    port = web_home.free_port()
    with (
        web_home.home(state, port, **settings) as home,
        httpx.Client(trust_env=False) as client,
    ):
        house = web_home.with_programme(home.house, programme)
        known = replace(home, house=house)
        house.walks.change(
            home.partnership,
            lambda walk: Change(
                partnership=replace(
                    walk.partnership, programme=programme.id, version=programme.version, steps=(), next_round_on=None
                )
            ),
        )
        house.walks.change(home.partnership, lambda walk: lived(walk, programme))
        house.walks.change(home.partnership, lambda walk: agreed(walk, programme))
        with serving(create_with(house), port) as url:
            began = house.walks.get(home.partnership).partnership
            yield Site(url=url, home=known, client=client, programme=programme, as_it_began=began)


__all__ = ["ANA", "CANARY", "MEMBERS", "NAMES", "PROMISES", "ROBIN", "Site", "canary", "site"]
