"""Putting a prompt to a person and reading what they give back, whichever channel it came through.

`typed` may name a field with nothing in it: then it was shown and emptied. A field that is not named was not shown,
so what stood there before still stands. That is how a short form or a folded follow-up loses nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from workflows import drafting
from workflows.drafting import SHORT
from workflows.errors import AskPerson
from workflows.followups import applies
from workflows.forms import Form, Typed, is_same
from workflows.kinds import Value, kind_of
from workflows.programme import Programme, Prompt
from workflows.question import Question
from workflows.question_fields import fields, is_given, most_lines, with_lines
from workflows.ticket import Ticket
from workflows.walk import Answer, Walk
from workflows.who_sees import who_sees
from workflows.words import Words

A_PAGE = 5  # questions: more at once is more than a tired person reads


def form(
    words: Words,
    prompt: Prompt,
    *,
    ticket: Ticket,
    before: Answer | None,
    draft: Typed | None = None,
    prefill: Typed | None = None,
    short: bool = False,
    extra: int = 0,
) -> Form:
    """Return the form of a prompt with what stands: the draft over the answer, and prefill where there is neither.

    `extra` draws so many more lines of a repeated question than are shown already.
    """
    short = short and bool(prompt.short)
    stands = typed_of(prompt, before.values) if before else prefill or {}
    typed = {**stands, **(draft or {})}
    asked = tuple(with_lines(q, typed, extra) for q in asked_of(prompt, short=short))
    room = any(q.kind == "rows" and q.lines < most_lines(q) for q in asked)
    other, other_token = _other(words, prompt, ticket, short=short)
    note = _draft_note(words, prompt, draft, stands)
    return Form(
        id="answer",
        title=words("answer.form_title"),
        submit=words("answer.send"),
        cancel=words("answer.close"),
        intro=(
            prompt.title,
            *note,
            prompt.intro,
            who_sees(words, replace(prompt, questions=asked)),
        ),
        fields=tuple(f for q in asked for f in fields(words, prompt, q, typed)),
        token=ticket.encode(),
        typed={name: given for name, given in typed.items() if given},
        keep=words("forms.keep"),
        more=words("forms.more") if room else "",
        other=other,
        other_token=other_token,
        fresh=words("forms.fresh") if note else "",
        a_page=A_PAGE,
        **drafting.labels(words),
    )


def asked_of(prompt: Prompt, *, short: bool = False) -> tuple[Question, ...]:
    """The questions of a form, in order."""
    if not short or not prompt.short:
        return prompt.questions
    return tuple(_shortened(q) for q in prompt.questions if q.id in prompt.short)


def _shortened(question: Question) -> Question:
    """A repeated question with only those cells that a line needs."""
    needed = tuple(column for column in question.columns if column.required)
    return replace(question, columns=needed) if needed else question


def _with_hidden(prompt: Prompt, typed: Typed, stored: Mapping[str, Value]) -> Typed:
    """What is typed in a short form, with the cells of its lines that it does not show, as they stood."""
    hidden = _hidden_cells(prompt)
    lines = {_line_of(name) for name, given in typed.items() if is_given(given)}
    before = typed_of(prompt, {q.id: stored[q.id] for q in prompt.questions if q.columns and q.id in stored})
    kept = {n: given for n, given in before.items() if _cell_of(n) in hidden and _line_of(n) in lines}
    return {**kept, **typed}


def _hidden_cells(prompt: Prompt) -> set[tuple[str, str]]:
    """The cells, by question and column, that the short form does not show."""
    shown = {(q.id, c.id) for q in asked_of(prompt, short=True) for c in q.columns}
    return {(q.id, c.id) for q in prompt.questions if q.id in prompt.short for c in q.columns} - shown


def _cell_of(field_id: str) -> tuple[str, str]:
    question, _, column, *_ = (*field_id.split("."), "", "")
    return question, column


def _line_of(field_id: str) -> tuple[str, ...]:
    return tuple(field_id.split(".")[:2])


def typed_of(prompt: Prompt, values: Mapping[str, Value]) -> Typed:
    """Return values as they were typed."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for question in prompt.questions:
        value = values.get(question.id)
        if value is not None:
            typed.update(kind_of(question).typed(question, value))
    return typed


