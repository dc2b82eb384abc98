"""A conversation as one reads it: messages by day, with their threads, a face and a time for each. Pure.

Promises: what is only for somebody else's eyes is left out before it comes here (`LocalSlack.messages`); a reply stands
in its thread alone, unless it was sent to the channel as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from worker.local.window_slack import Someone, Workspace

Message = Mapping[str, Any]
COLOURS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """Who says something. There are no pictures: a face is two letters on a colour."""

    name: str
    letters: str
    colour: int
    app: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message, ready to be drawn. `under` is the first message of the thread it was sent from."""

    ts: str
    face: Face
    time: str
    edited: bool
    private: bool
    blocks: Sequence[Mapping[str, Any]]
    text: str
    replies: int = 0
    repliers: tuple[Face, ...] = ()
    under: str = ""


def face_of(workspace: Workspace, user: str) -> Face:
    """Return the face of a person or of the app."""
    name = workspace.known().names().get(user, user)
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    letters = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
    place = next((n for n, person in enumerate(workspace.people) if person.id == user), 0)
    return Face(name=name, letters=letters, colour=place % COLOURS, app=user == workspace.bot)


def days(workspace: Workspace, reader: Someone, messages: Sequence[Message]) -> list[tuple[str, list[Line]]]:
    """Return what stands in a channel, day by day as `reader` has it, with a count of replies."""
    shown = [one for one in messages if _parent(one) == "" or one.get("broadcast")]
    lines = [(_when(one, reader), _line(workspace, reader, one, messages)) for one in shown]
    by_day = groupby(lines, key=lambda each: each[0].date())
    return [(_named(day), [line for _, line in these]) for day, these in by_day]


def thread(workspace: Workspace, reader: Someone, messages: Sequence[Message], ts: str) -> list[Line]:
    """Return a message and its replies; nothing where there is no such message."""
    parent = [one for one in messages if one["ts"] == ts]
    replies = [one for one in messages if _parent(one) == ts]
    return [_line(workspace, reader, one, ()) for one in (*parent, *replies)] if parent else []


def _line(workspace: Workspace, reader: Someone, one: Message, every: Sequence[Message]) -> Line:
    replies = [other for other in every if _parent(other) == one["ts"]]
    repliers = dict.fromkeys(other["user"] for other in replies)
    return Line(
        ts=one["ts"],
        face=face_of(workspace, one["user"]),
        time=_when(one, reader).strftime("%H:%M"),
        edited=bool(one.get("edited")),
        private=bool(one.get("only_for")),
        blocks=one.get("blocks") or (),
        text=one["text"],
        replies=len(replies),
        repliers=tuple(face_of(workspace, user) for user in list(repliers)[:4]),
        under=_parent(one) if every else "",
    )


def _parent(one: Message) -> str:
    above = str(one.get("thread_ts") or "")
    return "" if above == one["ts"] else above


def _when(one: Message, reader: Someone) -> datetime:
    return datetime.fromtimestamp(float(one["ts"]), UTC).astimezone(ZoneInfo(reader.zone))


def _named(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}"
