"""Running it: up, doctor, status."""

import sys
from typing import Annotated

import typer

from worker import show

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def up(
    only: Annotated[
        str, typer.Option(help="Start just these parts, comma separated: web, worker, clock, mail, socket.")
    ] = "",
) -> None:
    """Start Fairsteps; Ctrl-C stops all of it.

    Without Slack credentials it also starts a local Slack and a local mailbox to try it out.
    """
    from worker.up import run

    sys.exit(run(only=tuple(part.strip() for part in only.split(",") if part.strip())))


def doctor(
    dkim_selector: Annotated[
        list[str] | None, typer.Option(help="The name under which your mail server's key stands. Give it once a key.")
    ] = None,
    dns_server: Annotated[str, typer.Option(help="Ask this name server, ADDRESS or ADDRESS:PORT, not our own.")] = "",
    as_json: Json = False,
) -> None:
    """Check settings, programmes, words, store, and how mail stands with those who get it; say how to mend it.

    What could not be looked at is "unknown", and nothing wrong.
    """
    from worker.checkup import findings

    rows = findings(selectors=dkim_selector or (), dns_server=dns_server)
    show.listing([row.to_row() for row in rows], as_json=as_json, empty="")
    sys.exit(0 if all(row.fine for row in rows) else 1)


def status(as_json: Json = False) -> None:
    """Show whether every part lives, what waits, and what is next."""
    from worker.wiring import house

    home = house()
    now = home.clock.now()
    ages = home.heartbeat.ages()
    show.one(
        {
            "now": now.isoformat(),
            "clock": _age(ages.get("clock")),
            "worker": _age(ages.get("worker")),
            **({"mail in": _age(ages.get("mail"))} if home.settings.inbound_url else {}),
            "waiting": home.due.waiting(now=now),
            "next": home.due.next_at() or "nothing is planned",
            "held mails": len(home.mailroom.held()),
            "mails that break": home.mailroom.breaking.count(),
            "workspaces": len(home.workspaces.all()),
            "troubles": ", ".join(w.id for w in home.workspaces.all() if w.trouble or w.wants) or "none",
        },
        as_json=as_json,
    )


def _age(seconds: float | None) -> str:
    return "has not run yet" if seconds is None else f"{seconds:.0f} s ago"
