"""A prompt as it is put: what only the walk knows is filled in, such as who there is to choose and which rows stand.

A question that has nothing to choose from yet is left out: nobody can answer it.
"""

from dataclasses import replace

from workflows.forms import Option
from workflows.programme import Programme, Prompt
from workflows.question import Audience, Question
from workflows.walk import Walk
from workflows.worksheet_names import options

_LABEL_CHARS = 75
_MOST_OPTIONS = 300
_PICKED_FROM = ("choice", "choices", "person", "dots", "ranked")


def resolved(
    walk: Walk, programme: Programme, prompt: Prompt, *, audience: Audience = "group", person: str = ""
) -> Prompt:
    """Return `prompt` with people, worksheet rows and currency filled in; as it is, where it asks for none of them."""
    if not any(_open(q) for q in prompt.questions):
        return prompt
    filled = (_filled(walk, programme, q, audience, person) for q in prompt.questions)
    return replace(prompt, questions=tuple(q for q in filled if _can_be_asked(q)))


def _open(question: Question) -> bool:
    if question.kind == "rows":
        return any(_open(column) for column in question.columns)
    return question.kind in ("person", "money") or bool(question.options_from)


def _filled(walk: Walk, programme: Programme, question: Question, audience: Audience, person: str) -> Question:
    if not _open(question):
        return question
    if question.kind == "rows":
        columns = (_filled(walk, programme, c, audience, person) for c in question.columns)
        return replace(question, columns=tuple(c for c in columns if _can_be_asked(c)))
    if question.kind == "money":
        return replace(question, currency=question.currency or walk.group.currency)
    if question.kind == "person":
        return replace(question, options=people(walk))
    rows = options(walk, programme, question.options_from, audience, person=person)
    return replace(question, options=(*question.options, *rows)[:_MOST_OPTIONS])


def people(walk: Walk) -> tuple[Option, ...]:
    """Everyone who takes part, by name."""
    here = (walk.people[m.person] for m in walk.members.values() if m.counts)
    return tuple(
        _short(Option(value=p.id, label=p.name.strip() or p.id)) for p in sorted(here, key=lambda p: p.name.casefold())
    )


def _can_be_asked(question: Question) -> bool:
    if question.kind == "rows":
        return bool(question.columns)
    return question.kind not in _PICKED_FROM or bool(question.options)


def _short(option: Option) -> Option:
    label = " ".join(option.label.split())
    return option if label == option.label and len(label) <= _LABEL_CHARS else replace(option, label=_cut(label))


def _cut(label: str) -> str:
    return label if len(label) <= _LABEL_CHARS else label[: _LABEL_CHARS - 1].rstrip() + "…"
