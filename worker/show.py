"""What the command line prints: tables for people, JSON for programs. Never more than was asked for."""

import json
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_OUT = Console(highlight=False)


def listing(rows: Sequence[Mapping[str, object]], *, as_json: bool, empty: str) -> None:
    """Print rows as a table, or as a JSON list; `empty` is said to a person when there are none."""
    if as_json:
        print(json.dumps(list(rows), indent=2, default=str))
    elif not rows:
        _OUT.print(empty)
    else:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in rows[0]:
            table.add_column(name, no_wrap=name == "id", min_width=_longest(rows) if name == "id" else None)
        for row in rows:
            table.add_row(*(escape(str(value)) for value in row.values()))
        _OUT.print(table)


def _longest(rows: Sequence[Mapping[str, object]]) -> int:
    """Letters of the longest id: one that is cut cannot be given to the next command."""
    return max(len(str(row["id"])) for row in rows)


def one(fields: Mapping[str, object], *, as_json: bool) -> None:
    """Print one thing, a line a field, or as a JSON object."""
    if as_json:
        print(json.dumps(fields, indent=2, default=str))
        return
    for name, value in fields.items():
        _OUT.print(f"[bold]{name}[/bold]  {escape(str(value))}", soft_wrap=True)
