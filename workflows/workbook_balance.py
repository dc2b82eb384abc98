"""The balance in the workbook: what the group brings, where it can be hurt, and the terms that answer to each."""

from collections.abc import Sequence

from workflows.balance import Held, balance_of
from workflows.messages.scene import Scene
from workflows.question import Audience
from workflows.workbook import Block, Bullets, Chapter, Heading, Paragraph, TableBlock
from workflows.workbook_parts import Speaks


def balance(w: Speaks, scene: Scene, audience: Audience) -> Chapter:
    """The chapter, as `audience` may see it."""
    found = balance_of(scene.walk, scene.programme, audience)
    if not found:
        return Chapter(title=w("balance.title"), blocks=(Paragraph(text=w("balance.nothing")),))
    count = len(found.assets) + len(found.vulnerabilities)
    blocks: list[Block] = [
        Paragraph(text=w("balance.intro")),
        Paragraph(text=w("balance.count", uncovered=len(found.uncovered), all=count), strong=True),
    ]
    blocks += [
        _side(w, scene, w(f"balance.{name}"), held)
        for name, held in (("assets", found.assets), ("vulnerabilities", found.vulnerabilities))
        if held
    ]
    if found.loose:
        terms = tuple(_term(w, term.name, term.state) for term in found.loose)
        blocks += [Heading(text=w("balance.loose")), Bullets(items=terms)]
    return Chapter(title=w("balance.title"), blocks=tuple(blocks))


def _side(w: Speaks, scene: Scene, title: str, side: Sequence[Held]) -> TableBlock:
    heads = tuple(w(f"balance.head_{name}") for name in ("item", "sheet", "terms", "cover"))
    rows = tuple(
        (
            held.name,
            scene.programme.worksheet(held.sheet).title,
            "\n".join(_term(w, term.name, term.state) for term in held.terms),
            w(f"balance.{held.cover}"),
        )
        for held in side
    )
    return TableBlock(title=title, header=heads, rows=rows)


def _term(w: Speaks, name: str, state: str) -> str:
    return w("balance.term", name=name, state=state) if state else name
