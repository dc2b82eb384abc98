"""Workspaces, groups, partnerships, people and milestones: to look at, and to add by hand."""

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from worker import show
from worker.commands import creating
from workflows.errors import AskPerson, NotFound

if TYPE_CHECKING:
    from worker.wiring import House
    from workflows.walk import Walk

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Of = Annotated[str, typer.Option("--partnership", help="Its id, from `fairsteps partnership list`.")]

workspace = typer.Typer(
    help="Slack workspaces that Fairsteps was added to, and homes of groups without Slack.", no_args_is_help=True
)
group = typer.Typer(help="Peer support groups.", no_args_is_help=True)
partnership = typer.Typer(help="Groups on their way with a partner.", no_args_is_help=True)
person = typer.Typer(help="People who take part.", no_args_is_help=True)
milestone = typer.Typer(help="Milestones with owner and due date.", no_args_is_help=True)
group.command("create")(creating.create)
group.command("add")(creating.add)


def house() -> "House":
    """The house, put together only when a command needs it: `--help` should not wait for it."""
    from worker.wiring import house as build

    return build()


def _walks(home: "House") -> "list[Walk]":
    walks = []
    for pid in (p for w in home.workspaces.all() for p in home.workspaces.partnerships(w.id)):
        with suppress(NotFound):  # noted, but a crash came before it was begun
            walks.append(home.walks.get(pid))
    return walks


@workspace.command("list")
def workspace_list(as_json: Json = False) -> None:
    """List workspaces."""
    home = house()
    rows = [
        {
            "id": w.id,
            "name": w.name,
            "kind": w.kind,
            "active": w.active,
            "trouble": w.trouble or ", ".join(w.wants),
            "partnerships": len(home.workspaces.partnerships(w.id)),
        }
        for w in home.workspaces.all()
    ]
    show.listing(rows, as_json=as_json, empty="No workspace yet: open the page and press “Add to Slack”.")


@group.command("list")
def group_list(as_json: Json = False) -> None:
    """List groups."""
    seen = {w.group.id: (w.partnership.workspace, w.group) for w in _walks(house())}
    rows = [
        {
            "id": g.id,
            "name": g.name,
            "workspace": home,
            "channel": g.channel or "",
            "lost": g.channel_lost,
            "zone": g.zone,
        }
        for home, g in seen.values()
    ]
    show.listing(
        rows, as_json=as_json, empty="No group yet: start one in Slack, on /begin, or with `fairsteps group create`."
    )


@partnership.command("list")
def partnership_list(as_json: Json = False) -> None:
    """List partnerships, with the step each is in."""
    rows = [_row(walk) for walk in _walks(house())]
    show.listing(
        rows,
        as_json=as_json,
        empty="No partnership yet: start one in Slack, on /begin, or with `fairsteps group create`.",
    )


def _row(walk: "Walk") -> dict[str, object]:
    partnership = walk.partnership
    return {
        "id": partnership.id,
        "group": partnership.group.name,
        "partner": partnership.partner.name,
        "step": partnership.current.step if partnership.current else "",
        "taking part": len(walk.counted()),
        "people": len(walk.members),
        "next round": partnership.next_round_on or "",
    }


@partnership.command("show")
def partnership_show(partnership_id: Annotated[str, typer.Argument(help="Its id.")], as_json: Json = False) -> None:
    """Show one partnership: its steps, rounds and dates. No answers are shown."""
    walk = house().walks.get(partnership_id)
    steps = [
        {"step": s.step, "opened": s.opened_on, "closed": s.closed_on, "how": s.how} for s in walk.partnership.steps
    ]
    rounds = [
        {"round": r.id, "prompt": r.prompt, "answers": len(walk.answers_to(r.id)), "closes": r.closes_at}
        for r in walk.rounds
    ]
    show.one(
        {**_row(walk), "review": walk.partnership.review_on or "", "steps": steps, "rounds": rounds}, as_json=as_json
    )


