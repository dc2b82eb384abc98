"""The empty workbook: a whole programme on paper, with lines to write on, boxes to tick and tables to fill in by hand.

It needs a programme and the words alone: no walk, no answers. Knows kinds of question only by the fields they draw.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from workflows.forms import Field
from workflows.kinds import decimals, kind_of
from workflows.programme import Decision, Gate, Programme, Prompt, Step, Worksheet
from workflows.question import Question
from workflows.words import Words
from workflows.workbook import (
    Block,
    Boxes,
    Bullets,
    Chapter,
    Cover,
    FillIn,
    Heading,
    Paragraph,
    TableBlock,
    Workbook,
    is_broad,
)
from workflows.workbook_parts import Speaks, broad_first, methods, paragraphs, readings, step_opening

_EMPTY_ROWS = 6
_LINES = 5  # empty rows of a question that asks for lines
_CARDS = 3  # or so many cards, where a line has many columns
_PLACES = 5  # lines for options that only a walk knows
_FEW = 3  # so many alike questions stand in one table, and so many answers in its head
_BY_WALK = ("person", "rows", "dots", "ranked")  # nobody knows yet what there is to choose from


def empty_workbook(words: Words, programme: Programme, *, today: date) -> Workbook:
    """Return the workbook of a programme that nobody has begun."""
    w = Speaks(words)
    blank = w("cover.blank")
    cover = Cover(
        title=programme.title,
        subtitle=w("subtitle_empty"),
        state=w("cover.empty"),
        draft=False,
        facts=(
            (w("cover.group"), blank),
            (w("cover.partner"), blank),
            (w("cover.written"), blank),
            (w("cover.written_on"), blank),
            (w("cover.made_by"), w("cover.made_by_empty")),
        ),
        credit=programme.credit,
    )
    return Workbook(
        locale=words.locale,
        made_on=today,
        cover=cover,
        chapters=(
            Chapter(title=w("reading_it.title"), blocks=paragraphs(w("reading_it.empty"))),
            *(_step(w, programme, number, step) for number, step in enumerate(programme.steps, start=1)),
            Chapter(title=w("reading.title"), blocks=tuple(readings(w, programme.steps))),
            methods(w),
        ),
        running=w("running_empty", title=programme.title),
        page=w("page"),
        contents=w("contents"),
    )


def _step(w: Speaks, programme: Programme, number: int, step: Step) -> Chapter:
    blocks: list[Block] = [*step_opening(w, step), Heading(text=w("ask.questions"))]
    for prompt in step.prompts:
        blocks += _prompt(w, prompt)
    if step.worksheets:
        blocks += [Heading(text=w("ask.tables"))]
        blocks += broad_first(_sheet(w, programme, sheet) for sheet in step.worksheets)
    if step.decisions:
        blocks += [Heading(text=w("ask.decisions"))]
        for decision in step.decisions:
            blocks += _decision(w, decision)
    blocks += _gate(w, programme, step)
    blocks += _milestones(w, step)
    return Chapter(title=w("step.title", number=number, title=step.title), blocks=tuple(blocks))


def _prompt(w: Speaks, prompt: Prompt) -> Iterator[Block]:
    yield Heading(text=prompt.title, level=3)
    yield from paragraphs(f"{prompt.intro}\n\n{w('ask.minutes', minutes=prompt.minutes)}")
    for signature, alike in groupby(prompt.questions, key=_signature):
        questions = list(alike)
        if signature and len(questions) >= _FEW:
            yield _ticked(w, signature, questions)
        else:
            for question in questions:
                yield from _question(w, prompt, question)


def _signature(question: Question) -> tuple[str, ...]:
    """What questions have in common that fit into one table: the same few answers, and the same note if any."""
    if question.when or question.kind in _BY_WALK:
        return ()
    if not (fields := kind_of(question).fields(question)):
        return ()
    choice, *notes = fields
    if choice.widget != "choice" or len(choice.options) > _FEW or any(n.widget != "lines" for n in notes):
        return ()
    return (*(option.label for option in choice.options), *(note.label for note in notes))


def _ticked(w: Speaks, signature: tuple[str, ...], questions: list[Question]) -> TableBlock:
    rows = tuple((_with_hint(question), *("" for _ in signature)) for question in questions)
    return TableBlock(title="", header=(w("ask.tally_question"), *signature), rows=rows)


def _with_hint(question: Question) -> str:
    return f"{question.label}\n{question.hint}" if question.hint else question.label


def _question(w: Speaks, prompt: Prompt, question: Question) -> Iterator[Block]:
    hint = "\n".join(line for line in (_condition(w, prompt, question), question.hint) if line)
    if question.kind == "rows":
        header = tuple(_with_unit(column) for column in question.columns)
        cards = is_broad(len(header))
        rows = _empty(len(header), _CARDS if cards else _LINES)
        yield TableBlock(title=question.label, intro=hint, header=header, rows=rows, level=4, cards=cards)
        yield from _to_choose(question)
    elif question.kind in ("dots", "ranked"):
        yield from _vote(w, question, hint)
    elif question.kind in _BY_WALK or (question.kind in ("choice", "choices") and not question.options):
        yield FillIn(label=question.label, hint=hint, lines=1 if question.kind == "person" else 2)
    else:
        yield from _fields(question, hint)


def _to_choose(question: Question) -> Iterator[Block]:
    """What the cells of a line are chosen from: on paper nothing folds out."""
    for column in question.columns:
        options = next((f.options for f in kind_of(column).fields(column) if f.options), ())
        if options and column.kind != "yes_no":
            yield Paragraph(text=f"{column.label} {' · '.join(option.label for option in options)}")


def _fields(question: Question, hint: str) -> Iterator[Block]:
    fields = kind_of(question).fields(question)
    if len(fields) > 1 and all(field.widget in ("number", "line") for field in fields):
        parts = tuple(field.placeholder or field.label for field in fields)
        yield FillIn(label=fields[0].label, hint=hint, parts=parts)
        return
    for place, field in enumerate(fields):
        yield _field(field, hint=hint if place == 0 else field.hint, lines=3 if place == 0 else 1)


def _vote(w: Speaks, question: Question, hint: str) -> Iterator[Block]:
    rule = w("ask.dots", most=question.most) if question.kind == "dots" else w("ask.rank")
    told = "\n".join(line for line in (hint, rule) if line)
    if question.options:
        yield Boxes(label=question.label, hint=told, options=tuple(option.label for option in question.options))
    else:
        yield FillIn(label=question.label, hint=told, lines=_PLACES)


def _field(field: Field, *, hint: str, lines: int) -> Block:
    if field.widget in ("choice", "choices"):
        return Boxes(label=field.label, hint=hint, options=tuple(option.label for option in field.options))
    return FillIn(label=field.label, hint=hint or field.placeholder, lines=lines if field.widget == "lines" else 1)


def _condition(w: Speaks, prompt: Prompt, question: Question) -> str:
    if question.when is None:
        return ""
    asked = prompt.question(question.when.question)
    labels = {o.value: o.label for f in kind_of(asked).fields(asked) for o in f.options}
    answers = f" {w('ask.or')} ".join(f"“{labels.get(value, value)}”" for value in question.when.values)
    return w("ask.only_if", answers=answers, question=asked.label)


def _with_unit(question: Question) -> str:
    return f"{question.label} ({question.unit})" if question.unit else question.label


def _sheet(w: Speaks, programme: Programme, sheet: Worksheet) -> TableBlock:
    if sheet.tally:
        return _tally(w, programme, sheet)
    header = tuple(column.title for column in sheet.columns)
    rows = _empty(len(header), _EMPTY_ROWS)
    if sheet.by:
        place = [column.id for column in sheet.columns].index(sheet.by)
        options = [option.label for option in _by(programme, sheet).options]
        rows = tuple(tuple(label if n == place else "" for n in range(len(header))) for label in options)
    return TableBlock(title=sheet.title, intro=sheet.intro, header=header, rows=rows, level=3)


def _by(programme: Programme, sheet: Worksheet) -> Question:
    """The choice question under whose options the rows of a worksheet stand."""
    prompt, column = programme.prompt(sheet.prompt), sheet.column(sheet.by)
    if column.hand:
        return column.hand
    cells = prompt.question(sheet.rows).columns if sheet.rows else ()
    return next(q for q in (*cells, *prompt.questions) if q.id == column.question)


def _tally(w: Speaks, programme: Programme, sheet: Worksheet) -> TableBlock:
    questions = programme.prompt(sheet.prompt).questions
    said = dict.fromkeys(answer for q in questions for answer in _answers(q))
    header = (w("ask.tally_question"), *said)
    rows = tuple((q.label, *("" for _ in said)) for q in questions)
    intro = f"{sheet.intro} {w('ask.tally')}"
    return TableBlock(title=sheet.title, intro=intro, header=header, rows=rows, level=3)


def _answers(question: Question) -> tuple[str, ...]:
    """What can be counted; the ends of a scale are called differently in each question, so its steps are numbers."""
    options = (o for f in kind_of(question).fields(question) for o in f.options)
    return tuple(o.value if question.kind == "scale" else o.label for o in options)


def _empty(columns: int, rows: int) -> tuple[tuple[str, ...], ...]:
    return tuple(("",) * columns for _ in range(rows))


def _decision(w: Speaks, decision: Decision) -> Iterator[Block]:
    yield Heading(text=decision.title, level=3)
    yield from paragraphs(decision.proposal)
    yield Paragraph(text=w(f"ask.decide_{decision.method}", dots=_dots(decision), keep=decision.keep))
    options = tuple(o.label for p in decision.prompts for q in p.questions for o in q.options if p.stage == "vote")
    if options:
        yield Bullets(items=options)
    yield FillIn(label=w("ask.we_decided"), lines=3)
    parts = [w("ask.decided_on"), w("ask.how_many")] + ([w("ask.review")] if decision.review_weeks else [])
    yield FillIn(label=w("ask.record"), parts=tuple(parts))
    yield FillIn(label=w("ask.dissent"), lines=3)
    yield FillIn(label=w("ask.advice"), lines=2)


def _dots(decision: Decision) -> int:
    return max((q.most for p in decision.prompts for q in p.questions), default=0)


def _gate(w: Speaks, programme: Programme, step: Step) -> Iterator[Block]:
    if not step.gate.never:
        yield Boxes(label=w("ask.before"), options=tuple(_needs(w, programme, step.gate)))
    yield FillIn(label=w("ask.notes"), lines=4)


def _needs(w: Speaks, programme: Programme, gate: Gate) -> Iterator[str]:
    yield w("ask.before_quorum", percent=int(gate.quorum * 100))
    for sheet_id, count in gate.rows.items():
        yield w("ask.before_rows", title=programme.worksheet(sheet_id).title, count=count)
    for filled in gate.filled:
        sheet = programme.worksheet(filled.worksheet)
        where = sheet.column(filled.where).title if filled.where else ""
        key = "ask.before_filled_where" if where else "ask.before_filled"
        column = sheet.column(filled.column).title
        yield w(key, title=sheet.title, column=column, where=where, least=decimals.plain(filled.at_least))
    for decision_id in gate.decisions:
        yield w("ask.before_decision", title=programme.decision(decision_id).title)
    yield from (check.label for check in gate.checks)


def _milestones(w: Speaks, step: Step) -> Iterator[Block]:
    if step.milestones:
        heads = tuple(w(f"milestones.head_{name}") for name in ("what", "owner", "due", "state"))
        rows = tuple((m.title, "", w("milestones.days", days=m.days), "") for m in step.milestones)
        yield TableBlock(title=w("milestones.title"), header=heads, rows=rows)
