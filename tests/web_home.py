"""A small home for the web pages: real links, real vault, and answers kept in memory behind the names of `Cases`."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from worker.links import Links
from worker.vault import Vault
from workflows.errors import AskPerson, NotFound, StoreUnavailable
from workflows.forms import Field, Form, Option, Typed
from workflows.ticket import Ticket

BO = Ticket(workspace="T1", partnership="p1", person="bo", subject="round1")
CHI = replace(BO, person="chi")
YES_NO = (Option(value="yes", label="Yes, ask me"), Option(value="no", label="No, leave me in peace"))
QUESTIONS = Form(
    id="answer",
    title="What you did for the group",
    submit="Send",
    intro=(
        "The Riverside Group wants to know what its work is worth before it talks with Pulse App.",
        "About five minutes. Your group sees the answers with your name, unless a question says otherwise.",
    ),
    fields=(
        Field(
            id="did",
            widget="lines",
            label="What did you do for the group in the last seven days?",
            hint="A few words will do.",
        ),
        Field(id="hours", widget="number", label="About how many hours was that?", hint="A number, like 2 or 2.5."),
        Field(
            id="kind",
            widget="choices",
            label="What kind of work was it?",
            options=(
                Option(value="welcome", label="Welcoming people"),
                Option(value="crisis", label="Being there in a crisis", hint="Also at night, also by phone."),
                Option(value="content", label="Writing and collecting"),
            ),
            required=False,
        ),
        Field(
            id="stop",
            widget="choice",
            label="What would stop if you were ill for a month?",
            options=(
                Option(value="all", label="All of it"),
                Option(value="some", label="Some of it"),
                Option(value="none", label="Nothing"),
            ),
        ),
        Field(id="who", widget="line", label="Who outside the group gains from it?", required=False),
        Field(id="when", widget="date", label="Since when do you do this?", required=False),
    ),
)
CONSENT = Form(
    id="consent",
    title="May we ask you?",
    submit="Save",
    intro=("Ana starts a walk with Pulse App. You are asked nothing before you agree, and can stop at any time.",),
    fields=(Field(id="consent", widget="choice", label="Do you want to take part?", options=YES_NO),),
)
PREFERENCES = Form(
    id="preferences",
    title="How should we ask you?",
    submit="Save",
    fields=(
        Field(
            id="prefers",
            widget="choice",
            label="Where",
            options=(Option(value="slack", label="In Slack"), Option(value="mail", label="By mail")),
        ),
        Field(id="zone", widget="zone", label="Your time zone", hint="So that 9:00 is 9:00 where you are."),
    ),
    typed={"prefers": "slack", "zone": "Asia/Kathmandu"},
)


@dataclass
class Memory:
    """What `Cases` promises, kept in this process. `away` and `broken` are what a bad day looks like."""

    kept: dict[Ticket, Typed] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=lambda: {"bo": "yes"})
    chosen: dict[str, Typed] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    away: bool = False
    broken: bool = False
    closed: bool = False
    writes: int = 0

    def _reach(self) -> None:
        if self.away:
            raise StoreUnavailable("the state cannot be reached now")
        if self.broken:
            raise RuntimeError("secret words of a person")

    def answer_form(self, ticket: Ticket) -> Form:
        self._reach()
        if ticket.person not in ("bo", "chi"):
            raise NotFound("no such person")
        if self.consents.get(ticket.person) != "yes":
            return self.consent_form(ticket)
        if self.closed:
            return Form(
                id="answer", title="This round is closed", submit="", fields=(), intro=("Thank you all the same.",)
            )
        return replace(QUESTIONS, token=ticket.encode(), typed=self.kept.get(ticket, {}))

    def submit_answer(self, ticket: Ticket, typed: Typed, *, via: str) -> None:
        self._reach()
        problems: dict[str, str] = {}
        if "did" not in typed:
            problems["did"] = "Please write a few words, or “nothing”."
        try:
            float(str(typed.get("hours", "")).replace(",", "."))
        except ValueError:
            problems["hours"] = "Please give a number, like 2 or 2.5."
        if "stop" not in typed:
            problems["stop"] = "Please choose one."
        if problems:
            raise AskPerson(problems)
        self.writes += 1
        self.kept[ticket] = dict(typed)

    def consent_form(self, ticket: Ticket) -> Form:
        self._reach()
        given = self.consents.get(ticket.person)
        return replace(CONSENT, typed={"consent": given} if given else {})

    def submit_consent(self, ticket: Ticket, typed: Typed, *, via: str) -> None:
        self._reach()
        if "consent" not in typed:
            raise AskPerson({"consent": "Please choose yes or no."})
        self.writes += 1
        self.consents[ticket.person] = str(typed["consent"])

    def preferences_form(self, ticket: Ticket) -> Form:
        self._reach()
        return replace(PREFERENCES, typed=self.chosen.get(ticket.person, PREFERENCES.typed))

    def submit_preferences(self, ticket: Ticket, typed: Typed) -> None:
        self._reach()
        self.writes += 1
        self.chosen[ticket.person] = dict(typed)

    def stop_mail(self, ticket: Ticket) -> None:
        self._reach()
        self.writes += 1
        self.stopped.append(ticket.person)

    def resume_mail(self, ticket: Ticket) -> None:
        self._reach()
        self.writes += 1
        self.stopped.remove(ticket.person)

    def board(self, ticket: Ticket) -> Any:
        self._reach()
        return BOARD


BOARD = SimpleNamespace(
    group="Riverside Group",
    partner="Pulse App",
    next="The next questions come on Monday 14 December at 9:00 on your clock.",
    steps=(
        ("Know the Value of Your Work", "done"),
        ("Know Your Vulnerabilities", "now"),
        ("Identify Shared Goals", "ahead"),
        ("Negotiate In Good Faith", "ahead"),
        ("Track Progress", "ahead"),
    ),
    round=SimpleNamespace(title="What could leave us?", answered=3, of=6, closes="Closes on Sunday 13 December."),
    worksheets=(
        SimpleNamespace(
            title="Value ledger",
            headers=("What", "Hours a week", "Who gains"),
            rows=(
                (
                    "Welcoming new people every evening",
                    "2 to 4",
                    "Whoever comes new, and Pulse App",
                ),
                ("Translating leaflets <b>by hand</b>", "5", "The hospital"),
            ),
        ),
        SimpleNamespace(title="Threat table", headers=("What", "From whom"), rows=()),
    ),
    milestones=(SimpleNamespace(title="Name a keeper", due="Friday 18 December", owner="Ana", state="open"),),
    readings=(
        SimpleNamespace(
            title="The Age of Surveillance Capitalism",
            author="Shoshana Zuboff",
            why="It says what happens with data once it has left the group.",
            where="Ask your library",
            url="",
        ),
    ),
)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class _Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any) -> None:
        """The app logs for itself."""


@contextlib.contextmanager
def serving(app: Flask, port: int) -> Iterator[str]:
    """Serve `app` over real HTTP until the block ends."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()


def home(port: int, redis: Any, **settings: Any) -> tuple[Any, Memory]:
    """Return a house for `create_with` and the memory behind it."""
    key = Fernet.generate_key().decode()
    url = f"http://127.0.0.1:{port}"
    cases = Memory()
    known: Mapping[str, Any] = {"public_url": url, "port": port, "local": True, "slack_configured": False, **settings}
    house = SimpleNamespace(
        settings=SimpleNamespace(**known),
        redis=redis,
        vault=Vault([key]),
        links=Links(public_url=url, keys=[key]),
        cases=cases,
    )
    return house, cases
