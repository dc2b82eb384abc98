"""The draft that somebody left of a form, and how it comes back into it.

Promises: nothing that was typed is lost, and nothing old is sent over what others did meanwhile. A form that shows what
others change too (a step, a row of a worksheet) is drawn as it is now; if that is not what the draft was typed over,
only empty fields take their words back, and the rest is quoted, to be copied. Pure.
"""

from dataclasses import replace
from typing import TypedDict

from workflows.forms import Field, Form, Typed, is_same, one
from workflows.words import Words

SHORT = "-short"  # at the end of a ticket's subject: the low-energy form of that round
AS_SEEN = "~"  # in a ticket's subject: what follows says what the form looked like when it was drawn
SEEN = "_seen"  # in a draft: that same mark; no field of a form begins with an underscore
_TEXTS = ("line", "lines", "number")


class Labels(TypedDict):
    """What a form says that keeps drafts and may take several pages."""

    drafts: bool
    next: str
    back: str
    place: str


def labels(words: Words) -> Labels:
    """Return the labels; the number of pages is known only once a form is drawn, so `place` leaves room for it."""
    place = words("forms.page", number="{number}", count="{count}")
    return Labels(drafts=True, next=words("forms.next"), back=words("forms.back"), place=place)


def subject_of(subject: str) -> str:
    """Return whose draft belongs to the subject of a ticket: the short form of a round has that of the full one."""
    return subject.removesuffix(SHORT).partition(AS_SEEN)[0]


def as_typed(subject: str, typed: Typed) -> Typed:
    """Return what is kept of what was typed: with what the form looked like, for forms that tell."""
    seen = subject.partition(AS_SEEN)[2]
    return {**typed, SEEN: seen} if seen else typed


def restored(words: Words, form: Form, draft: Typed | None) -> Form:
    """Return `form` with what was left of it; as it is, when nothing is asked now."""
    if not form.fields or not form.submit:
        return form
    form = replace(form, **labels(words))
    there = {f.id: f for f in form.fields}
    new = {name: given for name, given in (draft or {}).items() if not is_same(given, form.typed.get(name))}
    new = {name: given for name, given in new.items() if name in there}
    if not new:
        return form
    quoted: tuple[str, ...] = ()
    if one(draft or {}, SEEN) != form.token.partition(AS_SEEN)[2]:
        texts = {name: given for name, given in new.items() if given and there[name].widget in _TEXTS}
        quoted = _quoted(words, [(there[name], given) for name, given in texts.items() if form.typed.get(name)])
        new = {name: given for name, given in texts.items() if not form.typed.get(name)}
    typed = {name: given for name, given in {**form.typed, **new}.items() if given}
    note = (words("forms.draft"),) if new else ()
    fresh = words("forms.fresh") if new or quoted else ""
    return replace(form, typed=typed, intro=(*form.intro[:1], *note, *quoted, *form.intro[1:]), fresh=fresh)


def _quoted(words: Words, lost: list[tuple[Field, str | tuple[str, ...]]]) -> tuple[str, ...]:
    lines = tuple(words("forms.typed", label=field.label, typed=given) for field, given in lost)
    return (words("forms.changed"), *lines) if lines else ()
