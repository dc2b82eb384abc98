"""A long form on several pages: which fields stand together on which page.

Promises: what is asked now is on one page, in the order of the form. A question is never torn apart, and what follows
on an answer stands on the page of that question; of a repeated one each line stays whole. Pages are about equally long.
Who draws a form says what each field costs and what room a page has; nothing else about a channel is known here. Only
a single question that is beyond all room makes a page too long; whoever draws it says where the rest is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workflows.forms import Field, Form, is_called_for

Page = tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a field takes, or what a page has: a number of `parts`, and `size` in bytes."""

    parts: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """Fields that stay together, and how many questions they are: a follow-up, or a further line, is no new one."""

    fields: Page
    questions: int


def pages(form: Form, cost: Callable[[Field], Room], *, first: Room, other: Room) -> tuple[Page, ...]:
    """Return the fields of each page; one page, of all fields, for a form that is not to be split.

    `first` is the room of the first page, `other` that of each page after it.
    """
    if not form.next or not form.fields:
        return (form.fields,)
    units = [unit for unit in _units(form.fields) if _is_asked(form, unit)]

    def rooms(page: int) -> Room:
        return other if page else first

    most = form.a_page or len(form.fields)
    needed = _filled(units, cost, rooms, most)
    even = (_filled(units, cost, rooms, fewer) for fewer in range(1, most))
    return next((split for split in even if len(split) == len(needed)), needed)


def page_of(split: Sequence[Page], field_ids: Sequence[str]) -> int:
    """Return the number, from 1, of the last page that has one of these fields; 1 when none has."""
    wanted = set(field_ids)
    return max((n for n, page in enumerate(split, 1) if wanted & {f.id for f in page}), default=1)


def _filled(
    units: Sequence[_Unit], cost: Callable[[Field], Room], rooms: Callable[[int], Room], most: int
) -> tuple[Page, ...]:
    """Put units on pages, one after the other, with at most so many questions on each."""
    done: list[Page] = []
    page: list[Field] = []
    asked = parts = size = 0
    for unit in units:
        costs = [cost(f) for f in unit.fields]
        more_parts, more_size = sum(c.parts for c in costs), sum(c.size for c in costs)
        room = rooms(len(done))
        full = asked + unit.questions > most or parts + more_parts > room.parts or size + more_size > room.size
        if page and full:
            done.append(tuple(page))
            page, asked, parts, size = [], 0, 0, 0
        page += unit.fields
        asked, parts, size = asked + unit.questions, parts + more_parts, size + more_size
    return (*done, tuple(page))


def _units(fields: Sequence[Field]) -> list[_Unit]:
    """What stays together: the fields of a question, or of one line of it, with the follow-ups and all between them."""
    units: list[_Unit] = []
    for field in fields:
        starts = not units or _question(field) != _question(units[-1].fields[-1])
        if starts and (first := _followed(units, field)) is not None:
            units[first:] = [_joined((*units[first:], _Unit(fields=(field,), questions=0)))]
        elif starts:
            units.append(_Unit(fields=(field,), questions=1))
        elif field.legend:
            units.append(_Unit(fields=(field,), questions=0))
        else:
            units[-1] = _joined((units[-1], _Unit(fields=(field,), questions=0)))
    return units


def _followed(units: Sequence[_Unit], field: Field) -> int | None:
    """Where the question stands that a field follows on."""
    return next((n for n, unit in enumerate(units) if field.when and field.when in {f.id for f in unit.fields}), None)


def _joined(units: Sequence[_Unit]) -> _Unit:
    return _Unit(fields=tuple(f for u in units for f in u.fields), questions=sum(u.questions for u in units))


def _question(field: Field) -> str:
    return field.id.partition(".")[0]


def _is_asked(form: Form, unit: _Unit) -> bool:
    """Whether anything of a unit is to be seen now: further lines of a follow-up wait for what calls for them."""
    return any(is_called_for(form, f) or f.id in form.problems for f in unit.fields)
