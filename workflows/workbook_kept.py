"""The chapter of a workbook with what was kept from Slack, each with its author's yes."""

from collections.abc import Iterator

from workflows import keeping, say
from workflows.messages.keep import author_of
from workflows.messages.scene import Scene
from workflows.question import Audience
from workflows.schedule import on_the_wall
from workflows.walk import Kept
from workflows.workbook import Chapter, Paragraph, TableBlock


def kept_chapter(scene: Scene, audience: Audience) -> Iterator[Chapter]:
    """Promises, evidence and incidents, a table each; nothing when an audience may read none."""
    found = keeping.shown(scene.walk, audience)
    if not found:
        return
    lists = ((kind, [k for k in found if k.kind == kind]) for kind in keeping.KINDS)
    tables = tuple(_table(scene, kind, some) for kind, some in lists if some)
    yield Chapter(
        title=scene.words("keeping.on_board"), blocks=(Paragraph(text=scene.words("keeping.board_intro")), *tables)
    )


def _table(scene: Scene, kind: str, some: list[Kept]) -> TableBlock:
    heads = tuple(scene.words(f"keeping.head_{name}") for name in ("words", "who", "day", "note"))
    return TableBlock(
        title=scene.words(f"keeping.lists.{kind}"), header=heads, rows=tuple(_row(scene, one) for one in some)
    )


def _row(scene: Scene, one: Kept) -> tuple[str, ...]:
    who = author_of(scene, one) or scene.words("keeping.somebody_listed")
    day = on_the_wall(one.said_at, scene.walk.group.zone).date()
    return one.text, who, say.day(day, scene.locale), one.note
