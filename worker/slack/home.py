"""A Home value drawn as Slack's view, and published.

Promises: the view is within Slack's limits whatever a person takes part in: walks share the room, and one that has more
than its share ends with a word and the button to its board. Whatever people wrote stays text, as in `blocks.py`. The
steps stand there in words, with or without the picture: a view without it differs in nothing else. No clock; the same
value gives the same view.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, DividerBlock, HeaderBlock, ImageBlock

from worker.slack.blocks import HEADER_CHARS, buttons, draw, paragraphs, plain
from worker.slack.client import CheckedAsyncClient
from worker.slack.home_parts import heading, item, said
from workflows.home import Home, Part, Path, Section
from workflows.message import Bullets

VIEW_BLOCKS = 100
VIEW_BYTES = 200_000  # of 250,000, counted as the SDK writes them: each letter that is no ASCII is six bytes or more
ALT_CHARS = 2000

Blocks = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much still fits."""

    blocks: int
    weight: int

    def share(self, among: int, *, taken: Blocks) -> "_Room":
        """An equal part of what is left beside what is taken."""
        return _Room(blocks=(self.blocks - len(taken)) // among, weight=(self.weight - _weight(taken)) // among)

    def holds(self, blocks: Blocks) -> bool:
        """Whether these fit."""
        return len(blocks) <= self.blocks and _weight(blocks) <= self.weight


def render_home(home: Home, *, pictures: str = "") -> dict[str, Any]:
    """Return the view. `pictures` is the address that Slack can fetch pictures from, or empty when it cannot."""
    head, foot = _all(_head(home)), _all(_foot(home))
    room = _Room(blocks=VIEW_BLOCKS - len(head) - len(foot), weight=VIEW_BYTES - _weight(head) - _weight(foot))
    body: Blocks = []
    for place, section in enumerate(home.sections):
        share = room.share(len(home.sections) - place, taken=body)
        body += _section(section, share, fold=home.fold, pictures=pictures)
    return {"type": "home", "blocks": [*head, *body, *foot]}


async def publish(client: CheckedAsyncClient, slack_user: str, view: dict[str, Any], mark: str) -> str:
    """Publish a view and return Slack's mark of it. With `mark`, only over the view of that mark."""
    answer = await client.views_publish(user_id=slack_user, view=view, hash=mark or None)
    return str((answer.get("view") or {}).get("hash") or "")


def _head(home: Home) -> Iterator[Block]:
    if home.heading:
        yield HeaderBlock(text=plain(said(home.heading, HEADER_CHARS)))
    for text in home.intro:
        yield from paragraphs(text)


def _foot(home: Home) -> Iterator[Block]:
    if home.sections:
        yield DividerBlock()
    if home.more:
        yield from paragraphs(home.more[0])
        yield from draw(Bullets(items=tuple(said(title, HEADER_CHARS) for title in home.more[1:])))
    yield ContextBlock(elements=[plain(home.start)])
    yield from buttons(home.foot)


def _section(section: Section, room: _Room, *, fold: str, pictures: str) -> Blocks:
    """A walk as far as its room goes: what belongs together stays together, and its own buttons are always there."""
    body = _all((HeaderBlock(text=plain(said(section.title, HEADER_CHARS))),))
    foot = _all(buttons(section.foot))
    folded = _all((ContextBlock(elements=[plain(fold)]),))
    groups = list(_groups(section, pictures))
    for place, group in enumerate(groups):
        last = place == len(groups) - 1
        if not room.holds([*body, *group, *foot, *([] if last else folded)]):
            return [*body, *folded, *foot]
        body += group
    return [*body, *foot]


def _groups(section: Section, pictures: str) -> Iterator[Blocks]:
    """What is left out together, if at all: an item with its buttons, a heading with its first item."""
    for part in section.before:
        yield from _part(part)
    if section.path:
        yield from _path(section.path, pictures)
    for part in section.parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[Blocks]:
    for place, one in enumerate(part.items):
        above = _all(heading(part.heading)) if place == 0 else []
        yield [*above, *_all(item(one))]
    if part.more:
        yield _all((ContextBlock(elements=[plain(part.more)]),))


def _path(path: Path, pictures: str) -> Iterator[Blocks]:
    url = f"{pictures}/picture/{path.programme}/{path.version}/{path.states}.png"
    picture = (ImageBlock(image_url=url, alt_text=said(path.alt, ALT_CHARS)),) if pictures else ()
    words = (*draw(path.progress), *paragraphs("\n".join(path.lines)))
    yield _all((*heading(path.heading), *picture, *words))


def _all(blocks: Iterable[Block]) -> Blocks:
    return [block.to_dict() for block in blocks]


def _weight(blocks: Blocks) -> int:
    return len(json.dumps(blocks))
