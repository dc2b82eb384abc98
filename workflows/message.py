"""A due message as one frozen, channel-neutral value. Slack, mail and web are renderers of it.

Texts in it are plain: no markup of any channel. Renderers escape and cut them to the channel's limits, there and once.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A short title inside a message."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A quiet remark: who will see this, why you got it, how long it takes."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Somebody's own words, set apart. `who` is a name or empty."""

    text: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of short lines."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A numbered list: the questions of a prompt, so that a mail reply can name them."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Label and value pairs."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The steps with where the group stands: one (title, state) each, state done, now or ahead."""

    steps: tuple[tuple[str, Literal["done", "now", "ahead"]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link on a line of its own, to read something."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Divider:
    """A rule between two parts."""


Part = Heading | Text | Small | Quote | Bullets | Numbered | Facts | Progress | Link | Divider


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to press: in Slack a button with `id` and `value` (opaque ids), in mail and web a link.

    `page` is the web page that does the same ("answer", "preferences"), or empty when only Slack offers it. With
    `options` (id, label) it is a menu, in Slack alone; `choice` is what one of several like buttons stands for.
    """

    id: str
    label: str
    value: str
    style: Literal["primary", "danger", "plain"] = "plain"
    page: str = ""
    options: tuple[tuple[str, str], ...] = ()
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person or one channel.

    `subject` is the mail subject and the Slack notification text; it never holds what is hidden. `why` says why the
    reader got it and how to stop; mail sets it at the foot. `reply_hint` is set when a mail reply is understood.
    """

    kind: str
    subject: str
    parts: tuple[Part, ...]
    actions: tuple[Action, ...] = ()
    why: str = ""
    preheader: str = ""
    reply_hint: str = ""
    locale: str = "en"
