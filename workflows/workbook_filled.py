"""The workbook of a walk: what the group said and decided, step by step, as an audience may see it.

Promises: every answer in it came through the privacy gate (`worksheets.table`, `balance_of`, outcomes), never straight
from an answer; who answered what is not in it. Kept messages stand in it by the yes of their authors (`keeping.shown`).
What is not agreed is marked as a draft, on the cover and at its table.
"""

from collections.abc import Iterator
from datetime import date

from workflows import say
from workflows.messages.scene import Scene
from workflows.programme import Decision, Step
from workflows.question import Audience
from workflows.schedule import on_the_wall
from workflows.walk import Milestone, Note, StepRun
from workflows.workbook import Block, Bullets, Chapter, Cover, Heading, KeyValue, Paragraph, TableBlock, Workbook
from workflows.workbook_agreed import agreements, decision_blocks, sheet_block
from workflows.workbook_balance import balance
from workflows.workbook_kept import kept_chapter
from workflows.workbook_parts import Speaks, broad_first, methods, paragraphs, readings, step_opening
from workflows.worksheets import table

_HOLDS = ("agreed", "chosen", "kept", "lapsed")


def workbook_of(scene: Scene, *, today: date, audience: Audience = "group") -> Workbook:
    """Return the workbook as of `today` on the calendar of the group."""
    w = Speaks(scene.words)
    begun = [step for step in scene.programme.steps if scene.walk.partnership.run(step.id)]
    draft = _is_draft(scene, audience)
    cover = Cover(
        title=scene.programme.title,
        subtitle=scene.title,
        state=w("cover.draft" if draft else "cover.agreed"),
        draft=draft,
        facts=_facts(w, scene, today),
        credit=scene.programme.credit,
    )
    running = "running_draft" if draft else "running"
    return Workbook(
        locale=scene.locale,
        made_on=today,
        cover=cover,
        chapters=(
            Chapter(title=w("reading_it.title"), blocks=paragraphs(w("reading_it.filled"))),
            *(_step(w, scene, step, audience) for step in begun),
            *_ahead(w, [step for step in scene.programme.steps if step not in begun]),
            balance(w, scene, audience),
            agreements(w, scene, audience),
            _milestones(w, scene, today),
            *kept_chapter(scene, audience),
            Chapter(title=w("reading.title"), blocks=tuple(readings(w, begun or scene.programme.steps))),
            methods(w),
        ),
        running=w(running, title=cover.title, whose=scene.title, day=say.day(today, scene.locale)),
        page=w("page"),
        contents=w("contents"),
    )


def _is_draft(scene: Scene, audience: Audience) -> bool:
    """Whether anything that the group is to agree on is not agreed as it stands now."""
    return any(not _stands(scene, decision, audience) for step in scene.programme.steps for decision in step.decisions)


def _stands(scene: Scene, decision: Decision, audience: Audience) -> bool:
    outcome = scene.walk.partnership.outcome(decision.id)
    if outcome is None or outcome.result not in _HOLDS:
        return False
    if not decision.worksheet:
        return True
    sheet = scene.programme.worksheet(decision.worksheet)
    return table(scene.walk, scene.programme, sheet, audience).state == "agreed"


def _facts(w: Speaks, scene: Scene, today: date) -> tuple[tuple[str, str], ...]:
    walk = scene.walk
    day = w("day_zone", day=say.day(today, w.locale), place=say.place(walk.group.zone))
    return (
        (w("cover.group"), walk.group.name),
        (w("cover.partner"), walk.partnership.partner.name),
        (w("cover.day"), day),
        (w("cover.people"), w("cover.people_count", count=len(walk.counted()))),
        (w("cover.now"), _now(w, scene)),
        (w("cover.made_by"), w("cover.made_by_text")),
    )


def _now(w: Speaks, scene: Scene) -> str:
    partnership = scene.walk.partnership
    if partnership.current:
        step = scene.programme.step(partnership.current.step)
        return w("cover.now_step", number=scene.place_of(step.id), title=step.title)
    return w("cover.now_over" if partnership.over else "cover.now_between")


def _step(w: Speaks, scene: Scene, step: Step, audience: Audience) -> Chapter:
    run = scene.walk.partnership.run(step.id)
    assert run is not None, "only steps that were begun have a chapter"
    agreed_on = {d.worksheet for s in scene.programme.steps for d in s.decisions}
    blocks: list[Block] = [KeyValue(pairs=tuple(_run(w, run))), *step_opening(w, step)]
    blocks += broad_first(
        sheet_block(w, scene, sheet, audience, decided=sheet.id in agreed_on) for sheet in step.worksheets
    )
    for decision in step.decisions:
        blocks += decision_blocks(w, scene, decision)
    if run.notes:
        notes = tuple(_note(w, scene, step, note) for note in run.notes)
        blocks += [Heading(text=w("step.record")), Bullets(items=notes)]
    return Chapter(title=w("step.title", number=scene.place_of(step.id), title=step.title), blocks=tuple(blocks))


def _run(w: Speaks, run: StepRun) -> Iterator[tuple[str, str]]:
    yield w("step.opened"), say.day(run.opened_on, w.locale)
    yield w("step.closed"), say.day(run.closed_on, w.locale) if run.closed_on else w("step.still_open")
    if run.how == "gate":
        yield w("step.how"), w("step.how_gate")
    elif run.how:
        yield w("step.how"), w("step.how_reason", reason=run.reason) if run.reason else w("step.how_facilitator")


def _note(w: Speaks, scene: Scene, step: Step, note: Note) -> str:
    what, _, check_id = note.what.partition(":")
    check = next((c.label for c in step.gate.checks if c.id == check_id), check_id)
    day = say.day(on_the_wall(note.at, scene.walk.group.zone).date(), w.locale)
    told = w(f"step.note_{what}", day=day, who=scene.name(note.by) or w("decision.somebody"), check=check)
    return f"{told}\n{w('step.note_reason', reason=note.reason)}" if note.reason else told


def _ahead(w: Speaks, steps: list[Step]) -> Iterator[Chapter]:
    if steps:
        titles = Bullets(items=tuple(step.title for step in steps))
        yield Chapter(title=w("step.ahead"), blocks=(Paragraph(text=w("step.ahead_intro")), titles))


def _milestones(w: Speaks, scene: Scene, today: date) -> Chapter:
    found = sorted(scene.walk.milestones, key=lambda m: (m.due, m.id))
    heads = tuple(w(f"milestones.head_{name}") for name in ("what", "owner", "due", "state"))
    rows = tuple(_milestone(w, scene, milestone, today) for milestone in found)
    notes = () if rows else (w("milestones.none"),)
    return Chapter(title=w("milestones.title"), blocks=(TableBlock(title="", header=heads, rows=rows, notes=notes),))


def _milestone(w: Speaks, scene: Scene, milestone: Milestone, today: date) -> tuple[str, ...]:
    if milestone.done_on:
        state = w("milestones.done", day=say.day(milestone.done_on, w.locale))
    else:
        state = w("milestones.late" if milestone.due < today else "milestones.open")
    owner = scene.name(milestone.owner) or w("milestones.nobody")
    return milestone.title, owner, say.day(milestone.due, w.locale), state
