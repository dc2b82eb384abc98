"""What stands in the columns of a worksheet: which question fills one, and who may see it."""

from collections.abc import Mapping

from workflows import privacy
from workflows.programme import Column, Programme, Prompt, Worksheet
from workflows.question import Audience, Question


def questions_of(programme: Programme, sheet: Worksheet) -> Mapping[str, Question]:
    """The question behind each column that is filled by one, or by hand; what is computed has none."""
    prompt = programme.prompt(sheet.prompt)
    line = prompt.question(sheet.rows) if sheet.rows else None
    cells = {c.id: privacy.of_line(line, c) for c in line.columns} if line else {}
    found: dict[str, Question] = {}
    for column in sheet.columns:
        if column.hand:
            found[column.id] = column.hand
        elif column.question:
            found[column.id] = cells.get(column.question) or prompt.question(column.question)
    return found


def is_unnamed(programme: Programme, sheet: Worksheet) -> bool:
    """Whether the rows of a worksheet come from answers without a name."""
    if sheet.tally:
        return not any(q.named for q in programme.prompt(sheet.prompt).questions)
    asked = _asked(programme, sheet)
    return bool(asked) and not any(q.named for q in asked)


def visible(programme: Programme, sheet: Worksheet, audience: Audience) -> tuple[Column, ...]:
    """The columns that an audience may see at all.

    A computed one needs all it is made of. An unnamed one beside named ones is left out: standing there, it would be
    named too.
    """
    questions = questions_of(programme, sheet)
    mixed = any(q.named for q in _asked(programme, sheet))
    seen: list[Column] = []
    for column in sheet.columns:
        question = questions.get(column.id)
        if question:
            there = privacy.reaches(question, audience) and (question.named or not mixed or bool(column.hand))
        elif column.look:
            there = privacy.reaches(looked_at(programme, column)[1], audience)
        else:
            there = set(column.times) <= {c.id for c in seen}
        if there:
            seen.append(column)
    return tuple(seen)


def looked_at(programme: Programme, column: Column) -> tuple[Prompt, Question]:
    """The prompt and the question that a `look` column takes the range of."""
    prompt_id, question_id, *cell = column.look.split(".")
    prompt = programme.prompt(prompt_id)
    question = prompt.question(question_id)
    if not cell:
        return prompt, question
    return prompt, next(privacy.of_line(question, c) for c in question.columns if c.id == cell[0])


def _asked(programme: Programme, sheet: Worksheet) -> list[Question]:
    questions = questions_of(programme, sheet)
    return [questions[c.id] for c in sheet.columns if c.question]
