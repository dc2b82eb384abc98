"""A question of a prompt as the fields of a form: its lines, its follow-ups, and what each used line needs."""

from dataclasses import replace

from workflows.followups import applies, only_if
from workflows.forms import Field, Typed
from workflows.kinds import dots, kind_of
from workflows.programme import Prompt
from workflows.question import Question
from workflows.words import Words

_MOST_LINES = 10  # of a repeated question that names no most of its own


def fields(words: Words, prompt: Prompt, question: Question, typed: Typed) -> tuple[Field, ...]:
    """Return the fields of a question, given what stands in the form."""
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
    drawn = kind_of(question).fields(question)
    if all(column.required for column in question.columns):  # then a line says by itself what it needs
        return drawn
    lone = kind_of(question).fields(replace(question, required=True, lines=1))
    needed = {_within_line(f) for f in lone if f.required}
    hint = words("forms.needed")
    return tuple(
        replace(f, hint=f"{f.hint} {hint}".strip(), in_line=True) if not f.required and _within_line(f) in needed else f
        for f in drawn
    )


def _within_line(field: Field) -> str:
    return field.id.split(".", 2)[-1]


def with_lines(question: Question, typed: Typed, extra: int = 0) -> Question:
    """A repeated question with one line more than are filled, and no fewer than were shown before."""
    if question.kind != "rows":
        return question
    lines = {name: int(n) for name in typed if (n := _line(question, name)).isdecimal()}
    shown = max(lines.values(), default=-1) + 1
    filled = max((n for name, n in lines.items() if is_given(typed[name])), default=-1) + 1
    return replace(question, lines=min(max(shown + extra, filled + 1), most_lines(question)))


def _line(question: Question, field_id: str) -> str:
    """The number of the line that a field stands in, as text; nothing when it is no field of that question."""
    name, _, rest = field_id.partition(".")
    number = rest.partition(".")[0] if name == question.id else ""
    return number if len(number) <= 3 and number.isascii() else ""


def most_lines(question: Question) -> int:
    """How many lines a repeated question may have."""
    return question.most or _MOST_LINES


def is_given(given: str | tuple[str, ...]) -> bool:
    """Whether anything stands in a field."""
    return bool(given.strip()) if isinstance(given, str) else bool(given)
