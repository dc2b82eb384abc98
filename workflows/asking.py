"""Putting a prompt to a person and reading what they give back, whichever channel it came through.

`typed` may name a field with nothing in it: then it was shown and emptied. A field that is not named was not shown,
so what stood there before still stands. That is how a short form or a folded follow-up loses nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from workflows import drafting, privacy
from workflows.drafting import SHORT
from workflows.errors import AskPerson
from workflows.followups import applies, only_if
from workflows.forms import Field, Form, Typed, is_same
from workflows.kinds import Value, dots, kind_of
from workflows.programme import Programme, Prompt
from workflows.question import Question
from workflows.replying import from_reply, is_skip
from workflows.ticket import Ticket
from workflows.walk import Answer, Walk
from workflows.words import Words

__all__ = [
    "SHORT",
    "asked_of",
    "closed_form",
    "form",
    "from_reply",
    "is_skip",
    "left_over",
    "prefilled",
    "summary_of",
    "values_of",
    "who_sees",
]

MOST_LINES = 10
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
    asked = tuple(_with_lines(q, typed, extra) for q in asked_of(prompt, short=short))
    room = any(q.kind == "rows" and q.lines < _most(q) for q in asked)
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
        fields=tuple(f for q in asked for f in _fields(words, prompt, q, typed)),
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
    lines = {_line_of(name) for name, given in typed.items() if _is_given(given)}
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


def _fields(words: Words, prompt: Prompt, question: Question, typed: Typed) -> tuple[Field, ...]:
    if question.kind == "dots":
        return tuple(replace(field, most=dots.allowed(question)) for field in _followed(words, prompt, question, typed))
    return _followed(words, prompt, question, typed)


def _followed(words: Words, prompt: Prompt, question: Question, typed: Typed) -> tuple[Field, ...]:
    if question.when is None:
        return _drawn(words, question)
    asked = question if applies(prompt, question, typed) else replace(question, required=False)
    first, *others = _drawn(words, asked)
    hint = f"{only_if(words, prompt, question)} {first.hint}".strip()
    called_for = (replace(first, hint=hint), *others)
    return tuple(replace(f, when=question.when.question, when_values=question.when.values) for f in called_for)


def _drawn(words: Words, question: Question) -> tuple[Field, ...]:
    """The fields of a question. A cell that each used line needs may be empty in an unused one, and says so."""
    fields = kind_of(question).fields(question)
    if all(column.required for column in question.columns):  # then a line says by itself what it needs
        return fields
    lone = kind_of(question).fields(replace(question, required=True, lines=1))
    needed = {_within_line(f) for f in lone if f.required}
    hint = words("forms.needed")
    return tuple(
        replace(f, hint=f"{f.hint} {hint}".strip()) if not f.required and _within_line(f) in needed else f
        for f in fields
    )


def _within_line(field: Field) -> str:
    return field.id.split(".", 2)[-1]


def _with_lines(question: Question, typed: Typed, extra: int = 0) -> Question:
    """A repeated question with one line more than are filled, and no fewer than were shown before."""
    if question.kind != "rows":
        return question
    lines = {name: int(n) for name in typed if (n := _line(question, name)).isdecimal()}
    shown = max(lines.values(), default=-1) + 1
    filled = max((n for name, n in lines.items() if _is_given(typed[name])), default=-1) + 1
    return replace(question, lines=min(max(shown + extra, filled + 1), _most(question)))


def _line(question: Question, field_id: str) -> str:
    """The number of the line that a field stands in, as text; nothing when it is no field of that question."""
    name, _, rest = field_id.partition(".")
    number = rest.partition(".")[0] if name == question.id else ""
    return number if len(number) <= 3 and number.isascii() else ""


def _most(question: Question) -> int:
    return question.most or MOST_LINES


def _is_given(given: str | tuple[str, ...]) -> bool:
    return bool(given.strip()) if isinstance(given, str) else bool(given)


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
            value = kind_of(question).parse(_with_lines(question, typed), typed)
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
        if _is_given(given) and (name.partition(".")[0] not in sent or _cell_of(name) in hidden)
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
        return kind_of(question).parse(_with_lines(question, typed), typed) is not None
    except (AskPerson, AssertionError, KeyError, TypeError, ValueError, AttributeError):
        return False


def who_sees(words: Words, prompt: Prompt) -> str:
    """Say who will see the answers, and when, and what "without your name" is worth."""
    seen = {q.sees for q in prompt.questions}
    widest = next((a for a in ("partner", "group", "facilitators", "me") if a in seen), "me")
    lines = [words(f"sees.{widest}")]
    if prompt.stage:
        lines = [words("sees.decision_named" if all(q.named for q in prompt.questions) else f"sees.{prompt.stage}")]
    elif any(not q.named for q in prompt.questions):
        least = max(privacy.least(q) for q in prompt.questions if not q.named)
        lines.append(words("sees.unnamed", least=least))
    narrower = [q.label for q in prompt.questions if q.sees == "facilitators" and widest != "facilitators"]
    if narrower:
        lines.append(words("sees.but_facilitators", count=len(narrower), first=narrower[0]))
    if kept := _kept_from_partner(prompt):
        lines.append(words("sees.but_group", labels=", ".join(f"“{label}”" for label in kept)))
    reveals = {q.reveal for q in prompt.questions}
    if "at-once" not in reveals and widest != "me":
        lines.append(words("forms.closed" if reveals == {"closed"} else "forms.own"))
    return " ".join(lines)


def _kept_from_partner(prompt: Prompt) -> tuple[str, ...]:
    """What stays in the group, of a prompt whose answers the partner may see."""
    shared = [q for q in prompt.questions if q.sees == "partner"]
    if not shared:
        return ()
    cells = (cell.label for q in shared for cell in q.columns if not privacy.reaches(cell, "partner"))
    return (*cells, *(q.label for q in prompt.questions if q.sees == "group"))


def summary_of(prompt: Prompt, answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return what a person answered, question by question, for their own eyes."""
    return tuple(
        (q.label, kind_of(q).show(q, value)) for q in prompt.questions if (value := answer.values.get(q.id)) is not None
    )
