"""`fairsteps person unlink`: links of somebody that may be in wrong hands open nothing any more."""

from typing import Annotated

import typer

from worker.commands.groups import house
from workflows.errors import NotFound


def unlink(person: Annotated[str, typer.Argument(help="Their id, from `fairsteps person list`.")]) -> None:
    """Switch off every link that somebody was sent until now. Newer messages bring links that work."""
    home = house()
    homes = [w.id for w in home.workspaces.all() if person in home.people.some(w.id, [person])]
    if not homes:
        raise NotFound(f"there is no person {person} here: fairsteps person list names them")
    for workspace in homes:
        home.cases.unlink(workspace, person)
    typer.echo("Done. All links that they were sent until now are switched off.")