def _draft_note(words: Words, prompt: Prompt, draft: Typed | None, stands: Typed) -> tuple[str, ...]:
    """Say that something is not sent yet, unless it is what stood there, or in follow-ups that do not apply now."""
    new = {name for name, given in (draft or {}).items() if not is_same(given, stands.get(name))}
    now = {**stands, **(draft or {})}
    asked = {q.id for q in prompt.questions if applies(prompt, q, now)}
    return (words("forms.draft"),) if any(name.partition(".")[0] in asked for name in new) else ()


def _other(words: Words, prompt: Prompt, ticket: Ticket, *, short: bool) -> tuple[str, str]:
    """The label and the ticket of the other form: the short one, or the full one."""
    if not prompt.short:
        return "", ""
    round_id = ticket.subject.removesuffix(SHORT)
    if short:
        return words("forms.full", minutes=prompt.minutes), replace(ticket, subject=round_id).encode()
    other = replace(ticket, subject=round_id + SHORT)
    return words("forms.short", minutes=prompt.short_minutes), other.encode()


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


def values_of(
    prompt: Prompt, typed: Typed, *, short: bool = False, before: Answer | None = None
) -> Mapping[str, Value]:
    """Return the values of all questions. Raises AskPerson with every problem of the whole form at once.

    Questions that the short form does not ask stay as they were `before`. A follow-up that does not apply may be
    empty, and is no part of the answer: what is typed there is `left_over`.
    """
    stored = before.values if before else {}
    asked = {q.id for q in asked_of(prompt, short=short)}
    typed = _with_hidden(prompt, typed, stored) if short else typed
    whole = {**typed_of(prompt, {name: value for name, value in stored.items() if name not in asked}), **typed}
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for question in prompt.questions:
        if question.id not in asked:
            if question.id in stored:
                values[question.id] = stored[question.id]
            continue
        if not applies(prompt, question, whole):
            continue
        try:
            value = kind_of(question).parse(with_lines(question, typed), typed)
        except AskPerson as ask:
            problems.update(ask.problems)
        else:
            if value is not None:
                values[question.id] = value
    if problems:
        raise AskPerson(problems)
    return values


def left_over(prompt: Prompt, typed: Typed, *, short: bool = False, draft: Typed | None = None) -> Typed:
    """Return what was typed and is no part of what is sent: it stays as a draft and is shown again.

    That is a follow-up that does not apply now, and the draft of what was not shown: the short form does not ask those
    questions and cells, or a mail reply does not name them.
    """
    whole = {**(draft or {}), **typed}
    shown = {name.partition(".")[0] for name in typed}
    sent = {q.id for q in asked_of(prompt, short=short) if q.id in shown and applies(prompt, q, whole)}
    hidden = _hidden_cells(prompt) if short else set[tuple[str, str]]()
    return {
        name: given
        for name, given in whole.items()
        if is_given(given) and (name.partition(".")[0] not in sent or _cell_of(name) in hidden)
    }


def prefilled(walk: Walk, programme: Programme, prompt: Prompt, person: str) -> Typed:
    """Return what a form starts from: the person's own last answers, where the questions ask for that."""
    typed: dict[str, str | tuple[str, ...]] = {}
    for question in prompt.questions:
        value = _last(walk, prompt, question, person) if question.prefill else None
        if value is not None and _fits(question, value):
            typed.update(kind_of(question).typed(question, value))
    return typed


def _last(walk: Walk, prompt: Prompt, question: Question, person: str) -> Value | None:
    of, _, name = question.prefill.rpartition(".")
    of, name = (prompt.id, question.id) if question.prefill == "last" else (of, name)
    rounds = {r.id for r in walk.rounds if r.prompt == of}
    mine = (a for a in walk.answers if a.person == person and a.round in rounds and name in a.values)
    newest = max(mine, key=lambda a: a.at, default=None)
    return newest.values[name] if newest else None


def _fits(question: Question, value: Value) -> bool:
    """Whether an answer can stand in this question now: its options may have changed since, or its kind."""
    try:
        typed = kind_of(question).typed(question, value)
        return kind_of(question).parse(with_lines(question, typed), typed) is not None
    except (AskPerson, AssertionError, KeyError, TypeError, ValueError, AttributeError):
        return False


def summary_of(prompt: Prompt, answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return what a person answered, question by question, for their own eyes."""
    return tuple(
        (q.label, kind_of(q).show(q, value)) for q in prompt.questions if (value := answer.values.get(q.id)) is not None
    )
