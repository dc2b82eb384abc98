"""The modal in which a Slack message is kept: what it shows, and what it carries along until it is sent.

Slack holds the words meanwhile, in the modal itself; nothing is stored before it is sent. What it carries names who
opened it. Pure.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from worker.slack.cut import ELLIPSIS, cut
from workflows import keeping
from workflows.forms import Field, Form, Option
from workflows.messages.scene import Scene
from workflows.words import Words

KEEP = "keep_message"  # its callback_id
DROP = "drop"  # beside what it may be kept as: nothing, after all
CARRIED_CHARS = 2900  # Slack takes 3,000 in private_metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A message on its way to be kept: who opened the modal, for which partnership if there is one, whose words."""

    by: str
    partnership: str
    channel: str
    ts: str
    author: str
    text: str

    @property
    def message(self) -> str:
        """The message among all of its workspace."""
        return f"{self.channel}:{self.ts}"

    @property
    def said_at(self) -> datetime:
        """When it was written. Raises ValueError for a year that no calendar has."""
        return datetime.fromtimestamp(int(self.ts.partition(".")[0]), UTC)

    def to_token(self) -> str:
        """Return it as text; `from_token` reads it back. It has no "#", for behind one stands a page's number."""
        given = (self.by, self.partnership, self.channel, self.ts, self.author, self.text)
        return json.dumps(given, ensure_ascii=False, separators=(",", ":")).replace("#", "\\u0023")

    @classmethod
    def from_token(cls, token: str) -> Self:
        """Read what `to_token` wrote. Raises ValueError on anything else."""
        by, partnership, channel, ts, author, text = map(str, json.loads(token))
        return cls(by=by, partnership=partnership, channel=channel, ts=ts, author=author, text=text)

    def fitting(self) -> Self:
        """Return it with as much of its text as is kept and as a modal can carry."""
        whole, most = self.text, keeping.TEXT_CHARS
        made = replace(self, text=cut(whole, most))
        while len(made.to_token()) > CARRIED_CHARS:
            most = most * 3 // 4
            made = replace(self, text=cut(whole, most))
        return made


def keep_form(words: Words, scenes: Sequence[Scene], carried: Carried, *, person: str, who: str, whole: str) -> Form:
    """The form. `scenes` are where it may be kept, the likeliest first; `whole` is all of the message."""
    own = carried.by == carried.author
    one = scenes[0].title if len(scenes) == 1 else ""
    where = words("keeping.one", partnership=one) if one else words("keeping.several")
    standing = {k.kind: k for s in scenes for k in keeping.about_message(s.walk, carried.message)}
    mine = [kind for kind, kept in standing.items() if person in (kept.author, kept.by)]
    already = " · ".join(words(f"keeping.kind.{kind}") for kind in mine)
    return Form(
        id=KEEP,
        title=words("keeping.title"),
        submit=words("keeping.send"),
        cancel=words("keeping.close"),
        intro=(
            words("keeping.you_said") if own else words("keeping.said", who=who or words("keeping.somebody_listed")),
            carried.text,
            *((words("keeping.cut"),) if carried.text.endswith(ELLIPSIS) and carried.text != whole else ()),
            words("keeping.yours", where=where) if own else words("keeping.asks", who=who or words("keeping.somebody")),
            *((words("keeping.already", kinds=already),) if already else ()),
        ),
        fields=(
            *_which(words, scenes),
            _as_what(words, may_drop=bool(mine)),
            Field(
                id="note",
                widget="line",
                label=words("keeping.note"),
                hint=words("keeping.note_hint"),
                required=False,
                max_chars=keeping.NOTE_CHARS,
            ),
        ),
        token=carried.to_token(),
        typed={} if one else {"partnership": scenes[0].walk.partnership.id},
    )


def _which(words: Words, scenes: Sequence[Scene]) -> tuple[Field, ...]:
    if len(scenes) == 1:
        return ()
    options = tuple(Option(value=s.walk.partnership.id, label=s.title) for s in scenes)
    return (Field(id="partnership", widget="choice", label=words("keeping.which"), options=options, menu=True),)


def _as_what(words: Words, *, may_drop: bool) -> Field:
    options = tuple(
        Option(value=kind, label=words(f"keeping.kind.{kind}"), hint=words(f"keeping.hint.{kind}"))
        for kind in keeping.KINDS
    )
    drop = Option(value=DROP, label=words("keeping.take_back"), hint=words("keeping.take_back_hint"))
    return Field(
        id="kind",
        widget="choice",
        label=words("keeping.as_what"),
        options=(*options, drop) if may_drop else options,
    )
