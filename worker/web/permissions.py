"""The page /slack/permissions: each right that Fairsteps asks for in Slack, what Slack tells it, and why.

Promises: what stands there is what the code asks for and listens to; a right without words is an error when the page
is made, at the start, and not a gap. The same for everybody; it holds no state.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask

from worker.slack import commands, events, oauth, shortcuts
from worker.web import draw
from worker.wiring import House
from workflows.words import Words

PATH = "/slack/permissions"
COMMANDS = (commands.COMMAND,)
SHORTCUTS = (shortcuts.ANSWER_WAITING, shortcuts.KEEP_MESSAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One right, event or command as Slack names it, and why it is there."""

    name: str
    why: str


def permissions_page(words: Words) -> str:
    """Return the page. Raises MissingWords for something that nobody has explained."""
    return draw.page(
        "permissions",
        say=lambda key: words(f"permissions.{key}"),
        lines=lambda key: words.lines(f"permissions.{key}"),
        scopes=_rows(words, "scope", oauth.SCOPES),
        events=_rows(words, "event", events.EVENTS),
        commands=_rows(words, "command", COMMANDS),
        shortcuts=_shortcuts(words),
    )


def key_of(name: str) -> str:
    """Return what a scope, event or command is called among the words: `users_read_email` for users:read.email."""
    return name.strip("/").replace(":", "_").replace(".", "_")


def _rows(words: Words, kind: str, names: Iterable[str]) -> tuple[Row, ...]:
    return tuple(Row(name=name, why=words(f"permissions.{kind}.{key_of(name)}")) for name in names)


def _shortcuts(words: Words) -> tuple[Row, ...]:
    """The shortcuts by the names that people see: Slack shows no other."""
    names = ((words(f"permissions.shortcut_name.{one}"), words(f"permissions.shortcut.{one}")) for one in SHORTCUTS)
    return tuple(Row(name=name, why=why) for name, why in names)


def install(app: Flask, house: House) -> None:
    """Add the page."""
    page = permissions_page(house.words)
    app.add_url_rule(PATH, "slack_permissions", lambda: page)
