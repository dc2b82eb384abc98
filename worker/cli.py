"""`fairsteps`: everything an operator and an author do from a shell.

Exit status: 0 done, 1 it failed, 2 the input was wrong; then one line says where and why.
"""

import sys

import typer

from worker.commands import authoring, export, groups, mail, running, simulating, unlinking
from workflows.errors import AskPerson, FairstepsError, NotFound, StoreUnavailable, WrongInput

app = typer.Typer(
    name="fairsteps",
    help="Walks a peer support group through the five steps to fair partnerships.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _command in (
    running.up,
    running.doctor,
    running.status,
    authoring.preview,
    simulating.simulate,
    authoring.lint,
    export.export,
):
    app.command()(_command)
app.add_typer(groups.workspace, name="workspace")
app.add_typer(groups.group, name="group")
app.add_typer(groups.partnership, name="partnership")
groups.person.command("unlink")(unlinking.unlink)
app.add_typer(groups.person, name="person")
app.add_typer(groups.milestone, name="milestone")
app.add_typer(authoring.reading, name="reading")
app.add_typer(mail.mail, name="mail")


def main() -> None:
    """Run the command line; every error we name ourselves is one clear line."""
    try:
        app()
    except AskPerson as ask:
        for problem in ask.problems.values():
            _say(problem)
        sys.exit(2)
    except (WrongInput, NotFound) as wrong:
        _say(str(wrong))
        sys.exit(2)
    except StoreUnavailable:
        _say("Fairsteps does not answer: start it with `make up`, or set FAIRSTEPS_REDIS_URL to where it runs.")
        sys.exit(1)
    except FairstepsError as failed:
        _say(str(failed))
        sys.exit(1)


def _say(line: str) -> None:
    print(f"fairsteps: {line}", file=sys.stderr)