@partnership.command("move")
def partnership_move(
    partnership_id: Annotated[str, typer.Argument(help="Its id.")],
    to: Annotated[str, typer.Option(help="The version of its programme to move to.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Move a partnership to another version of its programme: shows what changes, and keeps all answers."""
    from worker.moving import move

    def agreed() -> bool:
        return not dry_run and (yes or (not as_json and typer.confirm("Move it?", default=False)))

    if not move(house(), partnership_id, to, agreed=agreed, as_json=as_json):
        raise typer.Exit(2)


@person.command("list")
def person_list(of: Of, as_json: Json = False) -> None:
    """List who is in a partnership."""
    walk = house().walks.get(of)
    rows = [
        {
            "id": m.person,
            "name": walk.people[m.person].name,
            "role": m.role,
            "consent": m.consent,
            "asked to facilitate": m.offer,
            "prefers": m.prefers,
            "zone": walk.zone(m.person),
        }
        for m in walk.members.values()
    ]
    show.listing(rows, as_json=as_json, empty="Nobody yet.")


@person.command("add")
def person_add(
    of: Of,
    name: Annotated[str, typer.Option(help="What the group calls them.")],
    email: Annotated[str, typer.Option(help="Where they are asked whether they want to take part.")],
    zone: Annotated[str, typer.Option(help="Their time zone, like Europe/London; the group's when left out.")] = "",
    role: Annotated[str, typer.Option(help="member, facilitator or observer.")] = "member",
) -> None:
    """Add somebody who has no Slack. They are asked for consent first."""
    from workflows import addresses, ids, schedule
    from workflows.people import Person

    problems, email = {}, email.strip()
    if not addresses.is_address(email):
        problems["email"] = "--email: this is not a mail address"
    if zone and not schedule.is_zone(zone):
        problems["zone"] = "--zone: there is no such time zone; write it like Europe/London"
    if role not in ("member", "facilitator", "observer"):
        problems["role"] = "--role: choose member, facilitator or observer"
    if not name.strip():
        problems["name"] = "--name: please give a name"
    if problems:
        raise AskPerson(problems)
    home = house()
    wid = home.walks.get(of).partnership.workspace
    who = Person(id=ids.person_id(wid, addresses.folded(email)), name=name.strip(), email=email, zone=zone or None)
    who = home.cases.add_person(of, who, role=role, prefers="mail")
    typer.echo(f"{who.name} is asked by mail whether they want to take part.", err=True)
    typer.echo(who.id)


@person.command("offer")
def person_offer(
    of: Of, person_id: Annotated[str, typer.Argument(help="Whom to ask: an id from `fairsteps person list`.")]
) -> None:
    """Ask somebody to facilitate. Nothing changes until they say yes; asking twice is one request."""
    home = house()
    home.cases.offer_lead(of, person_id)
    name = home.walks.get(of).people[person_id].name
    typer.echo(f"{name} is asked whether they will facilitate.", err=True)


@milestone.command("list")
def milestone_list(of: Of, as_json: Json = False) -> None:
    """List milestones, soonest first."""
    walk = house().walks.get(of)
    rows = [
        {"id": m.id, "title": m.title, "owner": walk.people[m.owner].name, "due": m.due, "done": m.done_on or ""}
        for m in sorted(walk.milestones, key=lambda m: m.due)
    ]
    show.listing(rows, as_json=as_json, empty="No milestone yet.")


@milestone.command("add")
def milestone_add(
    of: Of,
    title: Annotated[str, typer.Option(help="What is to be reached.")],
    owner: Annotated[str, typer.Option(help="Whose it is: an id from `fairsteps person list`.")],
    due: Annotated[str, typer.Option(help="When, like 2027-01-31.")],
) -> None:
    """Add a milestone; its owner is reminded a week before, a day before, and on the day."""
    try:
        day = date.fromisoformat(due)
    except ValueError:
        raise AskPerson({"due": f"--due: {due} is not a date; write it like 2027-01-31"}) from None
    typer.echo(house().cases.add_milestone(of, title=title, owner=owner, due=day))


@milestone.command("done")
def milestone_done(of: Of, milestone_id: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Mark a milestone as done, in its owner's name."""
    from workflows.ticket import Ticket

    home = house()
    walk = home.walks.get(of)
    found = walk.milestone(milestone_id)
    owner = found.owner if found else ""
    home.cases.milestone_done(
        Ticket(workspace=walk.partnership.workspace, partnership=of, person=owner, subject=milestone_id)
    )
