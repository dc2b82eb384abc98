"""Putting a prompt to a person and reading what they give back, whichever channel it came through."""

import re
from collections.abc import Mapping

from workflows.errors import AskPerson
from workflows.forms import Form, Typed
from workflows.kinds import Value, kind_of
from workflows.programme import Prompt, Question
from workflows.ticket import Ticket
from workflows.walk import Answer
from workflows.words import Words

# "1: …", "2) …", "(3) …"; not "2:30 pm", and not "1-3 hours"
_NUMBERED = re.compile(r"^[ \t]*\(?(\d{1,2})(?:[ \t]*[.):](?!\d)|[ \t]+[\-–](?=[ \t]))[ \t]*", re.MULTILINE)


def form(words: Words, prompt: Prompt, *, ticket: Ticket, before: Answer | None) -> Form:
    """Return the form of a prompt, filled with what the person answered before."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for question in prompt.questions:
        value = before.values.get(question.id) if before else None
        if value is not None:
            typed.update(kind_of(question).typed(question, value))
    return Form(
        id="answer",
        title=words("answer.form_title"),
        submit=words("answer.send"),
        cancel=words("answer.close"),
        intro=(prompt.title, prompt.intro, *(who_sees(words, prompt),)),
        fields=tuple(f for q in prompt.questions for f in kind_of(q).fields(q)),
        token=ticket.encode(),
        typed=typed,
    )


def closed_form(words: Words, *, ticket: Ticket) -> Form:
    """Return what stands in place of a form once a round takes no more answers."""
    return Form(
        id="answer",
        title=words("answer.form_title"),
        submit="",
        cancel=words("answer.close"),
        intro=words.lines("answer.over"),
        fields=(),
        token=ticket.encode(),
    )


def values_of(prompt: Prompt, typed: Typed) -> Mapping[str, Value]:
    """Return the values of all questions. Raises AskPerson with every problem of the whole form at once."""
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for question in prompt.questions:
        try:
            value = kind_of(question).parse(question, typed)
        except AskPerson as ask:
            problems.update(ask.problems)
        else:
            if value is not None:
                values[question.id] = value
    if problems:
        raise AskPerson(problems)
    return values


def from_reply(words: Words, prompt: Prompt, text: str) -> Typed:
    """Read a mail reply: the whole text answers a lone question, else "1: …" names which. Raises AskPerson."""
    parts = _parts(words, prompt.questions, text)
    typed: dict[str, str | tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for question in prompt.questions:
        said = parts.get(question.id, "").strip()
        if not said:
            continue
        try:
            typed.update(kind_of(question).from_text(question, said))
        except AskPerson as ask:
            problems.update(dict.fromkeys((question.id,), " ".join(ask.problems.values())))
    if problems:
        raise AskPerson(problems)
    return typed


def _parts(words: Words, questions: tuple[Question, ...], text: str) -> Mapping[str, str]:
    marks = _marks(text, most=len(questions))
    if len(questions) == 1 and (not marks or text[: marks[0].start()].strip()):
        return {questions[0].id: text}
    if not marks:
        raise AskPerson({"": words("answer.which_question", count=len(questions))})
    ends = [m.start() for m in marks[1:]] + [len(text)]
    return {questions[int(m[1]) - 1].id: text[m.end() : end] for m, end in zip(marks, ends, strict=True)}


def _marks(text: str, *, most: int) -> list[re.Match[str]]:
    """The numbers that name questions: in growing order, each once. Other numbers belong to somebody's words."""
    marks: list[re.Match[str]] = []
    for found in _NUMBERED.finditer(text):
        last = int(marks[-1][1]) if marks else 0
        if last < int(found[1]) <= most:
            marks.append(found)
    return marks


def who_sees(words: Words, prompt: Prompt) -> str:
    """Say who will see the answers, and what "without your name" is worth."""
    seen = {q.sees for q in prompt.questions}
    widest = next(a for a in ("partner", "group", "facilitators", "me") if a in seen)
    lines = [words(f"sees.{widest}")]
    if any(not q.named for q in prompt.questions):
        lines.append(words("sees.unnamed"))
    narrower = [q.label for q in prompt.questions if q.sees == "facilitators" and widest != "facilitators"]
    if narrower:
        lines.append(words("sees.but_facilitators", count=len(narrower), first=narrower[0]))
    return " ".join(lines)


def summary_of(prompt: Prompt, answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return what a person answered, question by question, for their own eyes."""
    return tuple(
        (q.label, kind_of(q).show(q, value)) for q in prompt.questions if (value := answer.values.get(q.id)) is not None
    )
