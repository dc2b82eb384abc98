"""Tables, decisions and agreed texts of a filled workbook, with their state, dissent and fingerprints."""

from collections.abc import Iterator

from workflows import say
from workflows.messages.scene import Scene
from workflows.programme import Decision, Worksheet
from workflows.question import Audience
from workflows.schedule import on_the_wall
from workflows.walk import Dissent, Outcome, Sheet
from workflows.workbook import Block, Bullets, Chapter, Heading, KeyValue, Paragraph, TableBlock
from workflows.workbook_parts import Speaks, paragraphs
from workflows.worksheets import Table, table

_BY_WORD = ("agreed", "blocked", "kept", "reopen")  # outcomes whose counts are of words of ours, not of options


def sheet_block(w: Speaks, scene: Scene, sheet: Worksheet, audience: Audience, *, decided: bool) -> TableBlock:
    """A worksheet as it stands; `decided`: the group is asked to agree on it."""
    made = table(scene.walk, scene.programme, sheet, audience)
    notes = [w("sheet.withheld")] if made.withheld else []
    if not made.rows and not made.withheld:
        notes.append(w("sheet.nothing"))
    return TableBlock(
        title=made.title,
        intro=made.intro,
        header=made.headers,
        rows=tuple(_row(w, row, row_id) for row, row_id in zip(made.rows, made.row_ids, strict=True)),
        state=_state(w, made, decided=decided),
        draft=made.state == "changed" or (decided and made.state != "agreed"),
        totals=_totals(w, made.totals),
        notes=tuple(notes),
    )


def _row(w: Speaks, row: tuple[str, ...], row_id: str) -> tuple[str, ...]:
    """A row; one without an id is a gap, and says so in its first empty cell."""
    place = row.index("") if not row_id and "" in row else -1
    return tuple(w("sheet.gap") if number == place else cell for number, cell in enumerate(row))


def _totals(w: Speaks, totals: tuple[str, ...]) -> tuple[str, ...]:
    """The last row, named in its first cell where nothing stands there."""
    return (totals[0] or w("sheet.total"), *totals[1:]) if totals else ()


def _state(w: Speaks, made: Table, *, decided: bool) -> str:
    if made.agreed_on:
        return w(f"sheet.{made.state}", version=made.version, day=say.day(made.agreed_on, w.locale))
    return w("sheet.draft" if decided else "sheet.record")


def decision_blocks(w: Speaks, scene: Scene, decision: Decision) -> Iterator[Block]:
    """What a decision came to: its text, who took part, dissent and how it was met, advice, and what came before."""
    yield Heading(text=w("decision.title", title=decision.title))
    outcomes = [o for o in scene.walk.partnership.outcomes if o.decision == decision.id]
    if not outcomes:
        yield from paragraphs(decision.proposal)
        yield Paragraph(text=w("decision.open"), strong=True)
        return
    *before, last = outcomes
    yield KeyValue(pairs=tuple(_outcome(w, scene, last)))
    if last.dissent:
        yield _dissent(w, scene, last.dissent)
    if last.advice:
        yield Heading(text=w("decision.advice"), level=3)
        yield Bullets(items=last.advice)
    if before:
        yield Heading(text=w("decision.before"), level=3)
        yield Bullets(items=tuple(_earlier(w, scene, one) for one in before))


def _outcome(w: Speaks, scene: Scene, outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield w("decision.result"), w(f"decision.result_{outcome.result}")
    yield w("decision.chosen" if outcome.result == "chosen" else "decision.text"), outcome.text
    yield w("decision.day"), _day(w, scene, outcome)
    method = w("decision.method_consent") if outcome.method == "consent" else outcome.method
    yield w("decision.method"), method
    yield w("decision.took_part"), w("decision.took_part_count", have=len(outcome.took_part), of=outcome.of)
    if outcome.counts:
        yield w("decision.counts"), "\n".join(_counts(w, outcome))
    if outcome.review_on:
        yield w("decision.review"), say.day(outcome.review_on, w.locale)
    if outcome.text_hash:
        yield (
            w("decision.hash"),
            w("decision.hash_text", version=outcome.sheet_version, text_hash=outcome.text_hash),
        )


def _counts(w: Speaks, outcome: Outcome) -> Iterator[str]:
    for option, count in outcome.counts:
        name = w(f"decision.word_{option}") if outcome.result in _BY_WORD else option
        yield w("decision.count", option=name, count=count)


def _dissent(w: Speaks, scene: Scene, dissent: tuple[Dissent, ...]) -> TableBlock:
    heads = tuple(w(f"decision.dissent_head_{name}") for name in ("who", "word", "reason", "met"))
    rows = tuple(
        (
            scene.dissenter(one.person) or w("decision.somebody"),
            w(f"decision.{one.word}"),
            one.reason or w("decision.no_reason"),
            one.met or (w("decision.not_met") if one.word == "object" else ""),
        )
        for one in dissent
    )
    return TableBlock(title=w("decision.dissent"), header=heads, rows=rows, level=3)


def _earlier(w: Speaks, scene: Scene, outcome: Outcome) -> str:
    result = w(f"decision.result_{outcome.result}")
    have = len(outcome.took_part)
    return w("decision.before_line", day=_day(w, scene, outcome), result=result, have=have, of=outcome.of)


def _day(w: Speaks, scene: Scene, of: Outcome | Sheet) -> str:
    return say.day(on_the_wall(of.at, scene.walk.group.zone).date(), w.locale)


def agreements(w: Speaks, scene: Scene, audience: Audience) -> Chapter:
    """Every agreed text with its fingerprint; in full where the table reads differently by now."""
    sheets = scene.walk.partnership.sheets
    if not sheets:
        return Chapter(title=w("agreements.title"), blocks=(Paragraph(text=w("agreements.none")),))
    heads = tuple(w(f"agreements.head_{name}") for name in ("sheet", "version", "day", "hash"))
    titles = {sheet.worksheet: scene.programme.worksheet(sheet.worksheet).title for sheet in sheets}
    rows = tuple((titles[s.worksheet], str(s.version), _day(w, scene, s), s.text_hash) for s in sheets)
    blocks: list[Block] = [
        Paragraph(text=w("agreements.intro")),
        TableBlock(title=w("agreements.sheets"), header=heads, rows=rows),
    ]
    for worksheet, title in titles.items():
        now = table(scene.walk, scene.programme, scene.programme.worksheet(worksheet), audience)
        agreed = scene.walk.partnership.agreed(worksheet)
        if agreed and now.state == "changed" and audience != "partner":  # it was agreed on as the group sees it
            blocks.append(_as_agreed(w, scene, title, agreed))
    return Chapter(title=w("agreements.title"), blocks=tuple(blocks))


def _as_agreed(w: Speaks, scene: Scene, title: str, sheet: Sheet) -> TableBlock:
    return TableBlock(
        title=w("agreements.as_agreed", title=title),
        header=sheet.headers,
        rows=sheet.rows,
        state=w("agreements.as_agreed_state", version=sheet.version, day=_day(w, scene, sheet)),
    )
